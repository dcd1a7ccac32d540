"""Turn a question into needles, and tell how well a text holds each.

A needle is a telling word with the forms it may take (itself, what it abbreviates, other names and words for it, its
translations) and a weight (its rarity in the library). A text holds a needle when it holds one of the forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from index.lexical import pairs_of
from index.text import Token, fold, fold_tokens, folded_tokens, tokens, tokens_mapped
from index.types import Span
from qa.analyse import Analysis
from qa.names import is_syllable
from qa.numbers import ROMAN
from qa.other_names import may_be_a_word
from qa.synonyms import SYNONYM_CREDIT

_LONE_CREDIT = 0.5  # a syllable without marks that is there, but next to none of its neighbours
_LONE_NAME_CREDIT = 0.4  # … of a name: below `qa.read.LEAST_NAMES`, or `hai` and `phòng` apart would be Hải Phòng
_UNKNOWN_WORD = 0.2  # share of the weight of an English word that no table knows: nothing can be found of it
_RANKED = frozenset("giải hạng".split())
_RANKS = "nhất nhì ba tư".split()  # in this order, as lists say them: `giải nhất, nhì, ba`
_FOLDED_CREDIT = 0.4  # a marked word found only without its marks, or with others: probably another word
_RESTORED_CREDIT = 0.8  # … unless its own marks are a guess
# What is numbered in Roman numerals as often as not: `lần thứ VI`, `quý 1`.
_NUMBERED = frozenset("thu khoa quy ky hang bac cap loai giai".split())
_ARABIC = {roman: str(number) for roman, number in ROMAN.items()}
_ROMAN = {number: roman for roman, number in _ARABIC.items()}
_SPELT = dict(zip(map(str, range(2, 11)), "hai ba bốn năm sáu bảy tám chín mười".split(), strict=True))
_RANKS_OF = {"1": ("nhất",), "2": ("nhì",), "4": ("tư",)}
_EACH = frozenset("kg ky can ta tan ha m m2 met lit nguoi con cai chiec xe luot cho ve can gio".split())
# Begin a title or an office rather than a name where no other capital follows: `Bộ trưởng`, `Chủ tịch`.
_OFFICE = frozenset("bộ trưởng phó giám chủ tổng hãng tuyến các vị thủ bí viện cục đại".split())


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a needle: tokens that must all be there, and how much finding them is worth, from 0 to 1.

    One of the pairs of neighbours `near` must stand side by side, and all of `joined`, or it is worth `apart` as much:
    a lone syllable may be part of any word. `without` is the share that is left where only other marks, or none, are
    found. A `name` of one syllable stands with a capital and is no part of a Vietnamese name: Mỹ, not Mỹ Thuận.
    """

    tokens: tuple[str, ...]
    credit: float
    folded: frozenset[str]
    near: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    apart: float = 0.0
    without: float = _FOLDED_CREDIT
    name: bool = False

    @classmethod
    def of(
        cls,
        words: Sequence[str],
        credit: float,
        near: Iterable[str] = (),
        *,
        apart: float = 0.0,
        without: float = _FOLDED_CREDIT,
        name: bool = False,
    ) -> Form:
        """Make a form, folded once for all the sentences it is looked for in."""
        folded = fold_tokens(words)
        joined = frozenset(pairs_of(folded))
        return cls(tuple(words), credit, frozenset(folded), frozenset(near), joined, apart, without, name)


@dataclass(frozen=True, slots=True)
class Needle:
    """One telling word of a question.

    `name` numbers what is written like a proper name, 0 is none; syllables of one name share their number.
    """

    forms: tuple[Form, ...]
    weight: float
    name: int


class Haystack:
    """A text as sets of match tokens."""

    def __init__(self, text: str, *, marked: bool) -> None:
        """Tokenise `text`; with `marked`, exact forms count for more than folded ones."""
        self._exact = set(tokens(text)) if marked else set()
        sequence = folded_tokens(text)
        self._folded = set(sequence)
        self.pairs = set(pairs_of(sequence))
        self._marked = marked
        self._text = text

    def credit(self, needle: Needle) -> float:
        """Return how well the text holds the needle, from 0 to 1."""
        return max((form.credit * self._holds(form) for form in needle.forms), default=0.0)

    @cached_property
    def _lone_capitals(self) -> frozenset[str]:
        """The words with a capital that stand beside no Vietnamese syllable with one, folded: `Mỹ Donald Trump`."""
        words, text = tokens_mapped(self._text), self._text
        begins = [word.span.of(text)[0].isupper() and is_syllable(word.folded) for word in words]
        joined = [False, *(text[a.span.end : b.span.start] == " " for a, b in pairwise(words)), False]
        return frozenset(
            word.folded
            for at, word in enumerate(words)
            if word.span.of(text)[0].isupper()
            and not (joined[at] and begins[at - 1])
            and not (joined[at + 1] and begins[at + 1])
        )

    def _holds(self, form: Form) -> float:
        if form.name and not form.folded <= self._lone_capitals:
            return 0.0
        if self._marked and self._exact.issuperset(form.tokens):
            held = 1.0
        elif self._folded >= form.folded:
            held = form.without if self._marked else 1.0
        else:
            return 0.0
        together = form.joined <= self.pairs and (not form.near or form.near & self.pairs)
        return held if together else held * form.apart


