"""Name the values that pass between the parts of `index`.

Every offset in this project counts Unicode code points of `Document.text`, is half-open (`[start, end)`) and is
relative to the whole document, never to a passage. Nothing here imports anything of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range `[start, end)` of code points of a document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span must satisfy 0 <= start <= end, not [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span covers."""
        return text[self.start : self.end]


def sha256_of(text: str) -> str:
    """Return the hexadecimal SHA-256 of the UTF-8 form of `text`."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class Document:
    """A source as it was given: its text is stored unchanged, never normalised or trimmed.

    `id` is stable over changes of the text; `source` says where the text came from (a path, a URL, a caller's name).
    """

    id: str
    text: str
    title: str
    source: str = ""
    url: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the text: what citations pin."""
        return sha256_of(self.text)


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What a listing shows of a document: everything but its text."""

    id: str
    title: str
    source: str
    url: str | None
    sha256: str
    characters: int
    passages: int
    added_at: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that is stored, embedded and retrieved as one.

    `text` is always `document.text[start:end]`. `heading` is the section heading in force at `start`, matched as
    context but never cited as part of the passage.
    """

    start: int
    end: int
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the library keeps it, together with the very document it was cut from.

    Both come out of one read transaction, so a citation made from them can never mix two versions of a text.
    """

    id: int
    document: Document
    start: int
    end: int
    heading: str

    @property
    def text(self) -> str:
        """The passage's own characters: `document.text[start:end]`."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a ranking: higher scores are better."""

    passage_id: int
    score: float


@dataclass(frozen=True, slots=True)
class AddReport:
    """What one call of `Library.add` did, as document ids in the order given."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    passages: int = 0
    generation: int = 0


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """The size of a library and how far its derived indexes have come."""

    documents: int
    passages: int
    generation: int
    published_generation: int
    model_id: str
    dimension: int
    bytes_on_disk: int
