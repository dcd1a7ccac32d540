"""Read the documents that questions are asked about from JSONL rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.errors import InvalidInput
from index.loaders.titles import guess_title
from index.types import Document
from qa.datasets.reading import json_lines, storable_id


def read_documents(path: Path) -> list[Document]:
    """Return the documents of a JSONL file of `{"id","text"[,"title"]}`.

    Raises:
        InvalidInput: a line cannot be read, or two documents have one id.
    """
    found: dict[str, tuple[Document, str]] = {}
    for document, place in _in_lines(path):
        if document.id in found:
            raise InvalidInput(
                f'{place}: a document "{document.id}" was read from {found[document.id][1]} already',
                hint="give each document a name of its own",
            )
        found[document.id] = document, place
    return [document for document, _ in found.values()]


def _in_lines(path: Path) -> Iterator[tuple[Document, str]]:
    for row in json_lines(path):
        name, text = row.text("id"), row.text("text")
        title = row.optional_text("title") or guess_title(text) or name
        yield Document(storable_id(name), text, title, source=path.name), row.place
