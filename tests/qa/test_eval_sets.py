"""Evaluation sets are read as they are, and what is wrong with one is said with its file and line."""

from __future__ import annotations

import gzip
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from index.errors import InvalidInput
from index.library import Library
from index.types import Document, Span
from qa.datasets import Accepted, Example, read_dataset
from qa.datasets.documents import read_documents
from qa.datasets.placing import placed
from qa.datasets.reading import storable_id
from tests.conftest import HashEmbedder

TEXT = "Cần Thơ khen 54 tập thể."
ROW = {
    "id": "q1",
    "doc": "a.txt",
    "question": "Bao nhiêu tập thể?",
    "answers": [{"text": "54 tập thể", "start": 13}, {"text": "54", "start": 13}],
    "type": "count",
    "lang": "vi",
    "variant": "bn tap the v",
}
SILENT: dict[str, object] = {
    "id": "q2",
    "doc": None,
    "question": "Mấy người?",
    "answers": [],
    "type": "none",
    "lang": "vi",
}


def write_rows(path: Path, *rows: object) -> Path:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def squad(*paragraphs: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {"data": [{"title": "Cần_Thơ", "paragraphs": [{"context": c, "qas": qas} for c, qas in paragraphs]}]}


def squad_row(id_: str, *answers: tuple[str, int], **more: object) -> dict[str, Any]:
    rows = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": id_, "question": "Bao nhiêu tập thể?", "answers": rows, **more}


# -- our JSONL --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["q.jsonl", "q.jsonl.gz", "q.txt"])
def test_rows_are_read_with_their_answers_and_their_place(tmp_path: Path, name: str) -> None:
    path = write_rows(tmp_path / name, ROW, SILENT)
    found = read_dataset(path)
    assert (found.name, found.documents, found.retrieval_only) == (name, (), False)
    first, second = found.examples
    assert first == Example(
        id="q1",
        question="Bao nhiêu tập thể?",
        document="a.txt",
        accepted=(Accepted("54 tập thể", 13), Accepted("54", 13)),
        kind="count",
        language="vi",
        variant="bn tap the v",
        place=f"{path}, line 1",
    )
    assert first.accepted[0].span == Span(13, 23)
    assert (first.answerable, second.answerable, second.document) == (True, False, None)


def test_blank_lines_and_a_byte_order_mark_are_no_rows_and_what_is_optional_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('\ufeff\n{"id": "1", "question": "Ai?\u2028Ở đâu?", "answers": []}\n\n', encoding="utf-8")
    (example,) = read_dataset(path).examples
    assert (example.question, example.kind, example.language) == ("Ai?\u2028Ở đâu?", "", "")
    assert example.place.endswith("line 2")


def changed(**fields: object) -> dict[str, object]:
    return {**ROW, **fields}


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in ROW.items() if key != name}


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ([1], "line 2: a JSON object is needed, not [1]"),
        (changed(id=7), 'line 2: the field "id" must be a text that is not blank, not 7'),
        (changed(question=" "), 'line 2: the field "question" must be a text'),
        (changed(question="a\ud800"), 'line 2: the field "question" holds a NUL character or a lone surrogate'),
        (changed(doc=3), 'line 2: the field "doc" must be a text or null, not 3'),
        (changed(doc=None), 'line 2: there are answers, but "doc" names no document'),
        (changed(answers="54"), 'line 2: the field "answers" must be a list, not "54"'),
        (changed(answers=["54"]), 'line 2, answers[0]: a JSON object is needed, not "54"'),
        (changed(answers=[{"text": "54"}]), 'line 2, answers[0]: the field "start" must be a whole number from 0'),
        (changed(answers=[{"text": "54", "start": True}]), 'the field "start" must be a whole number from 0'),
        (changed(answers=[{"text": "54", "start": -1}]), 'the field "start" must be a whole number from 0'),
        (changed(answers=[{"text": "", "start": 1}]), 'line 2, answers[0]: the field "text" must be a text'),
        (without("answers"), 'line 2: the field "answers" is missing'),
        (without("id"), 'line 2: the field "id" must be a text that is not blank, not nothing'),
        (changed(id="q2"), 'line 2: the id "q2" occurs twice, first in'),
        (changed(variant=5), 'line 2: the field "variant" must be a text or null, not 5'),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_row_is_named(tmp_path: Path, row: object, complaint: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(SILENT) + "\n" + json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_dataset(path)
    assert str(caught.value).startswith(f"{path}, line 2")
    assert complaint in str(caught.value)
    assert caught.value.hint


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(ROW) + '\n{"id": "x"\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"q\.jsonl, line 2: not JSON"):
        read_dataset(path)


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("q.jsonl", b"\xff\xfe{", "not UTF-8 text (offset 0)"),
        ("q.jsonl.gz", b"{}", "not a gzip file"),
        ("q.jsonl.gz", gzip.compress(b"{}" * 99)[:20], "not a gzip file"),
        ("q.jsonl", b"\n \n", "there is no question in it"),
        ("q.json", b'{\n"data":', "not JSON"),
    ],
)
def test_a_file_that_is_none_of_the_formats_is_named(tmp_path: Path, name: str, data: bytes, complaint: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidInput) as caught:
        read_dataset(tmp_path / name)
    assert complaint in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


