"""Build the dev libraries and read the dev questions: what weights of `qa` are tuned on, and nothing else.

The test sets (XQuAD, MLQA) are not read here and must not be.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from index.embedder import Embedder
from index.library import Library
from index.loaders import load
from index.text import fold
from index.types import Document

Row = dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a JSONL file of questions."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def seed_rows(folder: Path) -> list[Row]:
    """Return the questions on the seeds; their form is marked as such."""
    return [{**row, "lang": row["lang"] + " seeds"} for row in read_rows(folder / "seeds_dev.jsonl")]


def news_rows(folder: Path) -> list[Row]:
    """Return the questions on the news, as written, in chat form where there is one, and without marks."""
    rows = read_rows(folder / "news-dev/questions.jsonl") + read_rows(folder / "news-dev/questions_more.jsonl")
    chat = [{**row, "question": row["variant"], "lang": "chat"} for row in rows if row.get("variant")]
    toneless = [{**row, "question": fold(row["question"]), "lang": "toneless"} for row in rows if row["lang"] == "vi"]
    return rows + chat + toneless


def seed_library(directory: Path, embedder: Embedder) -> Library:
    """Make a library of the five seeds; a document's id is its file's name."""
    library = Library.open(directory, embedder, create=True)
    library.add(_named(path) for path in sorted(Path("seeds").glob("*.txt")))
    return library


def news_library(directory: Path, embedder: Embedder, folder: Path) -> Library:
    """Make a library of the 100 articles among the 3,000 others."""
    library = Library.open(directory, embedder, create=True)
    library.add(_named(path) for path in sorted((folder / "news-dev/docs").glob("*.txt")))
    with gzip.open(folder / "news-distractors.jsonl.gz", "rt", encoding="utf-8") as lines:
        others = [json.loads(line) for line in lines]
    library.add(Document(row["id"], row["text"], row["text"].split("\n", 1)[0]) for row in others)
    return library


def _named(path: Path) -> Document:
    document = load(path)
    return Document(path.name, document.text, document.title)


def holds_answer(row: Row, document_id: str, start: int, end: int) -> bool:
    """Tell whether `[start, end)` of a document holds an accepted answer of the row."""
    return document_id == row["doc"] and any(
        start <= answer["start"] and answer["start"] + len(answer["text"]) <= end for answer in row["answers"]
    )
