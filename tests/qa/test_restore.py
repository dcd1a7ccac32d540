"""Marks come back as the passages write the words; nothing else of a question changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import fold, folded_tokens
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.restore import restored

LEXICON = Lexicon(load_abbreviations())
TEXTS = ["Hiệu trưởng Trường chuyên Hà Nội là ông An.", "Trường ở quận 3. Nhà máy đầu tiên ở Hà Nội."]


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("Ai la hieu truong truong chuyen Ha Noi?", "ai là hiệu trưởng trường chuyên hà nội?"),
        ("truong chuyen o dau", "trường chuyên ở đâu"),  # not `đầu`, which the passage writes
        ("co bao nhieu zebra", "co bao nhiêu zebra"),
        ("Trường chuyên ở đâu?", "Trường chuyên ở đâu?"),
        ("How many schools are in Ha Noi?", "How many schools are in Ha Noi?"),
    ],
)
def test_marks_come_back(question: str, marked: str) -> None:
    assert restored(analyse(question, LEXICON), TEXTS) == marked


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=80), max_size=3))
def test_but_for_marks_the_words_stay(question: str, texts: list[str]) -> None:
    bare = fold(question)
    assert folded_tokens(restored(analyse(bare, LEXICON), [*texts, *TEXTS])) == folded_tokens(bare)
