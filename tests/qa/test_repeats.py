"""What the best answer says is found in other passages where their sentences say it of the same, each place once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import tokens
from index.types import Document, Span, StoredPassage
from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse
from qa.needles import needles_of
from qa.read import Reading, SentenceReader
from qa.repeats import holding, repeated
from qa.retrieve import Found
from tests.conftest import HashEmbedder

LEXICON = Lexicon(load_abbreviations())
ANALYSIS = analyse("Bao nhiêu tập thể ở Cần Thơ được khen thưởng?", LEXICON)
WHOLE = "Ở Cần Thơ, 54 tập thể được khen thưởng."


def passage_of(text: str, number: int = 2, start: int = 0, end: int | None = None) -> Found:
    """Return the characters `[start, end)` of document `d<number>`."""
    stored = StoredPassage(number, Document(f"d{number}", text, "Tin"), start, len(text) if end is None else end, "")
    return Found(stored, 0.7, 3.0, 0.2)


def sentences(*found: Found, asked: Analysis = ANALYSIS) -> list[Reading]:
    return SentenceReader(HashEmbedder()).read(asked, needles_of(asked, lambda word: 1.0), found)


def answer(text: str = WHOLE, said: str = "54 tập thể", asked: Analysis = ANALYSIS) -> Reading:
    """Return the words `said` of a document of one sentence as the best answer."""
    (sentence,) = sentences(passage_of(text, 1), asked=asked)
    start = text.index(said)
    return Reading(sentence.passage, Span(start, start + len(said)), sentence.span, 5.0, sentence.features)


def again(best: Reading, *found: Found, asked: Analysis = ANALYSIS) -> list[Reading]:
    return repeated(asked, [best], sentences(*holding(best, found), asked=asked))


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
    assert repeated(ANALYSIS, [best, *first], sentences(*shared)) == []
    assert again(best, Found(best.passage, 0.5, 1.0, 0.1)) == []


def test_the_places_of_other_spans_are_not_given_again() -> None:
    best, other = answer(), answer(said="Cần Thơ")
    assert len(repeated(ANALYSIS, [best, other], sentences(passage_of(WHOLE)))) == 1  # … of the first alone
    told = again(best, passage_of(WHOLE))
    assert repeated(ANALYSIS, [best, other, *told], sentences(passage_of(WHOLE))) == []


COLD, DIRECTOR, COMPANY = "Nhiệt độ ở Sa Pa là {} C.", "Ông {} làm Giám đốc Sở Y tế.", "Ở Cần Thơ, công ty {} xây cầu."
GROUPS, COST, LONG = WHOLE.replace("54", "{}"), "Cầu ở Cần Thơ tốn {}.", "Cầu ở Cần Thơ làm mất {}."
LESS = "Ở Cần Thơ giảm {}."
QUESTIONS = {
    COLD: "Nhiệt độ ở Sa Pa là bao nhiêu độ?",
    DIRECTOR: "Ai làm Giám đốc Sở Y tế?",
    COMPANY: "Công ty nào xây cầu ở Cần Thơ?",
    GROUPS: "Bao nhiêu tập thể ở Cần Thơ được khen thưởng?",
    COST: "Cầu ở Cần Thơ tốn bao nhiêu tiền?",
    LONG: "Cầu ở Cần Thơ làm mất bao lâu?",
    LESS: "Ở Cần Thơ giảm bao nhiêu phần trăm?",
}
SAYS = [
    (COLD, "2 độ", "2 độ", "2 độ", True),
    (COLD, "2 độ", "2 độ", "-2 độ", False),
    (COLD, "2 độ", "2 độ", "−2 độ", False),
    (DIRECTOR, "Nguyễn Văn An", "Nguyễn Văn An", "Nguyễn Văn An", True),
    (DIRECTOR, "Nguyễn Văn An", "Nguyễn Văn An", "Giám đốc Nguyễn Văn An", True),
    (DIRECTOR, "Nguyễn Văn An", "Nguyễn Văn An", "Nguyễn Văn An Bình", False),
    (DIRECTOR, "Nguyễn Văn An", "Nguyễn Văn An", "Phan Nguyễn Văn An", False),
    (COMPANY, "Sông Đà", "Sông Đà", "Sông Đà", True),
    (COMPANY, "Sông Đà", "Sông Đà", "Sông Đà 9", False),
    (COMPANY, "Sông Đà", "Sông Đà", "Sông Đà Thăng Long", False),
    (GROUPS, "54", "54 tập thể", "54", True),
    (GROUPS, "54", "54 tập thể", "30-54", False),
    (GROUPS, "54", "54 tập thể", "30–54", False),
    (GROUPS, "54", "54 tập thể", "3/54", False),
    (COST, "300 triệu", "300 triệu", "300 triệu USD", False),
    (LONG, "10 tháng", "10 tháng", "3/10 tháng trước", False),
]


@pytest.mark.parametrize("form", [str, lambda text: unicodedata.normalize("NFD", text)], ids=["nfc", "nfd"])
@pytest.mark.parametrize(
    ("frame", "own", "said", "other", "same"),
    [
        *SAYS,
        pytest.param(DIRECTOR, "Nguyễn Văn An", "Nguyễn Văn An", "Nguyễn Văn An Đình", False),
        pytest.param(DIRECTOR, "Nguyễn Văn An", "Nguyễn Văn An", "Đỗ Nguyễn Văn An", False),
        pytest.param(COMPANY, "Sông Đà", "Sông Đà", "Sông Đà Đông Đô", False),
        pytest.param(GROUPS, "54", "54 tập thể", "30 - 54", False),
        pytest.param(LESS, "tới 15%", "tới 15%", "tới 15 người", False),
    ],
)
def test_a_place_says_the_answer_and_no_more(
    form: Callable[[str], str], frame: str, own: str, said: str, other: str, same: bool
) -> None:
    asked = analyse(QUESTIONS[frame], LEXICON)
    best = answer(frame.format(own), said, asked)
    text = form(frame.format(other))
    assert holding(best, [passage_of(text)])
    assert bool(again(best, passage_of(text), asked=asked)) is same


def test_a_longer_name_that_is_decomposed_is_another() -> None:
    asked = analyse(QUESTIONS[DIRECTOR], LEXICON)
    best = answer(DIRECTOR.format("Nguyễn Văn An"), "Nguyễn Văn An", asked)
    assert again(best, passage_of(unicodedata.normalize("NFD", DIRECTOR.format("Lê Nguyễn Văn An"))), asked=asked) == []


def test_no_place_goes_over_a_blank_line() -> None:
    assert again(answer(), passage_of(WHOLE.replace("tập thể", "tập\n\nthể"))) == []


WORDS = st.lists(st.sampled_from(["54", "tập", "thể", "54 tập thể", "Cần Thơ", "khen thưởng", ".", "\n\n", "🎉"]))


@settings(deadline=None, max_examples=60)
@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_whatever_is_found_says_the_words_inside_its_sentence_and_passage(before: str, text: str) -> None:
    whole = before + text
    for found in again(answer(), passage_of(whole, 2, len(before)), passage_of(whole, 2, 0, len(before))):
        assert tokens(found.text) == tokens(answer().text)
        assert found.passage.start <= found.sentence.start <= found.span.start
        assert found.span.end <= found.sentence.end <= found.passage.end
