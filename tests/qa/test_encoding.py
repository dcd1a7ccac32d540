"""Windows hold whole words, every one, and lead back to the text as it was written; marks say what is asked."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import canonical, fold
from index.types import Span
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.encoding import (
    EXPANSION,
    MOST_QUESTION,
    MOST_TITLE,
    NONE,
    PAIR,
    WORD,
    Asked,
    Encoder,
    Pieces,
    Window,
    types_of,
    words_of,
)
from qa.forms import decomposed, other_tone_placement
from tests.qa.tiny_reader import tiny_tokenizer

LEXICON = Lexicon(load_abbreviations())
ENCODER = Encoder(tiny_tokenizer("ai", "là", "54", "tập", "thể"))
SENTENCE = "Ở Hòa Bình 🎉, 54 tập thể (57,6%) được khen ngày 25-1."
SEP_ID = 3
SIGNS = 'aàâươđĐ Ạ \r\n\t0123456789.,:/-%("“_👍🏽\u200d\u0301\u0323ß²x'


def asked(question: str) -> Asked:
    return ENCODER.asked(analyse(question, LEXICON))


def levels(question: str, passage: str) -> dict[str, int]:
    """Return how each word of a passage is marked, its capital left out."""
    words = words_of(passage)
    marked = zip(words, types_of(asked(question), words), strict=True)
    return {word.text: (kind - 2) // 2 for word, kind in marked}


def windows(passage: str, size: int = 160, overlap: int = 32) -> list[Window]:
    return ENCODER.windows(asked("Ai?"), "Tin", ENCODER.pieces(words_of(passage)), size, overlap)


def tokens_in(window: Window) -> int:
    """Return how many of a window's tokens are the passage's."""
    return window.last[-1] - window.first[0] + 1


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tặng 4.028 tập thể.", ["tặng", "4.028", "tập", "thể", "."]),
        ("đạt 57,6% và 3,2 ‰", ["đạt", "57,6%", "và", "3,2 ‰"]),
        ("18/18, 10:30, 15/5/2021", ["18/18", ",", "10:30", ",", "15/5/2021"]),
        ("25-1 và 25-1-2021", ["25-1", "và", "25-1-2021"]),
        ("2019-2021", ["2019", "-", "2021"]),
        ("01-KL/TW", ["01", "-", "kl", "/", "tw"]),
        ("snake_case", ["snake", "_", "case"]),
        ("“HOÀ”🎉", ["“", "hòa", "”", "🎉"]),
        (" \r\n\t", []),
    ],
)
def test_words_numbers_and_signs_are_apart(text: str, words: list[str]) -> None:
    assert [word.text for word in words_of(text)] == words


@pytest.mark.parametrize("form", [str, decomposed, other_tone_placement, lambda t: t.replace(" ", "\r\n")])
def test_words_are_the_same_in_every_form_and_lead_back_to_it(form: object) -> None:
    assert callable(form)
    text = form(SENTENCE)
    words = words_of(text)
    assert [word.text for word in words] == [word.text for word in words_of(SENTENCE)]
    assert [canonical(word.span.of(text)).lower() for word in words] == [word.text for word in words]
    assert [word.text for word in words if word.capital] == ["ở", "hòa", "bình"]


def test_a_decomposed_word_keeps_its_marks() -> None:
    text = unicodedata.normalize("NFD", "Ở Huế")
    assert [word.span for word in words_of(text)] == [Span(0, 3), Span(4, 9)]


@settings(deadline=None)
@given(st.text(alphabet=SIGNS, max_size=60))
def test_words_cover_every_character_but_space_in_order(text: str) -> None:
    spans = [word.span for word in words_of(text)]
    assert spans == sorted(spans)
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert all(at in covered for at, character in enumerate(text) if not character.isspace())


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_every_token_knows_its_word() -> None:
    pieces = ENCODER.pieces(words_of("Tập thể 54 abc"))
    assert pieces.word_of == (0, 1, 2, 3, 3, 3)
    tokenizer = tiny_tokenizer("ai", "là", "54", "tập", "thể")
    assert [tokenizer.id_to_token(i) for i in pieces.ids] == ["tập", "thể", "54", "a", "##b", "##c"]


def test_the_parts_of_a_number_are_tokens_of_one_word() -> None:
    assert ENCODER.pieces(words_of("57,6%")).word_of == (0, 0, 0, 0, 0)


def test_a_tokenizer_without_the_special_tokens_is_refused() -> None:
    from tokenizers import Tokenizer, models

    with pytest.raises(ValueError, match=r"no \[PAD\]"):
        Encoder(Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]")))


# --- windows --------------------------------------------------------------------------------------------------------


def test_a_window_is_laid_out_as_the_network_was_taught() -> None:
    tokenizer = tiny_tokenizer("ai", "là", "54", "tập", "thể")
    encoder = Encoder(tokenizer)
    pieces = encoder.pieces(words_of("Là 54 ab"))
    (window,) = encoder.windows(encoder.asked(analyse("Ai?", LEXICON)), "tập", pieces, 160, 32)
    tokens = ["[CLS]", "ai", "?", "[SEP]", "tập", "[SEP]", "là", "54", "a", "##b", "[SEP]"]
    assert [tokenizer.id_to_token(i) for i in window.ids] == tokens
    assert window.types == (0, 0, 0, 0, 1, 1, 3, 2, 2, 2, 0)
    assert (window.first, window.last) == ((6, 7, 8), (6, 7, 9))
    assert [word.span for word in window.words] == [Span(0, 2), Span(3, 5), Span(6, 8)]


def test_windows_of_one_token_words_share_the_overlap() -> None:
    found = windows("là " * 10, size=4, overlap=2)
    assert [(window.words[0].span.start // 3, window.words[-1].span.start // 3) for window in found] == [
        (0, 3),
        (2, 5),
        (4, 7),
        (6, 9),
    ]


def test_a_window_ends_before_a_word_that_does_not_fit() -> None:
    found = windows("là là abc là", size=4, overlap=0)
    assert [[word.text for word in window.words] for window in found] == [["là", "là"], ["abc", "là"]]


WORDS = st.lists(
    st.sampled_from(["là", "thể", "abc", "54", "57,6%", "khen", "🎉", "1,2,3,4,5,6,7,8", "."]), max_size=40
)


@settings(deadline=None)
@given(WORDS, st.integers(1, 12), st.integers(0, 12))
def test_windows_hold_every_word_once_or_more_and_never_too_much(words: list[str], size: int, overlap: int) -> None:
    text = " ".join(words)
    whole = ENCODER.pieces(words_of(text))
    found = windows(text, size, overlap)
    assert {word.span for window in found for word in window.words} == {word.span for word in whole.words}
    for window in found:
        assert tokens_in(window) <= size
        assert len(window.words) == len(window.first) == len(window.last)
        assert tokens_in(window) == len(window.ids) - window.first[0] - 1
        _require_whole(window, whole)
    starts = [window.words[0].span.start for window in found]
    assert starts == sorted(set(starts))


def _require_whole(window: Window, whole: Pieces) -> None:
    """Check that each word of a window has its own tokens, all of them unless it alone is longer than a window."""
    for word, first, last in zip(window.words, window.first, window.last, strict=True):
        number = whole.words.index(word)
        ids = tuple(i for i, of in zip(whole.ids, whole.word_of, strict=True) if of == number)
        inside = window.ids[first : last + 1]
        assert inside == ids or (len(window.words) == 1 and inside == ids[: len(inside)])


@settings(deadline=None)
@given(st.text(alphabet=SIGNS, max_size=60), st.integers(3, 20), st.integers(0, 2))
def test_first_and_last_point_at_the_words_of_any_text(text: str, size: int, overlap: int) -> None:
    for window in windows(text, size, overlap):
        assert len(window.words) == len(window.first) == len(window.last)
        assert all(first <= last for first, last in zip(window.first, window.last, strict=True))
        assert list(window.first[1:]) == [last + 1 for last in window.last[:-1]]
        assert window.ids[window.last[-1] + 1 :] == (SEP_ID,)


@pytest.mark.parametrize("text", ["1,2,3,4,5,6,7,8,9", "là là 1,2,3,4,5,6,7,8,9", "1,2,3,4,5,6,7,8,9 là là"])
def test_one_word_longer_than_a_window_is_cut_and_the_rest_is_read(text: str) -> None:
    found = windows(text, size=6, overlap=2)
    assert {word.text for window in found for word in window.words} == {word.text for word in words_of(text)}
    assert all(tokens_in(window) <= 6 for window in found)


def test_no_window_is_read_twice_before_a_long_word() -> None:
    found = windows("là là là là 1,2,3,4,5,6,7,8,9 thể", size=6, overlap=4)
    ends = [window.words[-1].span.end for window in found]
    assert ends == sorted(set(ends))


def test_a_passage_without_words_has_no_windows() -> None:
    assert windows("") == []
    assert windows(" \r\n ") == []


def test_a_long_question_and_a_long_title_leave_room_for_the_passage() -> None:
    question, title = "ai là " * 60, "tập thể " * 60
    (window,) = ENCODER.windows(asked(question), title, ENCODER.pieces(words_of("54")), 160, 32)
    assert window.types.count(0) == MOST_QUESTION + 3
    assert window.types.count(1) == MOST_TITLE + 1
    assert window.first == window.last == (MOST_QUESTION + MOST_TITLE + 3,)


# --- marks ----------------------------------------------------------------------------------------------------------


def test_words_of_the_question_are_marked_and_neighbours_more() -> None:
    found = levels("Bao nhiêu tập thể ở Cần Thơ?", "Tập san Cần Thơ có 54 trang")
    assert found == {"tập": WORD, "san": NONE, "cần": PAIR, "thơ": PAIR, "có": NONE, "54": NONE, "trang": NONE}


def test_signs_do_not_part_neighbours() -> None:
    assert levels("ở Cần Thơ", "Cần-Thơ")["thơ"] == PAIR


@pytest.mark.parametrize(
    ("question", "passage", "expanded"),
    [
        ("UBND làm gì?", "Ủy ban nhân dân họp", ["ủy", "ban", "nhân", "dân"]),
        ("Ủy ban nhân dân làm gì?", "UBND họp", ["ubnd"]),
        ("How many certificates of merit?", "Trao bằng khen", ["bằng", "khen"]),
    ],
)
def test_what_a_word_stands_for_is_marked_as_an_expansion(question: str, passage: str, expanded: list[str]) -> None:
    assert [word for word, level in levels(question, passage).items() if level == EXPANSION] == expanded


def test_a_word_that_is_said_is_no_expansion() -> None:
    assert levels("UBND", "UBND")["ubnd"] == WORD
    assert not asked("khen thưởng UBND ủy ban nhân dân").words & asked("khen thưởng UBND ủy ban nhân dân").expansions


def test_a_capital_is_marked_beside_the_level() -> None:
    words = words_of("Cần cần thấy THẤY")
    assert types_of(asked("ở cần"), words) == [2 + 2 * WORD + 1, 2 + 2 * WORD, 2, 3]


@pytest.mark.parametrize(
    "question", ["Bao nhiêu tập thể ở Cần Thơ được khen?", "Ai là Bí thư Thành ủy Hải Phòng?", "Đơn vị nào?"]
)
def test_a_question_without_marks_marks_what_the_marked_one_does(question: str) -> None:
    passage = "Tại Cần Thơ, 54 tập thể được khen; Bí thư Thành ủy Hải Phòng và đơn vị khác dự"
    bare, marked = levels(fold(question), passage), levels(question, passage)
    said = {word for word, level in marked.items() if level in (WORD, PAIR)}
    assert said <= {word for word, level in bare.items() if level in (WORD, PAIR)}


def test_a_marked_question_does_not_mark_words_with_other_marks() -> None:
    assert levels("ở Cần Thơ", "cân thở")["thở"] == NONE
    assert levels("o can tho", "cân thở")["thở"] == PAIR


@pytest.mark.parametrize("form", [decomposed, other_tone_placement, str.upper])
def test_the_form_of_question_and_passage_changes_no_mark(form: object) -> None:
    assert callable(form)
    question, passage = "Bao nhiêu hộ ở Hòa Bình?", "Tỉnh Hòa Bình có 12 hộ nghèo"
    assert list(levels(form(question), form(passage)).values()) == list(levels(question, passage).values())
