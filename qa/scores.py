"""Sum up outcomes: one `Scores` for any group of them, in one stable public shape. Pure functions.

Shares and measures lie from 0 to 1. What cannot be said of a group (no unanswerable question, nothing retrieved) is
None. Figures of answers are of what a user is given; those named `candidate`, and all of the confidence, are of the
best candidate also where it was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from qa.calibration_metrics import (
    Bin,
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
from qa.judge import Judged
from qa.trial import Outcome

Number = float | None


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Means over the questions for which there is something to find."""

    questions: int
    recall_1: Number
    recall_5: Number
    recall_10: Number
    mrr: Number
    ndcg_10: Number


@dataclass(frozen=True, slots=True)
class Answerable:
    """Of the questions that the documents answer: words, places, and the share that was refused."""

    questions: int
    em: Number
    f1: Number
    candidate_em: Number
    candidate_f1: Number
    span_equal: Number
    span_overlap: Number
    span_held: Number
    right: Number
    refused: Number


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """Of the questions that the documents do not answer: the share that was refused, as it should be."""

    questions: int
    refused: Number


@dataclass(frozen=True, slots=True)
class Confidence:
    """How well the confidence tells right candidates from wrong ones, over all questions."""

    questions: int
    auroc: Number
    ece: Number
    ece_equal_mass: Number
    brier: Number
    risk_coverage_area: Number


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one group of outcomes.

    `em` and `f1` are over all its questions: silence is right where there is no answer, as SQuAD 2.0 counts it.
    """

    questions: int
    em: Number
    f1: Number
    retrieval: Retrieval
    answerable: Answerable
    unanswerable: Unanswerable
    confidence: Confidence
    citations: int
    citations_valid: int
    latency_p50_ms: Number
    latency_p95_ms: Number

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape, figures to four digits."""
        return {name: _rounded(value) for name, value in asdict(self).items()}


def _rounded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def scores_of(outcomes: Sequence[Outcome]) -> Scores:
    """Sum up a group of outcomes."""
    judged = [outcome.answer for outcome in outcomes if outcome.answer]
    times = [outcome.milliseconds for outcome in outcomes]
    return Scores(
        questions=len(outcomes),
        em=_mean(judged, lambda one: one.given.em),
        f1=_mean(judged, lambda one: one.given.f1),
        retrieval=_retrieval(outcomes),
        answerable=_answerable([o.answer for o in outcomes if o.answer and o.example.answerable]),
        unanswerable=_unanswerable([o.answer for o in outcomes if o.answer and not o.example.answerable]),
        confidence=_confidence(judged),
        citations=sum(one.citations for one in judged),
        citations_valid=sum(one.valid for one in judged),
        latency_p50_ms=percentile(times, 0.5),
        latency_p95_ms=percentile(times, 0.95),
    )


def _mean(judged: Sequence[Judged], value: Callable[[Judged], float]) -> Number:
    return fmean(map(value, judged)) if judged else None


def _retrieval(outcomes: Iterable[Outcome]) -> Retrieval:
    ranked = [outcome.ranking for outcome in outcomes if outcome.ranking]
    columns = zip(*((r.at_1, r.at_5, r.at_10, r.mrr, r.ndcg_10) for r in ranked), strict=True)
    means: list[Number] = [fmean(column) for column in columns] or [None] * 5
    return Retrieval(len(ranked), *means)


def _answerable(judged: Sequence[Judged]) -> Answerable:
    return Answerable(
        questions=len(judged),
        em=_mean(judged, lambda one: one.given.em),
        f1=_mean(judged, lambda one: one.given.f1),
        candidate_em=_mean(judged, lambda one: one.best.em),
        candidate_f1=_mean(judged, lambda one: one.best.f1),
        span_equal=_mean(judged, lambda one: one.place.equal),
        span_overlap=_mean(judged, lambda one: one.place.overlaps),
        span_held=_mean(judged, lambda one: one.place.holds),
        right=_mean(judged, lambda one: one.answered and one.right),
        refused=_mean(judged, lambda one: not one.answered),
    )


def _unanswerable(judged: Sequence[Judged]) -> Unanswerable:
    return Unanswerable(len(judged), _mean(judged, lambda one: not one.answered))


def _confidence(judged: Sequence[Judged]) -> Confidence:
    confidences, right = _pairs(judged)
    return Confidence(
        questions=len(judged),
        auroc=auroc(confidences, right),
        ece=expected_calibration_error(reliability(confidences, right)),
        ece_equal_mass=expected_calibration_error(reliability_equal_mass(confidences, right)),
        brier=brier_score(confidences, right),
        risk_coverage_area=risk_coverage_area(confidences, right),
    )


def _pairs(judged: Iterable[Judged]) -> tuple[list[float], list[bool]]:
    pairs = [(one.confidence, one.right) for one in judged]
    return [confidence for confidence, _ in pairs], [right for _, right in pairs]


@dataclass(frozen=True, slots=True)
class Curves:
    """What is drawn: risk over coverage, and the reliability of the confidence in bins of equal width."""

    risk_coverage: tuple[RiskPoint, ...]
    reliability: tuple[Bin, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape."""
        return {
            "risk_coverage": [_rounded(asdict(point)) for point in self.risk_coverage],
            "reliability": [_rounded(asdict(each)) for each in self.reliability],
        }


def curves_of(outcomes: Iterable[Outcome]) -> Curves:
    """Return the curves of a group of outcomes."""
    confidences, right = _pairs(outcome.answer for outcome in outcomes if outcome.answer)
    return Curves(tuple(risk_coverage(confidences, right)), tuple(reliability(confidences, right)))


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a run: of the questions as the data set has them, by their form, and by their type and file."""

    overall: Scores
    by_form: dict[str, Scores]
    by_type: dict[str, Scores]
    curves: Curves

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape."""
        return {
            "overall": self.overall.to_dict(),
            "by_form": {form: scores.to_dict() for form, scores in self.by_form.items()},
            "by_type": {kind: scores.to_dict() for kind, scores in self.by_type.items()},
            "curves": self.curves.to_dict(),
        }


def report_of(outcomes: Sequence[Outcome]) -> Report:
    """Sum up a run; the overall figures, types and curves are of the questions once each, as the data set has them."""
    once: dict[int, Outcome] = {}
    for outcome in outcomes:
        once.setdefault(id(outcome.example), outcome)
    firsts = list(once.values())
    return Report(
        overall=scores_of(firsts),
        by_form=_grouped(outcomes, lambda outcome: outcome.asking.form),
        by_type=_grouped(firsts, lambda outcome: outcome.example.kind),
        curves=curves_of(firsts),
    )


def _grouped(outcomes: Iterable[Outcome], key: Callable[[Outcome], str]) -> dict[str, Scores]:
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(key(outcome), []).append(outcome)
    return {name: scores_of(group) for name, group in groups.items()}