# -- SQuAD ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [None, 2])
def test_contexts_of_squad_become_documents(tmp_path: Path, indent: int | None) -> None:
    body = squad(
        (TEXT, [squad_row("a", ("54", 13), ("54 tập thể", 13), ("54", 13))]),
        ("Huế mưa.", [squad_row("b", is_impossible=True, plausible_answers=[{"text": "Huế", "answer_start": 0}])]),
        (TEXT, [squad_row("c")]),
    )
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(body, indent=indent), encoding="utf-8")
    found = read_dataset(path)
    assert [document.text for document in found.documents] == [TEXT, "Huế mưa."]
    assert {document.title for document in found.documents} == {"Cần Thơ"}
    first, second, third = found.examples
    assert first.accepted == (Accepted("54", 13), Accepted("54 tập thể", 13))
    assert first.document == third.document == found.documents[0].id
    assert (second.accepted, second.document) == ((), found.documents[1].id)
    assert second.place == f"{path}, data[0], paragraphs[1], qas[0]"


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"data": 1}, 'the field "data" must be a list'),
        ({"data": [{}]}, 'data[0]: the field "paragraphs" must be a list, not nothing'),
        (squad((" ", [])), 'data[0], paragraphs[0]: the field "context" must be a text'),
        (squad((TEXT, [{"id": "a"}])), 'paragraphs[0], qas[0]: the field "answers" must be a list'),
        (squad((TEXT, [squad_row("a"), squad_row("a")])), 'qas[1]: the id "a" occurs twice'),
    ],
)
def test_what_is_not_in_squads_layout_is_named(tmp_path: Path, body: object, complaint: str) -> None:
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_dataset(path)
    assert complaint in str(caught.value)


# -- BEIR -------------------------------------------------------------------------------------------------------------


