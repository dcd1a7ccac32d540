"""Name what an evaluation set holds, whatever its format: questions with what answers them, and documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.types import Document, Span


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that counts as right: its words, and where they begin in the document, None when that is not known."""

    text: str
    start: int | None

    @property
    def span(self) -> Span | None:
        """The span, in offsets of the document."""
        return None if self.start is None else Span(self.start, self.start + len(self.text))


@dataclass(frozen=True, slots=True)
class Example:
    """A question of an evaluation set. `place` says where it stands in its file.

    `document` is the name of its document as the set gives it, None where there is none; without accepted answers the
    question is unanswerable. `variant` is the same question as typed in a chat. In a set for retrieval alone,
    `relevant` gives the grade of each relevant document, and nothing is to be answered.
    """

    id: str
    question: str
    document: str | None
    accepted: tuple[Accepted, ...]
    kind: str = ""
    language: str = ""
    variant: str | None = None
    place: str = ""
    relevant: Mapping[str, int] = field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        """Whether the documents say."""
        return bool(self.accepted)


@dataclass(frozen=True, slots=True)
class Dataset:
    """One evaluation set: its questions, and the documents that it brings along (none: they are in the library)."""

    name: str
    examples: tuple[Example, ...]
    documents: tuple[Document, ...] = ()
    retrieval_only: bool = False
