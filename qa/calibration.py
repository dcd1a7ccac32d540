"""Turn what is known of an answer into how likely it is right: logistic regressions, their weights in one JSON file.

Three curves. `score` ranks the spans of one question by their evidence. `span` and `sentence` say how likely the best
one is right, given its score and what its rivals say. Weights are learnt by maximum likelihood with a ridge (Platt 1999
for the use of a logistic curve as calibration), on the dev set for the built-in file, on a user's own questions by
`hoidap calibrate`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import InvalidInput

BUILT_IN = Path(__file__).parent / "model" / "calibration.json"
FORMAT = 1
_STEPS = 60
_MOST_LOGIT = 12.0
NO_FIT = 0.0  # of a span that is no answer, whatever else is known of it (`qa.kinds.fit`)
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a span when it is read; mostly from 0 to 1, logits and logarithms where it says so."""

    margin: float  # logit above the window's saying nothing
    chance: float  # logarithm of its share among the window's spans
    share: float  # logarithm of its share among the spans of all windows
    first: float  # whether it is the best of its window
    fit: float  # how well it is of the kind asked for
    retrieved: float  # the passage's fused score, as a share of the best one's
    cosine: float  # of question and passage
    near: float  # weight of the question's words in its sentence, passage, heading or title
    told: float  # … or anywhere in the document
    here: float  # … in its sentence
    beyond: float  # … there, but on the other side of a semicolon
    names: float  # how well the worst-held name of the question stands there
    pairs: float  # share of the question's neighbouring words that stand together in the sentence
    wanted: float  # whether the thing asked for stands with a number or a new name
    meaning: float  # cosine of question and sentence
    lead: float  # whether the sentence begins the document
    repeats: float  # share of its words that the question says itself
    length: float  # logarithm of its words


@dataclass(frozen=True, slots=True)
class Signals:
    """What the confidence in a span is read off. More of the evidence was tried, and trees, and gave no more."""

    score: float  # its score, a logit
    margin: float  # logit above silence
    share: float  # logarithm of its share among the spans of all windows
    gap: float  # score above the best span that says something else
    fit: float
    told: float
    names: float
    retrieved: float


EVIDENCE = tuple(field.name for field in fields(Evidence))
SIGNALS = tuple(field.name for field in fields(Signals))
SENTENCE_SIGNALS = ("near", "told", "names", "meaning", "margin")


@dataclass(frozen=True)
class Curve:
    """A logistic curve: a weight for each named input, and an intercept."""

    weights: Mapping[str, float]
    intercept: float

    def logit(self, values: Mapping[str, float]) -> float:
        """Return the weighted sum."""
        return self.intercept + sum(weight * values[name] for name, weight in self.weights.items())

    def chance(self, values: Mapping[str, float]) -> float:
        """Return the probability, from 0 to 1."""
        return sigmoid(self.logit(values))


@dataclass(frozen=True)
class Calibration:
    """The three curves and the confidence below which there is no answer; `source` says what they were fitted on."""

    score_curve: Curve
    span: Curve
    sentence: Curve
    threshold: float
    source: str

    def score(self, evidence: Evidence) -> float:
        """Return the score of a span: the logit of its being right, by its evidence alone."""
        return self.score_curve.logit(asdict(evidence))

    def to_dict(self) -> dict[str, Any]:
        """Return the content of the file."""
        return {
            "format": FORMAT,
            "source": self.source,
            "threshold": round(self.threshold, 4),
            **{name: _to_dict(curve) for name, curve in self._curves().items()},
        }

    def _curves(self) -> dict[str, Curve]:
        return {"score": self.score_curve, "span": self.span, "sentence": self.sentence}

    def save(self, path: Path) -> None:
        """Write the file."""
        path.write_text(json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_calibration(path: Path = BUILT_IN) -> Calibration:
    """Read a calibration file.

    Raises:
        InvalidInput: it cannot be read, or is no calibration of this format.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}, not {FORMAT}")
        return Calibration(
            _curve(content["score"], EVIDENCE),
            _curve(content["span"], SIGNALS),
            _curve(content["sentence"], SENTENCE_SIGNALS),
            _number(content["threshold"]),
            str(content["source"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise InvalidInput(
            f"the calibration {path} cannot be used: {error}",
            hint="Go back to the built-in one with `hoidap calibrate --reset`; then it can be made again.",
        ) from error


def _curve(content: Mapping[str, Any], names: Sequence[str]) -> Curve:
    weights = {str(name): _number(weight) for name, weight in content["weights"].items()}
    unknown = set(weights) - set(names)
    if unknown:
        raise ValueError(f"weights for {', '.join(sorted(unknown))}")
    return Curve(weights, _number(content["intercept"]))


def _number(value: str | float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no finite number")
    return number


def _to_dict(curve: Curve) -> dict[str, Any]:
    return {"weights": {n: round(w, 4) for n, w in curve.weights.items()}, "intercept": round(curve.intercept, 4)}


def values_of(row: Evidence | Signals) -> tuple[float, ...]:
    """Return the numbers of a row in the order of its fields."""
    return astuple(row)


def fit_curve(
    inputs: Matrix, right: Matrix, names: Sequence[str], *, ridge: float = 1.0, weights: Matrix | None = None
) -> Curve:
    """Return the logistic curve that makes `right` `[rows]` (0 or 1) likeliest given `inputs` `[rows, names]`.

    Newton's method on the log-likelihood less `ridge` times half the squared weights of the standardised inputs
    (Hastie, Tibshirani and Friedman 2009, section 4.4.1); the intercept is free. `weights` count rows more or less.
    """
    mean, spread = inputs.mean(axis=0), np.maximum(inputs.std(axis=0), 1e-6)
    table = np.hstack([(inputs - mean) / spread, np.ones((len(inputs), 1))])
    counts = np.ones(len(inputs)) if weights is None else weights
    penalty = np.diag([ridge] * inputs.shape[1] + [1e-6])
    beta = np.zeros(table.shape[1])
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(table @ beta, -30, 30)))
        slope = table.T @ (counts * (right - chance)) - penalty @ beta
        curvature = (table * (counts * chance * (1 - chance))[:, None]).T @ table + penalty
        step = np.linalg.solve(curvature, slope)
        beta += step
        if float(np.abs(step).max()) < 1e-8:
            break
    slopes = beta[:-1] / spread
    return Curve(dict(zip(names, slopes.tolist(), strict=True)), float(beta[-1] - slopes @ mean))


def sigmoid(logit: float) -> float:
    """Return 1 / (1 + exp(-logit)) without overflow."""
    return 1.0 / (1.0 + math.exp(-max(-_MOST_LOGIT, min(_MOST_LOGIT, logit))))
