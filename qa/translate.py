"""Look English words up in Vietnamese, so that an English question finds Vietnamese passages by words as well.

The table (`qa/lexicon/en_vi.tsv`: English, Vietnamese, probability) was learnt from sentence pairs by IBM Model 1;
`train/align.py` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.text import Token, tokens
from index.types import Span

BUILT_IN = Path(__file__).parent / "lexicon" / "en_vi.tsv"


@dataclass(frozen=True, slots=True)
class Translation:
    """One reading of an English word of a question (at `source`): Vietnamese tokens, and how often it is that, 0 to 1."""

    source: Span
    vietnamese: tuple[str, ...]
    probability: float


class Translations:
    """The table, read once, when the first English question comes."""

    def __init__(self, path: Path = BUILT_IN) -> None:
        """Name the table; it is read when it is needed."""
        self._path = path
        self._table: dict[str, list[tuple[tuple[str, ...], float]]] | None = None

    def find(self, words: Sequence[Token]) -> tuple[Translation, ...]:
        """Return every reading of these words; of an unknown plural or past form those of its stem."""
        table = self._read()
        return tuple(
            Translation(word.span, vietnamese, probability)
            for word in words
            for vietnamese, probability in next((table[form] for form in _forms(word.folded) if form in table), [])
        )

    def _read(self) -> dict[str, list[tuple[tuple[str, ...], float]]]:
        if self._table is None:
            table: dict[str, list[tuple[tuple[str, ...], float]]] = {}
            for line in self._path.read_text(encoding="utf-8").splitlines():
                if line and not line.startswith("#"):
                    english, vietnamese, probability = line.split("\t")
                    table.setdefault(english, []).append((tuple(tokens(vietnamese)), float(probability)))
            self._table = table
        return self._table


def _forms(word: str) -> Iterator[str]:
    yield word
    for ending in ("s", "es", "ed", "d", "ing"):
        if word.endswith(ending):
            yield word.removesuffix(ending)
