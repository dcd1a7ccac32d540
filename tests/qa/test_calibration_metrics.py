"""The scores of confidences give the values worked out by hand, whatever the order of the questions."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.calibration_metrics import (
    RiskPoint,
    auroc,
    brier_score,
    expected_calibration_error,
    percentile,
    reliability,
    reliability_equal_mass,
    risk_coverage,
    risk_coverage_area,
)

# Few values, so that ties are common.
JUDGED = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.55, 0.9, 1.0]), st.booleans()), max_size=30)
Pairs = list[tuple[float, bool]]


def parted(pairs: Pairs) -> tuple[list[float], list[bool]]:
    return [confidence for confidence, _ in pairs], [right for _, right in pairs]


def test_auroc_by_hand() -> None:
    # right .9 .4, wrong .8 .1: of the four pairs .9>.8, .9>.1, .4<.8, .4>.1
    assert auroc([0.9, 0.8, 0.4, 0.1], [True, False, True, False]) == 3 / 4
    # a tie counts half
    assert auroc([0.5, 0.5], [True, False]) == 1 / 2
    assert auroc([0.5, 0.5, 0.2], [True, False, False]) == 3 / 4
    assert auroc([0.9, 0.1], [True, True]) is None
    assert auroc([], []) is None


@given(JUDGED)
def test_auroc_is_the_share_of_pairs_told_apart(pairs: Pairs) -> None:
    good, bad = [c for c, right in pairs if right], [c for c, right in pairs if not right]
    wins = [1.0 if a > b else 0.5 if a == b else 0.0 for a in good for b in bad]
    expected = pytest.approx(sum(wins) / len(wins)) if wins else None
    assert auroc(*parted(pairs)) == expected


def test_calibration_error_by_hand() -> None:
    # bin (.8, .9]: .9 .9 with one right of two: |.9 - .5| = .4, weight 2/3; bin (0, .1]: .1 with none: .1, weight 1/3
    bins = reliability([0.9, 0.9, 0.1], [True, False, False])
    assert [(each.low, each.high, each.count, each.right) for each in bins] == [(0.0, 0.1, 1, 0.0), (0.8, 0.9, 2, 0.5)]
    assert expected_calibration_error(bins) == pytest.approx(0.4 * 2 / 3 + 0.1 / 3)
    assert expected_calibration_error([]) is None


@pytest.mark.parametrize(
    ("confidence", "low"), [(0.0, 0.0), (0.05, 0.0), (0.1, 0.0), (0.11, 0.1), (0.3, 0.2), (1, 0.9)]
)
def test_a_confidence_on_a_bound_belongs_below_it(confidence: float, low: float) -> None:
    (found,) = reliability([confidence], [True])
    assert found.low == pytest.approx(low)


def test_bins_of_equal_mass_by_hand() -> None:
    bins = reliability_equal_mass([0.1, 0.2, 0.3, 0.4, 0.4], [False, False, True, True, False], bins=2)
    # the half of five is two, then .3 .4 .4
    assert [(each.low, each.high, each.count) for each in bins] == [(0.1, 0.2, 2), (0.3, 0.4, 3)]
    assert [each.confidence for each in bins] == pytest.approx([0.15, 1.1 / 3])
    assert [each.right for each in bins] == pytest.approx([0.0, 2 / 3])
    # a tie across the bound stays together
    assert [each.count for each in reliability_equal_mass([0.1, 0.4, 0.4, 0.5], [True] * 4, bins=2)] == [3, 1]


@given(JUDGED)
def test_bins_hold_every_answer_once(pairs: Pairs) -> None:
    for bins in (reliability(*parted(pairs)), reliability_equal_mass(*parted(pairs))):
        assert sum(each.count for each in bins) == len(pairs)
        assert all(each.low - 1e-9 <= each.confidence <= each.high + 1e-9 for each in bins)
        assert sum(each.count * each.right for each in bins) == pytest.approx(sum(right for _, right in pairs))


def test_brier_by_hand() -> None:
    # (.8 - 1)^2 = .04; (.5 - 0)^2 = .25
    assert brier_score([0.8, 0.5], [True, False]) == pytest.approx(0.145)
    assert brier_score([], []) is None


def test_the_risk_coverage_curve_by_hand() -> None:
    points = risk_coverage([0.9, 0.6, 0.6, 0.2], [True, False, True, False])
    assert points == [RiskPoint(0.9, 0.25, 0.0), RiskPoint(0.6, 0.75, 1 / 3), RiskPoint(0.2, 1.0, 0.5)]
    # risks after one, two, three, four: 0, .5/2, 1/3, 2/4
    assert risk_coverage_area([0.9, 0.6, 0.6, 0.2], [True, False, True, False]) == pytest.approx(
        (0 + 0.25 + 1 / 3 + 0.5) / 4
    )
    assert (risk_coverage([], []), risk_coverage_area([], [])) == ([], None)


@given(JUDGED, st.randoms())
def test_the_order_of_the_questions_changes_nothing(pairs: Pairs, rng: random.Random) -> None:
    shuffled = list(pairs)
    rng.shuffle(shuffled)
    for score in (auroc, brier_score, risk_coverage_area):
        assert score(*parted(shuffled)) == pytest.approx(score(*parted(pairs)))
    for bins in (reliability, reliability_equal_mass):
        first, second = (expected_calibration_error(bins(*parted(some))) for some in (pairs, shuffled))
        assert first == pytest.approx(second)
    assert risk_coverage(*parted(shuffled)) == risk_coverage(*parted(pairs))


@given(JUDGED.filter(bool))
def test_the_curve_ends_with_everything_covered(pairs: Pairs) -> None:
    points = risk_coverage(*parted(pairs))
    assert [point.coverage for point in points] == sorted(point.coverage for point in points)
    assert points[-1].coverage == 1.0
    assert points[-1].risk == pytest.approx(sum(not right for _, right in pairs) / len(pairs))


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0, 1.0, 2.0], 0.5, 2.0), ([1.0, 2.0], 0.5, 1.5), ([1.0, 2.0, 3.0, 4.0, 5.0], 0.95, 4.8), ([7.0], 0.95, 7.0)],
)
def test_a_percentile_lies_between_its_neighbours(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == pytest.approx(expected)


def test_what_makes_no_sense_is_refused() -> None:
    assert percentile([], 0.5) is None
    with pytest.raises(ValueError, match="share"):
        percentile([1.0], 95)
    with pytest.raises(ValueError, match="2 confidences"):
        auroc([0.1, 0.2], [True])
    with pytest.raises(ValueError, match="from 0 to 1"):
        brier_score([93.0], [True])
