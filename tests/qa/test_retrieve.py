"""Rankings are fused without being changed, and the search by words is graded."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.library import Library
from index.types import Document, Hit
from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse
from qa.retrieve import fuse, retrieve, scores_of
from qa.words import WordWeights, lexical_query
from tests.conftest import HashEmbedder

RANKINGS = st.lists(
    st.builds(Hit, st.integers(1, 30), st.floats(0.01, 50, allow_nan=False)),
    max_size=12,
    unique_by=lambda h: h.passage_id,
).map(lambda hits: sorted(hits, key=lambda hit: (-hit.score, hit.passage_id)))


def test_fusion_by_hand() -> None:
    # 1: 8 + 10·.1; 2: 4 + 10·.9; 3 was not found by words: at most the last of those, 4, + 10·.5
    fused = fuse([Hit(1, 8.0), Hit(2, 4.0)], {1: 0.1, 2: 0.9, 3: 0.5}, 10)
    assert fused == [Hit(2, 13.0), Hit(1, 9.0), Hit(3, 9.0)]


@given(RANKINGS, RANKINGS, st.floats(0, 50))
def test_fusion_keeps_its_arguments_and_every_passage(words: list[Hit], meaning: list[Hit], weight: float) -> None:
    before, cosines = list(words), scores_of(meaning)
    fused = fuse(words, cosines, weight)
    assert (words, cosines) == (before, scores_of(meaning))
    assert {hit.passage_id for hit in fused} == {hit.passage_id for hit in words + meaning}
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)


@given(RANKINGS)
def test_one_ranking_alone_keeps_its_order(ranking: list[Hit]) -> None:
    assert fuse(ranking, {}, 12.0) == ranking
    by_meaning = fuse([], scores_of(ranking), 1.0)
    assert by_meaning == ranking


def taken_apart(question: str) -> Analysis:
    return analyse(question, Lexicon(load_abbreviations()))


@pytest.fixture
def library(tmp_path: Path, hash_embedder: HashEmbedder) -> Library:
    library = Library.open(tmp_path / "data", hash_embedder, create=True)
    library.add(
        [
            Document("cantho", "Cần Thơ\n\nThành phố Cần Thơ khen thưởng 54 tập thể.", "Cần Thơ"),
            Document("haiphong", "Hải Phòng\n\nUBND thành phố Hải Phòng tặng Bằng khen.", "Hải Phòng"),
            Document("the", "The thao\n\nThe thao co gi moi.", "The thao"),
            Document("thegioi", "Thế giới\n\nThế giới có gì mới.", "Thế giới"),
        ]
    )
    return library


def first(library: Library, question: str) -> str:
    found = retrieve(library, taken_apart(question), 3).found
    return found[0].passage.document.id


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("Cần Thơ khen thưởng bao nhiêu tập thể?", "cantho"),
        ("can tho khen thuong bao nhieu tap the", "cantho"),
        ("CẦN THƠ KHEN THƯỞNG", "cantho"),
        ("Ủy ban nhân dân Hải Phòng", "haiphong"),
        ("uỷ ban nhân dân tặng gì", "haiphong"),
        ("thế giới", "thegioi"),
    ],
)
def test_the_right_document_comes_first(library: Library, question: str, document: str) -> None:
    assert first(library, question) == document


def test_marked_words_are_looked_up_exactly_and_unmarked_ones_folded(library: Library) -> None:
    index = library.snapshot().lexical
    marked = lexical_query(taken_apart("thế giới"), index)
    assert dict(marked.exact) == {"thế": 1.0, "giới": 1.0}
    assert not marked.folded
    toneless = lexical_query(taken_apart("the gioi"), index)
    assert dict(toneless.folded) == {"the": 1.0, "gioi": 1.0}
    assert not toneless.exact
    assert dict(toneless.pairs) == {"the_gioi": WordWeights().pair}


def test_a_marked_word_that_stands_nowhere_is_looked_up_folded(library: Library) -> None:
    query = lexical_query(taken_apart("cân thơ"), library.snapshot().lexical)
    assert dict(query.exact) == {"thơ": 1.0}
    assert dict(query.folded) == {"can": 1.0}