def needles_of(analysis: Analysis, rarity: Callable[[str], float]) -> tuple[Needle, ...]:
    """Return the needles of a question.

    `rarity` weighs a word, for example by its inverse document frequency; it is given folded forms for a question
    without marks, else exact ones.
    """
    weigh = _weigh_english if analysis.english else _weigh
    names = _names(analysis)
    return tuple(
        Needle(_forms(analysis, token, names[token.span]), weigh(analysis, token, rarity), names[token.span])
        for token in analysis.telling
    )


def _pairs(analysis: Analysis, token: Token) -> frozenset[str]:
    """Return the neighbours that a token must have: the rest of a name, what is ranked, without marks any.

    Mộc Châu is not Yên Châu; `phap` is pháp, Pháp and phạp, `nuoc_phap` hardly anything but one.
    """
    at = analysis.place_of(token)
    if _is_rank(analysis, token):
        better = _RANKS[: _RANKS.index(token.text)][-1:]
        return frozenset(
            pair for near in ("giải", "hạng", "thứ", *better) for pair in pairs_of(fold_tokens([near, token.text]))
        )
    around = analysis.tokens[max(0, at - 1) : at + 2]
    if _is_named(analysis, token):
        named = [near for near in around if _is_named(analysis, near)]
        if len(named) > 1:
            return frozenset(pairs_of([near.folded for near in named]))
    if not analysis.lacks_marks or token.text[0].isdigit():
        return frozenset()
    at = analysis.content.index(token)
    return frozenset(pairs_of([near.folded for near in analysis.content[max(0, at - 1) : at + 2]]))


def _is_named(analysis: Analysis, token: Token) -> bool:
    """Tell whether a token is part of a proper name; in English only what is not translated stands as it is."""
    if analysis.english and any(reading.source == token.span for reading in analysis.translations):
        return False
    return _is_capital(analysis, token) and not _is_roman(analysis, token)


def _is_roman(analysis: Analysis, token: Token) -> bool:
    """Tell the `I` of `quý I`."""
    at = analysis.place_of(token)
    return token.text in _ARABIC and at > 0 and analysis.tokens[at - 1].folded in _NUMBERED


def _is_capital(analysis: Analysis, token: Token) -> bool:
    written = token.span.of(analysis.question)
    return written[0].isupper() and not (len(written) > 1 and written.isupper())  # UBND is no part of a name


def _weigh(analysis: Analysis, token: Token, rarity: Callable[[str], float]) -> float:
    return rarity(token.folded if analysis.toneless else token.text)


def _weigh_english(analysis: Analysis, token: Token, rarity: Callable[[str], float]) -> float:
    """Weigh an English word by its Vietnamese: in Vietnamese documents it is rare itself, whatever it says."""
    readings = [reading for reading in analysis.translations if reading.source == token.span]
    if readings:
        best = max(readings, key=lambda reading: reading.probability)
        return sum(rarity(fold(word)) for word in best.vietnamese) / len(best.vietnamese)
    return rarity(token.folded) * (1.0 if _is_name(analysis, token) else _UNKNOWN_WORD)


def _forms(analysis: Analysis, token: Token, name: int) -> tuple[Form, ...]:
    lone = _LONE_NAME_CREDIT if name else _LONE_CREDIT
    without = _RESTORED_CREDIT if name and analysis.restored else _FOLDED_CREDIT
    at = analysis.place_of(token)
    alias = next((alias for alias in analysis.aliases if alias.start <= at < alias.end), None)
    if alias:
        said = [near.text for near in analysis.tokens[alias.start : alias.end]]
        own = Form.of(said, 1.0, apart=lone, without=without)
        return own, *(Form.of(other, 1.0, apart=lone, name=_is_lone(other)) for other in alias.others)
    forms = [Form.of((token.text,), 1.0, _pairs(analysis, token), apart=lone, without=without)]
    forms += [Form.of(found.meant, 1.0, apart=lone) for found in analysis.found if found.start <= at < found.end]
    forms += [
        Form.of(other, SYNONYM_CREDIT, apart=lone)
        for said in analysis.synonyms
        if said.start <= at < said.end
        for other in said.others
    ]
    readings = [reading for reading in analysis.translations if reading.source == token.span]
    forms += [Form.of(reading.vietnamese, min(1.0, 0.4 + reading.probability), apart=lone) for reading in readings]
    return (*forms, *_numerals(analysis, at))