def write_beir(folder: Path, judgements: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": "d 1", "title": "Cần Thơ", "text": TEXT}, {"_id": "d2", "title": "Huế", "text": ""}]
    write_rows(folder / "corpus.jsonl", *corpus)
    write_rows(folder / "queries.jsonl", {"_id": "q1", "text": "Khen mấy?"}, {"_id": "q2", "text": "Không ai xét"})
    (folder / "qrels" / "test.tsv").write_text(judgements, encoding="utf-8")
    return folder


def test_judged_queries_of_beir_are_read_with_their_grades(tmp_path: Path) -> None:
    found = read_dataset(write_beir(tmp_path / "set", "query-id\tcorpus-id\tscore\nq1\td 1\t2\nq1\td2\t0\n"))
    assert (found.name, found.retrieval_only) == ("set", True)
    assert [(each.id, each.relevant) for each in found.examples] == [("q1", {storable_id("d 1"): 2})]
    assert [(each.title, each.text) for each in found.documents] == [("Cần Thơ", TEXT), ("Huế", "Huế")]


@pytest.mark.parametrize(
    ("judgements", "complaint"),
    [
        ("q1\td2\n", "test.tsv, line 1: needed are query-id, corpus-id and score"),
        ("q1\td2\t1\nq9\td2\t1\n", 'test.tsv, line 2: the query "q9" is not in queries.jsonl'),
        ("q1\tnowhere\t1\n", 'test.tsv, line 1: the document "nowhere" is not in corpus.jsonl'),
        ("q1\td2\tviel\n", "test.tsv, line 1: needed are"),
    ],
)
def test_a_wrong_judgement_is_named(tmp_path: Path, judgements: str, complaint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_dataset(write_beir(tmp_path / "set", judgements))
    assert complaint in str(caught.value)


def test_a_folder_that_is_no_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"must hold corpus\.jsonl"):
        read_dataset(tmp_path)
    folder = write_beir(tmp_path / "set", "")
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(InvalidInput, match=r"no \.tsv file"):
        read_dataset(folder)


# -- documents --------------------------------------------------------------------------------------------------------


def test_documents_are_named_as_their_rows(tmp_path: Path) -> None:
    lines = write_rows(
        tmp_path / "more.jsonl.gz", {"id": "r1", "text": "Tin\n\nX.", "title": "Đề"}, {"id": "báo cáo", "text": "Y"}
    )
    found = {document.id: document for document in read_documents(lines)}
    assert list(found) == ["r1", storable_id("báo cáo")]
    assert (found["r1"].text, found["r1"].title, found["r1"].source) == ("Tin\n\nX.", "Đề", "more.jsonl.gz")


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    lines = write_rows(tmp_path / "d.jsonl", {"id": "a", "text": "X"}, {"id": "a", "text": "Y"})
    with pytest.raises(InvalidInput, match=r'line 2: a document "a" was read from .*line 1 already'):
        read_documents(lines)


@pytest.mark.parametrize("name", ["báo cáo.txt", "..", "a/b", "x" * 300, "?", "q r"])
def test_any_name_makes_an_id_that_can_be_stored(name: str, tmp_path: Path, hash_embedder: HashEmbedder) -> None:
    with Library.open(tmp_path / "data", hash_embedder, create=True) as library:
        library.add([Document(storable_id(name), TEXT, "t")])
    assert storable_id(name) != storable_id(name + "!")


# -- placing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path, hash_embedder: HashEmbedder) -> Library:
    library = Library.open(tmp_path / "data", hash_embedder, create=True)
    library.add(
        [
            Document("a-1f2e3d4c", TEXT, "t", source="/x/a.txt"),
            Document("b-00000000", unicodedata.normalize("NFD", TEXT), "t", source="/x/b.txt"),
            Document("v-12", TEXT, "t", source="/x/v1.2.txt"),
            Document("v-1", TEXT, "t", source="/x/v1.txt"),
            Document("same-1", TEXT, "t", source="/x/same.txt"),
            Document("same-2", TEXT, "t", source="/y/same.txt"),
        ]
    )
    return library


def example(document: str | None, *accepted: tuple[str, int | None]) -> Example:
    answers = tuple(Accepted(text, start) for text, start in accepted)
    return Example("q", "Mấy?", document, answers, place=f"f, line {document}")


@pytest.mark.parametrize(
    ("name", "found"),
    [("a.txt", "a-1f2e3d4c"), ("a", "a-1f2e3d4c"), ("a-1f2e3d4c", "a-1f2e3d4c"), (None, None), ("v1.2", "v-12")],
)
def test_a_document_is_found_by_its_id_or_its_file(library: Library, name: str | None, found: str | None) -> None:
    (only,) = placed([example(name)], library, library.documents())
    assert only.document == found


def test_missing_and_doubtful_documents_are_named_and_counted(library: Library) -> None:
    many = [example(f"no{at}") for at in range(7)] + [example("same.txt")]
    with pytest.raises(InvalidInput) as caught:
        placed(many, library, library.documents())
    assert str(caught.value).startswith(
        'questions that name a document that is not there: 8 (f, line no0: "no0"; f, line no1'
    )
    assert str(caught.value).endswith("; …)")
    assert "hoidap index" in caught.value.hint
    with pytest.raises(InvalidInput, match='"same.txt" may be 2 documents'):
        placed([example("same.txt")], library, library.documents())


def test_offsets_that_point_elsewhere_are_named_and_counted(library: Library) -> None:
    some = [example("a", ("54", 13), ("54", 12)), example("a", ("54 tập thể", 500)), example("b", ("54 tập thể", 13))]
    with pytest.raises(InvalidInput) as caught:
        placed(some, library, library.documents())
    message = str(caught.value)
    assert message.startswith(
        'answers that do not stand where their offsets say: 3 (f, line a: at 12 stands " 5", not "54"'
    )
    assert 'at 500 the text is at its end, not "54 tập thể"' in message
    assert "--loose" in caught.value.hint


def test_with_loose_they_are_judged_by_their_words(library: Library) -> None:
    (only,) = placed([example("a", ("54", 13), ("54 tập thể", 12))], library, library.documents(), loose=True)
    assert only.accepted == (Accepted("54", 13), Accepted("54 tập thể", None))
    assert only.accepted[1].span is None
