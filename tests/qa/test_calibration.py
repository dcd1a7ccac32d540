"""Curves are the maximum of their likelihood; a file of them comes back as it was written, or is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import InvalidInput
from qa.calibration import (
    EVIDENCE,
    SENTENCE_SIGNALS,
    SIGNALS,
    Calibration,
    Curve,
    Evidence,
    Matrix,
    fit_curve,
    load_calibration,
    sigmoid,
    values_of,
)

CALIBRATION = Calibration(
    Curve({"margin": 0.5, "fit": 2.0}, -1.25),
    Curve({"score": 1.0, "gap": 0.3333}, 0.0),
    Curve({"near": 0.86}, -1.35),
    0.4321,
    "câu hỏi của tôi",
)
EVIDENCE_OF_NOTHING = Evidence(*[0.0] * len(EVIDENCE))


def made(rows: int, weights: list[float], intercept: float) -> tuple[Matrix, Matrix]:
    """Return inputs of unlike scales, and outcomes drawn from a logistic curve of known weights."""
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(rows, len(weights))) * [1.0, 5.0, 0.2][: len(weights)] + [3.0, -1.0, 0.5][: len(weights)]
    chance = 1 / (1 + np.exp(-(inputs @ np.array(weights) + intercept)))
    return inputs, (rng.random(rows) < chance).astype(np.float64)


# --- fitting --------------------------------------------------------------------------------------------------------


def test_known_weights_are_recovered() -> None:
    inputs, right = made(40_000, [1.5, -0.4, 6.0], -5.0)
    curve = fit_curve(inputs, right, ("a", "b", "c"), ridge=1e-3)
    assert curve.weights["a"] == pytest.approx(1.5, abs=0.08)
    assert curve.weights["b"] == pytest.approx(-0.4, abs=0.03)
    assert curve.weights["c"] == pytest.approx(6.0, abs=0.4)
    assert curve.intercept == pytest.approx(-5.0, abs=0.4)


@pytest.mark.parametrize("ridge", [0.1, 1.0, 50.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_curve_is_that_of_scikit_learn_on_standardised_inputs(ridge: float, weighted: bool) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    inputs, right = made(300, [1.0, -0.2, 2.0], -3.0)
    weights = np.random.default_rng(2).uniform(0.1, 3, len(inputs)) if weighted else None
    curve = fit_curve(inputs, right, ("a", "b", "c"), ridge=ridge, weights=weights)
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0)
    other = linear_model.LogisticRegression(C=1 / ridge, tol=1e-10, max_iter=2_000)
    other.fit((inputs - mean) / spread, right, sample_weight=weights)
    slopes = other.coef_[0] / spread
    assert list(curve.weights.values()) == pytest.approx(slopes.tolist(), abs=1e-4)
    assert curve.intercept == pytest.approx(float(other.intercept_[0] - slopes @ mean), abs=1e-4)


def test_the_mean_chance_is_the_share_that_was_right() -> None:
    inputs, right = made(500, [1.0, 0.1], 0.0)
    curve = fit_curve(inputs, right, ("a", "b"), ridge=5.0)
    chances = [curve.chance({"a": a, "b": b}) for a, b in inputs.tolist()]
    assert np.mean(chances) == pytest.approx(right.mean(), abs=1e-6)


def test_a_weight_of_two_is_two_rows() -> None:
    inputs, right = made(200, [1.0], 0.0)
    doubled = fit_curve(np.vstack([inputs, inputs]), np.append(right, right), ("a",))
    weighed = fit_curve(inputs, right, ("a",), weights=np.full(200, 2.0))
    assert weighed.weights["a"] == pytest.approx(doubled.weights["a"])
    assert weighed.intercept == pytest.approx(doubled.intercept)


def test_what_is_always_the_same_weighs_nothing_and_what_parts_all_stays_finite() -> None:
    inputs = np.column_stack([np.linspace(-1, 1, 20), np.full(20, 7.0)])
    curve = fit_curve(inputs, (inputs[:, 0] > 0).astype(np.float64), ("parts", "same"))
    assert curve.weights["same"] == pytest.approx(0.0, abs=1e-6)
    assert 0 < curve.weights["parts"] < 100
    assert curve.chance({"parts": 1.0, "same": 7.0}) > 0.9 > 0.1 > curve.chance({"parts": -1.0, "same": 7.0})


# --- reckoning ------------------------------------------------------------------------------------------------------


def test_a_curve_weighs_by_name() -> None:
    curve = Curve({"a": 2.0, "b": -1.0}, 0.5)
    assert curve.logit({"b": 3.0, "a": 1.0, "c": 99.0}) == -0.5
    assert curve.chance({"a": 1.0, "b": 2.5}) == 0.5


def test_the_score_is_the_logit_of_the_evidence() -> None:
    assert CALIBRATION.score(replace(EVIDENCE_OF_NOTHING, margin=3.0, fit=0.5, cosine=9.0)) == 1.25


@given(st.floats(-1e6, 1e6))
def test_sigmoid_is_a_probability_of_the_textbook(logit: float) -> None:
    assert 0.0 < sigmoid(logit) < 1.0
    assert sigmoid(logit) + sigmoid(-logit) == pytest.approx(1.0)
    if abs(logit) < 12:
        assert sigmoid(logit) == pytest.approx(1 / (1 + math.exp(-logit)))


def test_values_come_in_the_order_of_the_names() -> None:
    evidence = Evidence(*map(float, range(len(EVIDENCE))))
    assert list(zip(EVIDENCE, values_of(evidence), strict=True)) == list(asdict(evidence).items())


# --- the file -------------------------------------------------------------------------------------------------------


def test_a_calibration_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    CALIBRATION.save(tmp_path / "calibration.json")
    assert load_calibration(tmp_path / "calibration.json") == CALIBRATION


def test_weights_are_saved_to_four_places(tmp_path: Path) -> None:
    rough = replace(CALIBRATION, sentence=Curve({"near": 0.123456}, 1 / 3), threshold=2 / 3)
    rough.save(tmp_path / "c.json")
    content = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))
    assert content["sentence"] == {"weights": {"near": 0.1235}, "intercept": 0.3333}
    assert (content["format"], content["threshold"], content["source"]) == (1, 0.6667, "câu hỏi của tôi")


@pytest.mark.parametrize(("curve", "names"), [("score", EVIDENCE), ("span", SIGNALS), ("sentence", SENTENCE_SIGNALS)])
def test_every_curve_may_weigh_what_is_known_to_it(tmp_path: Path, curve: str, names: tuple[str, ...]) -> None:
    content = CALIBRATION.to_dict()
    content[curve]["weights"] = dict.fromkeys(names, 0.5)
    (tmp_path / "c.json").write_text(json.dumps(content), encoding="utf-8")
    assert load_calibration(tmp_path / "c.json").to_dict()[curve]["weights"] == dict.fromkeys(names, 0.5)


def _put(*path: str, value: object) -> Callable[[dict[str, Any]], object]:
    def change(content: dict[str, Any]) -> object:
        at: Any = content
        for name in path[:-1]:
            at = at[name]
        at[path[-1]] = value
        return content

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda content: [content],
        lambda content: 7,
        lambda content: {},
        lambda content: {name: value for name, value in content.items() if name != "span"},
        lambda content: {name: value for name, value in content.items() if name != "threshold"},
        _put("format", value=2),
        _put("score", "weights", value={"gap": 1.0}),  # a signal, no evidence
        _put("sentence", "weights", value={"score": 1.0}),
        _put("span", "weights", value={"score": "much"}),
        _put("span", "weights", value={"score": None}),
        _put("span", "weights", value={"score": math.nan}),
        _put("span", "weights", value=["score"]),
        _put("span", "weights", value=None),
        _put("span", value="score"),
        _put("span", value={}),
        _put("span", "intercept", value=math.inf),
        _put("span", "intercept", value=None),
        _put("span", "intercept", value=10**400),
        _put("threshold", value=math.nan),
        _put("threshold", value="0,5"),
    ],
)
def test_a_file_that_is_no_calibration_is_refused(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps(change(CALIBRATION.to_dict())), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"calibration\.json cannot be used") as refused:
        load_calibration(path)
    assert "hoidap calibrate" in refused.value.hint


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{}", b"null"])
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.json").write_bytes(content)
    with pytest.raises(InvalidInput):
        load_calibration(tmp_path / "c.json")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be used"):
        load_calibration(tmp_path / "c.json")
    with pytest.raises(InvalidInput):
        load_calibration(tmp_path)
