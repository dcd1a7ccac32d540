"""Judge how well a short span fits the kind of thing that a question asks for.

`bao nhiêu` is not answered by a name, `ai` not by a date, `bao nhiêu tiền` by money, `năm nào` by a year. It looks at
the form of the span, at the words right around it in its sentence, and at the question; not at whether it is true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final

from index.text import Token, canonical, fold, fold_tokens, folded_tokens, tokens
from index.types import Span
from qa import kind_words as said
from qa.analyse import Analysis
from qa.calibration import NO_FIT
from qa.completion import complete, counted_in
from qa.counted import is_surely_another, may_be
from qa.evidence import asked_for, tokens_asked_for
from qa.offices import holds_office, office_asked_for
from qa.segment import word_length
from qa.types import AnswerType, Value, ValueKind
from qa.values import value_of

__all__ = ["complete", "fit"]

NEUTRAL: Final = 0.5
_WRONG: Final = 0.05
_SEVERAL: Final = 0.8  # several counts, one of them of what is asked for
_OTHER_THING: Final = 0.1  # companies, where members are counted
_SAID_ALREADY: Final = 0.2  # what the question names itself does not answer it
_BEFORE: Final = 40
_FULL_NAME: Final = 3  # words


@dataclass(frozen=True)
class _Seen:
    """A span, and what stands around it."""

    analysis: Analysis
    text: str
    sentence: str
    span: Span  # in the sentence
    before: str  # canonical, lower case

    @cached_property
    def plain(self) -> str:
        return canonical(self.text).lower().strip(" \"'“”().,;:")

    @cached_property
    def words(self) -> list[str]:
        return said.WORD.findall(canonical(self.text))

    @cached_property
    def value(self) -> Value | None:
        return value_of(self.text, self.analysis.answer_type, self.sentence)

    @cached_property
    def any_value(self) -> Value | None:
        """What the span says whatever is asked for."""
        return value_of(self.text)

    @property
    def is_number(self) -> bool:
        """Whether it is a number or a date and nothing more."""
        return self.any_value is not None or (not self.words and bool(said.DIGIT.search(self.text)))

    @cached_property
    def capitals(self) -> float:
        """The share of words with a capital, from 0 to 1."""
        return sum(word[0].isupper() for word in self.words) / len(self.words) if self.words else 0.0

    @property
    def is_name(self) -> bool:
        return self.capitals == 1.0 and not self.is_number

    @cached_property
    def says_nothing_new(self) -> bool:
        known = {token.folded for token in self.analysis.tokens}
        return all(word in known for word in folded_tokens(self.text))


def fit(analysis: Analysis, span_text: str, sentence: str, span: Span) -> float:
    """Return how well a short span fits what is asked for: 1 a good fit, 0 none, .5 where nothing tells.

    `span` is where `span_text` stands in `sentence` (offsets of the sentence, half-open), which may be the sentence or
    any stretch of text around the span.
    """
    if not span_text.strip():
        return 0.0
    before = canonical(sentence[max(0, span.start - _BEFORE) : span.start]).lower().rstrip(" \"'“(")
    seen = _Seen(analysis, span_text, sentence, span, before)
    judge = _JUDGES.get(analysis.answer_type)
    return judge(seen) if judge else _other(seen)


def _table(seen: _Seen, scores: dict[ValueKind, float], bare: float = _WRONG) -> float:
    """Look the kind of the span's value up; a number that is no value gets some credit, a name none."""
    if seen.value is not None:
        return scores.get(seen.value.kind, 0.1)
    return 0.3 if said.DIGIT.search(seen.text) and seen.capitals < 1 else bare


