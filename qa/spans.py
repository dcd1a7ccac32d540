"""Choose answers among the start and end scores of a span reader: whole words, not too many of them."""

from __future__ import annotations

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

    `margin` is how far their score lies above that of the window saying nothing (SQuAD 2.0's null score; logits);
    `chance` is the share of this start and this end among all of the window's, from 0 to 1.
    """

    first: int
    last: int
    margin: float
    chance: float

    def span(self, window: Window) -> Span:
        """Return the candidate's place in the text that the window was cut from."""
        return Span(window.words[self.first].span.start, window.words[self.last].span.end)


def candidates(window: Window, start: Scores, end: Scores, most: int = 5) -> list[Candidate]:
    """Return the best `most` answers of a window by `start` and `end`, its logits for each token; best first.

    Position 0 ([CLS]) says that the window does not tell; only passage tokens and it take part.
    """
    begins, ends = start[list(window.first)], end[list(window.last)]
    none = float(start[0] + end[0])
    total = _log_sum(np.append(begins, start[0])) + _log_sum(np.append(ends, end[0]))
    size = len(begins)
    scores = np.full((size, size), -np.inf, np.float32)
    for first in range(size):
        stop = min(size, first + MOST_WORDS)
        scores[first, first:stop] = begins[first] + ends[first:stop]
    best = np.argsort(-scores, axis=None, kind="stable")[:most]
    found = []
    for place in best.tolist():
        first, last = divmod(place, size)
        score = float(scores[first, last])
        if np.isfinite(score):
            found.append(Candidate(first, last, score - none, float(np.exp(score - total))))
    return found


def _log_sum(values: Scores) -> float:
    high = float(values.max())
    return high + float(np.log(np.exp(values - high).sum()))
