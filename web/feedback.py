"""Read what people said of answers, and write it as questions that `hoidap eval` asks.

The text of an answer is taken from the document, never from the form: a form names a span, and what stands there is
what was right or wrong. On export each place is looked for again, for the document may have changed since.

    right, an answer      a question with this answer
    right, no answer      a question that the documents do not answer
    wrong or missing      a question with the expected answer, where that was given and stands in a document;
                          else it waits for a person: `hoidap feedback list` shows it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from index.errors import InvalidInput, UnknownDocument
from index.feedback import MAX_QUOTE, MAX_TEXT, Opinion, StoredOpinion, Verdict
from index.library import Library
from qa.analyse import Lexicon, analyse
from qa.ask import Answerer
from qa.cite import verify
from qa.types import VerificationStatus

_MOST_DIGITS = 12
_PASSAGES_SEARCHED = 20


def opinion_of(form: Mapping[str, str], library: Library) -> Opinion:
    """Return what a form says.

    Raises:
        InvalidInput: a field that does not fit, a span that the document does not have.
        UnknownDocument: the library has no such document.
    """
    question, expected = _text(form, "q"), _text(form, "expected")
    verdict = form.get("verdict", "")
    if verdict not in set(Verdict):
        raise InvalidInput(f"the verdict must be one of {', '.join(Verdict)}, not {verdict[:20]!r}")
    document_id = form.get("document", "")
    if not document_id:
        return Opinion(question, Verdict(verdict), expected=expected)
    document = library.document(document_id)
    start, end = _offset(form, "start"), _offset(form, "end")
    if not start < end <= len(document.text) or end - start > MAX_QUOTE:
        raise InvalidInput(f"[{start}, {end}) is no answer out of this document")
    return Opinion(
        question, Verdict(verdict), document.id, document.sha256, start, end, document.text[start:end], expected
    )


def _text(form: Mapping[str, str], name: str) -> str:
    text = form.get(name, "").strip()
    if len(text) > MAX_TEXT:
        raise InvalidInput(f"the field {name} has {len(text)} characters, more than {MAX_TEXT}")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(f"the field {name} is not text")
    return text


def _offset(form: Mapping[str, str], name: str) -> int:
    given = form.get(name, "")
    if not (given.isascii() and given.isdecimal() and len(given) <= _MOST_DIGITS):
        raise InvalidInput(f"the field {name} is no offset")
    return int(given)


@dataclass(frozen=True, slots=True)
class Rows:
    """The questions that opinions came to, and how many of them say nothing that can be asked."""

    rows: tuple[dict[str, Any], ...]
    left_out: int


def evaluation_rows(opinions: Iterable[StoredOpinion], answerer: Answerer, lexicon: Lexicon) -> Rows:
    """Return opinions as evaluation rows; offsets count code points of the documents as they are now."""
    rows: list[dict[str, Any]] = []
    left_out = 0
    for stored in opinions:
        answer = _answer_of(stored.opinion, answerer)
        if answer is None:
            left_out += 1
        else:
            rows.append(_row(stored, answer, lexicon))
    return Rows(tuple(rows), left_out)


Answer = tuple[str | None, str, int]  # document, text, start; no document: unanswerable


def _answer_of(opinion: Opinion, answerer: Answerer) -> Answer | None:
    if opinion.verdict is Verdict.RIGHT:
        return _as_it_was(opinion, answerer.library) if opinion.document_id else (None, "", 0)
    return _expected(opinion, answerer) if opinion.expected else None


def _as_it_was(opinion: Opinion, library: Library) -> Answer | None:
    """Return the answer that was confirmed, where it stands now."""
    [check] = verify(
        {
            "document_id": opinion.document_id,
            "cited_text": opinion.quote,
            "start_char_index": opinion.start,
            "end_char_index": opinion.end,
            "document_sha256": opinion.document_sha256,
        },
        library,
    )
    if check.status not in {VerificationStatus.VALID, VerificationStatus.MOVED} or check.start is None:
        return None
    return opinion.document_id, opinion.quote, check.start


def _expected(opinion: Opinion, answerer: Answerer) -> Answer | None:
    """Return the answer that somebody gave, where a document has it word for word, nearest to what was shown."""
    for document_id in _where_to_look(opinion, answerer):
        try:
            text = answerer.library.document(document_id).text
        except UnknownDocument:
            continue  # it went between the search and now
        near = text.find(opinion.expected, max(0, opinion.start - MAX_TEXT) if opinion.document_id else 0)
        start = near if near >= 0 else text.find(opinion.expected)
        if start >= 0:
            return document_id, opinion.expected, start
    return None


def _where_to_look(opinion: Opinion, answerer: Answerer) -> list[str]:
    """Return the document of the answer, then those whose passages speak of the expected one."""
    shown = [opinion.document_id] if opinion.document_id else []
    found = [passage.document_id for passage in answerer.search(opinion.expected, limit=_PASSAGES_SEARCHED).passages]
    return list(dict.fromkeys(shown + found))


def _row(stored: StoredOpinion, answer: Answer, lexicon: Lexicon) -> dict[str, Any]:
    document_id, text, start = answer
    analysis = analyse(stored.opinion.question, lexicon)
    language = "en" if analysis.english else "vi-toneless" if analysis.toneless else "vi"
    return {
        "id": f"feedback-{stored.id:05d}",
        "doc": document_id,
        "question": stored.opinion.question,
        "answers": [{"text": text, "start": start}] if document_id else [],
        "type": analysis.answer_type.value if document_id else "none",
        "lang": language,
        "variant": None,
    }
