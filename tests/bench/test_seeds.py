"""The end-to-end bench judges answers as they should be judged, and its three ways give the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.datasets import DevQuestion, QuestionSet, document_of
from bench.seeds import failures, judge, main, outcomes_of, page_of, passed
from index.types import Span
from tests.bench.test_datasets import news_folder

QUESTION = DevQuestion("q", "Hà Nội có mấy cầu?", "d", (Span(10, 16), Span(10, 12)), "count", "vi")
UNANSWERABLE = DevQuestion("u", "Ai?", None, (), "none", "vi")


def _result(start: int, end: int, document: str = "d") -> dict[str, Any]:
    citation = {"document_id": document, "start_char_index": start, "end_char_index": end, "cited_text": "x"}
    return {"answers": [{"text": "một\nhai", "citations": [citation]}], "confidence": 0.5}


REFUSED: dict[str, Any] = {"answers": [], "confidence": 0.1}


@pytest.mark.parametrize(
    ("question", "result", "right"),
    [
        (QUESTION, _result(0, 17), True),
        (QUESTION, _result(10, 12), True),
        (QUESTION, _result(11, 17), False),  # holds neither accepted span whole
        (QUESTION, _result(0, 17, "other"), False),
        (QUESTION, REFUSED, False),
        (UNANSWERABLE, REFUSED, True),
        (UNANSWERABLE, _result(0, 17), False),
    ],
)
def test_an_answer_is_right_when_it_cites_an_accepted_span(
    question: DevQuestion, result: dict[str, Any], right: bool
) -> None:
    assert judge(question, result).right is right


def test_three_ways_give_the_same(tmp_path: Path) -> None:
    text = "Những cây cầu của Hà Nội\n\nHà Nội có 54 cầu bắc qua các sông.\n"
    at = text.index("54")
    question = DevQuestion("q", "Hà Nội có mấy cầu?", "d", (Span(at, at + 2),), "count", "vi")
    asked = QuestionSet((document_of("d", text, "d.txt"),), (question, UNANSWERABLE))
    outcomes = outcomes_of(asked, tmp_path / "data")
    assert [outcome.way for outcome in outcomes] == ["library", "command line", "HTTP"]
    for outcome in outcomes:
        assert outcome.judged[0].right, failures(outcome)
        assert outcome.citations == outcome.valid > 0
        assert outcome.same_as_library == 2
    page, record = page_of({"seeds": outcomes})
    assert "| seeds | HTTP | answerable | 1 | 1 | 1.000 | 1.000 |" in page
    assert str(tmp_path) not in page
    assert json.dumps(record)
    assert passed({"seeds": outcomes})


def test_the_program_says_by_its_exit_code_whether_the_marks_are_reached(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = news_folder(tmp_path / "eval"), tmp_path / "results"
    code = main(["--eval", str(folder), "--sets", "news-dev", "--failures", "--out", str(out)])
    assert code == 0
    assert "== news-dev: what failed" in capsys.readouterr().out
    assert json.loads((out / "seeds.json").read_text(encoding="utf-8"))["citations"][0][0] == "news-dev"
