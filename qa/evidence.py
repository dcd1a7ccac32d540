"""Measure how well a stretch of text speaks of what a question asks about.

A question becomes needles: the telling words, each with the forms it may take (itself, what it abbreviates, its
translations) and a weight (its rarity in the library). A text holds a needle when it holds one of the forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from index.lexical import pairs_of
from index.text import Token, fold, fold_tokens, folded_tokens, tokens, tokens_mapped
from index.types import Span
from qa.analyse import Analysis
from qa.types import AnswerType

_LONE_CREDIT = 0.5  # a syllable without marks that is there, but next to none of its neighbours
_LONE_NAME_CREDIT = 0.4  # … of a name: below `qa.read.LEAST_NAMES`, or `hai` and `phòng` apart would be Hải Phòng
_UNKNOWN_WORD = 0.2  # share of the weight of an English word that no table knows: nothing can be found of it
_RANKED = frozenset("giải hạng".split())
_RANKS = "nhất nhì ba tư".split()  # in this order, as lists say them: `giải nhất, nhì, ba`
_SYNONYM_CREDIT = 0.7
_FOLDED_CREDIT = 0.4  # a marked word found only without its marks, or with others: probably another word


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a needle: tokens that must all be there, and how much finding them is worth, from 0 to 1."""

    tokens: tuple[str, ...]
    credit: float
    folded: frozenset[str]

    @classmethod
    def of(cls, words: Sequence[str], credit: float) -> Form:
        """Make a form, folded once for all the sentences it is looked for in."""
        return cls(tuple(words), credit, frozenset(fold_tokens(words)))


@dataclass(frozen=True, slots=True)
class Needle:
    """One telling word of a question.

    `name` numbers what is written like a proper name, 0 is none; syllables of one name share their number. `pairs` are
    the neighbours it has in a question without marks, where a lone syllable is many words at once: `phap` is pháp, Pháp
    and phạp, `nuoc_phap` hardly anything but one.
    Of a name of several syllables they are the rest of the name: Mộc Châu is not Yên Châu.
    """

    forms: tuple[Form, ...]
    weight: float
    name: int
    pairs: frozenset[str] = frozenset()


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
        credit = max((form.credit * self._holds(form) for form in needle.forms), default=0.0)
        if not needle.pairs or needle.pairs & self.pairs:
            return credit
        return credit * (_LONE_NAME_CREDIT if needle.name else _LONE_CREDIT)

    def _holds(self, form: Form) -> float:
        if self._marked and self._exact.issuperset(form.tokens):
            return 1.0
        if self._folded >= form.folded:
            return _FOLDED_CREDIT if self._marked else 1.0
        return 0.0


def needles_of(analysis: Analysis, rarity: Callable[[str], float]) -> tuple[Needle, ...]:
    """Return the needles of a question.

    `rarity` weighs a word, for example by its inverse document frequency; it is given folded forms for a question
    without marks, else exact ones.
    """
    weigh = _weigh_english if analysis.english else _weigh
    names = _names(analysis)
    return tuple(
        Needle(_forms(analysis, token), weigh(analysis, token, rarity), names[token.span], _pairs(analysis, token))
        for token in analysis.telling
    )


def _pairs(analysis: Analysis, token: Token) -> frozenset[str]:
    """Return the neighbours that a token must have: the rest of a name, what is ranked, without marks any."""
    at = analysis.tokens.index(token)
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
    return _is_capital(analysis, token)


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


def _forms(analysis: Analysis, token: Token) -> tuple[Form, ...]:
    forms = [Form.of((token.text,), 1.0)]
    at = analysis.tokens.index(token)
    forms += [Form.of(found.meant, 1.0) for found in analysis.found if found.start <= at < found.end]
    forms += [
        Form.of(other, _SYNONYM_CREDIT)
        for said in analysis.synonyms
        if said.start <= at < said.end
        for other in said.others
    ]
    readings = [reading for reading in analysis.translations if reading.source == token.span]
    forms += [Form.of(reading.vietnamese, min(1.0, 0.4 + reading.probability)) for reading in readings]
    return tuple(forms)


def _names(analysis: Analysis) -> dict[Span, int]:
    """Number the names of a question: neighbouring capitals are one name, a number is one of its own.

    In English titles and weekdays have capitals, too, and are said otherwise in Vietnamese: all together are one.
    """
    if analysis.english:
        return {token.span: int(_is_name(analysis, token)) for token in analysis.tokens}
    numbers: dict[Span, int] = {}
    number, inside = 0, False
    for token in analysis.tokens:
        name = _is_name(analysis, token)
        number += name and not (inside and _is_capital(analysis, token))
        numbers[token.span] = number if name else 0
        inside = name and _is_capital(analysis, token)
    return numbers


def _is_name(analysis: Analysis, token: Token) -> bool:
    """Take a capital that does not begin the question, a number or a rank for a name: what an answer must not swap."""
    written = token.span.of(analysis.question)
    return written[0].isdigit() or (token.span.start > 0 and written[0].isupper()) or _is_rank(analysis, token)


