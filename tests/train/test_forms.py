"""Forms of Vietnamese text: canonical, bare, chat."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.forms import canonical, chat_form, new_style, strip_marks


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
