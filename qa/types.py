"""Name the values between a question and its answer, and give them their one public shape.

`AskResult.to_dict()` is the shape that the HTTP API, `hoidap ask --json` and Python users all see. Offsets count
Unicode code points of the document's text and are half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal


class Status(StrEnum):
    """Whether the documents say."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"


class AnswerType(StrEnum):
    """What kind of thing a question asks for."""

    COUNT = "count"
    AMOUNT = "amount"  # of money
    PERCENTAGE = "percentage"
    MEASURE = "measure"  # a length, an area, a weight …
    DURATION = "duration"
    DATE = "date"  # or a time of day
    PERSON = "person"
    ROLE = "role"
    PLACE = "place"
    ORGANISATION = "organisation"
    REASON = "reason"
    MANNER = "manner"
    DEFINITION = "definition"
    OTHER = "other"


# What may take a sentence to say: without a short answer that is sure enough, the sentence is given.
EXPLAINED = frozenset({AnswerType.REASON, AnswerType.MANNER})


class ValueKind(StrEnum):
    """What kind of value a text says."""

    COUNT = "count"
    AMOUNT = "amount"  # of money
    PERCENTAGE = "percentage"
    FRACTION = "fraction"  # `number` parts of `total`: `một nửa` is 1 of 2
    MEASURE = "measure"
    DURATION = "duration"
    DATE = "date"
    TIME = "time"  # of day


class Modifier(StrEnum):
    """How a value is meant when it is not meant exactly."""

    ABOUT = "about"  # khoảng, chừng
    NEARLY = "nearly"  # gần
    MORE_THAN = "more_than"  # hơn, trên
    LESS_THAN = "less_than"  # dưới, chưa đến
    AT_LEAST = "at_least"  # ít nhất, tối thiểu
    AT_MOST = "at_most"  # nhiều nhất, tối đa
    EARLY = "early"  # đầu năm 2019
    MIDDLE = "middle"  # giữa
    LATE = "late"  # cuối
    BEFORE = "before"
    AFTER = "after"
    SINCE = "since"  # từ năm 2019
    UNTIL = "until"  # đến, hết


@dataclass(frozen=True, slots=True)
class Value:
    """What a short text says, for a program to reckon with: `hơn 17 nghìn` is 17000, `more_than`.

    number: an int, or a float where there is a fraction; None for dates, times and ranges.
    low, high: both ends of a range (`10-15%`), both included; None where there is none.
    total: the whole that `number` is part of (`47/77 ý kiến`).
    unit: what is counted or measured (`tập thể`, `đồng`, `USD/thùng`, `km`, `%`), in its usual spelling where it is a
        known one; scales are reckoned in (`3,2 tỷ đồng` is 3200000000 `đồng`).
    iso: of dates ISO 8601 with the precision that is said, `2021-05-15`, `2021-05`, `2021`; `2011/2014` for an
        interval. Where the year is not said the forms of XML Schema, `--05-15`, `--05`, `---15`; for quarters, decades
        and centuries those of EDTF, `2021-34`, `196X`, `19XX` (33 to 36 are the quarters). Of a time of day `T18:50`;
        with its date `2019-01-01T00:00`. Of durations ISO 8601's `PT3H30M`, where they are whole.
    modifier: see `Modifier`; None when the value is said plainly.
    """

    kind: ValueKind
    number: int | float | None = None
    low: int | float | None = None
    high: int | float | None = None
    total: int | float | None = None
    unit: str | None = None
    iso: str | None = None
    modifier: Modifier | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape: every field, null where there is nothing."""
        return {
            "kind": self.kind.value,
            "number": self.number,
            "low": self.low,
            "high": self.high,
            "total": self.total,
            "unit": self.unit,
            "iso": self.iso,
            "modifier": self.modifier.value if self.modifier else None,
        }


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

    `sentence_start` is the sentence's offset in the document of the first citation. `value` is what the text says where
    that is a number or a date. `kind` is `span` when the text is a short answer, `sentence` when it is only the
    sentence that holds one.
    """

    text: str
    sentence: str
    sentence_start: int
    confidence: float
    citations: tuple[Citation, ...]
    value: Value | None = None
    kind: Literal["span", "sentence"] = "sentence"

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape."""
        return {
            "text": self.text,
            "kind": self.kind,
            "value": self.value.to_dict() if self.value else None,
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
