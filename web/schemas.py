"""Say what the HTTP API takes and gives, as pydantic models: the OpenAPI description is made from them.

What comes in is checked against these models. What goes out is made by `to_dict` of `qa.types` and only described
here; the tests hold the two together.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.ask import MAX_LIMIT, MAX_QUESTION

MAX_PAGE = 500
MAX_OFFSET = 1_000_000_000
ID_PATTERN = r"^[A-Za-z0-9._~-]{1,200}$"

Question = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_QUESTION,
        description="The question, in Vietnamese with or without tone marks, or in English.",
    ),
]
ExampleQuestion = Annotated[Question, Field(examples=["Có bao nhiêu đơn vị được khen thưởng ở Cần Thơ?"])]


class _Body(BaseModel):
    """What a JSON body must be: exactly these fields, of exactly these types (`"5"` is not 5)."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Query(BaseModel):
    """What a query string must be: exactly these parameters; numbers arrive as text."""

    model_config = ConfigDict(extra="forbid")


class _Reply(BaseModel):
    """What is sent."""

    model_config = ConfigDict(extra="forbid")


# -- requests -----------------------------------------------------------------------------------------------------


class AskBody(_Body):
    """A question."""

    question: ExampleQuestion
    limit: int = Field(8, ge=1, le=MAX_LIMIT, description="How many passages are read and returned.")


class AskQuery(_Query):
    """A question in the address."""

    q: Question
    limit: int = Field(8, ge=1, le=MAX_LIMIT, description="How many passages are read and returned.")


class SearchBody(_Body):
    """A question to find passages for."""

    question: ExampleQuestion
    limit: int = Field(10, ge=1, le=MAX_LIMIT, description="How many passages are returned.")


class VerifyBody(BaseModel):
    """A citation, or a saved answer as /v1/ask returned it; unknown fields are left alone, as old answers have them."""

    model_config = ConfigDict(extra="allow")


class DocumentsQuery(_Query):
    """Which page of the list."""

    offset: int = Field(0, ge=0, le=MAX_OFFSET, description="How many documents to skip.")
    limit: int = Field(100, ge=1, le=MAX_PAGE, description="How many documents to list.")
    q: str = Field("", max_length=200, description="Only those whose title or id contains this, marks and case aside.")


class DocumentPath(BaseModel):
    """Which document."""

    id: str = Field(min_length=1, description="The id of the document.")


class DocumentBody(_Body):
    """A document to add or to replace."""

    text: str = Field(min_length=1, description="The text, stored unchanged; offsets count its code points.")
    title: str | None = Field(None, min_length=1, max_length=500, description="Without it, taken from the text.")
    id: str | None = Field(
        None, pattern=ID_PATTERN, description="Give one to replace the document later; else one is made."
    )
    # Clients take `.` and `..` out of an address before they send it; `require_storable` refuses these ids.
    # Answers carry the address into pages and terminals, so it may not be one that runs something.
    url: str | None = Field(
        None, pattern=r"^https?://[^\s]+$", max_length=2000, description="Where people can read the original."
    )
    metadata: dict[Annotated[str, Field(min_length=1, max_length=200)], Annotated[str, Field(max_length=2000)]] = Field(
        default_factory=dict, max_length=64, description="Your own labels, returned with the document."
    )


# -- replies ------------------------------------------------------------------------------------------------------


class ExpansionReply(_Reply):
    """An abbreviation in the question and what it was read as."""

    from_: str = Field(alias="from")
    to: str


class SelectorReply(_Reply):
    """A W3C Web Annotation selector: by position, or by the quote and what stands around it."""

    type: Literal["TextPositionSelector", "TextQuoteSelector"]
    start: int | None = None
    end: int | None = None
    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None


class CitationReply(_Reply):
    """Offsets are half-open and count Unicode code points of the document's text."""

    type: Literal["char_location"]
    document_id: str
    document_title: str
    url: str | None
    cited_text: str
    start_char_index: int
    end_char_index: int
    document_sha256: str
    quote_sha256: str
    selector: list[SelectorReply]


