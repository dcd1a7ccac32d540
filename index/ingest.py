"""Prepare documents for storing: refuse what could not be given back exactly, batch them, word what is embedded.

It stores nothing itself: `library.py` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.errors import InvalidDocument
from index.types import Document, Passage

DOCUMENTS_A_BATCH = 256  # documents a transaction: forcing each to disk alone would take most of the time
CHARACTERS_A_BATCH = 1_000_000
_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._~-]{1,200}")  # `.` and `..` vanish from addresses


def embedded_text(title: str, passage: Passage) -> str:
    """Return what is embedded for a passage: its title and heading stand before it.

    Five articles about the same campaign may differ only in the place that the title names.
    """
    return "\n".join(part for part in (title, passage.heading, passage.text) if part)


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield the documents in batches of a bounded size, each document checked.

    Raises:
        InvalidDocument: a document cannot be stored; those before it have been yielded.
    """
    batch: list[Document] = []
    characters = 0
    for document in documents:
        try:
            require_storable(document)
        except InvalidDocument:
            if batch:
                yield batch  # those before it are stored
            raise
        batch.append(document)
        characters += len(document.text)
        if len(batch) >= DOCUMENTS_A_BATCH or characters >= CHARACTERS_A_BATCH:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def require_storable(document: Document) -> None:
    """Refuse what could not be given back exactly.

    Raises:
        InvalidDocument: says what is wrong with which document.
    """
    if not _ID.fullmatch(document.id):
        raise InvalidDocument(
            f"the document id {document.id!r} cannot be used", hint="1 to 200 of: letters, digits, . _ ~ -"
        )
    if not document.text.strip():
        raise InvalidDocument(f"document {document.id!r} has no text")
    fields = {"text": document.text, "title": document.title, "source": document.source, "url": document.url or ""}
    facts = [part for pair in document.metadata.items() for part in pair]
    for name, value in [*fields.items(), *(("metadata", fact) for fact in facts)]:
        if "\0" in value:
            raise InvalidDocument(f"document {document.id!r} has a NUL character in its {name}")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise InvalidDocument(
                f"document {document.id!r} has a lone surrogate at position {error.start} of its {name}"
            ) from error
