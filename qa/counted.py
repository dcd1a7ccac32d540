"""Tell whether one thing that is counted may be another: pupils are people, households are no schools.

The table is `qa/lexicon/counted.tsv`. With their marks words are looked up as they are: `hồ` is no `hộ`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from index.text import canonical, fold
from qa.segment import word_length

_TABLE: Final = Path(__file__).parent / "lexicon" / "counted.tsv"
_LONGEST: Final = 3  # syllables
_NO_KIND: Final = "?"
_GROUP: Final = "tập thể"
_IN_GROUPS: Final = frozenset({"trường", "doanh nghiệp"})
_APART: Final = frozenset({_GROUP, "hộ", "trường"})


def may_be(said: Sequence[str], asked: Sequence[str]) -> bool | None:
    """Tell whether what a text counts may be what is counted in a question, both as syllables in lower case.

    None where a word is in no table, where both are of one kind and neither stands for all of it, and for schools and
    companies where groups are counted.

    >>> may_be(["người"], ["học", "sinh"]), may_be(["tập", "thể"], ["trường", "học"]), may_be(["hồ"], ["hộ"])
    (True, False, None)
    """
    (one, is_all), (other, asks_all) = _kind(said), _kind(asked)
    if not one or not other or (other == _GROUP and one in _IN_GROUPS):
        return None
    if one != other:
        return False
    return True if is_all or asks_all else None


def is_surely_another(said: Sequence[str], asked: Sequence[str]) -> bool:
    """Tell whether what a text counts is surely not what is counted in a question: no people for households.

    Other kinds may meet: members may be companies, customers households, and a vote is cast by a delegate.

    >>> is_surely_another(["cá", "nhân"], ["hộ"]), is_surely_another(["hộ"], ["khách"])
    (True, False)
    """
    return may_be(said, asked) is False and _kind(asked)[0] in _APART


def _kind(words: Sequence[str]) -> tuple[str, bool]:
    """Return the kind of a thing, by as many of its first syllables as the table knows, and whether it is all of it.

    Whole words alone are known: a `hộ lý` is no household.
    """
    sizes = range(min(_LONGEST, len(words)), word_length(words) - 1, -1)
    known = (_table().get(" ".join(words[:size])) for size in sizes)
    return next((kind for kind in known if kind), ("", False))


@cache
def _table() -> dict[str, tuple[str, bool]]:
    """Return the kind of each word, as it is written and without its marks."""
    exact: dict[str, tuple[str, bool]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words = line.split("\t")
            kind = "" if words[0] == _NO_KIND else words[0]
            exact |= {canonical(word): (kind, word == kind) for word in words}
    return {fold(word): kind for word, kind in exact.items()} | exact
