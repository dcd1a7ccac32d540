"""Choose answers among the start and end scores of a span reader: whole words, not too many of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Span
from qa.encoding import Window

MOST_WORDS = 30  # an answer longer than this is a paragraph
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words `[first, last]` of a window as an answer.

    `score` is the sum of both logits, `margin` how far it lies above that of the window saying nothing (the null score
    of SQuAD 2.0), `chance` the share of this start and this end among all of the window's, from 0 to 1.
    """

    first: int
    last: int
    score: float
    margin: float
    chance: float

    @property
    def total(self) -> float:
        """Logarithm of the sum over all answers of its window, silence included."""
        return self.score - math.log(max(self.chance, 1e-30))

    def span(self, window: Window) -> Span:
        """Return the candidate's place in the text that the window was cut from."""
        return Span(window.words[self.first].span.start, window.words[self.last].span.end)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where an answer may begin and end: not inside a word of several syllables, and in one line.

    `continues` tells for each word whether it goes on with the one before, `line` numbers its line.
    """

    continues: Sequence[bool]
    line: Sequence[int]

    def forbidden(self) -> NDArray[np.bool_]:
        """Return `[words, words]`: whether the first and the last word of an answer may not be these."""
        inner = np.array(self.continues, dtype=np.bool_)
        cut = np.append(inner[1:], False)
        line = np.array(self.line)
        found: NDArray[np.bool_] = inner[:, None] | cut[None, :] | (line[:, None] != line[None, :])
        return found


def candidates(
    window: Window, start: Scores, end: Scores, most: int = 5, bounds: Bounds | None = None
) -> list[Candidate]:
    """Return the best `most` answers of a window by `start` and `end`, its logits for each token; best first.

    Position 0 ([CLS]) says that the window does not tell; only passage tokens and it take part. Of answers that overlap
    the best one stands: where an answer begins and ends the network knows better than whoever weighs answers later.
    """
    begins, ends = start[list(window.first)], end[list(window.last)]
    none = float(start[0] + end[0])
    total = _log_sum(np.append(begins, start[0])) + _log_sum(np.append(ends, end[0]))
    size = len(begins)
    scores = np.full((size, size), -np.inf, np.float32)
    for first in range(size):
        stop = min(size, first + MOST_WORDS)
        scores[first, first:stop] = begins[first] + ends[first:stop]
    if bounds is not None:
        scores[bounds.forbidden()] = -np.inf
    found: list[Candidate] = []
    while len(found) < most:
        first, last = divmod(int(scores.argmax()), size)
        score = float(scores[first, last])
        if not np.isfinite(score):
            break
        found.append(Candidate(first, last, score, score - none, float(np.exp(score - total))))
        scores[: last + 1, first:] = -np.inf
    return found


def _log_sum(values: Scores) -> float:
    high = float(values.max())
    return high + float(np.log(np.exp(values - high).sum()))
