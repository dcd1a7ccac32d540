"""How often Vietnamese syllables with marks stand alone and behind one another: a bigram model of the language.

The table was counted over news, encyclopedia texts and questions (`train/syllables.py`); it is what lets a question
typed without marks be read. Probabilities are interpolated with those of lone syllables (Jelinek and Mercer 1980).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.text import fold

BUNDLED: Final = Path(__file__).parent / "model" / "syllables.npz"
_STEPS: Final = 12.0  # counts are kept as their logarithm to base 2, in twelfths: one byte each
_ALONE: Final = 0.15  # weight of how often a syllable stands anywhere
_UNSEEN: Final = 0.5  # counted for a syllable that is in no table
Chances = NDArray[np.float64]


class Syllables:
    """A bigram table; syllables are canonical and in lower case."""

    def __init__(
        self, forms: Sequence[str], counts: NDArray[np.uint32], pairs: NDArray[np.uint32], logs: NDArray[np.uint8]
    ) -> None:
        """Make it of the forms, their counts, the sorted pairs (first << 16 | second) and the pairs' coded counts."""
        self._number = {form: at for at, form in enumerate(forms)}
        self._counts = counts.astype(np.float64)
        self._total = float(self._counts.sum()) or 1.0
        self._pairs, self._logs = pairs, logs
        self._marked: dict[str, list[str]] = {}
        for form in forms:  # commonest first
            self._marked.setdefault(fold(form), []).append(form)

    @classmethod
    def of(cls, alone: dict[str, int], pairs: dict[tuple[str, str], int]) -> Syllables:
        """Make a table of counts; pairs of syllables that do not stand in `alone` are left out."""
        forms = sorted(alone, key=lambda form: (-alone[form], form))[: 1 << 16]
        number = {form: at for at, form in enumerate(forms)}
        keys = {
            number[one] << 16 | number[other]: count
            for (one, other), count in pairs.items()
            if one in number and other in number
        }
        order = sorted(keys)
        logs = np.round(np.log2([keys[key] for key in order] or [1]) * _STEPS)[: len(order)]
        return cls(
            forms,
            np.array([alone[form] for form in forms], dtype=np.uint32),
            np.array(order, dtype=np.uint32),
            np.minimum(logs, 255).astype(np.uint8),
        )

    @classmethod
    def load(cls, path: Path = BUNDLED) -> Syllables:
        """Read a table."""
        with np.load(path) as file:
            forms = bytes(file["forms"]).decode().split()
            # Differences are small numbers, and small numbers take little room.
            pairs = np.cumsum(file["steps"], dtype=np.uint32)
            return cls(forms, file["counts"], pairs, file["logs"])

    def save(self, path: Path) -> None:
        """Write the table."""
        forms = np.frombuffer("\n".join(self._number).encode(), dtype=np.uint8)
        steps = np.diff(self._pairs, prepend=np.uint32(0)).astype(np.uint32)
        counts = self._counts.astype(np.uint32)
        np.savez_compressed(path, forms=forms, counts=counts, steps=steps, logs=self._logs)

    def marked(self, bare: str) -> Sequence[str]:
        """Return the forms that a syllable without marks may be, commonest first."""
        return self._marked.get(bare, ())

    def alone(self, forms: Sequence[str]) -> Chances:
        """Return how likely each syllable is, whatever stands before it `[forms]`."""
        return np.array([self._count(form) for form in forms]) / self._total

    def behind(self, before: Sequence[str], forms: Sequence[str]) -> Chances:
        """Return how likely each of `forms` is behind each of `before` `[before, forms]`."""
        firsts = np.array([self._number.get(form, -1) for form in before])
        seconds = np.array([self._number.get(form, -1) for form in forms])
        keys = (firsts[:, None] << 16) | seconds[None]
        known = (firsts[:, None] >= 0) & (seconds[None] >= 0)
        # Keys of another type than the table would have all of it converted in every call.
        wanted = np.where(known, keys, 0).astype(np.uint32)
        at = np.minimum(np.searchsorted(self._pairs, wanted), max(len(self._pairs) - 1, 0))
        hit = known & (self._pairs[at] == keys) if len(self._pairs) else np.zeros_like(known)
        together = np.where(hit, 2.0 ** (self._logs[at] / _STEPS), 0.0) if len(self._pairs) else np.zeros(known.shape)
        each = np.array([self._count(form) for form in before])
        following: Chances = np.minimum(together / each[:, None], 1.0)
        return (1 - _ALONE) * following + _ALONE * self.alone(forms)[None]

    def _count(self, form: str) -> float:
        number = self._number.get(form)
        return _UNSEEN if number is None else float(self._counts[number])


@cache
def bundled_syllables() -> Syllables:
    """Return the table in the package, read once."""
    return Syllables.load()
