"""What the best answer says is found in other passages where their sentences say it of the same, each place once."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import tokens
from index.types import Document, Span, StoredPassage
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.evidence import needles_of
from qa.read import Reading, SentenceReader
from qa.repeats import holding, repeated
from qa.retrieve import Found
from tests.conftest import HashEmbedder

ANALYSIS = analyse("Bao nhiêu tập thể ở Cần Thơ được khen thưởng?", Lexicon(load_abbreviations()))
WHOLE = "Ở Cần Thơ, 54 tập thể được khen thưởng."


def passage_of(text: str, number: int = 2, start: int = 0, end: int | None = None) -> Found:
    """Return the characters `[start, end)` of document `d<number>`."""
    stored = StoredPassage(number, Document(f"d{number}", text, "Tin"), start, len(text) if end is None else end, "")
    return Found(stored, 0.7, 3.0, 0.2)


def sentences(*found: Found) -> list[Reading]:
    return SentenceReader(HashEmbedder()).read(ANALYSIS, needles_of(ANALYSIS, lambda word: 1.0), found)


def answer(text: str = WHOLE, said: str = "54 tập thể") -> Reading:
    """Return the words `said` of a document of one sentence as the best answer."""
    (sentence,) = sentences(passage_of(text, 1))
    start = text.index(said)
    return Reading(sentence.passage, Span(start, start + len(said)), sentence.span, 5.0, sentence.features)


def again(best: Reading, *found: Found) -> list[Reading]:
    return repeated([best], sentences(*holding(best, found)))


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Có 54 tập thể.", True),
        ("CÓ 54\r\nTẬP THỂ", True),
        (unicodedata.normalize("NFD", "Có 54 tập thể."), True),
        ("Có 54 tap the.", False),
        ("Có 154 tập thể.", False),
        ("Có 54 cá nhân, 37 tập thể.", False),
        ("54 tập", False),
        ("", False),
    ],
)
def test_a_passage_holds_an_answer_when_its_words_follow_one_another(text: str, held: bool) -> None:
    assert bool(holding(answer(), [passage_of(text)])) is held


@pytest.mark.parametrize("said", ["54", "Ở", "Thơ", ","])
def test_one_word_stands_anywhere_by_chance(said: str) -> None:
    assert holding(answer(said=said), [passage_of(WHOLE)]) == []


def test_the_words_of_the_passage_alone_count_not_those_of_the_rest_of_its_document() -> None:
    assert not holding(answer(), [passage_of(f"Tin. {WHOLE}", 2, 0, 20)])


@pytest.mark.parametrize("before", ["", "Tin 🎉.\r\n\r\n", unicodedata.normalize("NFD", "Hội nghị. ")])
def test_the_place_is_given_in_its_document_with_its_sentence(before: str) -> None:
    text = f"{before}{WHOLE} Hết."
    (found,) = again(answer(), passage_of(text, 2, len(before)))
    assert (found.span.of(text), found.sentence.of(text)) == ("54 tập thể", WHOLE)
    assert (found.passage.document.id, found.score) == ("d2", answer().score)


@pytest.mark.parametrize(
    ("own", "other"),
    [
        (WHOLE, "Ở Lai Châu, 54 tập thể được khen thưởng."),
        ("Ở Cần Thơ, 54 tập thể được mời.", "Ở Lai Châu, 54 tập thể được khen thưởng."),  # more words, but another name
        (WHOLE, "Ở Cần Thơ, 54 tập thể được mời."),  # the name, but fewer words
    ],
)
def test_a_sentence_that_speaks_of_the_question_less_says_it_of_something_else(own: str, other: str) -> None:
    assert again(answer(own), passage_of(other)) == []


def test_what_the_sentence_lacks_its_passage_may_say() -> None:
    text = "Cần Thơ họp bàn. Có 54 tập thể được khen thưởng."
    assert [found.sentence.of(text) for found in again(answer(), passage_of(text))] == [
        "Có 54 tập thể được khen thưởng."
    ]


def test_a_sentence_that_says_hardly_anything_of_the_question_borrows_nothing() -> None:
    assert again(answer(), passage_of("Tập thể ở Cần Thơ được khen thưởng. 54 tập thể vắng mặt.")) == []


def test_a_sign_behind_a_number_belongs_to_it() -> None:
    text = "Ở Cần Thơ giảm 57,6% so với năm qua."
    assert [found.text for found in again(answer(text, "giảm 57,6%"), passage_of(text))] == ["giảm 57,6%"]


def test_a_place_that_passages_share_comes_once_and_one_that_is_given_already_not_at_all() -> None:
    best = answer()
    shared = [passage_of(WHOLE), passage_of(WHOLE)]
    assert len(again(best, *shared)) == 1
    first = again(best, *shared)
    assert repeated([best, *first], sentences(*shared)) == []
    assert again(best, Found(best.passage, 0.5, 1.0, 0.1)) == []


WORDS = st.lists(st.sampled_from(["54", "tập", "thể", "54 tập thể", "Cần Thơ", "khen thưởng", ".", "\n\n", "🎉"]))


@settings(deadline=None, max_examples=60)
@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_whatever_is_found_says_the_words_inside_its_sentence_and_passage(before: str, text: str) -> None:
    whole = before + text
    for found in again(answer(), passage_of(whole, 2, len(before)), passage_of(whole, 2, 0, len(before))):
        assert tokens(found.text) == tokens(answer().text)
        assert found.passage.start <= found.sentence.start <= found.span.start
        assert found.span.end <= found.sentence.end <= found.passage.end
