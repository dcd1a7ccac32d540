"""Tell whether one thing that is counted may be another: pupils are people, households are no schools.

The table is `qa/lexicon/counted.tsv`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from index.text import fold

_TABLE: Final = Path(__file__).parent / "lexicon" / "counted.tsv"
_LONGEST: Final = 3  # syllables


def may_be(said: Sequence[str], asked: Sequence[str]) -> bool | None:
    """Tell whether what a text counts may be what is counted in a question, both as folded syllables.

    None where a word is in no table, or both are of one kind and neither stands for all of it.

    >>> may_be(["nguoi"], ["hoc", "sinh"]), may_be(["tap", "the"], ["truong", "hoc"]), may_be(["bai"], ["giao", "an"])
    (True, False, None)
    """
    one, other = _kind(said), _kind(asked)
    if one is None or other is None:
        return None
    if one[0] != other[0]:
        return False
    return True if one[1] or other[1] else None


def _kind(words: Sequence[str]) -> tuple[int, bool] | None:
    """Return the kind of a thing, by as many of its first syllables as the table knows, and whether it is all of it."""
    sizes = range(min(_LONGEST, len(words)), 0, -1)
    return next((found for size in sizes if (found := _table().get(" ".join(words[:size])))), None)


@cache
def _table() -> dict[str, tuple[int, bool]]:
    kinds: dict[str, tuple[int, bool]] = {}
    for number, line in enumerate(_TABLE.read_text(encoding="utf-8").splitlines()):
        if line and not line.startswith("#"):
            words = line.split("\t")
            kinds |= {fold(word): (number, word == words[0]) for word in words}
    return kinds
