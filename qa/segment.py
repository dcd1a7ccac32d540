"""Tell which syllables belong together: Vietnamese writes `tài chính`, one word, as two.

Longest match from the left against a list of words that news writes often (`qa/lexicon/words.txt`, made by
`train/segmentation.py`): rough, but an answer that ends in the middle of `cổ phiếu` or `Cao Bằng` is wrong for certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

BUILT_IN = Path(__file__).parent / "lexicon" / "words.txt"
_LONGEST = 4  # syllables


@cache
def known_words(path: Path = BUILT_IN) -> frozenset[str]:
    """Return the words of several syllables, in canonical lower case; read when first asked for."""
    return frozenset(path.read_text(encoding="utf-8").split("\n")) - {""}


def word_length(syllables: Sequence[str]) -> int:
    """Return how many of the first syllables make one known word, one when none do."""
    sizes = range(min(_LONGEST, len(syllables)), 1, -1)
    return next((size for size in sizes if " ".join(syllables[:size]) in known_words()), 1)


def glued(syllables: Sequence[str], adjacent: Sequence[bool], words: frozenset[str] | None = None) -> list[bool]:
    """Return for each syllable whether it continues the word that the one before belongs to.

    `adjacent[i]` tells whether nothing but a space stands between syllable i - 1 and i.

    >>> glued(["bộ", "tài", "chính", "họp"], [False, True, True, True], frozenset({"tài chính"}))
    [False, False, True, False]
    """
    words = known_words() if words is None else words
    found = [False] * len(syllables)
    at = 0
    while at < len(syllables):
        size = 1
        while size < _LONGEST and at + size < len(syllables) and adjacent[at + size]:
            size += 1
        while size > 1 and " ".join(syllables[at : at + size]) not in words:
            size -= 1
        for inside in range(at + 1, at + size):
            found[inside] = True
        at += size
    return found
