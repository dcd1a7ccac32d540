"""The forms of a question are what people type, and the search takes them for the same question."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import canonical, fold
from qa.forms import chat, decomposed, other_tone_placement, toneless
from train.forms import new_style, strip_marks

VIETNAMESE = st.text(alphabet="aàáạeèẻẽoòóỏõọôốuùúủũụưứyỳýỷỹỵ qQkhtnđĐOÒUỦ?. ", max_size=30)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Hòa Bình", "Hoà Bình"),
        ("THỦY LỢI", "THUỶ LỢI"),
        ("khỏe, thúy", "khoẻ, thuý"),
        ("quý", "quý"),
        ("toàn", "toàn"),
        ("hoà", "hoà"),
        ("ngoài khoản", "ngoài khoản"),
        (unicodedata.normalize("NFD", "hòa"), "hoà"),
        ("", ""),
    ],
)
def test_the_tone_moves_to_the_other_vowel(old: str, new: str) -> None:
    assert other_tone_placement(old) == new


@given(VIETNAMESE)
def test_a_moved_tone_is_the_same_text_to_the_search(text: str) -> None:
    assert canonical(other_tone_placement(text)) == canonical(text)
    assert fold(decomposed(text)) == fold(text) == toneless(text)


@given(VIETNAMESE.map(canonical))
def test_the_forms_agree_with_those_that_the_models_are_trained_on(text: str) -> None:
    assert toneless(text) == strip_marks(text).lower()
    for word in text.lower().replace("?", " ").replace(".", " ").split():
        assert other_tone_placement(word) == (new_style(word) or word)


def test_chat_shortens_whole_words_and_drops_marks() -> None:
    assert chat("Bệnh viện nào không nhận người nghèo?") == "bv nao ko nhan ng ngheo"
    assert chat("Được với gìn giữ") == "dc vs gin giu"
    assert chat(unicodedata.normalize("NFD", "Uỷ ban nhân dân là gì?!")) == "ubnd la j"
    assert chat("BAO NHIÊU") == chat("bao nhiêu") == "bn"
