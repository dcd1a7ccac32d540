"""Scaling recovers what confidences were bent by, says nothing without evidence, and keeps their order."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import InvalidInput
from qa.calibration import Calibration, Curve
from qa.recalibrate import LEAST_QUESTIONS, Judgement, Scaling, fit_scaling, quality, recalibrated, threshold_for

PLAIN = Calibration(
    Curve({"margin": 1.0}, 0.0), Curve({"score": 2.0}, -1.0), Curve({"near": 1.0}, 0.5), 0.4, "for tests"
)


def bent(count: int, slope: float, shift: float) -> list[Judgement]:
    """Return candidates that are right as often as the scaled confidence says."""
    dice = random.Random(3)
    rows = []
    for _ in range(count):
        confidence = dice.uniform(0.02, 0.98)
        right = dice.random() < Scaling(slope, shift).of(confidence)
        rows.append(Judgement(confidence, right, answerable=right or dice.random() < 0.5))
    return rows


def test_what_confidences_were_bent_by_is_found() -> None:
    found = fit_scaling(bent(6_000, 0.6, -1.0))
    assert (found.slope, found.shift) == pytest.approx((0.6, -1.0), abs=0.1)


@pytest.mark.parametrize(("low", "high", "right"), [(0.02, 0.2, 0.6), (0.8, 0.98, 0.5), (0.6, 0.98, 0.4)])
def test_confidences_far_from_the_truth_send_it_nowhere_wild(low: float, high: float, right: float) -> None:
    for seed in range(20):
        dice = random.Random(seed)
        rows = [Judgement(dice.uniform(low, high), dice.random() < right, answerable=True) for _ in range(60)]
        found = fit_scaling(rows)
        assert abs(found.slope) < 2.5
        mean = sum(found.of(row.confidence) for row in rows) / len(rows)
        assert mean == pytest.approx(sum(row.right for row in rows) / len(rows), abs=0.2)


def test_the_share_is_kept_and_silence_stays_whatever_the_digits() -> None:
    rows = [Judgement(at / 30 + 0.00006, right=True, answerable=True) for at in range(1, 21)]
    assert threshold_for([(row.confidence, row) for row in rows], 0.0) <= rows[0].confidence
    silent = [*rows, *[Judgement(0.0, right=False, answerable=True)] * 5]
    assert threshold_for([(row.confidence, row) for row in silent], 0.1) > 0


def test_without_evidence_nothing_changes() -> None:
    assert fit_scaling([Judgement(0.0, False, answerable=False)]) == Scaling(1.0, 0.0)


def test_a_scaled_curve_gives_the_scaled_confidence() -> None:
    scaling = Scaling(0.7, -0.4)
    curve = scaling.curve(PLAIN.span)
    for score in (-2.0, 0.0, 1.5):
        assert curve.chance({"score": score}) == pytest.approx(scaling.of(PLAIN.span.chance({"score": score})))


@given(st.floats(0.05, 3), st.floats(-3, 3), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_order_stays(slope: float, shift: float, one: float, other: float) -> None:
    scaling = Scaling(slope, shift)
    low, high = sorted((one, other))
    assert scaling.of(low) <= scaling.of(high)


def test_what_had_no_confidence_gets_none() -> None:
    assert Scaling(1.0, 5.0).of(0.0) == 0.0


def test_fewer_answers_are_refused_than_allowed() -> None:
    rows = [Judgement(at / 10, right=True, answerable=True) for at in range(1, 11)]
    pairs = [(row.confidence, row) for row in rows]
    assert threshold_for(pairs, 0.2) == pytest.approx(0.3)  # .1 and .2 are refused, .3 is not
    assert quality(pairs, 0.3).answerable_refused == pytest.approx(0.2)
    assert threshold_for(pairs, 0.0) == pytest.approx(0.1)


def test_forms_of_a_question_are_on_one_side() -> None:
    """Five forms of each question, all of one fate: a fold that saw one of them would know the others."""
    dice = random.Random(4)
    fates = [(dice.uniform(0.05, 0.95), dice.random() < 0.5) for _ in range(30)]
    alone = [Judgement(*fate, answerable=True) for fate in fates for _ in range(5)]
    together = [Judgement(*fate, answerable=True, group=at + 1) for at, fate in enumerate(fates) for _ in range(5)]
    apart, kept = (recalibrated(PLAIN, rows, 0.1, "mine").after.calibration_error for rows in (alone, together))
    assert apart is not None and kept is not None
    assert kept != apart
    singles = [Judgement(*fate, answerable=True, group=at + 1) for at, fate in enumerate(fates)]
    ungrouped = [Judgement(*fate, answerable=True) for fate in fates]
    one, other = (recalibrated(PLAIN, rows, 0.1, "mine").after for rows in (singles, ungrouped))
    assert one == other


def test_confidence_becomes_truer() -> None:
    made = recalibrated(PLAIN, bent(400, 0.5, -1.5), 0.1, "mine")
    assert made.before.calibration_error is not None
    assert made.after.calibration_error is not None
    assert made.after.calibration_error < made.before.calibration_error / 2
    assert made.calibration.source == "mine"
    assert made.calibration.score_curve == PLAIN.score_curve
    assert math.isclose(made.calibration.span.weights["score"], 2.0 * made.scaling.slope)


@pytest.mark.parametrize(
    "rows",
    [
        [Judgement(0.5, True, True)] * (LEAST_QUESTIONS - 1),
        [Judgement(0.5, True, True)] * LEAST_QUESTIONS,
        [Judgement(0.5, False, True)] * LEAST_QUESTIONS,
        [Judgement(0.0, False, False)] * 100,
    ],
    ids=["few", "all right", "none right", "no candidate"],
)
def test_too_little_is_refused(rows: list[Judgement]) -> None:
    with pytest.raises(InvalidInput, match="too little"):
        recalibrated(PLAIN, rows, 0.1, "mine")


def test_it_says_whether_it_helps() -> None:
    assert recalibrated(PLAIN, bent(400, 0.5, -1.5), 0.1, "mine").helps
    true = [Judgement(at / 20, right=n < at, answerable=True) for at in range(1, 20) for n in range(20)]
    assert not recalibrated(PLAIN, true, 0.1, "mine").helps  # what tells the truth cannot be nearer to it
