"""Tell what a sentence shows of the thing that a question asks for: something of its kind, and the thing itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from index.text import Token, fold_tokens, folded_tokens, tokens_mapped
from qa.analyse import Analysis
from qa.synonyms import SYNONYM_CREDIT
from qa.types import AnswerType

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

_HOW_MANY = (["bao", "nhieu"], ["how", "many"])
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
    return tuple(token.folded for token in tokens_asked_for(analysis))


def tokens_asked_for(analysis: Analysis) -> tuple[Token, ...]:
    """Return the tokens whose folded words `asked_for` returns."""
    words = [token.folded for token in analysis.tokens]
    if analysis.answer_type is AnswerType.COUNT:  # whatever `nào` stands before it
        how_many = next((at for at in range(len(words)) if words[at : at + 2] in _HOW_MANY), None)
        if how_many is not None:
            return analysis.tokens[how_many + 2 : how_many + 4]
    for at, word in enumerate(words):
        if word == "bn" or (word == "may" and (analysis.toneless or analysis.tokens[at].text == "mấy")):
            return analysis.tokens[at + 1 : at + 3]
        if words[at : at + 2] in _HOW_MANY:
            return analysis.tokens[at + 2 : at + 4]
        if word == "nao" and (analysis.toneless or analysis.tokens[at].text == "nào"):  # `não` is a brain
            return analysis.tokens[max(0, at - 2) : at]
    return ()


def shows_what_is_asked_for(analysis: Analysis, wanted: Sequence[str], sentence: str) -> float:
    """Return 1 when the thing asked for stands with a number before it or a new name behind it, .5 with part of it.

    A synonym counts for less than the word itself: `tập thể` for `đơn vị`.
    """
    own = _shows(analysis, wanted, sentence)
    if own == 1.0:
        return own
    others = (_shows(analysis, other, sentence) for other in _synonyms_of(analysis, wanted))
    return max(own, SYNONYM_CREDIT * max((shown for shown in others if shown == 1.0), default=0.0))


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
