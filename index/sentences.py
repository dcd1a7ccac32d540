"""Split Vietnamese text, as it was written, into paragraphs and sentences.

Rules, no model: a stop ends a sentence unless what stands before it is an abbreviation, an initial or an item number,
or what follows goes on in lower case. The text may be NFC or NFD, with tone marks or without. Nothing is repaired:
what a web page glued together by a missing space is parted only where a word, a stop and a capital meet.

Every function runs in time linear in the text, whatever the text: it may be one word of ten megabytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from index.text import fold
from index.types import Span

# Hard-wrapped text is mail and plain-text exports: shorter lines are lists and verse, longer ones are not wrapped.
_WRAP_SHORTEST: Final = 40
_WRAP_NARROWEST: Final = 50
_WRAP_WIDEST: Final = 100

_LINE: Final = re.compile(r"\S[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*")
_WORD_START: Final = re.compile(r"\S{1,100}")
_ITEM: Final = re.compile(
    r"[-*•+–—▪◦●◆➢]\s|\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-zĐđ]|[IVXivx]{1,5})[.)]\s|#{1,6}\s|[|>]|```|~~~"
)

# A stop with the quotes and brackets that close right behind it; ” and » may stand apart, in badly spaced text.
_STOP: Final = re.compile(r"[.!?…。！？]++(?:[\"'”’»)\]]|[ \u00a0][”»](?=\s|$))*+")
_GAP: Final = re.compile(r"\s*[\"'“‘«(\[]*+")
_LAST_WORD: Final = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?$")
_FIRST_WORD: Final = re.compile(r"[^\W\d_]{1,12}")
_LOOK_BACK: Final = 24

_NUMBERED: Final = re.compile(
    r"\W*(?:(?:dieu|khoan|diem|muc|tieu muc|chuong|phan|cau|bai|hinh|bang|buoc|phu luc)\s+)?"
    r"(?:\d{1,3}(?:\.\d{1,3})*|[ivxlc]{1,6}|[a-z])"
)
_LETTERED: Final = re.compile(r"[a-zđ][.)]\s")
_NUMBERED_INLINE: Final = re.compile(r"[:;(]\s*(?:\d{1,2}|[A-Za-zĐđ])$")

# Before a name: these never end a sentence.
_TITLES: Final = frozenset(
    "TS Ts ThS Ths PGS GS Gs TSKH PTS BS Bs BSCK NSND NSƯT NGND NGƯT TP Tp tp TX Tx tx Đ/c đ/c Mr Mrs Ms Dr Prof St"
    " www".split()
)
# Before a name as a rule, but able to end a sentence: they do when a word follows that likes to begin one.
_SHORTENED: Final = frozenset("KS KTS LS CN TT Tt tt ĐT Tel Jr Sr Inc Ltd Co Corp Nxb NXB".split())
_BEFORE_NUMBER: Final = frozenset("tr Tr No Nr số Số so So".split())
_STARTERS: Final = frozenset(
    "ông bà anh chị em cô chú bác họ nó tôi chúng ta theo trong khi tuy nhưng sau tại ngày vì do đây đó hiện năm"
    " ngoài cùng qua để với các những một nếu trước từ đến đặc bên mặc dù vậy thế còn và song việc người cả mỗi nhiều"
    " này ở về trên dưới hôm sáng chiều tối nhờ mới được bị có không chỉ đồng tính như rồi lúc nay".split()
)
_FOLDED_STARTERS: Final = frozenset(map(fold, _STARTERS))


class Line(NamedTuple):
    """A line without the white space around it; `after_blank` when a blank line stands before it."""

    start: int
    end: int
    after_blank: bool


def paragraphs(text: str) -> list[Span]:
    """Return the paragraphs of `text`: lines, put together again where they were wrapped at a column."""
    return [Span(start, end) for start, end in paragraph_bounds(text)]


def sentences(text: str) -> list[Span]:
    """Return the sentences of `text` in order, trimmed; together they hold every character but white space."""
    caseless = text.islower()
    return [
        Span(*bounds)
        for start, end in paragraph_bounds(text)
        for bounds in sentence_bounds(text, start, end, caseless=caseless)
    ]


def paragraph_bounds(text: str) -> Iterator[tuple[int, int]]:
    """Yield what `paragraphs` returns, as pairs of offsets."""
    block: list[Line] = []
    for line in _lines(text):
        if line.after_blank and block:
            yield from _unwrapped(text, block)
            block = []
        block.append(line)
    if block:
        yield from _unwrapped(text, block)


def sentence_bounds(text: str, start: int, end: int, *, caseless: bool = False) -> Iterator[tuple[int, int]]:
    """Yield the sentences of the paragraph `text[start:end]`, which must be trimmed, as pairs of offsets.

    `caseless` says that the whole text is in lower case, so that a small letter does not mean that a sentence goes on.
    """
    at = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and _ends_sentence(text, at, stop, end, caseless):
            yield at, stop.end()
            at = stop.end()
            while text[at].isspace():
                at += 1
    if at < end:
        yield at, end


def _lines(text: str) -> Iterator[Line]:
    previous = 0
    for match in _LINE.finditer(text):
        start = match.start()
        gap = text[previous:start]
        blank = gap.count("\n") > 1 or (gap.count("\r") > 1 and "\n" not in gap)
        yield Line(start, start + len(match[0].rstrip()), blank)
        previous = match.end()


def _unwrapped(text: str, block: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs of a block of lines that no blank line parts."""
    wrapped = len(block) > 2 and _is_wrapped(text, block)
    start = block[0].start
    for line, following in pairwise(block):
        if not _goes_on(text, line, following, wrapped):
            yield start, line.end
            start = following.start
    yield start, block[-1].end


