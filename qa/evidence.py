"""Measure how well a stretch of text speaks of what a question asks about.

A question becomes needles: the telling words, each with the forms it may take (itself, what it abbreviates, its
translations) and a weight (its rarity in the library). A text holds a needle when it holds one of the forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.lexical import pairs_of
from index.text import Token, fold, folded_tokens, tokens
from qa.analyse import Analysis
from qa.types import AnswerType

_FOLDED_CREDIT = 0.4  # a marked word found only without its marks, or with others: probably another word


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a needle: tokens that must all be there, and how much finding them is worth, from 0 to 1."""

    tokens: tuple[str, ...]
    credit: float


@dataclass(frozen=True, slots=True)
class Needle:
    """One telling word of a question. `name` marks what is written like a proper name."""

    forms: tuple[Form, ...]
    weight: float
    name: bool


class Haystack:
    """A text as sets of match tokens."""

    def __init__(self, text: str, *, marked: bool) -> None:
        """Tokenise `text`; with `marked`, exact forms count for more than folded ones."""
        self._exact = set(tokens(text)) if marked else set()
        sequence = folded_tokens(text)
        self._folded = set(sequence)
        self.pairs = set(pairs_of(sequence))
        self._marked = marked

    def credit(self, needle: Needle) -> float:
        """Return how well the text holds the needle, from 0 to 1."""
        return max((form.credit * self._holds(form) for form in needle.forms), default=0.0)

    def _holds(self, form: Form) -> float:
        if self._marked and self._exact.issuperset(form.tokens):
            return 1.0
        if self._folded.issuperset(map(fold, form.tokens)):
            return _FOLDED_CREDIT if self._marked else 1.0
        return 0.0


def needles_of(analysis: Analysis, rarity: Callable[[Token], float]) -> tuple[Needle, ...]:
    """Return the needles of a question; `rarity` gives a token's weight, such as its inverse document frequency."""
    return tuple(
        Needle(_forms(analysis, token), rarity(token), _is_name(analysis, token)) for token in analysis.telling
    )


def _forms(analysis: Analysis, token: Token) -> tuple[Form, ...]:
    forms = [Form((token.text,), 1.0)]
    at = analysis.tokens.index(token)
    forms += [Form(found.meant, 1.0) for found in analysis.found if found.start <= at < found.end]
    readings = [reading for reading in analysis.translations if reading.source == token.span]
    forms += [Form(reading.vietnamese, min(1.0, 0.4 + reading.probability)) for reading in readings]
    return tuple(forms)


def _is_name(analysis: Analysis, token: Token) -> bool:
    """Take a capital that does not begin the question, or a number, for a name: what an answer must not swap."""
    written = token.span.of(analysis.question)
    return written[0].isdigit() or (token.span.start > 0 and written[0].isupper())


def coverage(needles: Sequence[Needle], credits_found: Sequence[float]) -> float:
    """Return the share of the needles' weight that was found, from 0 to 1; 0 when there are none."""
    total = sum(needle.weight for needle in needles)
    found = sum(needle.weight * credit for needle, credit in zip(needles, credits_found, strict=True))
    return found / total if total else 0.0


_CAPITAL = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠ-Ỹ"
_NAME = re.compile(rf"(?:[{_CAPITAL}][^\W\d_]*\s+){{1,4}}[{_CAPITAL}][^\W\d_]*")
# A count stands before what it counts; `01-KL/TW`, `15/5` and `năm 2021` are codes and dates.
_NUMBER = re.compile(
    r"(?<![\w/.,-])\d+(?:[.,]\d+)*\s+(?!(?:năm|của|tháng|giờ|về|tại|và|-)\b)[^\W\d_]"
    r"|\b(?:một|hai|ba|bốn|sáu|bảy|tám|chín|mười|trăm|nghìn|triệu|tỷ)\s+[^\W\d_]",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\d[\d.,]*\s*(?:%|phần trăm|(?:nghìn|ngàn|triệu|tỷ|tỉ)?\s*(?:đồng|USD|euro|đô|VND)|triệu|tỷ|tỉ|đ\b)")
_DATE = re.compile(
    r"\d{1,2}\s*[/\-.]\s*\d{1,2}(?:\s*[/\-.]\s*\d{2,4})?|\b(?:năm|tháng|ngày|quý|thế kỷ)\s+(?:\d|[IVX])"
    r"|\b(?:sáng|trưa|chiều|tối|đêm|hôm|thứ)\s+(?:nay|qua|hai|ba|tư|năm|sáu|bảy|\d)|\b\d{1,2}\s*(?:giờ|h)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"\b(?:tỉnh|huyện|quận|xã|phường|thành phố|TP\.?|thị xã|thị trấn|đường|tại|ở|đến|từ|nước|bản|thôn|khu)\s+[{_CAPITAL}]"
)
_REASON = re.compile(r"\b(?:vì|do|bởi|nhằm|để|nguyên nhân|lý do|nhờ|khiến|dẫn đến|nên)\b", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"\b(?:Công ty|Bệnh viện|Trường|Đại học|Sở|Bộ|Ủy ban|UBND|Công an|Ngân hàng|Tập đoàn|Viện|Hội|Ban|Cục|Tòa án|hãng)\b",
    re.IGNORECASE,
)

_SHOWN_BY: dict[AnswerType, re.Pattern[str]] = {
    AnswerType.COUNT: _NUMBER,
    AnswerType.AMOUNT: _AMOUNT,
    AnswerType.PERSON: _NAME,
    AnswerType.DATE: _DATE,
    AnswerType.PLACE: _PLACE,
    AnswerType.REASON: _REASON,
    AnswerType.ORGANISATION: _ORGANISATION,
}


def holds_type(answer_type: AnswerType, sentence: str) -> float:
    """Return 1 when the sentence has something of the kind asked for, 0 when not, .5 for a question of no kind."""
    pattern = _SHOWN_BY.get(answer_type)
    if pattern is None:
        return 0.5
    return 1.0 if pattern.search(sentence) else 0.0


def unit_of(analysis: Analysis) -> tuple[str, ...]:
    """Return the folded words after *bao nhiêu*, *mấy*, *bn* or *how many*: what is counted, at most two of them."""
    words = [token.folded for token in analysis.tokens]
    for at, word in enumerate(words):
        after = at + 1 if word in ("may", "bn") else at + 2
        if word in ("may", "bn") or words[at : at + 2] in (["bao", "nhieu"], ["how", "many"], ["bao", "nhi"]):
            return tuple(words[after : after + 2])
    return ()


def counts_unit(unit: Sequence[str], sentence: str) -> float:
    """Return 1 when the sentence has a number with the whole unit next to it, .5 with its first word, else 0."""
    words = folded_tokens(sentence)
    best = 0.0
    for at, word in enumerate(words):
        if word[0].isdigit() and unit:
            window = words[at + 1 : at + 4]
            if window[: len(unit)] == list(unit):
                return 1.0
            best = max(best, 0.5 * (unit[0] in window))
    return best
