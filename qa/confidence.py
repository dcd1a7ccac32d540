"""Say how likely an answer is right, from what is known when it is given; below a threshold there is no answer.

A logistic curve over five signals, fitted on the dev sets (`train/tune_reader.py`). It ranks right answers above wrong
ones tolerably (AUROC .73 cross-validated) and is not yet calibrated on questions of its own; near misses, the right
topic without the fact, still pass. What hardly speaks of the question, or lacks the names it gives, gets no confidence
at all: a question about Nghệ An is not answered from Lai Châu.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from qa.evidence import Needle
from qa.read import Features, Reading

THRESHOLD = 0.28
LEAST_TOLD = 0.5  # measured on the dev sets: refuses 3% of the answerable questions, and
LEAST_NAMES = 0.5  # this one 3% of them, 12% of the unanswerable
_MOST_MARGIN = 3.0  # a gap wider than this says no more than this


@dataclass(frozen=True, slots=True)
class Signals:
    """What confidence is read off: the first four from 0 to 1 or so, the margin from -3 to 3."""

    near: float  # weight of the question's words in the sentence, its passage, heading or title
    told: float  # … in the document
    names: float  # how well the worst-held of its names stands there
    meaning: float  # cosine of question and sentence
    margin: float  # how far the reading's score lies above the best other one (below it: negative)


@dataclass(frozen=True, slots=True)
class Curve:
    """The weights of the signals and the intercept of the logistic curve."""

    near: float = 0.86
    told: float = 0.29
    names: float = -0.05
    meaning: float = -0.77
    margin: float = 1.0
    intercept: float = -1.35


DEFAULT_CURVE = Curve()


def signals_of(features: Features, margin: float) -> Signals:
    """Return the signals of a sentence with these features."""
    return Signals(
        near=features.here + features.around,
        told=features.here + features.around + features.document,
        names=features.names,
        meaning=features.meaning,
        margin=max(-_MOST_MARGIN, min(_MOST_MARGIN, margin)),
    )


def confidences(readings: Sequence[Reading], needles: Sequence[Needle], curve: Curve = DEFAULT_CURVE) -> list[float]:
    """Return how likely each reading, best first, is right, from 0 to 1; 0 when the question has no telling word."""
    if not needles:
        return [0.0] * len(readings)
    return [_confidence(reading, _margin(readings, at), curve) for at, reading in enumerate(readings)]


def _margin(readings: Sequence[Reading], at: int) -> float:
    """Return the distance to the best reading that says something else."""
    mine = readings[at]
    words = mine.span.of(mine.passage.document.text)
    others = (r.score for r in readings if r.span.of(r.passage.document.text) != words)
    return mine.score - next(others, mine.score - _MOST_MARGIN)


def _confidence(reading: Reading, margin: float, curve: Curve) -> float:
    signals = signals_of(reading.features, margin)
    if signals.told < LEAST_TOLD or signals.names < LEAST_NAMES:
        return 0.0
    total = curve.intercept + sum(w * s for w, s in zip(astuple(curve), astuple(signals), strict=False))
    return 1.0 / (1.0 + math.exp(-total))
