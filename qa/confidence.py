"""Decide whether the documents say: a first, simple rule, until confidence is calibrated on questions.

The answer's score becomes a number from 0 to 1 by a logistic curve fitted on the dev set; below the threshold, or when
the question has no telling word, or when a name it gives is nowhere near the answer, the status is `no_answer`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.evidence import Needle
from qa.read import Reading

_SLOPE = 1.0
_MIDDLE = 3.0
THRESHOLD = 0.5


def confidence_of(reading: Reading, needles: Sequence[Needle]) -> float:
    """Return how likely a reading supports an answer, from 0 to 1; 0 when the question has no telling word."""
    if not needles:
        return 0.0
    return 1.0 / (1.0 + math.exp(-_SLOPE * (reading.score - _MIDDLE)))
