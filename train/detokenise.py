"""Undo the tokenisation of the vietnews files: joined words and spaced punctuation."""

from __future__ import annotations

import re

_BEFORE = re.compile(r"\s+([.,;:!?%)\]”…])")
_AFTER = re.compile(r"([(\[“])\s+")
_QUOTED = re.compile(r'"\s*([^"]*?)\s*"')
_SLASH = re.compile(r"(\d)\s*/\s*(?=\d)")
_SPACE = re.compile(r"\s+")


def detokenise(line: str) -> str:
    """Return the line as it was printed: `( 24 tuổi )` becomes `(24 tuổi)`, `Hội_An` becomes `Hội An`."""
    text = line.replace("_", " ")
    text = _BEFORE.sub(r"\1", text)
    text = _AFTER.sub(r"\1", text)
    text = _QUOTED.sub(r'"\1"', text)
    text = _SLASH.sub(r"\1/", text)
    return _SPACE.sub(" ", text).strip()


def joined_words(line: str) -> list[str]:
    """Return the multi-syllable words that the tokenisation joined, lower case, spaces for `_`."""
    tokens = (token.lower().replace("_", " ").strip() for token in line.split() if "_" in token)
    return [word for word in tokens if " " in word and all(part.isalpha() for part in word.split(" "))]