class ValueReply(_Reply):
    """The number or date that an answer says; what it does not say is null.

    A range (`10-15%`) has `low` and `high` instead of `number`; `total` is the whole that `number` is of (`47/77`).
    """

    kind: Literal["count", "amount", "percentage", "fraction", "measure", "duration", "date", "time"]
    number: int | float | None = Field(description="Scales are reckoned in: `3,2 tỷ đồng` is 3200000000.")
    low: int | float | None
    high: int | float | None
    total: int | float | None
    unit: str | None = Field(description="What is counted or measured: `tập thể`, `đồng`, `USD/thùng`, `km`, `%`.")
    iso: str | None = Field(
        description="ISO 8601 with the precision that is said: `2021-05-15`, `2021-05`, `2021`, `2011/2014`, `T18:50`,"
        " `PT3H30M`; without a year as in XML Schema, `--05-15`; quarters, decades and centuries as in EDTF, `2021-34`,"
        " `196X`, `19XX`."
    )
    modifier: (
        Literal[
            "about",
            "nearly",
            "more_than",
            "less_than",
            "at_least",
            "at_most",
            "early",
            "middle",
            "late",
            "before",
            "after",
            "since",
            "until",
        ]
        | None
    ) = Field(description="How the value is meant when not exactly: `hơn`, `gần`, `khoảng`, `cuối năm`.")


class AnswerReply(_Reply):
    """A short text out of a document and the sentence it stands in.

    `kind` is `span` for a short answer, `sentence` where the text is only the sentence that holds one.
    """

    text: str
    kind: Literal["span", "sentence"]
    value: ValueReply | None
    sentence: str
    confidence: float
    citations: list[CitationReply]


class PassageReply(_Reply):
    """A passage that was looked at; higher scores are better."""

    id: str
    document_id: str
    document_title: str
    url: str | None
    start: int
    end: int
    heading: str
    text: str
    score: float


class SearchReply(_Reply):
    """The passages found, best first."""

    question: str
    expansions: list[ExpansionReply]
    passages: list[PassageReply]
    generation: int
    timings_ms: dict[str, float]


class AskReply(SearchReply):
    """With `no_answer`, `answers` is empty and `passages` are those that were looked at."""

    status: Literal["answered", "no_answer"]
    confidence: float
    answers: list[AnswerReply]


class DocumentReply(_Reply):
    """What is known of a document without reading it."""

    id: str
    title: str
    source: str
    url: str | None
    sha256: str
    characters: int


class ListedReply(DocumentReply):
    """A line of the list."""

    passages: int
    added_at: str


class FullDocumentReply(DocumentReply):
    """A document with its labels."""

    metadata: dict[str, str]


class DocumentsReply(_Reply):
    """`total` counts every document that fits `q`, on this page or not."""

    documents: list[ListedReply]
    total: int
    offset: int
    limit: int


class AddedReply(_Reply):
    """What adding a document came to; `passages` counts those that were newly stored."""

    status: Literal["added", "replaced", "unchanged"]
    document: DocumentReply
    passages: int
    generation: int


class RemovedReply(_Reply):
    """What was removed."""

    removed: list[str]
    generation: int


class VerificationReply(_Reply):
    """For `moved`, the offsets are where the quote stands now."""

    status: Literal["valid", "moved", "stale", "unknown"]
    document_id: str
    cited_text: str
    start_char_index: int | None
    end_char_index: int | None
    message: str


class VerifyReply(_Reply):
    """One verification for each citation, in order."""

    verifications: list[VerificationReply]


class HealthReply(_Reply):
    """The process is alive."""

    status: Literal["ok"]


class ReadyReply(_Reply):
    """Questions can be answered."""

    status: Literal["ready"]
    passages: int
    generation: int


class ErrorDetail(_Reply):
    """One field that does not fit."""

    field: str
    message: str


class ErrorInner(_Reply):
    """What went wrong, and what to do about it."""

    code: str
    message: str
    hint: str
    details: list[ErrorDetail] = Field(default_factory=list)


class ErrorReply(_Reply):
    """The one shape of every error."""

    error: ErrorInner
