"""Name the values between a question and its answer, and give them their one public shape.

`AskResult.to_dict()` is the shape that the HTTP API, `hoidap ask --json` and Python users all see. Offsets count
Unicode code points of the document's text and are half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Whether the documents say."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"


class AnswerType(StrEnum):
    """What kind of thing a question asks for."""

    COUNT = "count"
    AMOUNT = "amount"
    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    ORGANISATION = "organisation"
    REASON = "reason"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Expansion:
    """An abbreviation or alias in the question and what it was read as."""

    source: str
    target: str

    def to_dict(self) -> dict[str, str]:
        """Return the public shape."""
        return {"from": self.source, "to": self.target}


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a document, with what is needed to check it later.

    `cited_text == document.text[start:end]` at the moment of answering; `document_sha256` pins that text,
    `quote_sha256` the quote; `prefix` and `suffix` are the 32 characters around it, for re-anchoring.
    """

    document_id: str
    document_title: str
    url: str | None
    cited_text: str
    start: int
    end: int
    document_sha256: str
    quote_sha256: str
    prefix: str
    suffix: str

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape: `char_location` names with W3C Web Annotation selectors."""
        return {
            "type": "char_location",
            "document_id": self.document_id,
            "document_title": self.document_title,
            "url": self.url,
            "cited_text": self.cited_text,
            "start_char_index": self.start,
            "end_char_index": self.end,
            "document_sha256": self.document_sha256,
            "quote_sha256": self.quote_sha256,
            "selector": [
                {"type": "TextPositionSelector", "start": self.start, "end": self.end},
                {
                    "type": "TextQuoteSelector",
                    "exact": self.cited_text,
                    "prefix": self.prefix,
                    "suffix": self.suffix,
                },
            ],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """A short text out of a document, the sentence it stands in, and where that is.

    `sentence_start` is the sentence's offset in the document of the first citation.
    """

    text: str
    sentence: str
    sentence_start: int
    confidence: float
    citations: tuple[Citation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape."""
        return {
            "text": self.text,
            "sentence": self.sentence,
            "confidence": round(self.confidence, 4),
            "citations": [citation.to_dict() for citation in self.citations],
        }


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that was looked at, with its fused score: higher is better."""

    id: int
    document_id: str
    document_title: str
    url: str | None
    start: int
    end: int
    text: str
    heading: str
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape."""
        return {
            "id": str(self.id),
            "document_id": self.document_id,
            "document_title": self.document_title,
            "url": self.url,
            "start": self.start,
            "end": self.end,
            "heading": self.heading,
            "text": self.text,
            "score": round(self.score, 6),
        }


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages found for a question, best first."""

    question: str
    expansions: tuple[Expansion, ...]
    passages: tuple[RankedPassage, ...]
    generation: int
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape."""
        return {
            "question": self.question,
            "expansions": [expansion.to_dict() for expansion in self.expansions],
            "passages": [passage.to_dict() for passage in self.passages],
            "generation": self.generation,
            "timings_ms": dict(self.timings_ms),
        }


@dataclass(frozen=True, slots=True)
class AskResult:
    """The outcome of one question: answers with citations, or `no_answer` with the passages looked at."""

    question: str
    status: Status
    confidence: float
    expansions: tuple[Expansion, ...]
    answers: tuple[Answer, ...]
    passages: tuple[RankedPassage, ...]
    generation: int
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape (DESIGN: "The answer's shape")."""
        return {
            "question": self.question,
            "status": self.status.value,
            "confidence": round(self.confidence, 4),
            "expansions": [expansion.to_dict() for expansion in self.expansions],
            "answers": [answer.to_dict() for answer in self.answers],
            "passages": [passage.to_dict() for passage in self.passages],
            "generation": self.generation,
            "timings_ms": dict(self.timings_ms),
        }


class VerificationStatus(StrEnum):
    """What became of a citation."""

    VALID = "valid"
    MOVED = "moved"
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verification:
    """The check of one citation: for `moved`, `start` and `end` are where the quote stands now."""

    status: VerificationStatus
    document_id: str
    cited_text: str
    start: int | None
    end: int | None
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape."""
        return {
            "status": self.status.value,
            "document_id": self.document_id,
            "cited_text": self.cited_text,
            "start_char_index": self.start,
            "end_char_index": self.end,
            "message": self.message,
        }
