"""Write a question in the other forms that people type it in: pure functions, no chance in them."""

from __future__ import annotations

import re
import unicodedata

from index.text import canonical, fold

# Written for this project from common usage, the longest first; applied to the canonical lower-case question.
_CHAT = (
    ("ủy ban nhân dân", "ubnd"),
    ("hội đồng nhân dân", "hdnd"),
    ("như thế nào", "ntn"),
    ("điện thoại", "dt"),
    ("bao nhiêu", "bn"),
    ("bệnh viện", "bv"),
    ("thành phố", "tp"),
    ("giáo viên", "gv"),
    ("sinh viên", "sv"),
    ("học sinh", "hs"),
    ("việt nam", "vn"),
    ("công an", "ca"),
    ("người", "ng"),
    ("không", "ko"),
    ("được", "dc"),
    ("đường", "dg"),
    ("với", "vs"),
    ("gì", "j"),
)
_CHAT_WORD = re.compile("|".join(rf"\b{words}\b" for words, _ in _CHAT))
_CHAT_SHORT = dict(_CHAT)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONED = re.compile(f"([oOuU])([{_TONES}])([aeyAEY])(?![^\\W\\d_]|[\u0300-\u036f])")


def toneless(text: str) -> str:
    """Return the text as typed without a Vietnamese keyboard: no marks, đ as d, lower case.

    >>> toneless("Đơn vị ở Cần Thơ?")
    'don vi o can tho?'
    """
    return fold(text)


def decomposed(text: str) -> str:
    """Return the text with every mark as a character of its own (NFD), as some systems store it."""
    return unicodedata.normalize("NFD", text)


def other_tone_placement(text: str) -> str:
    """Return the text with the tone of open `oa oe uy` on the other vowel; where it stood there already, it stays.

    >>> other_tone_placement("Hòa Bình, thủy lợi, quý, hoà")
    'Hoà Bình, thuỷ lợi, quý, hoà'
    """
    composed = unicodedata.normalize("NFC", text)
    parts = unicodedata.normalize("NFD", composed)
    moved = unicodedata.normalize("NFC", _TONED.sub(_moved, parts))
    # Whatever the rule above made of rare letters: it must be the same text to the search, or it is left alone.
    return moved if canonical(moved) == canonical(composed) else composed


def _moved(match: re.Match[str]) -> str:
    first, tone, second = match.groups()
    if (first + second).lower() not in ("oa", "oe", "uy"):
        return match[0]
    return first + second + tone


def chat(text: str) -> str:
    """Return the text as typed in a chat, by a fixed rule: common words shortened, no marks, no final stop.

    >>> chat("Có bao nhiêu người được khen thưởng ở thành phố Cần Thơ?")
    'co bn ng dc khen thuong o tp can tho'
    """
    plain = canonical(text).lower().rstrip(" ?.!")
    return fold(_CHAT_WORD.sub(lambda match: _CHAT_SHORT[match[0]], plain))