def _count(seen: _Seen) -> float:
    asked = tokens_asked_for(seen.analysis)
    asked = () if asked and asked[0].folded in said.NOTHING_COUNTED else asked
    kinds = ValueKind
    listed = counted_in(seen.text) if seen.value is None and asked else []
    if listed:
        return min(_SEVERAL, max(_thing(seen, unit, asked) for unit in listed))
    if seen.value is None or seen.value.kind not in (kinds.COUNT, kinds.FRACTION):
        # `bao nhiêu vàng`: 6kg vàng
        other = 0.8 if not asked or asked[0].folded in folded_tokens(seen.text) else 0.3
        close = {kinds.PERCENTAGE: other, kinds.AMOUNT: other, kinds.MEASURE: other, kinds.DURATION: other}
        return _table(seen, close, bare=0.3 if seen.plain.startswith("hàng ") else _WRONG)
    unit = tokens(seen.value.unit or "")
    return _thing(seen, unit, asked) if unit and asked else 0.5


def _thing(seen: _Seen, unit: Sequence[str], asked: Sequence[Token]) -> float:
    """Return how well what a span counts, as syllables, is what the question counts."""
    folded, wanted = fold_tokens(unit), [token.folded for token in asked]
    if seen.analysis.english:
        meant = _translations(seen.analysis, wanted)
        if set(folded) & {fold(word) for word in chain.from_iterable(meant)}:
            return 1.0
        if not meant or not all(may_be(unit, words) is False for words in meant):
            return 0.5
        return NO_FIT if _is_beside_the_point(seen, unit, meant) else _OTHER_THING
    said = [token.text for token in asked]
    fits = may_be(unit, said)
    if fits is False:
        return NO_FIT if _is_beside_the_point(seen, unit, [said]) else _OTHER_THING
    if _is_same_word(unit, said):
        return 1.0
    alike = folded[0] == wanted[0]  # and yet another word: `hồ` and `hộ`
    if not alike and set(folded) & (set(wanted) | _synonyms(seen.analysis)):
        return 0.9
    return 0.8 if fits else 0.4


def _is_beside_the_point(seen: _Seen, unit: Sequence[str], asked: Sequence[Sequence[str]]) -> bool:
    """Tell whether a thing is surely none of those counted in the question, and the question says nothing of it.

    Without marks nothing is sure: `truong thon` begins as a school does.
    """
    analysis = seen.analysis
    if analysis.toneless and not analysis.english:
        return False
    named = {token.folded for token in analysis.tokens}
    named |= {fold(word) for reading in analysis.translations for word in reading.vietnamese}
    return fold(unit[0]) not in named and all(is_surely_another(unit, words) for words in asked)


