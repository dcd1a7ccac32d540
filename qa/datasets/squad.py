"""Read SQuAD 1.1 and 2.0: each context becomes a document, titled as its article (Rajpurkar et al. 2016 and 2018)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.types import Document, sha256_of
from qa.datasets.reading import Row, parsed, read_text, row_of
from qa.datasets.types import Accepted, Dataset, Example


def read_squad(path: Path) -> Dataset:
    """Return the questions of a file in SQuAD's layout with its contexts; equal contexts are one document.

    Raises:
        InvalidInput: the file is not in that layout; the message says where it is not.
    """
    documents: dict[str, Document] = {}
    examples: dict[str, Example] = {}
    for title, paragraph in _paragraphs(row_of(parsed(read_text(path), str(path)), str(path))):
        context = paragraph.text("context")
        name = sha256_of(context)[:16]
        documents.setdefault(name, Document(name, context, title or name, source=path.name))
        for row in paragraph.rows("qas"):
            example = _example(row, name)
            if example.id in examples:
                raise row.wrong(f'the id "{example.id}" occurs twice, first in {examples[example.id].place}')
            examples[example.id] = example
    return Dataset(path.name, tuple(examples.values()), tuple(documents.values()))


def _paragraphs(root: Row) -> Iterator[tuple[str, Row]]:
    for article in root.rows("data"):
        title = article.optional_text("title").replace("_", " ").strip()
        for paragraph in article.rows("paragraphs"):
            yield title, paragraph


def _example(row: Row, document: str) -> Example:
    accepted = dict.fromkeys(Accepted(each.text("text"), each.number("answer_start")) for each in row.rows("answers"))
    if row.fields.get("is_impossible") is True:
        accepted = {}
    return Example(
        id=row.text("id"), question=row.text("question"), document=document, accepted=tuple(accepted), place=row.place
    )