def _is_rank(analysis: Analysis, token: Token) -> bool:
    """Tell the `nhì` of a `giải nhì`: who won the `giải nhất` is no answer. Without marks `hang ba` is much else."""
    if token.text not in _RANKS or analysis.toneless:
        return False
    at = analysis.tokens.index(token)
    return at > 0 and analysis.tokens[at - 1].text in _RANKED


def coverage(needles: Sequence[Needle], credits_found: Sequence[float]) -> float:
    """Return the share of the needles' weight that was found, from 0 to 1; 0 when there are none."""
    total = sum(needle.weight for needle in needles)
    found = sum(needle.weight * credit for needle, credit in zip(needles, credits_found, strict=True))
    return found / total if total else 0.0


_CAPITAL = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠ-Ỹ"
_NAME = rf"[{_CAPITAL}][^\W\d_]*(?:\s+[{_CAPITAL}][^\W\d_]*){{0,4}}"
_SURNAME = (
    "(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Lâm|Mai|Trịnh|Tống|Tạ"
    "|Cao|Hà|Thái"
    "|Châu|Quách|Lưu|Lương|Trương|Tô|Thạch|Kiều|Vương|Đào|Phùng|Chu|Nghiêm|Văn|La|Từ|Tăng|Triệu|Giang|Diệp"
    "|Thân|Bạch|Kim)"
)
_PERSON = (
    rf"\b{_SURNAME}(?:\s+[{_CAPITAL}][^\W\d_]*){{1,4}}"
    rf"|\b(?:ông|bà|anh|chị|em|cô|chú|bác sĩ|thầy|đồng chí|luật sư|ca sĩ|nghệ sĩ|cầu thủ|HLV)\s+{_NAME}"
    rf"|(?<=[a-zà-ỹ,] ){_NAME}"
)
# A count stands before what it counts; `01-KL/TW`, `15/5` and `năm 2021` are codes and dates.
_NUMBER = (
    r"(?<![\w/.,-])\d+(?:[.,]\d+)*\s+(?!(?:năm|của|tháng|giờ|về|tại|và|-)\b)[^\W\d_]+"
    r"|\b(?:một|hai|ba|bốn|sáu|bảy|tám|chín|mười|trăm|nghìn|triệu|tỷ)\s+[^\W\d_]+"
)
_AMOUNT = (
    r"(?<!\d)\d[\d.,]{0,23}\s*(?:%|phần trăm|(?:nghìn|ngàn|triệu|tỷ|tỉ)?\s*(?:đồng|USD|euro|đô|VND)"
    r"|triệu|tỷ|tỉ|đ\b|km|m2|ha|tấn|kg)"
)
_PERCENTAGE = r"\d\s*(?:%|‰|phần (?:trăm|nghìn|ngàn))|\b(?:một nửa|phần ba|phần tư)\b|\b\d+/\d+"
_NUMERAL = r"(?:\d[\d.,]{0,23}|\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|trăm|nửa))"
_MEASURE = (
    rf"{_NUMERAL}\s*(?:(?:nghìn|ngàn|triệu|tỷ|tỉ)\s+)?(?:km|cm|mm|m|mét|cây số|ha|hecta|héc ta|tấn|tạ|kg"
    rf"|ki ?lô|gam|g|lít|độ|hải lý"
    r"|dặm|kw|mw|kwh|kv|gb|mb)[23²³]?\b"
)
_DURATION = rf"{_NUMERAL}\s+(?:năm|tháng|tuần|ngày|giờ|tiếng|phút|giây|thập kỷ|thế kỷ)\b"
_DATE = (
    r"\d{1,2}\s*[/\-.]\s*\d{1,2}(?:\s*[/\-.]\s*\d{2,4})?|\b(?:năm|tháng|ngày|quý|thế kỷ)\s+(?:\d+|[IVX]+)"
    r"|\b(?:sáng|trưa|chiều|tối|đêm|hôm|thứ)\s+(?:nay|qua|hai|ba|tư|năm|sáu|bảy|\d+)|\b\d{1,2}\s*(?:giờ|h)\b"
)
_PLACE = (
    r"\b(?:tỉnh|huyện|quận|xã|phường|thành phố|TP\.?|thị xã|thị trấn|đường|tại|ở|đến|từ|nước|bản|thôn|khu|sang|về|tới)"
    rf"\s+{_NAME}"
)
_REASON = r"\b(?:vì|do|bởi|nhằm|để|nguyên nhân|lý do|nhờ|khiến|dẫn đến|nên)\b"
_ORGANISATION = (
    r"\b(?:công ty|bệnh viện|trường|đại học|sở|bộ|ủy ban|ubnd|công an|ngân hàng|tập đoàn|viện|hội|ban|cục|tòa án|hãng)"
    r"\s+[^\W\d_]+(?:\s+[^\W\d_]+){0,3}"
)
_ROLE = (
    r"\b(?:chủ tịch|bí thư|giám đốc|trưởng|phó|bộ trưởng|thứ trưởng|thủ tướng|tổng thống|chủ nhiệm|hiệu trưởng"
    r"|viện trưởng"
    r"|cục trưởng|thư ký|tư lệnh|đại biểu|ủy viên|đại tá|thượng tá|trung tá|thiếu tướng|trung tướng|đại tướng"
    r"|phát ngôn|cố vấn"
    r"|chánh|đại sứ|giáo sư|tiến sĩ|thạc sĩ|kỹ sư|bác sĩ|luật sư|chuyên viên|nhân viên|thanh tra|huấn luyện viên)\b"
)