def _is_lone(name: Sequence[str]) -> bool:
    return len(name) == 1 and may_be_a_word(fold(name[0]))


def _numerals(analysis: Analysis, at: int) -> Iterator[Form]:
    """Yield a number as it may be written otherwise: `thứ 6`, `thứ VI`; `giải 3`, `giải ba`; `2 người`, `hai người`."""
    words = [token.text for token in analysis.tokens]
    number, before = words[at], words[at - 1] if at else ""
    if fold(before) in _NUMBERED:
        spelt = [_SPELT.get(number, ""), *_RANKS_OF.get(number, ())]
        for other in filter(None, (_ROMAN.get(number), _ARABIC.get(number), *spelt)):
            yield Form.of((other,), 1.0, pairs_of(fold_tokens([before, other])))
    elif number in _SPELT and at + 1 < len(words):
        yield Form.of((_SPELT[number],), 1.0, pairs_of(fold_tokens([_SPELT[number], words[at + 1]])))


def _names(analysis: Analysis) -> dict[Span, int]:
    """Number the names of a question: neighbouring capitals are one name, a known name and a number one of their own.

    In English titles and weekdays have capitals, too, and are said otherwise in Vietnamese: all together are one.
    """
    known = {at: alias for alias in analysis.aliases for at in range(alias.start, alias.end)}
    if analysis.english:
        return {t.span: int(at in known or _is_name(analysis, t)) for at, t in enumerate(analysis.tokens)}
    numbers: dict[Span, int] = {}
    number, inside = 0, False
    for at, token in enumerate(analysis.tokens):
        name = at in known or _is_name(analysis, token)
        begins = at == known[at].start if at in known else name and not (inside and _is_capital(analysis, token))
        number += begins
        numbers[token.span] = number if name else 0
        inside = name and at not in known and _is_capital(analysis, token)
    return numbers


def _is_name(analysis: Analysis, token: Token) -> bool:
    """Take a capital that does not begin the question, a number or a rank for a name: what an answer must not swap.

    The `1 kg` of a price is no number to hold fast, and a title's capital names nobody.
    """
    written = token.span.of(analysis.question)
    if written[0].isdigit():
        after = analysis.tokens[analysis.place_of(token) + 1 :]
        return not (written == "1" and after and after[0].folded in _EACH)
    if token.span.start > 0 and written[0].isupper():
        return not _is_title(analysis, token)
    return _is_rank(analysis, token)


def _is_title(analysis: Analysis, token: Token) -> bool:
    """Tell the capital of `Bộ trưởng`, which stands alone, from that of `Bộ Y tế`."""
    if token.text not in _OFFICE:
        return False
    after = analysis.tokens[analysis.place_of(token) + 1 :]
    return not (after and after[0].span.of(analysis.question)[0].isupper())


def _is_rank(analysis: Analysis, token: Token) -> bool:
    """Tell the `nhì` of a `giải nhì`: who won the `giải nhất` is no answer. Without marks `hang ba` is much else."""
    if token.text not in _RANKS or analysis.toneless:
        return False
    at = analysis.place_of(token)
    return at > 0 and analysis.tokens[at - 1].text in _RANKED


def coverage(needles: Sequence[Needle], credits_found: Sequence[float]) -> float:
    """Return the share of the needles' weight that was found, from 0 to 1; 0 when there are none."""
    total = sum(needle.weight for needle in needles)
    found = sum(needle.weight * credit for needle, credit in zip(needles, credits_found, strict=True))
    return found / total if total else 0.0


def held_beyond(needles: Sequence[Needle], sentence: str, span: Span, *, marked: bool) -> float:
    """Return the share of the needles' weight that a sentence holds only on the other side of a semicolon from a span.

    Reports list what each body did in one sentence: `Ban Tuyên giáo tặng … 2 cá nhân; Chủ tịch UBND tặng … 59 cá nhân`.
    """
    if ";" not in sentence:
        return 0.0
    first, last = sentence.rfind(";", 0, span.start) + 1, sentence.find(";", span.end)
    own = Haystack(sentence[first : last if last >= 0 else None], marked=marked)
    whole = Haystack(sentence, marked=marked)
    told, all_told = (coverage(needles, [place.credit(needle) for needle in needles]) for place in (own, whole))
    return max(0.0, all_told - told)
