"""Forms of Vietnamese text: canonical, bare, chat."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import tokens
from train.forms import canonical, chat_form, new_style, said_otherwise, strip_marks


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("hoà", "hòa"),
        ("HOÀ", "HÒA"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("Uỷ ban", "Ủy ban"),
        ("quý", "quý"),
        ("toàn", "toàn"),
        ("hòa", "hòa"),
        (unicodedata.normalize("NFD", "hoà thuận"), "hòa thuận"),
    ],
)
def test_canonical_unifies_tone_placement(written: str, expected: str) -> None:
    assert canonical(written) == expected


@given(st.text(alphabet="hoàáảãạòqutyỳýnaeèé ", max_size=20))
def test_canonical_is_idempotent(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    ("word", "other"), [("hòa", "hoà"), ("thủy", "thuỷ"), ("khỏe", "khoẻ"), ("của", None), ("ta", None)]
)
def test_new_style_is_the_other_spelling(word: str, other: str | None) -> None:
    assert new_style(word) == other


def test_strip_marks_folds_the_letter_that_unicode_keeps() -> None:
    assert strip_marks("Đường Điện Biên Phủ") == "Duong Dien Bien Phu"


def test_chat_form_has_no_marks_and_no_question_mark() -> None:
    typed = chat_form("Có bao nhiêu người được khen thưởng?", random.Random(3))
    assert typed == strip_marks(typed).lower()
    assert "?" not in typed
    assert "khen thuong" in typed


# --- said otherwise -------------------------------------------------------------------------------------------------

QUESTIONS = [
    "Có bao nhiêu tập thể được khen thưởng ở Cần Thơ?",
    "Bao nhiêu người đang bị thương trong vụ cháy?",
    "Mấy đơn vị của tỉnh đã được tặng Bằng khen vào năm 2021?",
    "Năm 2021, ai là Bí thư Thành ủy Hải Phòng?",
    "Ở Lai Châu, những cá nhân nào được Chủ tịch tỉnh tặng Bằng khen?",
    "Bộ Y tế khuyên gì khi trẻ dậy thì tại nhà?",
    "Vì sao các hộ nghèo ở Mộc Châu có thể vay tiền tại ngân hàng?",
    "Người dân bỏ làng đi tại sao?",
    "Công ty Nhật Việt xây bao nhiêu km đường ở xã Hòa Liên?",
    "Ai?",
]
SPARE = frozenset("đã đang các những của là ở tại có".split())  # `có` before the count alone
ADDED = frozenset("có cho tôi hỏi xin hãy biết ạ vậy thế nhỉ".split())
SEEDS = range(1_500)


def said(question: str) -> set[str]:
    """Return all that is made of a question."""
    return {said_otherwise(question, random.Random(seed)) for seed in SEEDS}


def has(words: str, text: str) -> bool:
    return f" {words} " in f" {' '.join(tokens(text))} "


@given(st.sampled_from(QUESTIONS), st.integers())
def test_small_words_alone_come_and_go(question: str, seed: int) -> None:
    before, after = (Counter(tokens(text)) for text in (question, said_otherwise(question, random.Random(seed))))
    assert set(before - after) <= SPARE
    assert set(after - before) <= ADDED


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_seed_says_the_same(question: str) -> None:
    one, other = ([said_otherwise(question, random.Random(seed)) for seed in range(50)] for _ in range(2))
    assert one == other


@pytest.mark.parametrize("question", QUESTIONS[:-1])
def test_a_question_is_said_in_many_ways(question: str) -> None:
    assert len(said(question)) > 10


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("Có bao nhiêu tập thể?", "Bao nhiêu tập thể?"),
        ("Bao nhiêu tập thể?", "Có bao nhiêu tập thể?"),
        ("Mấy đơn vị được khen?", "Có mấy đơn vị được khen?"),
        ("Bao nhiêu tập thể được khen ở Cần Thơ?", "Ở Cần Thơ, bao nhiêu tập thể được khen?"),
        ("Ai là Bí thư Thành ủy Hải Phòng năm 2021?", "Năm 2021, ai là Bí thư Thành ủy Hải Phòng?"),
        ("Năm 2021, ai là Bí thư Thành ủy Hải Phòng?", "Ai là Bí thư Thành ủy Hải Phòng năm 2021?"),
        ("Trong vụ cháy, ai bị thương nặng?", "Ai bị thương nặng trong vụ cháy?"),
        ("Ở Lai Châu, bao nhiêu người được khen?", "Bao nhiêu người được khen ở Lai Châu?"),
        ("Theo báo cáo, bao nhiêu người bị thương?", "Bao nhiêu người bị thương?"),
        ("Ai được khen?", "Cho hỏi ai được khen?"),
        ("Ai được khen?", "ai được khen?"),
        ("Bao nhiêu đơn vị của tỉnh đã nộp?", "Bao nhiêu đơn vị tỉnh nộp?"),
        ("Ai được khen?", "Ai được khen vậy?"),
    ],
)
def test_it_may_be_said_so(question: str, other: str) -> None:
    assert other in said(question)


@pytest.mark.parametrize(
    ("question", "together"),
    [
        ("Ai được Chủ tịch tỉnh tặng Bằng khen?", "ai được chủ tịch tỉnh"),  # without `được` he would be the giver
        ("Ai được khen?", "ai được khen"),
        ("Ai không được vào đại học?", "không được vào đại học"),
        ("Bao nhiêu người có bảo hiểm?", "người có bảo hiểm"),
        ("Vì sao công ty giấy Sài Gòn ở Bình Dương bị phạt?", "bình dương bị phạt"),
        ("Bộ Y tế khuyên gì khi trẻ dậy thì tại nhà?", "dậy thì"),
        ("Người dân bỏ làng đi tại sao?", "tại sao"),
        ("Người dân tại sao bỏ làng đi?", "tại sao"),
        ("Hộ nghèo nào có thể vay tiền?", "có thể"),
        ("Bao nhiêu tập thể ở Cần Thơ được khen?", "bao nhiêu tập thể"),
        ("Công ty nào xây đường ở xã Hòa Liên?", "công ty nào"),
        ("Ông Phạm Văn Hiểu tặng quà cho ai ở Cần Thơ?", "cho ai"),
        ("Bị cáo Nguyễn Văn An bị tuyên phạt bao nhiêu năm tù?", "bao nhiêu năm tù"),  # `năm` is counted here
        ("Ông Phạm Văn Hiểu ngồi tù tối đa mấy năm vì trốn thuế?", "mấy năm"),
    ],
)
def test_what_is_asked_for_stays_together(question: str, together: str) -> None:
    assert all(has(together, other) for other in said(question))


def test_names_keep_their_capitals_unless_all_is_small() -> None:
    for other in said("Hà Nội có bao nhiêu tập thể được khen ở Ba Đình?"):
        assert other == other.lower() or ("Hà Nội" in other and "Ba Đình" in other)


def test_the_place_that_is_asked_for_stays_where_it_stands() -> None:
    question = "Ông Phạm Văn Hiểu tặng quà cho trẻ em ở huyện nào?"
    assert all(tokens(other)[-1] in {"nào", *ADDED} for other in said(question))


@pytest.mark.parametrize("question", ["?", "", " ", " ?! ", "Ai", "Có"])
def test_a_question_of_hardly_a_word_is_no_error(question: str) -> None:
    for other in said(question):
        assert set(tokens(other)) <= {*tokens(question), *ADDED}


@given(st.text(max_size=60), st.integers())
def test_any_text_is_said_otherwise(question: str, seed: int) -> None:
    assert isinstance(said_otherwise(question, random.Random(seed)), str)
