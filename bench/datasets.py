"""Read the evaluation sets: questions with accepted spans, and collections of retrieval units with their questions.

Two shapes. A `QuestionSet` has whole documents: the product cuts them itself. A `Collection` has ready units
(paragraphs or sentences of XQuAD-R and MLQA-R), each of which is retrieved as one. Nothing here ranks or scores.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from index.loaders.titles import guess_title
from index.text import canonical
from index.types import Document, Span, sha256_of
from qa.datasets.jsonl import read_jsonl
from qa.datasets.types import Example
from qa.forms import toneless

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
Unit = Literal["paragraph", "sentence"]

# XQuAD-R and MLQA-R: Vietnamese and English files below the folder of evaluation sets.
SQUAD_R: Mapping[str, tuple[str, str]] = {
    "xquad-r": ("xquad/xquad-r.vi.json", "xquad/xquad-r.en.json"),
    "mlqa-r": ("mlqa-r/vi.json", "mlqa-r/en.json"),
}


def add_eval_option(parser: argparse.ArgumentParser) -> None:
    """Give a program the option `--eval DIR`, $HOIDAP_EVAL, or the folder that lies beside the project."""
    default = Path(os.environ.get("HOIDAP_EVAL", ROOT.parent / "shared" / "eval"))
    parser.add_argument(
        "--eval", type=Path, default=default, metavar="DIR", help="folder of the evaluation sets ($HOIDAP_EVAL)"
    )


# -- questions on whole documents ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DevQuestion:
    """A question with the spans of one document that answer it; unanswerable when `document_id` is None.

    `variant` is the same question as people type it in a chat.
    """

    id: str
    question: str
    document_id: str | None
    accepted: tuple[Span, ...]
    kind: str
    language: str
    variant: str | None = None

    @property
    def answerable(self) -> bool:
        """Whether the documents say."""
        return self.document_id is not None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Documents and the questions on them; most documents may be there only to hide the others."""

    documents: tuple[Document, ...]
    questions: tuple[DevQuestion, ...]


def read_questions(path: Path) -> list[DevQuestion]:
    """Read rows `{"id","doc","question","answers":[{"text","start"}],"type","lang","variant"}`; `doc` names a file."""
    return [_question(example) for example in read_jsonl(path).examples]


def _question(example: Example) -> DevQuestion:
    return DevQuestion(
        id=example.id,
        question=example.question,
        document_id=None if example.document is None else Path(example.document).stem,
        accepted=tuple(answer.span for answer in example.accepted if answer.span is not None),
        kind=example.kind,
        language=example.language,
        variant=example.variant,
    )


def read_news(folder: Path, *, distractors: bool = True) -> QuestionSet:
    """Read the news dev set of the folder of evaluation sets, by default among its distractors."""
    questions = [
        q for name in ("questions", "questions_more") for q in read_questions(folder / "news-dev" / f"{name}.jsonl")
    ]
    documents = list(read_documents(folder / "news-dev" / "docs"))
    if distractors:
        documents += _distractors(folder / "news-distractors.jsonl.gz")
    return QuestionSet(tuple(documents), tuple(questions))


def read_seeds(folder: Path) -> QuestionSet:
    """Read the questions on the seeds, with the seeds of this repository."""
    return QuestionSet(tuple(read_documents(SEEDS)), tuple(read_questions(folder / "seeds_dev.jsonl")))


def read_documents(folder: Path) -> Iterator[Document]:
    """Yield the text files of a folder as the product loads them, but with their names as ids."""
    for path in sorted(folder.glob("*.txt")):
        text = path.read_bytes().decode("utf-8")  # no universal newlines: offsets count what is in the file
        yield document_of(path.stem, text, path.name)


def document_of(name: str, text: str, source: str) -> Document:
    """Return the document that the loader of plain text would make of `text`."""
    return Document(id=name, text=text, title=guess_title(text) or name, source=source)


def _distractors(path: Path) -> Iterator[Document]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in map(json.loads, file):
            yield document_of(row["id"], row["text"], path.name)


# -- collections of ready units -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """A question in one form (`vi`, `toneless`, `en`) and the ids of the units that answer it."""

    id: str
    text: str
    form: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Collection:
    """Retrieval units by id, and questions on them."""

    name: str
    units: Mapping[str, str]
    queries: tuple[Query, ...]


def read_squad_r(name: str, vietnamese: Path, english: Path, unit: Unit) -> Collection:
    """Read a set in SQuAD layout with `sentence_breaks`: Vietnamese units, asked in three forms.

    Units of the same text are one unit, as no ranking could tell them apart. A question counts once for each id; its
    English form is the question of the same id in the English file.
    """
    units: dict[str, str] = {}
    right: dict[str, str] = {}
    asked: dict[str, str] = {}
    for paragraph in _paragraphs(vietnamese):
        names = [(span, _name_unit(units, span.of(paragraph["context"]))) for span in _units_of(paragraph, unit)]
        for row in paragraph["qas"]:
            right[row["id"]] = _holder(names, row["answers"][0]["answer_start"])
            asked[row["id"]] = row["question"]
    foreign = {row["id"]: row["question"] for paragraph in _paragraphs(english) for row in paragraph["qas"]}
    queries = [
        Query(f"{id_}-{form}", text, form, frozenset((right[id_],)))
        for id_, question in asked.items()
        for form, text in (("vi", question), ("toneless", toneless(question)), ("en", foreign.get(id_)))
        if text is not None
    ]
    return Collection(f"{name}-{unit}", units, tuple(queries))


def _paragraphs(path: Path) -> Iterator[Mapping[str, Any]]:
    for entry in json.loads(path.read_text(encoding="utf-8"))["data"]:
        yield from entry["paragraphs"]


def _units_of(paragraph: Mapping[str, Any], unit: Unit) -> list[Span]:
    if unit == "paragraph":
        return [Span(0, len(paragraph["context"]))]
    return [Span(start, end) for start, end in paragraph["sentence_breaks"] if paragraph["context"][start:end].strip()]


def _name_unit(units: dict[str, str], text: str) -> str:
    """Return the id of the unit with this text, adding it when it is new. Ids follow from the text alone."""
    name = sha256_of(canonical(text))[:16]
    units.setdefault(name, text)
    return name


def _holder(names: list[tuple[Span, str]], at: int) -> str:
    """Return the unit that holds the answer's start; between two units, the one that follows."""
    return next(name for span, name in names if at < span.end)


def export_beir(collection: Collection, folder: Path) -> None:
    """Write `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`, the layout that BEIR's tools read."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    _write_lines(
        folder / "corpus.jsonl", ({"_id": i, "title": "", "text": text} for i, text in collection.units.items())
    )
    _write_lines(
        folder / "queries.jsonl",
        ({"_id": query.id, "text": query.text, "metadata": {"form": query.form}} for query in collection.queries),
    )
    judged = [f"{query.id}\t{unit}\t1\n" for query in collection.queries for unit in sorted(query.relevant)]
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(judged), encoding="utf-8")


def _write_lines(path: Path, rows: Iterator[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
