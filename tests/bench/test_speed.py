"""The speed bench runs from end to end on a few made-up articles, and its sums are right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bench.speed as speed
from bench.clock import milliseconds_of, percentile, summary
from bench.corpus import NewsFile
from bench.probes import PROBES
from bench.questions import timing_questions
from bench.report import table
from bench.serving import environment
from index.types import Document
from tests.bench.test_datasets import news_folder


def test_percentiles_by_nearest_rank() -> None:
    values = [float(value) for value in range(1, 21)]
    assert percentile(values, 0.5) == 10.0
    assert percentile(values, 0.95) == 19.0
    assert percentile([3.0], 0.95) == 3.0
    assert summary([1.0, 9.0, 2.0]) == {"n": 3, "p50_ms": 2.0, "p95_ms": 9.0}
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_timing_stops_in_time() -> None:
    assert len(milliseconds_of(len, ["a", "b"], 60)) == 2
    assert milliseconds_of(len, ["a", "b"], -1) == []


def test_table() -> None:
    wanted = "| a | b |\n| --- | ---: |\n| x | 1,000 |\n| y | 0.500 |\n| z | – |"
    assert table(["a", "b"], [["x", 1000], ["y", 0.5], ["z", None]]) == wanted


ARTICLES = [
    Document(id=f"n{i}", title=f"Tin số {i} ở Huế", text=f"Tin số {i} ở Huế\n\nNgười dân ở Huế đón {i} khách.")
    for i in range(12)
]


def test_questions_are_the_same_every_time(tmp_path: Path) -> None:
    folder = news_folder(tmp_path)
    questions = timing_questions(folder, ARTICLES, 8)
    assert questions == timing_questions(folder, ARTICLES, 8)
    assert len(questions) == 8
    assert "Mấy cầu?" in questions
    assert timing_questions(tmp_path / "none", ARTICLES, 4)


def write_news(path: Path) -> NewsFile:
    rows = [{"id": d.id, "title": d.title, "text": d.text, "passages": 1} for d in ARTICLES]
    lines = [{"chunker": "", "passages": len(rows)}, *rows]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return NewsFile(path)


def test_probes_measure_a_library(tmp_path: Path) -> None:
    news = write_news(tmp_path / "news.jsonl")
    common = {"data": str(tmp_path / "data"), "model": "", "questions": ["Huế đón mấy khách?"] * 3, "seconds": 5}
    made = PROBES["index"]({**common, "news": str(news.path), "passages": 10})
    assert (made["documents"], made["passages"]) == (10, 10)
    assert made["vectors"]["kind"] == "Flat"
    asked = PROBES["ask"](common)
    assert asked["search"]["n"] == asked["parts"]["meaning alone"]["n"] == 3
    assert PROBES["vectors"](common) == {}
    added = PROBES["add"](common)
    assert 0 < added["add_s"] <= added["worst_visible_s"]


def test_settings_of_this_shell_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOIDAP_READER", "MALLOC_ARENA_MAX", "OMP_WAIT_POLICY", "HF_HUB_OFFLINE"):
        monkeypatch.setenv(name, "1")
    assert {"HOIDAP_READER", "MALLOC_ARENA_MAX", "OMP_WAIT_POLICY"}.isdisjoint(environment())
    assert environment()["HF_HUB_OFFLINE"] == "1"


def test_server_and_commands_are_measured(tmp_path: Path) -> None:
    news = write_news(tmp_path / "news.jsonl")
    PROBES["index"]({"data": str(tmp_path / "data"), "model": "", "news": str(news.path), "passages": 10})
    served = speed.measure_http(tmp_path / "data", ["Huế đón mấy khách?"] * 4, 5)
    assert served["ask, 4 clients"]["n"] == 4
    assert served["server_mb"] > 0
    held = speed.measure_memory(tmp_path / "data", ["Huế đón mấy khách?"])
    assert held["short answers"]["asked"] == held["sentences"]["asked"] == 50
    assert held["short answers"]["asked_mb"] > held["sentences"]["asked_mb"] > 0
    assert speed.measure_cold_index(tmp_path / "data", tmp_path)["runs"] == 3


def test_commands_are_timed_on_the_seeds(tmp_path: Path) -> None:
    asked = "".join(
        json.dumps({"id": str(n), "doc": None, "question": question, "answers": [], "type": "who", "lang": "vi"}) + "\n"
        for n, question in enumerate(["Ai được khen thưởng?"] * 3)
    )
    (tmp_path / "seeds_dev.jsonl").write_text(asked, encoding="utf-8")
    cold = speed.measure_seeds(tmp_path)
    assert cold["runs"] == 3
    assert "on the five documents of seeds/: " in speed.markdown({"machine": {}, "sizes": {}, "seeds": cold})


def test_the_page_shows_what_was_measured() -> None:
    column = {
        "commit": "c",
        "date": "d",
        "index": {"passages_per_s": 3210, "model_revision": "m"},
        "load_before": 0.1,
        "load_after": 0.2,
    }
    page = speed.markdown({"machine": {"cores": 2}, "sizes": {"10000": column}})
    assert "| indexing: passages/s | 3,210 | ≥ 3,000 |" in page
    assert "cores 2" in page
    assert "search p50" not in page
