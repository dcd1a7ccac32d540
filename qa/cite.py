"""Cite a span of a document so that anybody can check it, now and after the document has changed.

A citation carries the quote, its offsets, hashes of the quote and of the whole text, and 32 characters on either side
(W3C Web Annotation: TextPositionSelector and TextQuoteSelector). `verify` finds it again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from index.errors import InvalidInput, UnknownDocument
from index.library import Library
from index.types import Document, Span, sha256_of
from qa.types import Citation, Verification, VerificationStatus

_MOST_PLACES = 1_000
_NEAR = 1_000  # characters before the old place
CONTEXT = 32  # characters of prefix and suffix, as the W3C note suggests


def cite(document: Document, span: Span) -> Citation:
    """Return the citation of `span` of `document`.

    Raises:
        ValueError: the span is empty or does not lie in the text.
    """
    if not 0 <= span.start < span.end <= len(document.text):
        raise ValueError(f"[{span.start}, {span.end}) cannot be cited from {len(document.text)} characters")
    quote = span.of(document.text)
    return Citation(
        document_id=document.id,
        document_title=document.title,
        url=document.url,
        cited_text=quote,
        start=span.start,
        end=span.end,
        document_sha256=document.sha256,
        quote_sha256=sha256_of(quote),
        prefix=document.text[max(0, span.start - CONTEXT) : span.start],
        suffix=document.text[span.end : span.end + CONTEXT],
    )


def verify(saved: Mapping[str, Any], library: Library) -> list[Verification]:
    """Check a citation, or every citation of a saved answer, against the library.

    Raises:
        InvalidInput: `saved` is neither; the message says what is missing.
    """
    return [_verify_one(citation, library) for citation in citations_of(saved)]


def citations_of(saved: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the citations in a citation, an answer, or a whole result.

    Raises:
        InvalidInput: there is no place for any in it.
    """
    if "cited_text" in saved:
        return [saved]
    for key in ("citations", "answers"):
        parts = saved.get(key)
        if isinstance(parts, list):
            if not all(isinstance(part, Mapping) for part in parts):
                raise InvalidInput(f"`{key}` must be a list of objects")
            return [citation for part in parts for citation in citations_of(part)]
    raise InvalidInput(
        "this is neither a citation (`cited_text`) nor an answer (`citations`) nor a result (`answers`)",
        hint="Give what `hoidap ask --json` printed, or one entry of its `citations`.",
    )


def _verify_one(saved: Mapping[str, Any], library: Library) -> Verification:
    document_id, quote = _text(saved, "document_id"), _text(saved, "cited_text")
    start, end = _offset(saved, "start_char_index"), _offset(saved, "end_char_index")
    try:
        document = library.document(document_id)
    except UnknownDocument:
        return _outcome(VerificationStatus.UNKNOWN, document_id, quote, None, "the library has no such document")
    if end - start == len(quote) and document.text[start:end] == quote:
        same = saved.get("document_sha256") == document.sha256
        message = (
            "the document is unchanged" if same else "the document changed elsewhere; the quote stands where it stood"
        )
        return _outcome(VerificationStatus.VALID, document_id, quote, start, message)
    found = _find_again(document.text, quote, start, _context_of(saved))
    if found is None:
        return _outcome(VerificationStatus.STALE, document_id, quote, None, "the quote is no longer in the document")
    return _outcome(VerificationStatus.MOVED, document_id, quote, found, f"the quote moved from {start} to {found}")


def _outcome(status: VerificationStatus, document_id: str, quote: str, start: int | None, message: str) -> Verification:
    return Verification(status, document_id, quote, start, None if start is None else start + len(quote), message)


def _find_again(text: str, quote: str, start: int, context: tuple[str, str]) -> int | None:
    """Return where the quote stands now: the place whose surroundings agree best, then the nearest to the old one."""
    # A quote of one letter stands in a long text a million times: some from near the old place and some from the
    # beginning are compared, so that the work of one citation stays bounded whatever is asked.
    pattern = re.compile(re.escape(quote))
    near = max(0, min(start, len(text)) - _NEAR)
    places = [match.start() for at in (near, 0) for match in islice(pattern.finditer(text, at), _MOST_PLACES)]
    if not places:
        return None
    return max(places, key=lambda place: (_agreement(text, quote, place, context), -abs(place - start)))


def _agreement(text: str, quote: str, place: int, context: tuple[str, str]) -> int:
    """Count the characters next to the quote that are as they were: backwards in the prefix, forwards in the suffix."""
    prefix, suffix = context
    before = text[max(0, place - len(prefix)) : place]
    after = text[place + len(quote) : place + len(quote) + len(suffix)]
    return _common(prefix[::-1], before[::-1]) + _common(suffix, after)


def _common(first: str, second: str) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )


def _context_of(saved: Mapping[str, Any]) -> tuple[str, str]:
    selectors = saved.get("selector")
    for selector in selectors if isinstance(selectors, list) else ():
        if isinstance(selector, Mapping) and selector.get("type") == "TextQuoteSelector":
            return str(selector.get("prefix", ""))[-CONTEXT:], str(selector.get("suffix", ""))[:CONTEXT]
    return "", ""


def _text(saved: Mapping[str, Any], name: str) -> str:
    value = saved.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"the citation has no text in `{name}`")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"the citation has a lone surrogate in `{name}`: it is not text") from error
    return value


def _offset(saved: Mapping[str, Any], name: str) -> int:
    value = saved.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidInput(f"the citation has no offset in `{name}`")
    return value
