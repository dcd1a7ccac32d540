"""Tell whether a proper name of an accepted answer is replaced by another one in an answer.

A name is neighbouring capitals. It is replaced when the answer lacks some of its syllables and has a name that the
accepted answer lacks. Of a person's name, which begins with a surname, the given name at its end must be said: `Bình`
is Nguyễn Văn Bình, but neither `Nguyễn Văn` nor `Nguyễn Thị Bình` is. Abbreviations are compared with abbreviations
alone: `TP.HCM` is no other city than Hồ Chí Minh. Where one of the texts has no marks, names are compared without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from index.text import Token, canonical, fold, is_toneless, tokens_mapped
from qa.kind_words import SURNAME, TITLE

_JOINS: Final = re.compile(r"\s+|-|\.\s?")
_OTHER_SURNAMES: Final = frozenset(
    "tống hà thái châu quách lưu lương tô thạch kiều vương chu nghiêm văn la từ tăng triệu giang diệp thân bạch hứa"
    " doãn đồng mạc lục phó tôn ninh".split()
)  # of names of three syllables: in shorter ones they are as often something else
_LEAST_SYLLABLES: Final = 3
_LONGEST_ABBREVIATION: Final = 6
# What a Vietnamese syllable looks like without its marks.
_SYLLABLE: Final = re.compile(
    r"(?:ngh?|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
_SPELT_WITH_I: Final = re.compile(r"(?<=[bcdghklmnprstvx])[yýỳỷỹỵ]$")  # `Lý Sơn`, `Lí Sơn`
_WITH_I: Final = dict(zip("yýỳỷỹỵ", "iíìỉĩị", strict=True))


@dataclass(frozen=True, slots=True)
class Name:
    """The syllables of a name in the form they are compared in; `person` begins with a surname."""

    syllables: tuple[str, ...]
    person: bool = False
    abbreviated: bool = False


def names_differ(answer: str, accepted: str) -> bool:
    """Tell whether a name of the accepted answer is replaced, or a person's given name left out.

    >>> names_differ("Bệnh viện Từ Dũ", "Bệnh viện Chợ Rẫy"), names_differ("xã Hoà Liên", "Hòa Liên, Đà Nẵng")
    (True, False)
    """
    folded = is_toneless(answer) or is_toneless(accepted)
    said, known = names_in(answer, folded=folded), _words(answer, folded=folded)
    theirs = _words(accepted, folded=folded)
    foreign = [name for name in said if not theirs.issuperset(name.syllables)]
    return any(_is_replaced(name, said, foreign, known) for name in names_in(accepted, folded=folded))


def _is_replaced(name: Name, said: Sequence[Name], foreign: Sequence[Name], known: frozenset[str]) -> bool:
    instead = any(other.abbreviated == name.abbreviated for other in foreign)
    if not name.person:
        return instead and not known.issuperset(name.syllables)
    begun = any(set(other.syllables) & set(name.syllables) for other in said)
    return (instead or begun) and not any(_is_same_person(other, name) for other in said)


def _is_same_person(said: Name, wanted: Name) -> bool:
    """Tell whether one name is the other with less of it, or with a title or an office before it."""
    ours, theirs = said.syllables, wanted.syllables
    return ours[-1] == theirs[-1] and (_is_within(ours, theirs) or _is_within(theirs, ours))


def _is_within(few: Sequence[str], many: Sequence[str]) -> bool:
    """Tell whether all of `few` stand in `many` in their order."""
    left = iter(many)
    return all(syllable in left for syllable in few)


def names_in(text: str, *, folded: bool) -> list[Name]:
    """Return the names of a text in order."""
    text = canonical(text)
    return [_name(text, run, folded=folded) for run in _runs(text) if not _begins_a_text(text, run)]


def _runs(text: str) -> Iterator[list[Token]]:
    """Yield capitals that stand side by side; an abbreviation stands for itself."""
    run: list[Token] = []
    for token in tokens_mapped(text):
        written = token.span.of(text)
        joined = run and _JOINS.fullmatch(text[run[-1].span.end : token.span.start])
        apart = run and (_is_abbreviation(written, text) or _is_abbreviation(run[-1].span.of(text), text))
        goes_on = written[0].isupper() or (run and text[token.span.start - 1] == "-" and written[0].isalpha())
        if run and (not joined or apart or not goes_on):
            yield run
            run = []
        if goes_on:
            run.append(token)
    if run:
        yield run


def _begins_a_text(text: str, run: Sequence[Token]) -> bool:
    """Tell whether a word has its capital for beginning the text: `Ngày 23/3`, `Huyện ủy Mê Linh`."""
    lone = len(run) == 1 and not text[: run[0].span.start].strip("“”\"' ") and text[run[0].span.end :].strip()
    return bool(lone) and is_syllable(run[0].folded)


def is_syllable(folded: str) -> bool:
    """Tell whether a word without its marks looks like a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(folded) is not None


def _is_abbreviation(written: str, text: str) -> bool:
    """Tell `UBND` and `V` from `TRẦN`; in a text all of capitals nothing is."""
    plain = written.replace("Đ", "D")
    return (
        plain.isupper()
        and plain.isascii()
        and len(plain) <= _LONGEST_ABBREVIATION
        and (len(text.split()) == 1 or not text.isupper() or text.isascii())
    )


def _name(text: str, run: Sequence[Token], *, folded: bool) -> Name:
    syllables = [token.text for token in run]
    titled = len(syllables) > 1 and TITLE.fullmatch(syllables[0]) and SURNAME.fullmatch(syllables[1])
    syllables = syllables[1:] if titled else syllables
    usual = len(syllables) > 1 and SURNAME.fullmatch(syllables[0]) is not None
    person = usual or (len(syllables) >= _LEAST_SYLLABLES and syllables[0] in _OTHER_SURNAMES)
    abbreviated = len(run) == 1 and _is_abbreviation(run[0].span.of(text), text)
    return Name(tuple(_compared(each, folded=folded) for each in syllables), person, abbreviated)


def _words(text: str, *, folded: bool) -> frozenset[str]:
    return frozenset(_compared(token.text, folded=folded) for token in tokens_mapped(text))


def _compared(syllable: str, *, folded: bool) -> str:
    spelt = _SPELT_WITH_I.sub(lambda match: _WITH_I[match[0]], syllable)
    return fold(spelt) if folded else spelt
