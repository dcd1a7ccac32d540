"""Look English words up in Vietnamese, so that an English question finds Vietnamese passages by words as well.

Two tables, each a line: English, Vietnamese, probability. `qa/lexicon/en_vi.tsv` was learnt from sentence pairs by IBM
Model 1 (`train/align.py`); `qa/lexicon/en_vi_administration.tsv` was written by hand and wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.text import Token, fold, tokens
from index.types import Span

_FOLDER = Path(__file__).parent / "lexicon"
BUILT_IN = (_FOLDER / "en_vi.tsv", _FOLDER / "en_vi_administration.tsv")

_Table = dict[str, list[tuple[tuple[str, ...], float]]]


@dataclass(frozen=True, slots=True)
class Translation:
    """One reading of an English word (at `source` in the question): Vietnamese tokens, and how likely it is."""

    source: Span
    vietnamese: tuple[str, ...]
    probability: float


class Translations:
    """The tables, read once, when the first English question comes."""

    def __init__(self, paths: Sequence[Path] = BUILT_IN) -> None:
        """Name the tables; what a later one says of a word replaces what an earlier one says."""
        self._paths = paths
        self._table: _Table | None = None

    def find(self, words: Sequence[Token]) -> tuple[Translation, ...]:
        """Return every reading of these words; of an unknown plural or past form those of its stem."""
        table = self._read()
        return tuple(
            Translation(word.span, vietnamese, probability)
            for word in words
            for vietnamese, probability in next((table[form] for form in _forms(word.folded) if form in table), [])
        )

    def _read(self) -> _Table:
        if self._table is None:
            table: _Table = {}
            for path in self._paths:
                table |= _read_table(path)
            self._table = table
        return self._table


def _read_table(path: Path) -> _Table:
    table: _Table = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            english, vietnamese, probability = line.split("\t")
            if fold(vietnamese) == english:
                continue  # a name with its marks (`hai` → `hải`): it is looked up without them anyway
            table.setdefault(english, []).append((tuple(tokens(vietnamese)), float(probability)))
    return table


def _forms(word: str) -> Iterator[str]:
    yield word
    for ending in ("s", "es", "ed", "d", "ing"):
        if word.endswith(ending):
            yield word.removesuffix(ending)
