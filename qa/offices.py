"""Tell who holds the office that a question asks for: the deputy is not the chief, the minister not the director.

    Ai là Bí thư Tỉnh ủy Bắc Giang?    "Lê Thị Thu Hồng, Phó Bí thư Thường trực Tỉnh ủy"  ->  the deputy
    Ai là Giám đốc Sở Y tế?            "Giám đốc Bệnh viện Thanh Bình Phạm Văn Nông"      ->  of another body

Only what is written right beside a name is looked at: before it (`Bí thư Thành ủy Trần Văn A`) or behind it, parted by
a comma, a dash or a bracket (`Trần Văn A, Bí thư Thành ủy`). Where nothing stands there, nothing is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from index.text import canonical, fold
from index.types import Span

_HEADS: Final = fold(
    "chủ tịch|bí thư|tổng bí thư|giám đốc|tổng giám đốc|bộ trưởng|thứ trưởng|thủ tướng|tổng thống|hiệu trưởng"
    "|viện trưởng|cục trưởng|tổng cục trưởng|vụ trưởng|trưởng phòng|trưởng ban|trưởng đoàn|trưởng khoa|trưởng công an"
    "|chánh văn phòng|chánh án|chánh thanh tra|tổng thư ký|thư ký|tư lệnh|chủ nhiệm|đội trưởng|chi cục trưởng"
    "|tổng biên tập|đại sứ|huấn luyện viên|hlv|viện phó|hiệu phó|phát ngôn viên|người phát ngôn|cố vấn|kế toán trưởng"
    "|đại biểu|thẩm phán|luật sư|bác sĩ|học sinh|sinh viên|phóng viên|tổ trưởng|thị trưởng|thống đốc|ngoại trưởng"
    "|nghị sĩ|ủy viên"
)
# All patterns are for folded text.
_OFFICE: Final = rf"\b(?P<deputy>pho )?(?P<head>{_HEADS})\b"
_OFFICES: Final = re.compile(_OFFICE)
_BEHIND: Final = re.compile(rf"\s*(?:[,(–-]|la|giu chuc|hien la)\s*(?:nguyen |cuu |hien la |dang la |la )?{_OFFICE}")
_WHO_IS: Final = re.compile(
    r"\b(?:ai|nguoi nao)\s+(?:dang |hien |da |tung )*(?:la|lam|giu chuc vu|giu chuc|dam nhiem|giu)\s+"
    rf"{_OFFICE}(?P<body>.*)"
)
_IS_WHO: Final = re.compile(
    rf"^{_OFFICE}(?P<body>.*?)\b(?:la (?:ai|nguoi nao|ong nao|ba nao)|ten (?:la )?gi)(?: vay| the| a| nhi)*\W*$"
)
# Where what is said of a name ends: another name begins, or another clause.
_PARTS: Final = re.compile(r"[.;:!?\n]")
_OTHERS: Final = re.compile(r"[.;:!?\n]|\b(?:ong|ba|dong chi|cung)\b")
_SHORT: Final = (("uy ban nhan dan", "ubnd"), ("hoi dong nhan dan", "hdnd"))
_REACH: Final = 90  # characters around a name
_WORD: Final = re.compile(r"\w+")
_COMMAS = 2  # between an office and a name: so many, and it is somebody else's
_BODY = 3  # words behind an office that say of what
# How well a name fits by what stands beside it; the order is that of the shares of right spans on the dev sets: 28 of
# 35 where office and body agree, 5 of 33 where the body does not, 7 of 96 unsaid, 3 of 67, 1 of 16.
_IT, _OF_ANOTHER_BODY, _UNSAID, _ANOTHER, _DEPUTY = 1.0, 0.4, 0.5, 0.3, 0.15


@dataclass(frozen=True, slots=True)
class Office:
    """An office by its head word, whether the deputy is meant, and the words that say of what; all folded."""

    head: str
    deputy: bool
    body: tuple[str, ...]


def office_asked_for(question: str) -> Office | None:
    """Return the office whose holder is asked for; None when the question asks for something else.

    >>> office_asked_for("Ai là Phó Bí thư Thành ủy Hà Nội?")
    Office(head='bi thu', deputy=True, body=('thanh', 'uy', 'ha'))
    >>> office_asked_for("Chủ tịch tỉnh khen thưởng ai?") is None
    True
    """
    text = _plain(question).strip()
    found = _WHO_IS.search(text) or _IS_WHO.search(text)
    if found is None:
        return None
    return Office(found["head"], found["deputy"] is not None, tuple(_WORD.findall(found["body"])[:_BODY]))


def holds_office(asked: Office, text: str, name: Span) -> float:
    """Return how well what stands beside a name in `text` agrees with the office asked for, from 0 to 1.

    Who holds several offices holds each of them.
    """
    before = _PARTS.split(_plain(text[max(0, name.start - _REACH) : name.start]))[-1]
    behind = _plain(text[name.end : name.end + _REACH])
    offices = _last_office(before)
    if _BEHIND.match(behind):
        behind = _OTHERS.split(behind)[0]
        offices += _OFFICES.finditer(behind)
    near = {*_WORD.findall(before), *_WORD.findall(behind)}
    same = [office for office in offices if office["head"] == asked.head]
    if any((office["deputy"] is not None) == asked.deputy for office in same):
        return _IT if near.issuperset(asked.body) else _OF_ANOTHER_BODY
    return _DEPUTY if same else _ANOTHER if offices else _UNSAID


def _last_office(before: str) -> list[re.Match[str]]:
    """Return the office that a name follows, if not too many others stand between."""
    found = [*_OFFICES.finditer(before)][-1:]
    return [office for office in found if before[office.end() :].count(",") < _COMMAS]


def _plain(text: str) -> str:
    """Return the text folded, with short forms for what is mostly written so."""
    folded = fold(canonical(text))
    for long, short in _SHORT:
        folded = folded.replace(long, short)
    return folded
