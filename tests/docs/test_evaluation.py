"""The page on evaluation explains every figure, form and field that `hoidap eval` gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from qa.calibration_metrics import Bin, RiskPoint
from qa.datasets import Example
from qa.judge import Judged, Place, Ranked, Words
from qa.scores import Curves, report_of
from qa.trial import FORMS, Asking, Outcome
from tests.docs.generate import DOCS

PAGE = (DOCS / "evaluation.md").read_text(encoding="utf-8")
JUDGED = Judged(False, 0.0, None, "", Words(0, 0), Words(0, 0), Place(), False, 0, 0)
OUTCOME = Outcome(Asking(Example("q", "?", None, ()), "written", "?", own=True), Ranked(), JUDGED, 1.0)


def fields(value: Mapping[str, Any]) -> Iterator[str]:
    for name, inner in value.items():
        yield name
        if isinstance(inner, Mapping) and name not in {"by_form", "by_type"}:
            yield from fields(inner)
        for each in inner if isinstance(inner, list) else ():
            yield from fields(each) if isinstance(each, Mapping) else ()


EVERY_FIELD = sorted(
    {
        *fields(report_of([OUTCOME]).to_dict()),
        *fields(OUTCOME.to_dict()),
        *fields(Curves((RiskPoint(0, 0, 0),), (Bin(0, 0, 0, 0, 0),)).to_dict()),
    }
)


@pytest.mark.parametrize("name", [*EVERY_FIELD, *FORMS])
def test_every_field_and_form_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("header", ["R@1", "MRR", "nDCG@10", "EM", "F1", "AUROC", "ECE", "Brier", "AURC", "p50", "p95"])
def test_every_column_is_explained(header: str) -> None:
    assert header in PAGE
