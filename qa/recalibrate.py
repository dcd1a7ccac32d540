"""Fit confidence to a user's own questions: two numbers and a threshold, from some dozens of questions on.

Platt scaling (Platt 1999): the logit of the confidence is stretched and shifted so that it says how often such answers
were right. The prior keeps few questions from turning everything round: without evidence, nothing changes. The order of
confidences, and so what is preferred to what, stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.errors import InvalidInput
from qa.calibration import Calibration, Curve, sigmoid
from qa.calibration_metrics import auroc, expected_calibration_error, reliability

LEAST_QUESTIONS = 20
_PRIOR = 4.0  # as weighty as the curvature of some dozens of questions
_FOLDS = 5
_STEPS = 50
_SMALLEST_STEP = 1e-9
_LEAST_SLOPE = 0.05
LEAST_THRESHOLD = 0.0001


@dataclass(frozen=True, slots=True)
class Judgement:
    """One question: the confidence in its best candidate, whether that was right, whether there is an answer at all.

    Forms of one question share their `group`, and are never on both sides of a cross-validation; 0 is none.
    """

    confidence: float
    right: bool
    answerable: bool
    group: int = 0


@dataclass(frozen=True, slots=True)
class Scaling:
    """A confidence with logit x becomes one with logit `slope * x + shift`."""

    slope: float = 1.0
    shift: float = 0.0

    def of(self, confidence: float) -> float:
        """Return the scaled confidence; what had none at all keeps none."""
        return sigmoid(self.slope * _logit(confidence) + self.shift) if confidence > 0 else 0.0

    def curve(self, curve: Curve) -> Curve:
        """Return a curve that gives the scaled confidence."""
        weights = {name: self.slope * weight for name, weight in curve.weights.items()}
        return Curve(weights, self.slope * curve.intercept + self.shift)


@dataclass(frozen=True, slots=True)
class Quality:
    """How good confidences and a threshold are: None where a figure cannot be said."""

    calibration_error: float | None
    auroc: float | None
    threshold: float
    answerable_refused: float | None
    unanswerable_refused: float | None


@dataclass(frozen=True, slots=True)
class Recalibration:
    """A new calibration, with what it was before and is now; `after` is cross-validated."""

    calibration: Calibration
    scaling: Scaling
    before: Quality
    after: Quality
    questions: int

    @property
    def helps(self) -> bool:
        """Whether confidence is nearer to the truth than it was; with few questions it may be no better, or worse."""
        return (self.after.calibration_error or 0.0) < (self.before.calibration_error or 0.0)


def recalibrated(
    calibration: Calibration, rows: Sequence[Judgement], most_refused: float, source: str
) -> Recalibration:
    """Return the calibration fitted to `rows`; its threshold refuses at most a share of the answerable.

    Raises:
        InvalidInput: fewer than `LEAST_QUESTIONS` questions got any candidate, or all candidates are right, or none is.
    """
    usable = [row for row in rows if row.confidence > 0]
    right = sum(row.right for row in usable)
    if len(usable) < LEAST_QUESTIONS or right in (0, len(usable)):
        raise InvalidInput(
            f"{len(usable)} questions found a candidate and {right} of those are right: too little to learn from",
            hint=f"Give at least {LEAST_QUESTIONS} questions, some of which your documents do not answer.",
        )
    scaling = fit_scaling(rows)
    threshold = threshold_for([(scaling.of(row.confidence), row) for row in rows], most_refused)
    made = replace(
        calibration,
        span=scaling.curve(calibration.span),
        sentence=scaling.curve(calibration.sentence),
        threshold=threshold,
        source=source,
    )
    before = quality([(row.confidence, row) for row in rows], calibration.threshold)
    return Recalibration(made, scaling, before, quality(_cross_validated(rows), threshold), len(rows))


def fit_scaling(rows: Sequence[Judgement]) -> Scaling:
    """Return the scaling under which `rows` are likeliest, near to none where they say little.

    Newton's method; a step that makes them less likely is halved, or saturated confidences would send it to and fro.
    """
    usable = [row for row in rows if row.confidence > 0]
    table = np.array([[_logit(row.confidence), 1.0] for row in usable]).reshape(-1, 2)
    right = np.array([float(row.right) for row in usable])
    start = beta = np.array([1.0, 0.0])

    def misfit(beta: NDArray[np.float64]) -> float:
        logits = table @ beta
        return float(np.logaddexp(0, logits).sum() - right @ logits + _PRIOR / 2 * ((beta - start) ** 2).sum())

    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(table @ beta, -30, 30)))
        slope = table.T @ (right - chance) - _PRIOR * (beta - start)
        curvature = (table * (chance * (1 - chance))[:, None]).T @ table + _PRIOR * np.eye(2)
        step = np.linalg.solve(curvature, slope)
        while misfit(beta + step) > misfit(beta) and float(np.abs(step).max()) > _SMALLEST_STEP:
            step = step / 2
        beta = beta + step
    return Scaling(max(_LEAST_SLOPE, float(beta[0])), float(beta[1]))


def threshold_for(pairs: Sequence[tuple[float, Judgement]], most_refused: float) -> float:
    """Return the highest threshold, to four digits, that refuses at most a share of the answerable questions.

    What has no confidence at all is refused whatever the share: a threshold of 0 would answer everything.
    """
    confidences = sorted(confidence for confidence, row in pairs if row.answerable)
    if not confidences:
        raise InvalidInput(
            "none of the questions has an answer", hint="Give questions that your documents answer, too."
        )
    chosen = confidences[min(len(confidences) - 1, int(most_refused * len(confidences)))]
    return max(math.floor(chosen * 10_000) / 10_000, LEAST_THRESHOLD)


def quality(pairs: Sequence[tuple[float, Judgement]], threshold: float) -> Quality:
    """Return how good these confidences are."""
    confidences, right = [confidence for confidence, _ in pairs], [row.right for _, row in pairs]
    return Quality(
        calibration_error=expected_calibration_error(reliability(confidences, right)),
        auroc=auroc(confidences, right),
        threshold=threshold,
        answerable_refused=_refused(pairs, threshold, answerable=True),
        unanswerable_refused=_refused(pairs, threshold, answerable=False),
    )


def _refused(pairs: Sequence[tuple[float, Judgement]], threshold: float, *, answerable: bool) -> float | None:
    some = [confidence < threshold for confidence, row in pairs if row.answerable == answerable]
    return sum(some) / len(some) if some else None


def _cross_validated(rows: Sequence[Judgement]) -> list[tuple[float, Judgement]]:
    """Return every row with a confidence scaled by what the other folds say; the threshold is not of the folds."""
    groups: dict[tuple[int, int], int] = {}
    folds = [
        groups.setdefault((row.group, 0 if row.group else at), len(groups)) % _FOLDS for at, row in enumerate(rows)
    ]
    found = []
    for part in range(_FOLDS):
        scaling = fit_scaling([row for row, fold in zip(rows, folds, strict=True) if fold != part])
        found += [(scaling.of(row.confidence), row) for row, fold in zip(rows, folds, strict=True) if fold == part]
    return found


def _logit(confidence: float) -> float:
    bounded = min(max(confidence, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))