_SHOWN_BY: dict[AnswerType, re.Pattern[str]] = {
    AnswerType.COUNT: re.compile(_NUMBER, re.IGNORECASE),
    AnswerType.AMOUNT: re.compile(_AMOUNT, re.IGNORECASE),
    AnswerType.PERCENTAGE: re.compile(_PERCENTAGE, re.IGNORECASE),
    AnswerType.MEASURE: re.compile(_MEASURE, re.IGNORECASE),
    AnswerType.DURATION: re.compile(_DURATION, re.IGNORECASE),
    AnswerType.ROLE: re.compile(_ROLE, re.IGNORECASE),
    AnswerType.PERSON: re.compile(_PERSON),
    AnswerType.DATE: re.compile(_DATE, re.IGNORECASE),
    AnswerType.PLACE: re.compile(_PLACE),
    AnswerType.REASON: re.compile(_REASON, re.IGNORECASE),
    AnswerType.ORGANISATION: re.compile(_ORGANISATION, re.IGNORECASE),
}


def holds_type(analysis: Analysis, sentence: str) -> float:
    """Return 1 when the sentence has something new of the kind asked for, 0 when not, .5 for a question of no kind.

    New is what the question does not say itself: a question that names Hội An is not answered by Hội An.
    """
    pattern = _SHOWN_BY.get(analysis.answer_type)
    if pattern is None:
        return 0.5
    if analysis.answer_type is AnswerType.REASON:
        return float(pattern.search(sentence) is not None)
    said = {token.folded for token in analysis.tokens}
    return float(any(_is_new(match[0], said) for match in pattern.finditer(sentence)))


def _is_new(text: str, said: AbstractSet[str]) -> bool:
    """Tell whether a capital or a number in `text` is not among the words `said`."""
    marked = [word for word in text.split() if word[0].isupper() or word[0].isdigit()] or text.split()
    return any(word not in said for word in folded_tokens(" ".join(marked)))


def asked_for(analysis: Analysis) -> tuple[str, ...]:
    """Return the folded words that name what is asked for, at most two of them.

    After *bao nhiêu*, *mấy*, *bn* and *how many* what is counted (`tap the`); before *nào* what is wanted (`thi tran`).
    """
    words = [token.folded for token in analysis.tokens]
    for at, word in enumerate(words):
        if word == "bn" or (word == "may" and (analysis.toneless or analysis.tokens[at].text == "mấy")):
            return tuple(words[at + 1 : at + 3])
        if words[at : at + 2] in (["bao", "nhieu"], ["how", "many"]):
            return tuple(words[at + 2 : at + 4])
        if word == "nao" and (analysis.toneless or analysis.tokens[at].text == "nào"):  # `não` is a brain
            return tuple(words[max(0, at - 2) : at])
    return ()


def shows_what_is_asked_for(analysis: Analysis, wanted: Sequence[str], sentence: str) -> float:
    """Return 1 when the thing asked for stands with a number before it or a new name behind it, .5 with part of it.

    A synonym counts for less than the word itself: `tập thể` for `đơn vị`.
    """
    own = _shows(analysis, wanted, sentence)
    if own == 1.0:
        return own
    others = (_shows(analysis, other, sentence) for other in _synonyms_of(analysis, wanted))
    return max(own, _SYNONYM_CREDIT * max((shown for shown in others if shown == 1.0), default=0.0))


def _synonyms_of(analysis: Analysis, wanted: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for said in analysis.synonyms:
        words = tuple(token.folded for token in analysis.tokens[said.start : said.end])
        if words == tuple(wanted[: len(words)]):
            yield from (tuple(fold_tokens(other)) for other in said.others)


def _shows(analysis: Analysis, wanted: Sequence[str], sentence: str) -> float:
    if not wanted:
        return 0.0
    if not set(wanted) & set(folded_tokens(sentence)):
        return 0.0  # most sentences: spares mapping every word
    words = tokens_mapped(sentence)
    folded = [word.folded for word in words]
    said = {token.folded for token in analysis.tokens}
    best = 0.0
    for at, word in enumerate(words):
        if word.text[0].isdigit():
            window = folded[at + 1 : at + 4]
            best = max(best, 1.0 if window[: len(wanted)] == list(wanted) else 0.5 * (wanted[0] in window))
        elif word.span.of(sentence)[0].isupper() and word.folded not in said:
            before = folded[max(0, at - 3) : at]
            best = max(best, 1.0 if before[-len(wanted) :] == list(wanted) else 0.5 * (wanted[-1] in before))
    return best
