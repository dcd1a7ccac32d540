"""An office is asked for by its holder's name, and the deputy, another chief or the same of another body hold none."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import fold
from index.types import Span
from qa.offices import Office, holds_office, office_asked_for


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


Form = Callable[[str], str]
FORMS = pytest.mark.parametrize("form", [str, fold, decomposed, str.upper], ids=["marked", "bare", "nfd", "up"])
CHIEF = "Ai là Bí thư Tỉnh ủy Bắc Giang?"
DEPUTY = "Phó Bí thư Tỉnh ủy Bắc Giang là ai?"
HEALTH = "Ai là Giám đốc Sở Y tế?"
SEA = "Ai là Bí thư Tỉnh ủy Bà Rịa - Vũng Tàu?"


@FORMS
@pytest.mark.parametrize(
    ("question", "office"),
    [
        (CHIEF, Office("bi thu", False, ("tinh", "uy", "bac", "giang"))),
        (DEPUTY, Office("bi thu", True, ("tinh", "uy", "bac", "giang"))),
        ("Ai đang giữ chức vụ Chủ tịch xã?", Office("chu tich", False, ("xa",))),
        ("Người nào từng làm Phó Tổng Giám đốc?", Office("tong giam doc", True, ())),
        ("Hiện nay ai là Tổng Bí thư?", Office("tong bi thu", False, ())),
        ("Ai hiện là Uỷ viên Bộ Chính trị?", Office("uy vien", False, ("bo", "chinh", "tri"))),
        ("Ai là Phó Trưởng phòng Nội vụ?", Office("truong phong", True, ("noi", "vu"))),
        ("Người phát ngôn Bộ Ngoại giao là ai?", Office("nguoi phat ngon", False, ("bo", "ngoai", "giao"))),
        ("Giám đốc Sở Y tế tên là gì?", Office("giam doc", False, ("so", "y", "te"))),
        ("Bí thư Thành ủy là ai?", Office("bi thu", False, ("thanh", "uy"))),  # `là` is of no body
        ("Hiệu trưởng là người nào?", Office("hieu truong", False, ())),
        ("Ai là Bí thư Tỉnh ủy Bà Rịa - Vũng Tàu?", Office("bi thu", False, ("tinh", "uy", "ba", "ria", "vung"))),
        ("Ai là Bí thư Tỉnh ủy\nBắc Giang?", Office("bi thu", False, ("tinh", "uy", "bac", "giang"))),
        ("Hiện nay, Bí thư Tỉnh ủy là ai?", Office("bi thu", False, ("tinh", "uy"))),
        ("Ông Chủ tịch nước là ai?", Office("chu tich", False, ("nuoc",))),
        ("Chủ tịch nước là ai vậy ạ?", Office("chu tich", False, ("nuoc",))),
        ("Ai là đương kim Chủ tịch nước?", Office("chu tich", False, ("nuoc",))),
        ("Ai giữ cương vị Chủ tịch nước?", Office("chu tich", False, ("nuoc",))),
        # … as far as the body's name goes
        ("Ai là Giám đốc Sở Y tế khi xảy ra vụ cháy?", Office("giam doc", False, ("so", "y", "te"))),
        ("Ai là Giám đốc Sở Y tế bị bắt năm 2021?", Office("giam doc", False, ("so", "y", "te"))),
        ("Chủ tịch tỉnh khen thưởng ai?", None),
        ("Ai được Giám đốc khen?", None),
        ("Bí thư Tỉnh ủy là gì?", None),
        ("Bí thư Tỉnh ủy thăm ai ở đâu?", None),
        ("Ai trao Bằng khen?", None),
        ("", None),
    ],
)
def test_the_office_that_is_asked_for(form: Form, question: str, office: Office | None) -> None:
    assert office_asked_for(form(question)) == office


# What stands beside a name, the best first: a question, a text, and the name in it.
LADDER = {
    "it": (CHIEF, "Bí thư Tỉnh ủy Bắc Giang Dương Văn Thái phát biểu.", "Dương Văn Thái"),
    "of no body": (CHIEF, "Bí thư Dương Văn Thái phát biểu.", "Dương Văn Thái"),
    "of another body": (CHIEF, "Bí thư Thành ủy Hải Phòng Lê Tiến Châu", "Lê Tiến Châu"),
    "unsaid": (CHIEF, "Ở Bắc Giang, ông Lê Tiến Châu dự lễ.", "Lê Tiến Châu"),
    "another": (CHIEF, "Chủ tịch tỉnh Bắc Giang Lê Ánh Dương", "Lê Ánh Dương"),
    "deputy": (CHIEF, "Phó Bí thư Tỉnh ủy Bắc Giang Lê Thị Thu Hồng", "Lê Thị Thu Hồng"),
}


def judged(question: str, text: str, name: str, form: Form = str) -> float:
    """Return how well the last place of a name in a text fits the question."""
    office, text, name = office_asked_for(form(question)), form(text), form(name)
    assert office is not None
    start = text.rindex(name)
    return holds_office(office, text, Span(start, start + len(name)))


@FORMS
def test_the_better_it_agrees_the_better_it_is(form: Form) -> None:
    scores = [judged(*case, form) for case in LADDER.values()]
    assert scores == sorted(set(scores), reverse=True)
    assert (scores[0], scores[-1] > 0.0) == (1.0, True)


@FORMS
@pytest.mark.parametrize(
    ("question", "text", "name", "rung"),
    [
        (CHIEF, "Đồng chí Dương Văn Thái, Bí thư Tỉnh ủy Bắc Giang, phát biểu.", "Dương Văn Thái", "it"),
        (CHIEF, "Dương Văn Thái (nguyên Bí thư Tỉnh ủy Bắc Giang).", "Dương Văn Thái", "it"),
        (CHIEF, "Dương Văn Thái hiện là Bí thư Tỉnh ủy Bắc Giang.", "Dương Văn Thái", "it"),
        (CHIEF, "Dương Văn Thái, Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh Bắc Giang.", "Dương Văn Thái", "it"),
        (CHIEF, "Lê Thị Thu Hồng, Phó Bí thư Thường trực Tỉnh ủy Bắc Giang.", "Lê Thị Thu Hồng", "deputy"),
        (CHIEF, "Dương Văn Thái, Bí thư.", "Dương Văn Thái", "of no body"),
        (CHIEF, "Bí thư Tỉnh ủy Bắc Ninh Đào Hồng Lan", "Đào Hồng Lan", "of another body"),
        (CHIEF, "Đào Hồng Lan, Bí thư Tỉnh ủy Bắc Ninh", "Đào Hồng Lan", "of another body"),
        (CHIEF, "Bí thư Tỉnh ủy Bắc Giang đến. Lê Tiến Châu dự lễ.", "Lê Tiến Châu", "unsaid"),
        (CHIEF, "Bí thư Tỉnh ủy Bắc Giang, ông Trần An, ông Lê Tiến Châu", "Lê Tiến Châu", "unsaid"),
        (DEPUTY, "Lê Thị Thu Hồng, Phó Bí thư Thường trực Tỉnh ủy Bắc Giang.", "Lê Thị Thu Hồng", "it"),
        (DEPUTY, "Dương Văn Thái, Bí thư Tỉnh ủy Bắc Giang.", "Dương Văn Thái", "deputy"),
        (HEALTH, "Giám đốc Sở Y tế Phạm Văn Nông", "Phạm Văn Nông", "it"),
        (HEALTH, "Giám đốc Bệnh viện Thanh Bình Phạm Văn Nông", "Phạm Văn Nông", "of another body"),
        (HEALTH, "Tổng Giám đốc Sở Y tế Phạm Văn Nông", "Phạm Văn Nông", "another"),
        ("Ai là Giám đốc Sở Y tế Đồng Tháp?", "Giám đốc Sở Y tế Cần Thơ Lê An", "Lê An", "of another body"),
        # names of places that begin as people are addressed
        (SEA, "Ông Phạm Viết Thanh, Bí thư Tỉnh ủy Bà Rịa - Vũng Tàu", "Phạm Viết Thanh", "it"),
        (SEA, "Bí thư Tỉnh ủy Bà Rịa - Vũng Tàu Phạm Viết Thanh", "Phạm Viết Thanh", "it"),
        ("Ai là Chủ tịch UBND huyện Ba Vì?", "Ông Lê An, Chủ tịch UBND huyện Ba Vì", "Lê An", "it"),
        ("Ai là Chủ tịch UBND quận Ba Đình?", "Lê An (Chủ tịch Ủy ban nhân dân quận Ba Đình)", "Lê An", "it"),
        ("Ai là Chủ tịch UBND huyện Ba Bể?", "Lê An, Chủ tịch UBND huyện Ba Bể", "Lê An", "it"),
        # the council is not the committee, whoever else is chief there
        ("Ai là Chủ tịch UBND tỉnh Bắc Giang?", "Lê An, Chủ tịch HĐND tỉnh Bắc Giang", "Lê An", "of another body"),
        (
            "Ai là Chủ tịch UBND tỉnh Bắc Giang?",
            "Lê An, Chủ tịch Hội đồng nhân dân tỉnh Bắc Giang",
            "Lê An",
            "of another body",
        ),
        ("Ai là Chủ tịch UBND tỉnh Bắc Giang?", "Lê An, Chủ tịch UBND, đại biểu HĐND tỉnh Bắc Giang", "Lê An", "it"),
        # who gives holds the office, who is given does not
        (CHIEF, "Bí thư Tỉnh ủy Bắc Giang trao Bằng khen cho anh Nguyễn Văn An.", "Nguyễn Văn An", "unsaid"),
        (CHIEF, "Bí thư Tỉnh ủy Bắc Giang Dương Văn Thái thăm gia đình Trần Bình", "Dương Văn Thái", "it"),
        (CHIEF, "Bí thư Tỉnh ủy Bắc Giang Dương Văn Thái thăm gia đình Trần Bình", "Trần Bình", "unsaid"),
        (CHIEF, "Bí thư Tỉnh ủy Bắc Giang Dương Văn Thái tặng quà cho ông Trần Bình", "Trần Bình", "unsaid"),
    ],
)
def test_how_well_a_name_holds_it(form: Form, question: str, text: str, name: str, rung: str) -> None:
    assert judged(question, text, name, form) == judged(*LADDER[rung])


@pytest.mark.parametrize(
    ("question", "text", "name", "rung"),
    [
        ("Ai là Bí thư Thành ủy Hà Nội?", "Bí thư Thành ủy Hà Nội Đinh Tiến Dũng", "Đinh Tiến Dũng", "it"),
        ("Ai là Bí thư Thành ủy Đà Nẵng?", "Bí thư Thành ủy Đà Nẵng Lê An", "Lê An", "it"),
        ("Ai là Bí thư Thành ủy Đà Nẵng?", "Bí thư Thành ủy Hải Phòng Lê An", "Lê An", "of another body"),
        ("Ai là Bộ trưởng Bộ Ngoại giao?", "Bộ trưởng Bộ Ngoại giao Bùi Thanh Sơn", "Bùi Thanh Sơn", "it"),
        ("Ai là Bí thư Tỉnh ủy Hà Nam?", "Bí thư Tỉnh ủy Hà Giang Lê An", "Lê An", "of another body"),
        ("Ai là Bí thư Tỉnh ủy Quảng Nam?", "Bí thư Tỉnh ủy Quảng Ngãi Lê An", "Lê An", "of another body"),
        ("Ai là Giám đốc Sở Y tế Đồng Tháp?", "Giám đốc Sở Y tế Hà Nội Lê An", "Lê An", "of another body"),
    ],
)
def test_a_body_whose_name_sounds_like_a_small_word_is_a_body(question: str, text: str, name: str, rung: str) -> None:
    assert judged(question, text, name) == judged(*LADDER[rung])


@pytest.mark.parametrize("question", ["Tên Chủ tịch nước là gì?", "Tên của Chủ tịch nước là gì?"])
def test_a_name_is_asked_for(question: str) -> None:
    assert office_asked_for(question) == Office("chu tich", False, ("nuoc",))


@FORMS
@pytest.mark.parametrize("between", ["nhiều người " * 12, "với nhiều người, ", "x" * 100 + " "])
def test_what_stands_far_from_a_name_or_is_somebody_elses_says_nothing_of_it(form: Form, between: str) -> None:
    text = f"Bí thư Tỉnh ủy Bắc Giang {between}Lê An"
    assert judged(CHIEF, text, "Lê An", form) == judged(*LADDER["unsaid"])


@FORMS
@pytest.mark.parametrize("letters", range(50, 80))
def test_a_deputy_is_no_chief_however_far_off(form: Form, letters: int) -> None:
    text = f"Phó Bí thư Tỉnh ủy Bắc Giang {'ệ' * letters} Lê An"
    assert judged(CHIEF, text, "Lê An", form) in {judged(*LADDER["deputy"]), judged(*LADDER["unsaid"])}


AROUND = st.lists(
    st.sampled_from(["Bí thư ", "Phó ", "Tỉnh ủy ", "Bắc Giang", ", ", "ông ", "Bà Rịa ", "trao ", ". ", " là ", "🎉"])
).map("".join)


@given(AROUND, AROUND)
def test_decomposed_or_not_it_is_judged_the_same(before: str, behind: str) -> None:
    text = f"{before} Lê Tiến Châu{behind}"
    assert judged(CHIEF, text, "Lê Tiến Châu") == judged(CHIEF, text, "Lê Tiến Châu", decomposed)


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_any_text_is_judged(question: str, text: str, one: int, other: int) -> None:
    office = office_asked_for(f"Ai là Bí thư {question}")
    assert office is not None
    span = Span(min(one, other, len(text)), min(max(one, other), len(text)))
    assert 0.0 < holds_office(office, text, span) <= 1.0
