"""Tell who holds the office that a question asks for: the deputy is not the chief, the minister not the director.

    Ai là Bí thư Tỉnh ủy Bắc Giang?    "Lê Thị Thu Hồng, Phó Bí thư Thường trực Tỉnh ủy"  ->  the deputy
    Ai là Giám đốc Sở Y tế?            "Giám đốc Bệnh viện Thanh Bình Phạm Văn Nông"      ->  of another body

Only what is written beside a name is looked at: before it (`Bí thư Thành ủy Trần Văn A`) with nothing that acts
between, or behind it, parted by a comma, a dash or a bracket (`Trần Văn A, Bí thư Thành ủy`). Else nothing is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice, takewhile
from typing import Final

from index.text import canonical, fold, is_toneless
from index.types import Span

_HEADS: Final = fold(
    "chủ tịch|bí thư|tổng bí thư|giám đốc|tổng giám đốc|bộ trưởng|thứ trưởng|thủ tướng|tổng thống|hiệu trưởng"
    "|viện trưởng|cục trưởng|tổng cục trưởng|vụ trưởng|trưởng phòng|trưởng ban|trưởng đoàn|trưởng khoa|trưởng công an"
    "|chánh văn phòng|chánh án|chánh thanh tra|tổng thư ký|thư ký|tư lệnh|chủ nhiệm|đội trưởng|chi cục trưởng"
    "|tổng biên tập|đại sứ|huấn luyện viên|hlv|viện phó|hiệu phó|phát ngôn viên|người phát ngôn|cố vấn|kế toán trưởng"
    "|đại biểu|thẩm phán|luật sư|bác sĩ|học sinh|sinh viên|phóng viên|tổ trưởng|thị trưởng|thống đốc|ngoại trưởng"
    "|nghị sĩ|ủy viên"
)
# All patterns but `_CLAUSE` and `_OTHERS` are for folded text.
_OFFICE: Final = rf"\b(?P<deputy>pho )?(?P<head>{_HEADS})\b"
_OFFICES: Final = re.compile(_OFFICE)
_BEHIND: Final = re.compile(rf"\s*(?:[,(–-]|la|giu chuc|hien la)\s*(?:nguyen |cuu |hien la |dang la |la )?{_OFFICE}")
_WHO_IS: Final = re.compile(
    r"\b(?:ai|nguoi nao) (?:dang |hien |da |tung )*(?:la|lam|giu chuc vu|giu chuc|giu cuong vi|dam nhiem|giu) "
    rf"(?:duong kim )?{_OFFICE}(?P<body>.*)"
)
_IS_WHO: Final = re.compile(
    rf"^(?:hien nay,? |hien tai,? )?(?:ong |ba |vi )?{_OFFICE}(?P<body>.*?)\b"
    r"(?:la (?:ai|nguoi nao|ong nao|ba nao)|ten (?:la )?gi)(?: vay| the| a| nhi)*\W*$"
)
_NAME_OF: Final = re.compile(rf"^ten (?:cua )?{_OFFICE}(?P<body>.*?)\bla gi\W*$")
_CLAUSE: Final = re.compile(r"[.;:!?\n]")
_OTHERS: Final = re.compile(r"[.;:!?\n]|\b(?:ông|bà|đồng chí|cùng|ong|dong chi|cung)\b")  # in small letters: not Bà Rịa
_SHORT: Final = (("uy ban nhan dan", "ubnd"), ("hoi dong nhan dan", "hdnd"))
# Of these one is not the other, though all of one province: `Chủ tịch HĐND tỉnh` is not that of the UBND.
_ORGANS: Final = frozenset({"ubnd", "hdnd", "mttq"})
_WORD: Final = re.compile(r"\w+")
# Between an office and a name these say that somebody else is spoken of: `Bí thư trao quà cho anh An`. With marks and
# in small letters, or Đà Nẵng and Hà Nội would be đã and nói.
_ACTS: Final = frozenset(
    "trao tặng cho thăm gặp với và cùng đã đang sẽ được bị về tại khi nói tiếp ký chúc đón khen để mà từ đến"
    " thay nhằm của vừa".split()
)
# Where the name of a body ends in a question: `Giám đốc Sở Y tế Đồng Tháp | thời điểm xảy ra vụ …`.
_ENDS_BODY: Final = frozenset(
    "khi lúc thời trong tại ở năm ngày bị được đã đang sẽ mà kể trả yêu hiện vừa từng về trước sau".split()
)
_REACH: Final = 90  # letters around a name
_FAR: Final = 6 * _REACH  # characters that surely hold them, decomposed or not
_COMMAS: Final = 2  # between an office and a name: so many, and it is somebody else's
_BODY: Final = 5  # words behind an office that say of what
_MOST_OF_BODY: Final = 0.8
# How well a name fits by what stands beside it, in the order of how often such spans were right on the dev sets: 28 of
# 35 where office and body agree, 5 of 33 where the body does not, 7 of 96 unsaid, 3 of 67, 1 of 16.
_IT, _OF_NO_BODY, _OF_ANOTHER_BODY, _UNSAID, _ANOTHER, _DEPUTY = 1.0, 0.6, 0.4, 0.35, 0.25, 0.15


@dataclass(frozen=True, slots=True)
class Office:
    """An office by its head word, whether the deputy is meant, and the words that say of what; all folded."""

    head: str
    deputy: bool
    body: tuple[str, ...]


def office_asked_for(question: str) -> Office | None:
    """Return the office whose holder is asked for; None when the question asks for something else.

    >>> office_asked_for("Ai là Phó Bí thư Thành ủy Hà Nội?")
    Office(head='bi thu', deputy=True, body=('thanh', 'uy', 'ha', 'noi'))
    >>> office_asked_for("Chủ tịch tỉnh khen thưởng ai?") is None
    True
    """
    written = _readable(" ".join(canonical(question).split()))
    plain = fold(written)
    found = _WHO_IS.search(plain) or _IS_WHO.search(plain) or _NAME_OF.search(plain)
    if found is None:
        return None
    ends = _as_in(_ENDS_BODY, written)
    words = takewhile(lambda word: word not in ends, _WORD.findall(_body(written, found)))
    body = _folded_words(" ".join(islice(words, _BODY)))
    return Office(found["head"], found["deputy"] is not None, tuple(body))


def holds_office(asked: Office, text: str, name: Span) -> float:
    """Return how well what stands beside a name in `text` agrees with the office asked for, from 0 to 1.

    Who holds several offices holds each of them.
    """
    clause = _readable(_CLAUSE.split(canonical(text[max(0, name.start - _FAR) : name.start]))[-1])
    before = fold(clause)
    behind = fold(_OTHERS.split(canonical(text[name.end : name.end + _FAR]), maxsplit=1)[0])[:_REACH]
    offices = [*_last_office(before, clause), *(_OFFICES.finditer(behind) if _BEHIND.match(behind) else ())]
    same = [office for office in offices if office["head"] == asked.head]
    if not any((office["deputy"] is not None) == asked.deputy for office in same):
        return _DEPUTY if same else _ANOTHER if offices else _UNSAID
    said = [*_folded_words(before[-_REACH:]), *_folded_words(behind)]
    wanted, named = _ORGANS & {*asked.body}, _ORGANS & {*said}
    if wanted and named and not wanted & named:
        return _OF_ANOTHER_BODY
    held = sum(word in said for word in asked.body)
    if held >= _MOST_OF_BODY * len(asked.body):
        return _IT
    return _OF_ANOTHER_BODY if any(_says_body(office) for office in same) else _OF_NO_BODY


def _last_office(before: str, clause: str) -> list[re.Match[str]]:
    """Return the office that a name follows; none where something happens between, or others stand there.

    `before` is the `clause` up to the name, folded.
    """
    acts = _as_in(_ACTS, clause)
    return [
        office
        for office in [*_OFFICES.finditer(before)][-1:]
        if len(before) - office.end() <= _REACH
        and before.count(",", office.end()) < _COMMAS
        and acts.isdisjoint(_WORD.findall(clause[office.end() :]))
    ]


def _says_body(office: re.Match[str]) -> bool:
    """Tell whether words follow an office that say of what, as far as the name or the next comma."""
    return bool(_WORD.findall(office.string[office.end() :].split(",")[0]))


def _readable(text: str) -> str:
    """Return the text in small letters where it is all in capitals: there they tell no name from a word."""
    return text.lower() if text.isupper() else text


def _body(text: str, found: re.Match[str]) -> str:
    """Return the body as the text writes it; folded where folding changed the length."""
    return text[found.start("body") : found.end("body")] if len(found.string) == len(text) else found["body"]


def _as_in(words: frozenset[str], text: str) -> frozenset[str]:
    """Return the words in the form that the text writes them in: without marks where it has none."""
    return _bare(words) if is_toneless(text) else words


@cache
def _bare(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


def _folded_words(text: str) -> list[str]:
    """Return the words folded, with short forms for what is mostly written so."""
    folded = fold(text)
    for long, short in _SHORT:
        folded = folded.replace(long, short)
    return _WORD.findall(folded)