def _is_wrapped(text: str, block: Sequence[Line]) -> bool:
    """Tell whether every line was broken where the next word no longer fitted: what a program does, not a person."""
    width = max(line.end - line.start for line in block)
    if not _WRAP_NARROWEST <= width <= _WRAP_WIDEST:
        return False
    for line, following in pairwise(block):
        word = _WORD_START.match(text, following.start, following.end)
        if word is None or line.end - line.start + 1 + len(word[0]) <= width:
            return False
    return True


def _goes_on(text: str, line: Line, following: Line, wrapped: bool) -> bool:
    """Tell whether `following` continues the paragraph of `line`."""
    if text[line.start] == "#" or _ITEM.match(text, following.start, following.end):
        return False
    if wrapped:
        return True
    long_enough = line.end - line.start >= _WRAP_SHORTEST
    return long_enough and text[line.end - 1] not in ".!?…:;。！？" and text[following.start].islower()


def _ends_sentence(text: str, at: int, stop: re.Match[str], end: int, caseless: bool) -> bool:
    """Tell whether the stop ends the sentence that began at `at`; something of the paragraph follows it."""
    marks = stop[0]
    if marks[0] in "。！？":
        return True
    if not text[stop.end()].isspace():
        return _parts_glued(text, at, stop, end)
    gap = _GAP.match(text, stop.end(), end)
    following = gap.end() if gap else end
    if following >= end:
        return True
    first = text[following]
    if first in ".!?…,;:)]}”’»%" or unicodedata.combining(first):
        return False
    if first.islower() and not caseless and not _LETTERED.match(text, following, end):
        return False
    if marks == ".":
        return not _abbreviates(text, at, stop.start(), following)
    # “…,” says a dash and the speaker: the sentence is not over with the quotation.
    return not (marks[-1] in "\"'”’»" and first in "-–—")


def _parts_glued(text: str, at: int, stop: re.Match[str], end: int) -> bool:
    """Tell whether a stop without white space behind it ends a sentence: `chiến đấu...Điều đó`, not `Tp.HCM`."""
    after = stop.end()
    if not (text[after].isupper() and after + 1 < end and text[after + 1].islower()):
        return False
    before = text[max(at, stop.start() - _LOOK_BACK) : stop.start()].split()
    word = unicodedata.normalize("NFC", before[-1]) if before else ""
    return len(word) > 1 and word.isalpha() and word.islower() and word not in _TITLES


def _abbreviates(text: str, at: int, dot: int, following: int) -> bool:
    """Tell whether the full stop at `dot` belongs to an abbreviation, an initial or an item number."""
    if dot - at <= _LOOK_BACK and _NUMBERED.fullmatch(fold(text[at:dot])):
        return True
    before = unicodedata.normalize("NFC", text[max(at, dot - _LOOK_BACK) : dot])
    if _NUMBERED_INLINE.search(before):
        return True
    found = _LAST_WORD.search(before)
    word = found[0] if found else ""
    if word in _TITLES:
        return True
    if word in _BEFORE_NUMBER:
        return text[following].isdigit()
    if word in _SHORTENED or (len(word) == 1 and word.isupper()):
        return not _starts_sentence(text, following)
    return False


def _starts_sentence(text: str, at: int) -> bool:
    """Tell whether the word at `at` is one that likes to begin a sentence, and not a name's next part."""
    found = _FIRST_WORD.match(unicodedata.normalize("NFC", text[at : at + _LOOK_BACK]))
    word = found[0].lower() if found else ""
    return word in (_FOLDED_STARTERS if word.isascii() else _STARTERS)
