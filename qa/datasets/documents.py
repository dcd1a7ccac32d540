"""Read the documents that questions are asked about: folders of text files, or JSONL rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from index.errors import InvalidInput
from index.loaders import find_files, load
from index.loaders.titles import guess_title
from index.types import Document
from qa.datasets.reading import json_lines, storable_id


def read_documents(paths: Iterable[Path]) -> list[Document]:
    """Return the documents of folders (a file's name is its id) and of JSONL files of `{"id","text"[,"title"]}`.

    Raises:
        InvalidInput: a file or line cannot be read, a folder holds none, or two documents have one id.
    """
    found: dict[str, tuple[Document, str]] = {}
    for path in paths:
        for document, place in _in_folder(path) if path.is_dir() else _in_lines(path):
            if document.id in found:
                raise InvalidInput(
                    f'{place}: a document "{document.id}" was read from {found[document.id][1]} already',
                    hint="give each document a name of its own",
                )
            found[document.id] = document, place
    return [document for document, _ in found.values()]


def _in_folder(folder: Path) -> Iterator[tuple[Document, str]]:
    paths = list(find_files([folder]))
    if not paths:
        raise InvalidInput(f"{folder}: the folder holds no text file", hint="name the folder of the .txt or .md files")
    for path in paths:
        yield replace(load(path), id=storable_id(path.name)), str(path)


def _in_lines(path: Path) -> Iterator[tuple[Document, str]]:
    for row in json_lines(path):
        name, text = row.text("id"), row.text("text")
        title = row.optional_text("title") or guess_title(text) or name
        yield Document(storable_id(name), text, title, source=path.name), row.place
