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

FORMS = pytest.mark.parametrize(
    "form", [str, fold, lambda text: unicodedata.normalize("NFD", text), str.upper], ids=["marked", "bare", "nfd", "up"]
)
Form = Callable[[str], str]
CHIEF = "Ai là Bí thư Tỉnh ủy Bắc Giang?"
DEPUTY = "Phó Bí thư Tỉnh ủy Bắc Giang là ai?"
HEALTH = "Ai là Giám đốc Sở Y tế?"


@FORMS
@pytest.mark.parametrize(
    ("question", "office"),
    [
        (CHIEF, Office("bi thu", False, ("tinh", "uy", "bac"))),
        (DEPUTY, Office("bi thu", True, ("tinh", "uy", "bac"))),
        ("Ai đang giữ chức vụ Chủ tịch xã?", Office("chu tich", False, ("xa",))),
        ("Người nào từng làm Phó Tổng Giám đốc?", Office("tong giam doc", True, ())),
        ("Hiện nay ai là Tổng Bí thư?", Office("tong bi thu", False, ())),
        ("Ai hiện là Uỷ viên Bộ Chính trị?", Office("uy vien", False, ("bo", "chinh", "tri"))),
        ("Ai là Phó Trưởng phòng Nội vụ?", Office("truong phong", True, ("noi", "vu"))),
        ("Người phát ngôn Bộ Ngoại giao là ai?", Office("nguoi phat ngon", False, ("bo", "ngoai", "giao"))),
        ("Giám đốc Sở Y tế tên là gì?", Office("giam doc", False, ("so", "y", "te"))),
        ("Bí thư Thành ủy là ai?", Office("bi thu", False, ("thanh", "uy"))),  # `là` is of no body
        ("Hiệu trưởng là người nào?", Office("hieu truong", False, ())),
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


@FORMS
@pytest.mark.parametrize(
    ("question", "text", "name", "how_well"),
    [
        (CHIEF, "Bí thư Tỉnh ủy Bắc Giang Dương Văn Thái phát biểu.", "Dương Văn Thái", 1.0),
        (CHIEF, "Đồng chí Dương Văn Thái, Bí thư Tỉnh ủy Bắc Giang, phát biểu.", "Dương Văn Thái", 1.0),
        (CHIEF, "Dương Văn Thái (nguyên Bí thư Tỉnh ủy Bắc Giang).", "Dương Văn Thái", 1.0),
        (CHIEF, "Dương Văn Thái hiện là Bí thư Tỉnh ủy Bắc Giang.", "Dương Văn Thái", 1.0),
        (CHIEF, "Lê Thị Thu Hồng, Phó Bí thư Thường trực Tỉnh ủy Bắc Giang.", "Lê Thị Thu Hồng", 0.15),
        (CHIEF, "Phó Bí thư Tỉnh ủy Bắc Giang Lê Thị Thu Hồng", "Lê Thị Thu Hồng", 0.15),
        (CHIEF, "Bí thư Thành ủy Hải Phòng Lê Tiến Châu", "Lê Tiến Châu", 0.4),
        (CHIEF, "Chủ tịch tỉnh Bắc Giang Lê Ánh Dương", "Lê Ánh Dương", 0.3),
        (CHIEF, "Ở Bắc Giang, ông Lê Tiến Châu dự lễ.", "Lê Tiến Châu", 0.5),
        (CHIEF, "Bí thư Tỉnh ủy Bắc Giang đến. Lê Tiến Châu dự lễ.", "Lê Tiến Châu", 0.5),
        (CHIEF, "Bí thư Tỉnh ủy Bắc Giang, ông Trần An, ông Lê Tiến Châu", "Lê Tiến Châu", 0.5),
        (DEPUTY, "Lê Thị Thu Hồng, Phó Bí thư Thường trực Tỉnh ủy Bắc Giang.", "Lê Thị Thu Hồng", 1.0),
        (DEPUTY, "Dương Văn Thái, Bí thư Tỉnh ủy Bắc Giang.", "Dương Văn Thái", 0.15),
        (HEALTH, "Giám đốc Sở Y tế Phạm Văn Nông", "Phạm Văn Nông", 1.0),
        (HEALTH, "Giám đốc Bệnh viện Thanh Bình Phạm Văn Nông", "Phạm Văn Nông", 0.4),
        (HEALTH, "Tổng Giám đốc Sở Y tế Phạm Văn Nông", "Phạm Văn Nông", 0.3),
    ],
)
def test_how_well_a_name_holds_it(form: Form, question: str, text: str, name: str, how_well: float) -> None:
    office, text, name = office_asked_for(form(question)), form(text), form(name)
    assert office is not None
    assert holds_office(office, text, Span(text.index(name), text.index(name) + len(name))) == how_well


def test_what_stands_far_from_a_name_says_nothing_of_it() -> None:
    office = office_asked_for(CHIEF)
    assert office is not None
    text = f"Bí thư Tỉnh ủy Bắc Giang {'và nhiều người ' * 8}Lê An"
    assert holds_office(office, text, Span(len(text) - 5, len(text))) == 0.5


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_any_text_is_judged(question: str, text: str, one: int, other: int) -> None:
    office = office_asked_for(f"Ai là Bí thư {question}")
    assert office is not None
    span = Span(min(one, other, len(text)), min(max(one, other), len(text)))
    assert 0.0 < holds_office(office, text, span) <= 1.0
