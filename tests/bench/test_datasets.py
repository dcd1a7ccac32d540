"""The readers give the spans and units that stand in small files made up here."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from bench.corpus import article_document, prepare
from bench.datasets import DevQuestion, export_beir, read_news, read_questions, read_seeds, read_squad_r
from index.types import Span
from qa.forms import decomposed, other_tone_placement, toneless

FIRST = "Hà Nội có 54 cầu. Cần Thơ có 12 cầu."
SECOND = "Huế có sông Hương."


def _paragraph(context: str, breaks: list[list[int]], *qas: tuple[str, str, int]) -> dict[str, Any]:
    rows = [{"id": i, "question": q, "answers": [{"answer_start": at, "text": "x"}]} for i, q, at in qas]
    return {"context": context, "sentence_breaks": breaks, "qas": rows}


def write_squad(path: Path, *paragraphs: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"data": [{"title": "t", "paragraphs": list(paragraphs)}]}), encoding="utf-8")
    return path


def squad_pair(folder: Path) -> tuple[Path, Path]:
    vietnamese = write_squad(
        folder / "vi.json",
        _paragraph(
            FIRST, [[0, 17], [18, 36]], ("a", "Đà Nẵng có bao nhiêu cầu?", 10), ("b", "Cần Thơ có mấy cầu?", 29)
        ),
        _paragraph(SECOND, [[0, 18]], ("c", "Sông nào ở Huế?", 12)),
        _paragraph(FIRST, [[0, 17], [18, 36]], ("d", "Mấy cầu?", 17)),
    )
    english = write_squad(
        folder / "en.json", _paragraph("Hue has a river.", [[0, 16]], ("c", "Which river?", 0), ("z", "No?", 0))
    )
    return vietnamese, english


def test_paragraphs_are_units_and_equal_ones_are_one(tmp_path: Path) -> None:
    collection = read_squad_r("made-up", *squad_pair(tmp_path), "paragraph")
    assert list(collection.units.values()) == [FIRST, SECOND]
    answers = {query.id: [collection.units[unit] for unit in query.relevant] for query in collection.queries}
    assert answers["a-vi"] == answers["b-toneless"] == answers["d-vi"] == [FIRST]
    assert answers["c-en"] == [SECOND]
    assert "a-en" not in answers
    assert "z-en" not in answers
    assert [query.text for query in collection.queries if query.id == "a-toneless"] == ["da nang co bao nhieu cau?"]


def test_the_sentence_that_holds_the_start_is_right(tmp_path: Path) -> None:
    collection = read_squad_r("made-up", *squad_pair(tmp_path), "sentence")
    assert list(collection.units.values()) == ["Hà Nội có 54 cầu.", "Cần Thơ có 12 cầu.", SECOND]
    answers = {query.id: [collection.units[unit] for unit in query.relevant] for query in collection.queries}
    assert answers["a-vi"] == ["Hà Nội có 54 cầu."]
    assert answers["b-vi"] == ["Cần Thơ có 12 cầu."]
    assert answers["d-vi"] == ["Cần Thơ có 12 cầu."]  # its start is the space between: the sentence that follows


def test_beir_layout(tmp_path: Path) -> None:
    collection = read_squad_r("made-up", *squad_pair(tmp_path), "paragraph")
    export_beir(collection, tmp_path / "beir")
    corpus = [
        json.loads(line) for line in (tmp_path / "beir" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [row["text"] for row in corpus] == [FIRST, SECOND]
    judged = (tmp_path / "beir" / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()
    assert judged[0] == "query-id\tcorpus-id\tscore"
    assert f"c-en\t{corpus[1]['_id']}\t1" in judged
    queries = (tmp_path / "beir" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(queries) == len(judged) - 1 == len(collection.queries)


QUESTION: dict[str, Any] = {
    "id": "q",
    "doc": "000.txt",
    "question": "Mấy cầu?",
    "variant": "may cau",
    "answers": [{"text": "54 cầu", "start": 25}, {"text": "54", "start": 25}],
    "type": "count",
    "lang": "vi",
}
UNANSWERABLE: dict[str, Any] = {"id": "u", "doc": None, "question": "Ai?", "answers": [], "type": "none", "lang": "vi"}


def news_folder(folder: Path) -> Path:
    """Make a folder of evaluation sets with one article, two questions, one distractor."""
    (folder / "news-dev" / "docs").mkdir(parents=True)
    text = "Những cây cầu của Hà Nội\nCó 54 cầu.\n"
    (folder / "news-dev" / "docs" / "000.txt").write_bytes(text.encode())
    rows = json.dumps(QUESTION) + "\n" + json.dumps(UNANSWERABLE) + "\n"
    (folder / "news-dev" / "questions.jsonl").write_text(rows, encoding="utf-8")
    (folder / "news-dev" / "questions_more.jsonl").write_text("", encoding="utf-8")
    with gzip.open(folder / "news-distractors.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "d0", "text": "Chuyện khác hẳn ở Huế\n\nMưa."}) + "\n")
    return folder


def test_news_questions_and_documents(tmp_path: Path) -> None:
    news = read_news(news_folder(tmp_path))
    assert [(document.id, document.title) for document in news.documents] == [
        ("000", "Những cây cầu của Hà Nội"),
        ("d0", "Chuyện khác hẳn ở Huế"),
    ]
    question, unanswerable = news.questions
    spans = (Span(25, 31), Span(25, 27))
    assert question == DevQuestion("q", "Mấy cầu?", "000", spans, "count", "vi", "may cau")
    assert not unanswerable.answerable
    assert len(read_news(tmp_path, distractors=False).documents) == 1


def test_line_endings_are_kept(tmp_path: Path) -> None:
    folder = news_folder(tmp_path)
    (folder / "news-dev" / "docs" / "001.txt").write_bytes("Một\r\nhai\rba\n".encode())
    assert {d.id: d.text for d in read_news(folder).documents}["001"] == "Một\r\nhai\rba\n"


def test_the_seeds_are_those_of_the_repository(tmp_path: Path) -> None:
    row = {**QUESTION, "doc": "003_a402cb938e9cf45f.txt"}
    (tmp_path / "seeds_dev.jsonl").write_text(json.dumps(row) + "\n\n", encoding="utf-8")
    seeds = read_seeds(tmp_path)
    assert len(seeds.documents) == 5
    assert seeds.questions[0].document_id in {document.id for document in seeds.documents}
    assert read_questions(tmp_path / "seeds_dev.jsonl") == list(seeds.questions)


def test_forms() -> None:
    assert toneless("Đường Lê Lợi") == "duong le loi"
    assert other_tone_placement("Hòa Bình, THỦY hoà quý hoàn") == "Hoà Bình, THUỶ hoà quý hoàn"
    assert len(decomposed("Cần Thơ")) == 10


def test_an_article_becomes_the_document_that_was_printed() -> None:
    text = "Bắt nghi_phạm\n\nCông_an ( Hà_Nội ) bắt .\n\nCâu một .\nCâu hai .\n\nẢnh"
    document = article_document("data/train_tokenized/7.txt.seg", text)
    assert document is not None
    assert document.text == "Bắt nghi phạm\n\nCông an (Hà Nội) bắt.\n\nCâu một.\nCâu hai."
    assert (document.id, document.title) == ("train-7.txt", "Bắt nghi phạm")
    assert article_document("data/train_tokenized/8.txt.seg", "chỉ có tên") is None


def test_news_is_given_until_it_holds_enough_passages(tmp_path: Path) -> None:
    rows = [{"id": f"n{i}", "title": "t", "text": f"bài {i}", "passages": 3} for i in range(4)]
    settings = '{"max_syllables": 200, "min_syllables": 40, "target_syllables": 160, "version": 1}'
    lines = [{"chunker": settings, "passages": 12}, *rows]
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    news = prepare(None, 10, tmp_path)
    assert [document.id for document in news.documents(4)] == ["n0", "n1"]
    assert [total for _, total in news.numbered(100)] == [3, 6, 9, 12]
