"""Write a question in the other forms that people type it in: pure functions."""

from __future__ import annotations

import re
import unicodedata

from train.forms import new_style, strip_marks

_WORD = re.compile(r"[^\W\d_]+")


def toneless(text: str) -> str:
    """Return the text as typed without a Vietnamese keyboard: no marks, đ as d, lower case."""
    return strip_marks(text).lower()


def decomposed(text: str) -> str:
    """Return the text with every mark as a character of its own (NFD), as some systems store it."""
    return unicodedata.normalize("NFD", text)


def other_tone_placement(text: str) -> str:
    """Return the text with the tone of open `oa oe uy` on the other vowel: `hòa` becomes `hoà`, `hoà` stays."""
    return _WORD.sub(lambda match: _moved(match[0]), unicodedata.normalize("NFC", text))


def _moved(word: str) -> str:
    moved = new_style(word.lower())
    if moved is None:
        return word
    return "".join(new.upper() if old.isupper() else new for old, new in zip(word, moved, strict=True))
