"""Find the title of a text that does not mark one: its first line that reads like a title."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from index.text import fold

TITLE_CHARACTERS: Final = 200
_LINES_LOOKED_AT: Final = 12
_LABEL_WORDS: Final = 2

_LINE: Final = re.compile(r"\S[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*")
_LETTER: Final = re.compile(r"[^\W\d_]")
# Matched against the folded line. What stands above the title of an official document or a news page.
_PREAMBLE: Final = re.compile(
    r"so\s*+:?\s*+[\w.]*+\s*+[/-].{0,40}|(?:[\w. ]{1,30},\s*)?ngay\s+[\d.…]+\s+thang\s+[\d.…]+\s+nam\s+[\d.…]+"
    r"|(?:thu \w+|chu nhat|cap nhat|ngay|dang luc)?[\s,:]*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.{0,30}"
)
# The national motto: nothing above it, such as the name of the office, is the title either.
_MOTTO: Final = re.compile(
    r"cong hoa xa hoi chu nghia viet nam|doc lap\s*[-–—]\s*tu do\s*[-–—]\s*hanh phuc|dang cong san viet nam"
)
# Kinds of official document: their subject stands on the next line, and only both together are a title.
_KINDS: Final = frozenset(
    "quyet dinh|thong bao|chi thi|nghi quyet|ket luan|bao cao|ke hoach|huong dan|thong tu|nghi dinh|to trinh|quy dinh"
    "|quy che|noi quy|cong van|giay moi|luat|phap lenh|bien ban|chuong trinh|de an|cong dien".split("|")
)


def guess_title(text: str) -> str:
    """Return the first line of `text` that reads like a title, cut to 200 characters at a word; "" if none does."""
    lines = _candidates(text)
    if not lines:
        return ""
    first, following = lines[0], lines[1] if len(lines) > 1 else ""
    if len(first.split()) > _LABEL_WORDS or not _reads_like_title(following):
        return shorten(first)
    return shorten(f"{first} {following}" if fold(first) in _KINDS else following)


def shorten(title: str) -> str:
    """Return `title` on one line, cut behind a word and marked with … when it is longer than 200 characters."""
    # A line may be megabytes long: only its beginning is looked at.
    line = " ".join(title[: 4 * TITLE_CHARACTERS].split())
    if len(line) <= TITLE_CHARACTERS:
        return line
    head = line[:TITLE_CHARACTERS]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:-–") + "…"


def _candidates(text: str) -> list[str]:
    """Return the lines near the top that hold words and are no preamble."""
    found: list[str] = []
    for match in islice(_LINE.finditer(text), _LINES_LOOKED_AT):
        line = match[0][: 4 * TITLE_CHARACTERS].strip().lstrip("\ufeff\u200b")
        folded = fold(line)
        if _MOTTO.fullmatch(folded):
            found.clear()
        elif _LETTER.search(line) and not _PREAMBLE.fullmatch(folded):
            found.append(line)
    return found


def _reads_like_title(line: str) -> bool:
    """Tell whether a line below a label of a word or two is the title, and not the text that the label heads."""
    words = line.split()
    if not _LABEL_WORDS < len(words) or len(line) > TITLE_CHARACTERS:
        return False
    return line[-1] not in ".;:," and not _is_item(words[0])


def _is_item(word: str) -> bool:
    return fold(word) in {"dieu", "chuong", "muc", "phan"} or word[0].isdigit() and word[-1] in ".)"
