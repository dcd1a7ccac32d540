"""The bench measures the product's own rankings, one unit a passage, and keeps the test sets behind a flag."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from bench.datasets import read_news, read_squad_r
from bench.retrieval import (
    MEASURES,
    Places,
    Rankings,
    forms_of,
    main,
    measure_collection,
    measure_news,
    parse_options,
    rows_of,
    scores_of,
)
from index.library import Library
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.retrieve import retrieve
from tests.bench.test_datasets import news_folder, squad_pair
from tests.conftest import HashEmbedder


def test_scores_by_hand() -> None:
    # the right unit stands third
    assert scores_of(["a", "b", "c"], frozenset("c")) == (0.0, 1.0, 1.0, 1 / 3, 1 / math.log2(4))


def test_rows_are_means_in_order() -> None:
    right, wrong = (1.0,) * len(MEASURES), (0.0,) * len(MEASURES)
    rows = rows_of("s", [("vi", "m", right), ("en", "m", wrong), ("vi", "m", wrong)])
    assert [(row.form, row.questions, row.scores[0]) for row in rows] == [("vi", 2, 0.5), ("en", 1, 0.0)]


@pytest.mark.parametrize("unit", ["paragraph", "sentence"])
def test_a_collection_is_ranked(tmp_path: Path, unit: str, hash_embedder: HashEmbedder) -> None:
    collection = read_squad_r("made-up", *squad_pair(tmp_path), "sentence" if unit == "sentence" else "paragraph")
    rows = {(row.form, row.method): row for row in measure_collection(collection, hash_embedder, tmp_path / "library")}
    assert rows["vi", "BM25 plain"].questions == 4
    assert rows["en", "hybrid"].questions == 1
    assert rows["vi", "hybrid"].scores[2] == 1.0  # fewer than ten units: all of them are among the first ten


def test_news_is_measured_end_to_end(tmp_path: Path, hash_embedder: HashEmbedder) -> None:
    news = read_news(news_folder(tmp_path))
    rows = {(r.collection, r.form, r.method): r for r in measure_news(news, hash_embedder, tmp_path / "library")}
    assert rows["news-dev: passage", "vi", "BM25"].scores == (1.0,) * len(MEASURES)
    assert rows["news-dev: document", "chat", "hybrid"].scores[0] == 1.0


def test_hybrid_is_what_the_product_finds(tmp_path: Path, hash_embedder: HashEmbedder) -> None:
    news = read_news(news_folder(tmp_path))
    with Library.open(tmp_path / "library", hash_embedder, create=True) as library:
        library.add(news.documents)
        analysis = analyse("Hà Nội mấy cầu?", Lexicon(load_abbreviations()))
        found = retrieve(library, analysis, 10).found
        hits = Rankings(library).of("Hà Nội mấy cầu?")["hybrid"]
        assert [(hit.passage_id, hit.score) for hit in hits] == [(one.passage.id, one.score) for one in found]
        places = Places(library)
        assert places.document(1) == "000"
        assert places.holding(news.questions[0]) == frozenset("1")


def test_forms_of_a_question(tmp_path: Path) -> None:
    question = read_news(news_folder(tmp_path)).questions[0]
    forms = dict(forms_of(question))
    assert list(forms) == ["vi", "toneless", "nfd", "other tone placement", "chat"]
    assert forms["toneless"] == "may cau?"


def test_test_sets_are_behind_a_flag(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_options([]).sets == ["news-dev"]
    assert parse_options(["--test-sets"]).sets == ["news-dev", "xquad-r", "mlqa-r"]
    with pytest.raises(SystemExit):
        parse_options(["--sets", "xquad-r"])
    assert "--test-sets" in capsys.readouterr().err


def test_the_program_writes_both_files_and_keeps_other_sets(
    tmp_path: Path, hash_embedder: HashEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = news_folder(tmp_path / "eval"), tmp_path / "results"
    for name in ("xquad", "mlqa-r"):
        (folder / name).mkdir()
    vietnamese, english = squad_pair(tmp_path)
    (folder / "xquad" / "xquad-r.vi.json").write_bytes(vietnamese.read_bytes())
    (folder / "xquad" / "xquad-r.en.json").write_bytes(english.read_bytes())
    common = ["--eval", str(folder), "--out", str(out)]
    beir = ["--beir", str(tmp_path / "beir")]
    assert main([*common, *beir, "--test-sets", "--sets", "xquad-r"], lambda _: hash_embedder) == 0
    assert main(common, lambda _: hash_embedder) == 0
    record = json.loads((out / "retrieval.json").read_text(encoding="utf-8"))
    assert {row["set"] for row in record["rows"]} == {
        "news-dev: passage",
        "news-dev: document",
        "xquad-r-paragraph",
        "xquad-r-sentence",
    }
    assert record["model"]["model"] == "hash-embedder"
    assert (tmp_path / "beir" / "xquad-r-sentence" / "corpus.jsonl").exists()
    page = (out / "retrieval.md").read_text(encoding="utf-8")
    assert "## xquad-r-sentence" in page
    assert str(tmp_path) not in page
    capsys.readouterr()
