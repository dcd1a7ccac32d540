"""A question is taken apart: language, marks, kind of answer, telling words."""

from __future__ import annotations

import unicodedata

import pytest

from index.text import fold
from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse, answer_type_of
from qa.types import AnswerType


def taken_apart(question: str) -> Analysis:
    return analyse(question, Lexicon(load_abbreviations()))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Có bao nhiêu đơn vị được khen thưởng ở Cần Thơ?", AnswerType.COUNT),
        ("bn tho lan dc huy dong", AnswerType.COUNT),
        ("Hội nghị có mấy điểm cầu?", AnswerType.COUNT),
        ("How many households were commended?", AnswerType.COUNT),
        ("Giá vé bao nhiêu tiền?", AnswerType.AMOUNT),
        ("Tỷ lệ đảng viên tham gia là bao nhiêu?", AnswerType.PERCENTAGE),
        ("Ai là Bí thư Thành ủy Hải Phòng?", AnswerType.PERSON),
        ("Who is the Party Secretary of Hai Phong?", AnswerType.PERSON),
        ("Hội nghị diễn ra khi nào?", AnswerType.DATE),
        ("Vụ việc xảy ra hôm nào?", AnswerType.DATE),
        ("Mô hình này ở huyện nào?", AnswerType.PLACE),
        ("Vì sao chất lượng chưa cao?", AnswerType.REASON),
        ("Đơn vị nào tổ chức hội nghị?", AnswerType.ORGANISATION),
        ("Những mô hình hay nào xuất hiện?", AnswerType.OTHER),
    ],
)
def test_the_kind_of_answer(question: str, kind: AnswerType) -> None:
    assert answer_type_of(question) == kind
    assert answer_type_of(unicodedata.normalize("NFD", question)) == kind
    assert answer_type_of(fold(question)) == kind


@pytest.mark.parametrize(
    ("question", "toneless", "english"),
    [
        ("Có bao nhiêu đơn vị?", False, False),
        ("co bao nhieu don vi", True, False),
        ("How many units were commended in Can Tho?", True, True),
        ("Who is the chairman?", True, True),
        ("thu do cua nuoc phap la gi", True, False),
        ("UBND TP HCM", True, False),
    ],
)
def test_language_and_marks(question: str, toneless: bool, english: bool) -> None:
    analysis = taken_apart(question)
    assert (analysis.toneless, analysis.english) == (toneless, english)


def test_question_and_function_words_are_not_telling() -> None:
    analysis = taken_apart("Có bao nhiêu tập thể được khen thưởng ở Cần Thơ?")
    assert [token.text for token in analysis.telling] == ["tập", "thể", "khen", "thưởng", "cần", "thơ"]
    assert [token.text for token in analysis.content if token not in analysis.telling] == ["có", "được", "ở"]


def test_a_question_of_empty_words_has_nothing_telling() -> None:
    assert taken_apart("là gì?").telling == ()


def test_what_was_expanded_is_shown_once_and_embedded() -> None:
    analysis = taken_apart("UBND này và UBND kia")
    assert [expansion.to_dict() for expansion in analysis.expansions] == [{"from": "UBND", "to": "ủy ban nhân dân"}]
    assert "ủy ban nhân dân" in analysis.dense_text


def test_the_likeliest_reading_of_an_english_word_is_shown() -> None:
    shown = [expansion.to_dict() for expansion in taken_apart("Who is the Party Secretary of Hai Phong?").expansions]
    assert shown == [{"from": "Party", "to": "đảng"}, {"from": "Secretary", "to": "bí thư"}]