def _is_same_word(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two things begin with the same word: `hộ nghèo` and `hộ`, not `trường hợp` and `trường học`.

    Marks may be missing on either side.
    """
    size = min(word_length(one), word_length(other))
    pairs = zip(one[:size], other[:size], strict=False)
    return all(mine == theirs or fold(mine) == theirs or mine == fold(theirs) for mine, theirs in pairs)


def _translations(analysis: Analysis, asked: Sequence[str]) -> list[list[str]]:
    """Return what the English words may say in Vietnamese, as syllables."""
    return [
        list(reading.vietnamese)
        for reading in analysis.translations
        if fold(reading.source.of(analysis.question)) in asked
    ]


def _synonyms(analysis: Analysis) -> set[str]:
    return {fold(word) for one in analysis.synonyms for other in one.others for word in other}


def _amount(seen: _Seen) -> float:
    kinds = ValueKind
    if seen.value is None and re.search(r"\b(?:đồng|usd|tỷ|tỉ|triệu|đô|euro)\b", seen.plain):
        return 0.6
    if seen.value is not None and seen.value.kind is kinds.AMOUNT and seen.value.unit is None:
        return 0.7 if (seen.value.number or seen.value.high or 0) >= 1000 else 0.4
    return _table(seen, {kinds.AMOUNT: 1.0, kinds.PERCENTAGE: 0.3, kinds.FRACTION: 0.3, kinds.COUNT: 0.2})


def _percentage(seen: _Seen) -> float:
    bare = seen.value is not None and seen.value.unit is None
    kinds = ValueKind
    return _table(seen, {kinds.PERCENTAGE: 1.0, kinds.FRACTION: 0.9, kinds.COUNT: 0.4 if bare else 0.15})


def _measure(seen: _Seen) -> float:
    kinds = ValueKind
    score = _table(
        seen, {kinds.MEASURE: 0.9, kinds.COUNT: 0.4, kinds.AMOUNT: 0.4, kinds.PERCENTAGE: 0.5, kinds.DURATION: 0.15}
    )
    return 1.0 if score == 0.9 and _names_unit(seen) else score


def _duration(seen: _Seen) -> float:
    kinds = ValueKind
    score = _table(seen, {kinds.DURATION: 0.9, kinds.COUNT: 0.3, kinds.DATE: 0.2, kinds.TIME: 0.2})
    return 1.0 if score == 0.9 and _names_unit(seen) else score


def _names_unit(seen: _Seen) -> bool:
    """Tell whether the question names the unit or leaves it open."""
    asked, written = asked_for(seen.analysis), folded_tokens(seen.text)
    return not asked or asked[0] in written


def _date(seen: _Seen) -> float:
    value = seen.value
    if value is None:
        early = said.WHEN.search(seen.plain) is not None
        return 0.6 if early else 0.3 if said.DIGIT.search(seen.text) else 0.1
    wanted = _precision(fold(seen.analysis.question))
    iso = (value.iso or "").split("/")[0]
    if value.kind is ValueKind.TIME:
        return 1.0 if wanted == "hour" else 0.3 if wanted in ("year", "month") else 0.7
    year, day = not iso.startswith("-"), iso.count("-") >= (2 if iso[:1] != "-" else 3)
    fits = {
        "year": 1.0 if year and len(iso) == 4 else 0.7 if year else 0.3,
        "month": 1.0 if "-" in iso and not day else 0.7 if day else 0.3,
        "day": 1.0 if day else 0.4,
        "hour": 0.35 if "T" not in iso else 0.9,
        "century": 1.0 if "X" in iso else 0.5,
    }
    return fits.get(wanted, 0.95)


def _precision(question: str) -> str:
    """Return what of a date is asked for; empty where any will do."""
    for pattern, wanted in (
        (r"\b(?:may gio|gio nao|bn gio|what time)\b", "hour"),
        (r"\b(?:ngay|hom) (?:nao|may|bn)|\b(?:what|which) (?:day|date)\b", "day"),
        (r"\bthang (?:nao|may|bn)|\b(?:what|which) month\b", "month"),
        (r"\bnam (?:nao|bn|bao nhieu)|\b(?:what|which) year\b", "year"),
        (r"\b(?:the ky|tk|thap nien) (?:nao|may)|\b(?:what|which) (?:century|decade)\b", "century"),
    ):
        if re.search(pattern, question):
            return wanted
    return ""


def _person(seen: _Seen) -> float:
    if seen.is_number or said.DIGIT.search(seen.text):
        return _WRONG
    titled = said.TITLE.search(seen.before) is not None or said.TITLE.search(seen.plain.split(" ")[0]) is not None
    # Hồ and Đoàn are surnames, too: a name of so many words is a person's.
    full = seen.is_name and len(seen.words) >= _FULL_NAME and said.SURNAME.match(seen.plain)
    thing = said.ORGANISATION.match(seen.plain) or said.PLACE.match(seen.plain)
    if not titled and seen.capitals and thing and not full:
        return 0.25
    if not titled and said.ENDS_IN_PLACE.search(seen.before):
        return 0.35
    after = said.NAMED_AFTER.search(seen.before)
    if after and fold(after[0]) not in fold(seen.analysis.question):
        return 0.1
    score = 0.3
    if seen.is_name or (seen.capitals >= 0.5 and titled):
        score = 1.0 if titled or said.SURNAME.match(seen.plain) else 0.9 if len(seen.words) > 1 else 0.7
    elif seen.capitals > 0:
        score = 0.6
    elif said.PEOPLE.match(seen.plain):
        score = 0.5
    office = _office_of(seen.analysis.question)
    return _new(seen, score * holds_office(office, seen.sentence, seen.span) if office else score)


_office_of = lru_cache(16)(office_asked_for)  # asked of every span of a question


def _place(seen: _Seen) -> float:
    if seen.is_number and not said.PLACE.match(seen.plain):
        return _WRONG
    led = said.AT.search(seen.before) is not None
    named = said.ENDS_IN_PLACE.search(seen.before) is not None
    if (
        said.TITLE.search(seen.before)
        or said.SURNAME.match(seen.plain)
        and not (led or named or said.PLACE.match(seen.plain))
    ):
        return 0.2
    if seen.capitals and (named or said.PLACE.match(seen.plain)):
        return _new(seen, 1.0)
    if seen.capitals:
        return _new(seen, 0.9 if led else 0.4 if said.ORGANISATION.match(seen.plain) else 0.65)
    return 0.7 if said.PLACE.search(seen.plain) or said.AT.search(seen.plain.split(" ")[0]) else 0.5 if led else 0.3


def _organisation(seen: _Seen) -> float:
    if seen.is_number:
        return _WRONG
    if said.ORGANISATION.match(seen.plain):
        return _new(seen, 1.0 if seen.capitals else 0.7)
    asked = asked_for(seen.analysis)
    if asked and folded_tokens(seen.before)[-len(asked) :] == list(asked):
        return _new(seen, 0.95)
    if said.TITLE.search(seen.before) or said.SURNAME.match(seen.plain) and seen.is_name:
        return 0.2
    if any(len(word) > 1 and word.isupper() for word in seen.words) or said.ORGANISATION.search(seen.plain):
        return _new(seen, 0.8)
    return _new(seen, 0.65) if seen.capitals >= 0.5 else 0.3


def _role(seen: _Seen) -> float:
    if seen.is_number:
        return _WRONG
    if said.ROLE.match(seen.plain):
        return _new(seen, 1.0)
    if seen.is_name:
        return 0.15 if said.SURNAME.match(seen.plain) else 0.25
    return _new(seen, 0.8 if said.ROLE.search(seen.plain) else 0.45)


def _reason(seen: _Seen) -> float:
    if seen.is_number:
        return _WRONG
    if seen.is_name:
        return 0.2
    if said.REASON.search(seen.plain) or said.LEADS_TO_REASON.search(seen.before):
        return 1.0 if len(seen.words) > 1 else 0.7
    return 0.6 if len(seen.words) > 2 else 0.4


def _manner(seen: _Seen) -> float:
    if seen.is_number:
        return 0.15
    if said.MANNER.search(seen.plain) or re.search(r"\b(?:bằng|bằng cách|thông qua|theo|cách)$", seen.before):
        return 0.9
    return 0.3 if seen.is_name else 0.6


def _definition(seen: _Seen) -> float:
    if seen.is_number:
        return 0.15
    return (
        0.9 if re.search(r"\b(?:là|nghĩa là|gọi là|tức|\()$", seen.before) or seen.plain.startswith("là ") else NEUTRAL
    )


def _other(seen: _Seen) -> float:
    """Judge by the noun before `nào` alone: `loại vũ khí nào` by what follows or begins with it."""
    asked = asked_for(seen.analysis)
    if not asked or seen.analysis.english:
        return NEUTRAL
    wanted = list(asked)
    if folded_tokens(seen.text)[: len(wanted)] == wanted or folded_tokens(seen.before)[-len(wanted) :] == wanted:
        return 0.8
    return 0.3 if seen.is_number and asked[-1] not in said.OF_NUMBERS else NEUTRAL


def _new(seen: _Seen, score: float) -> float:
    return score * _SAID_ALREADY if seen.says_nothing_new else score


_JUDGES: Final[dict[AnswerType, Callable[[_Seen], float]]] = {
    AnswerType.COUNT: _count,
    AnswerType.AMOUNT: _amount,
    AnswerType.PERCENTAGE: _percentage,
    AnswerType.MEASURE: _measure,
    AnswerType.DURATION: _duration,
    AnswerType.DATE: _date,
    AnswerType.PERSON: _person,
    AnswerType.PLACE: _place,
    AnswerType.ORGANISATION: _organisation,
    AnswerType.ROLE: _role,
    AnswerType.REASON: _reason,
    AnswerType.MANNER: _manner,
    AnswerType.DEFINITION: _definition,
}
