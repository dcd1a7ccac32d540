"""Read what `hoidap eval --docs` names, as `hoidap index` would: a file that cannot be read stops nothing.

A malformed line of JSONL does stop it: such a file was written for this, and its line can be mended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.errors import InvalidInput
from index.loaders import find_files
from index.types import Document
from qa.datasets.documents import read_documents
from qa.datasets.reading import storable_id
from web.cli_base import Session
from web.commands.reading import Skip, Skipped, readable, say_skipped
from web.messages import number


def documents_of(session: Session, paths: Sequence[Path], skipped: list[Skipped]) -> list[Document]:
    """Return the documents of folders (a file's name is its id) and of JSONL files; add to `skipped` what is left out.

    Raises:
        InvalidInput: none is left, or a line of a JSONL file is malformed.
    """

    def skip(path: Path, reason: str, hint: str = "") -> None:
        skipped.append(say_skipped(session, path, reason, hint))

    found: list[Document] = []
    for path in paths:
        found += _in_folder(session, path, skip) if path.is_dir() else read_documents(path)
    if paths and not found:
        count = number(len(skipped), session.language)
        raise InvalidInput(
            session.text("eval.none_readable", count=count), hint=session.text("eval.none_readable_hint")
        )
    return found


def _in_folder(session: Session, folder: Path, skip: Skip) -> Iterator[Document]:
    files = list(find_files([folder]))
    if not files:
        skip(folder, session.text("eval.no_text_file"))
    for path, document in readable(session, files, skip):
        yield replace(document, id=storable_id(path.name))
