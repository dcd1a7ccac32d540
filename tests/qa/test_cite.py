"""A citation is an exact slice, and can be found again."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import InvalidInput
from index.library import Library
from index.types import Document, Span, sha256_of
from qa.cite import CONTEXT, citations_of, cite, verify
from tests.conftest import HashEmbedder

PIECES = st.sampled_from(
    ["Cần Thơ", unicodedata.normalize("NFD", "khen thưởng"), "🎉", "\r\n", " ", "54 tập thể", "ộ́", "x"]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=30).map("".join)


@given(TEXTS, st.data())
def test_every_citation_is_an_exact_slice(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    citation = cite(Document("d", text, "t"), Span(start, end))
    assert citation.cited_text == text[citation.start : citation.end]
    assert citation.prefix + citation.cited_text + citation.suffix in text
    assert len(citation.prefix) == min(CONTEXT, start)
    assert citation.quote_sha256 == sha256_of(text[start:end])


@pytest.mark.parametrize("span", [Span(0, 0), Span(3, 5), Span(4, 4)])
def test_what_cannot_be_cited_is_refused(span: Span) -> None:
    with pytest.raises(ValueError, match="cannot be cited"):
        cite(Document("d", "abcd", "t"), span)


@pytest.fixture
def library(tmp_path: Path, hash_embedder: HashEmbedder) -> Library:
    return Library.open(tmp_path / "data", hash_embedder, create=True)


BEFORE = "Dịp này, 54 tập thể được khen. Năm ngoái, 54 tập thể được mời."


@pytest.mark.parametrize(
    ("after", "status", "start"),
    [
        (BEFORE, "valid", 9),
        (BEFORE + " Hết.", "valid", 9),
        ("Mới. " + BEFORE, "moved", 14),
        ("Dịp này không ai được khen.", "stale", None),
        (None, "unknown", None),
    ],
)
def test_verify_says_what_became_of_a_citation(
    library: Library, after: str | None, status: str, start: int | None
) -> None:
    library.add([Document("d", BEFORE, "t")])
    saved = cite(library.document("d"), Span(9, 19)).to_dict()
    assert saved["cited_text"] == "54 tập thể"
    if after is None:
        library.remove(["d"])
    else:
        library.add([Document("d", after, "t")])
    (outcome,) = verify(saved, library)
    assert (outcome.status, outcome.start) == (status, start)


def test_a_moved_quote_is_told_from_its_twin_by_its_surroundings(library: Library) -> None:
    text = "Ở Huế có 54 tập thể được mời. Ở Vinh có 54 tập thể được khen."
    second = text.rindex("54")
    library.add([Document("d", text, "t")])
    saved = cite(library.document("d"), Span(second, second + 10)).to_dict()
    changed = "Mở đầu dài hơn nhiều so với trước. " + text
    library.add([Document("d", changed, "t")])
    (outcome,) = verify(saved, library)
    assert (outcome.status, outcome.start) == ("moved", changed.rindex("54"))


def test_every_citation_of_a_saved_result_is_checked(library: Library) -> None:
    library.add([Document("d", BEFORE, "t")])
    citation = cite(library.document("d"), Span(9, 19)).to_dict()
    saved = {"answers": [{"citations": [citation, citation]}, {"citations": [citation]}]}
    assert [outcome.status for outcome in verify(saved, library)] == ["valid"] * 3


@pytest.mark.parametrize(
    "saved",
    [
        {},
        {"answers": [1]},
        {"cited_text": "x"},
        {"cited_text": "x", "document_id": "d", "start_char_index": True, "end_char_index": 1},
        {"cited_text": "x", "document_id": "d", "start_char_index": -1, "end_char_index": 1},
        {"cited_text": "", "document_id": "d", "start_char_index": 0, "end_char_index": 0},
    ],
)
def test_what_is_no_citation_is_refused_with_a_reason(library: Library, saved: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        verify(saved, library)


def test_no_answer_has_no_citations() -> None:
    assert citations_of({"status": "no_answer", "answers": []}) == []


def test_a_citation_of_one_letter_in_a_long_text_costs_little(library: Library) -> None:
    """Bounded by count, not by time: each place is compared over 64 characters at most."""
    library.add([Document("d", "ab " * 20_000, "t")])
    saved = cite(library.document("d"), Span(30_000, 30_001)).to_dict()
    saved |= {"start_char_index": 30_001, "end_char_index": 30_002}
    saved["selector"][1] |= {"prefix": "x" * 30_000, "suffix": "y" * 30_000}
    (outcome,) = verify(saved, library)
    assert (outcome.status, outcome.start) == ("moved", 30_000)


def test_an_end_beyond_the_text_is_not_valid(library: Library) -> None:
    library.add([Document("d", BEFORE, "t")])
    saved = cite(library.document("d"), Span(9, len(BEFORE))).to_dict() | {"end_char_index": 10**9}
    (outcome,) = verify(saved, library)
    assert outcome.status == "moved"


def test_a_citation_that_is_no_text_is_refused(library: Library) -> None:
    with pytest.raises(InvalidInput, match="lone surrogate"):
        verify({"cited_text": "x", "document_id": "\ud800", "start_char_index": 0, "end_char_index": 1}, library)
