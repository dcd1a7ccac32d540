"""Know which words news and administrative texts use for one another, from a table that a person can read.

The reader of sentences uses it to see that *54 tập thể … nhận Bằng khen* speaks of *đơn vị được khen thưởng*. The
search by words does not: there, meaning is the vectors' business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.text import Token, fold_tokens, tokens

BUILT_IN = Path(__file__).parent / "lexicon" / "synonyms.tsv"
SYNONYM_CREDIT = 0.7  # what a synonym is worth where the word itself is worth 1
_LONGEST = 5  # tokens of a word


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a question, its tokens `[start, end)`, and the other words for it."""

    start: int
    end: int
    others: tuple[tuple[str, ...], ...]


class Synonyms:
    """The groups, looked up by word; read when the first question comes."""

    def __init__(self, path: Path = BUILT_IN) -> None:
        """Name the table."""
        self._path = path
        self._exact: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] | None = None
        self._folded: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}

    def find(self, question: Sequence[Token], *, toneless: bool) -> tuple[Said, ...]:
        """Return the words of a question that have others, the longest at each place, not overlapping."""
        self._read()
        table = self._folded if toneless else self._exact or {}
        words = [token.folded if toneless else token.text for token in question]
        found: list[Said] = []
        at = 0
        while at < len(words):
            longest = min(_LONGEST, len(words) - at)
            size = next((n for n in range(longest, 0, -1) if tuple(words[at : at + n]) in table), 0)
            if size:
                found.append(Said(at, at + size, table[tuple(words[at : at + size])]))
            at += max(size, 1)
        return tuple(found)

    def _read(self) -> None:
        if self._exact is not None:
            return
        exact: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
        for line in self._path.read_text(encoding="utf-8").splitlines():
            group = [tuple(tokens(word)) for word in line.split("\t")] if line and not line.startswith("#") else []
            for word in group:
                exact[word] = (*exact.get(word, ()), *(other for other in group if other != word))
        # A lone syllable without its mark is too many words at once: `bat` is bắt, bất, bạt, bát.
        self._folded = {tuple(fold_tokens(word)): others for word, others in exact.items() if len(word) > 1}
        self._exact = exact
