"""Prepare an answer for browsers: the page, the viewer and the widget show the same, already cut and linked.

What is shown of a document is text and stays text: templates escape it, the widget sets it as text. Around a quote, and
in a passage, the marks of Markdown are left out; an answer and its quote are the document's own characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask import url_for

from index.errors import UnknownDocument
from index.library import Library
from index.loaders import MARKDOWN_SUFFIXES
from index.types import Document, Span
from qa.types import Answer, AskResult, Citation, RankedPassage, Status
from web.excerpt import Cut, cut, link_to_quote, safe_link, snippet
from web.markdown import plain, plain_around
from web.messages import VIETNAMESE, number

SNIPPET = 260  # characters
ANSWERS_SHOWN = 3
_CITATIONS_SHOWN = 5
_PASSAGES_SHOWN = 6
_HIGH, _MEDIUM = 0.8, 0.5
_DATE_LABELS = ("date", "published", "ngày", "ngay")  # of a document's metadata, the first that is there
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_LONGEST_DATE = 40


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a document, a span of it, and the links to both."""

    document_id: str
    title: str
    date: str
    start: int
    end: int
    view: str
    original: str | None


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One answer: `sentence` is cut around the answer itself, `level` is the confidence in a word."""

    text: str
    sentence: Cut
    level: str
    percent: int
    value: str
    places: tuple[Place, ...]

    @property
    def is_sentence(self) -> bool:
        """Whether the answer is its whole sentence: then it is shown once."""
        return not self.sentence.before.strip() and not self.sentence.after.strip()


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage that was looked at."""

    place: Place
    heading: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that a browser shows of one result."""

    question: str
    answered: bool
    answers: tuple[ShownAnswer, ...]
    passages: tuple[ShownPassage, ...]
    expansions: tuple[tuple[str, str], ...]
    looked_at: int
    documents: int

    @property
    def places(self) -> list[Place]:
        """Every cited place, in the order of the answers: what previous and next go through."""
        return [place for answer in self.answers for place in answer.places]


def shown(result: AskResult, library: Library, language: str) -> Shown:
    """Return what to show of `result`, with links that keep the question and the language."""
    shelf = _Shelf(library, result.question, language)
    answered = result.status is Status.ANSWERED and bool(result.answers)
    return Shown(
        question=result.question,
        answered=answered,
        answers=tuple(_answer(each, shelf) for each in result.answers[:ANSWERS_SHOWN]) if answered else (),
        passages=tuple(_passage(each, shelf) for each in result.passages[:_PASSAGES_SHOWN]),
        expansions=tuple((each.source, each.target) for each in result.expansions),
        looked_at=len(result.passages),
        documents=len({passage.document_id for passage in result.passages}),
    )


class _Shelf:
    """The documents of one result, each fetched once; one that has gone meanwhile is None."""

    def __init__(self, library: Library, question: str, language: str) -> None:
        self._library = library
        self._found: dict[str, Document | None] = {}
        self.question = question
        self.language = language

    def document(self, document_id: str) -> Document | None:
        if document_id not in self._found:
            try:
                self._found[document_id] = self._library.document(document_id)
            except UnknownDocument:
                self._found[document_id] = None
        return self._found[document_id]

    def is_markdown(self, document_id: str) -> bool:
        """Tell whether a document came as Markdown: elsewhere a star or a bar is a character like any other."""
        document = self.document(document_id)
        return document is not None and PurePath(document.source).suffix.lower() in MARKDOWN_SUFFIXES

    def place(self, document_id: str, title: str, url: str | None, span: Span) -> Place:
        document = self.document(document_id)
        view = viewer_link(document_id, span, question=self.question, language=self.language)
        original = link_to_quote(url, document.text, span) if document else safe_link(url)
        date = date_of(document.metadata, self.language) if document else ""
        return Place(document_id, title or document_id, date, span.start, span.end, view, original)


def _answer(answer: Answer, shelf: _Shelf) -> ShownAnswer:
    return ShownAnswer(
        text=answer.text,
        sentence=_in_sentence(answer, answer.citations[0], shelf),
        level=level_of(answer.confidence),
        percent=percent_of(answer.confidence),
        value=value_text(answer.to_dict().get("value"), shelf.language),
        places=tuple(
            shelf.place(each.document_id, each.document_title, each.url, Span(each.start, each.end))
            for each in answer.citations[:_CITATIONS_SHOWN]
        ),
    )


def _in_sentence(answer: Answer, citation: Citation, shelf: _Shelf) -> Cut:
    """Return the sentence cut around the cited span, or the span alone where it does not stand in it."""
    start, end = citation.start - answer.sentence_start, citation.end - answer.sentence_start
    if start < 0 or answer.sentence[start:end] != citation.cited_text:
        return Cut("", citation.cited_text, "")
    parts = cut(answer.sentence, start, end)
    return plain_around(parts) if shelf.is_markdown(citation.document_id) else parts


def _passage(passage: RankedPassage, shelf: _Shelf) -> ShownPassage:
    place = shelf.place(passage.document_id, passage.document_title, passage.url, Span(passage.start, passage.end))
    heading, text = passage.heading, passage.text
    if shelf.is_markdown(passage.document_id):
        heading, text = plain(heading), plain(text)
    return ShownPassage(place, heading, snippet(text, SNIPPET))


def viewer_link(document_id: str, span: Span, *, question: str, language: str) -> str:
    """Return the address in this server where the span is shown in its document."""
    more: dict[str, Any] = {"q": question} if question else {}
    more |= {"lang": language} if language != "vi" else {}
    return url_for("pages.view", id=document_id, start=span.start, end=span.end, _anchor="trich-dan", **more)


def level_of(confidence: float) -> str:
    """Return the confidence in a word: high, medium or low, as the command line says it."""
    return "high" if confidence >= _HIGH else "medium" if confidence >= _MEDIUM else "low"


def percent_of(confidence: float) -> int:
    """Return the confidence in percent; never 100, for nothing is certain."""
    return min(99, round(confidence * 100))


def date_of(metadata: Mapping[str, str], language: str) -> str:
    """Return the date that a document's own labels give, as people write it; empty when they give none."""
    date = next((metadata[label].strip() for label in _DATE_LABELS if metadata.get(label, "").strip()), "")
    iso = _ISO_DATE.fullmatch(date)
    if iso and language == "vi":
        return f"{iso[3]}/{iso[2]}/{iso[1]}"
    return iso[0][:10] if iso else snippet(date, _LONGEST_DATE)


def value_text(value: Any, language: str = VIETNAMESE) -> str:  # noqa: ANN401  # whatever a reader has found
    """Return in one line what an answer comes to: a date, a number or a range with its unit; empty for none.

    It is there for `hơn 17 nghìn` and `sáng 15/5`, where the text leaves the reckoning to the reader; how exactly it is
    meant (`hơn`) stays with the text itself.
    """
    if not isinstance(value, Mapping):
        return _amount(value, language)
    if value.get("iso"):
        return date_of({"date": str(value["iso"])}, language)
    low, high = _amount(value.get("low"), language), _amount(value.get("high"), language)
    amount = _amount(value.get("number"), language) or (f"{low}–{high}" if low and high else "")
    total = _amount(value.get("total"), language)
    unit = snippet(str(value.get("unit") or ""), _LONGEST_DATE)
    return " ".join(filter(None, (f"{amount}/{total}" if amount and total else amount, unit))) if amount else ""


def _amount(value: object, language: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value, language)
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if language == VIETNAMESE else ".")
    return ""
