"""Score confidences against what came of them: pure functions, no files, no models.

Every function takes the confidences of some answers, each from 0 to 1, and whether each answer was right, in the same
order. What cannot be said (nothing was asked; nothing was wrong, so nothing could be told apart) is None, not a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

BINS = 10


def auroc(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return how often a right answer has more confidence than a wrong one, ties counted half.

    The area under the ROC curve, by its equality with the Mann-Whitney statistic (Hanley and McNeil 1982, "The Meaning
    and Use of the Area under a Receiver Operating Characteristic Curve"). None when all are right or all are wrong.

    >>> auroc([0.9, 0.8, 0.3], [True, False, True])
    0.5
    """
    _require(confidences, right)
    positives = sum(right)
    negatives = len(right) - positives
    if not positives or not negatives:
        return None
    below, rank_sum = 0, 0.0
    for group in _groups(confidences, right):
        rank_sum += sum(group) * (below + (len(group) + 1) / 2)
        below += len(group)
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def _groups(confidences: Sequence[float], right: Sequence[bool]) -> list[list[bool]]:
    """Return the outcomes by confidence, the least first; those of one confidence stand together."""
    pairs = sorted(zip(confidences, right, strict=True), key=lambda pair: pair[0])
    return [[one for _, one in group] for _, group in groupby(pairs, key=lambda pair: pair[0])]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies from `low` to `high`: their number, mean confidence and share of right ones."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Return what a reliability diagram shows: bins of equal width, the empty ones left out.

    A confidence on a bound belongs to the bin below it, as in Guo et al. 2017 ("On Calibration of Modern Neural
    Networks"); 0 to the first.
    """
    _require(confidences, right)
    members: dict[int, list[tuple[float, bool]]] = {}
    for pair in zip(confidences, right, strict=True):
        members.setdefault(_bin_of(pair[0], bins), []).append(pair)
    return [_binned(at / bins, (at + 1) / bins, members[at]) for at in sorted(members)]


def _bin_of(confidence: float, bins: int) -> int:
    at = min(int(confidence * bins), bins - 1)
    return at - 1 if at and confidence == at / bins else at


def reliability_equal_mass(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Return bins that hold as nearly the same number of answers as can be, the least confident first.

    Equal confidences are never parted, so that the outcome does not depend on the order of the questions.
    """
    _require(confidences, right)
    pairs = sorted(zip(confidences, right, strict=True))
    found: list[Bin] = []
    start = 0
    for at in range(1, bins + 1):
        end = max(start, round(at * len(pairs) / bins))
        while start < end < len(pairs) and pairs[end][0] == pairs[end - 1][0]:
            end += 1
        if end > start:
            found.append(_binned(pairs[start][0], pairs[end - 1][0], pairs[start:end]))
            start = end
    return found


def _binned(low: float, high: float, pairs: Sequence[tuple[float, bool]]) -> Bin:
    return Bin(low, high, len(pairs), fmean(pair[0] for pair in pairs), fmean(pair[1] for pair in pairs))


def expected_calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the mean distance between confidence and share of right answers over the bins, weighed by their size.

    Naeini, Cooper and Hauskrecht 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning"; with bins of
    equal width (`reliability`) it is their ECE, with bins of equal mass a form that a crowd in one bin hides less from
    (Nixon et al. 2019, "Measuring Calibration in Deep Learning").

    >>> expected_calibration_error(reliability([0.9, 0.9, 0.1], [True, False, False]))
    0.3
    """
    count = sum(each.count for each in bins)
    if not count:
        return None
    return round(sum(each.count * abs(each.confidence - each.right) for each in bins) / count, 12)


def brier_score(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the mean squared distance between confidence and outcome, 0 at best (Brier 1950).

    >>> brier_score([1.0, 0.5], [True, False])
    0.125
    """
    _require(confidences, right)
    if not confidences:
        return None
    return fmean((confidence - one) ** 2 for confidence, one in zip(confidences, right, strict=True))


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Answering only what has at least confidence `threshold` covers this share, of which the share `risk` is wrong."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[RiskPoint]:
    """Return the risk-coverage curve, the highest threshold first: one point for each confidence that occurs.

    El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification".
    """
    _require(confidences, right)
    thresholds = sorted(set(confidences), reverse=True)
    points, covered, wrong = [], 0, 0
    for threshold, group in zip(thresholds, reversed(_groups(confidences, right)), strict=True):
        covered += len(group)
        wrong += len(group) - sum(group)
        points.append(RiskPoint(threshold, covered / len(right), wrong / covered))
    return points


def risk_coverage_area(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the area under the risk-coverage curve: the mean risk over the answers, the most confident first.

    AURC (Geifman, Uziel and El-Yaniv 2019, "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers"). Among
    equal confidences the wrong ones are spread evenly, which is the mean over all orders.

    >>> risk_coverage_area([0.9, 0.8], [True, False])
    0.25
    """
    _require(confidences, right)
    if not right:
        return None
    risks: list[float] = []
    wrong = 0
    for group in reversed(_groups(confidences, right)):
        errors, before = len(group) - sum(group), len(risks)
        risks += [(wrong + errors * at / len(group)) / (before + at) for at in range(1, len(group) + 1)]
        wrong += errors
    return fmean(risks)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which `share` of the values lie, between two of them by proportion (type 7 of R).

    >>> percentile([10.0, 20.0, 30.0, 40.0], 0.5)
    25.0
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share lies from 0 to 1, not at {share}")
    if not values:
        return None
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def _require(confidences: Sequence[float], right: Sequence[bool]) -> None:
    if len(confidences) != len(right):
        raise ValueError(f"{len(confidences)} confidences cannot be scored by {len(right)} outcomes")
    if any(not 0.0 <= confidence <= 1.0 for confidence in confidences):
        raise ValueError("a confidence lies from 0 to 1")
