"""Marks and capitals come back as the language and the passages write the words; nothing else of a question changes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import fold, folded_tokens, tokens_mapped
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.restore import restored
from qa.syllables import Syllables, bundled_syllables

LEXICON = Lexicon(load_abbreviations())
TEXTS = ["Hiệu trưởng Trường chuyên Hà Nội là ông An.", "Trường ở quận 3. Nhà máy đầu tiên ở Hà Nội."]
NOTHING_KNOWN = Syllables.of({}, {})


def marked(question: str, *texts: str, syllables: Syllables | None = None) -> str:
    return restored(analyse(question, LEXICON), texts, bundled_syllables() if syllables is None else syllables)


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("Ai la hieu truong truong chuyen Ha Noi?", "Ai là hiệu trưởng Trường chuyên Hà Nội?"),
        ("ai la hieu truong truong chuyen ha noi", "ai là hiệu trưởng Trường chuyên Hà Nội"),
        ("truong chuyen o dau", "Trường chuyên ở đâu"),  # not `đầu`, which the passage writes
        ("AI LA HIEU TRUONG?", "AI LÀ HIỆU TRƯỞNG?"),
        ("  nha may, o  quan 3 ?!", "  nhà máy, ở  quận 3 ?!"),
        ("co bao nhieu zebra", "có bao nhiêu zebra"),
        ("Trường chuyên ở đâu?", "Trường chuyên ở đâu?"),
        ("Trường chuyen o dau?", "Trường chuyen o dau?"),
        ("How many schools are in Ha Noi?", "How many schools are in Ha Noi?"),
        ("???", "???"),
        ("", ""),
    ],
)
def test_marks_and_capitals_come_back(question: str, written: str) -> None:
    assert marked(question, *TEXTS) == written


@pytest.mark.parametrize("form", [str, str.upper, lambda text: unicodedata.normalize("NFD", text)])
def test_a_word_is_what_its_neighbour_in_the_passages_makes_it(form: object) -> None:
    assert callable(form)
    texts = "Xã có chợ Lường.", "Con lương bổng."
    assert fold(marked("cho luong", form(texts[0]), syllables=NOTHING_KNOWN)) == "cho luong"
    assert marked("cho luong", *map(form, texts), syllables=NOTHING_KNOWN).lower() == "chợ lường"
    assert marked("luong bong", *map(form, texts), syllables=NOTHING_KNOWN).lower() == "lương bổng"


def test_without_passages_the_language_tells_and_with_neither_a_word_stays() -> None:
    assert marked("co bao nhieu hoc sinh") == "có bao nhiêu học sinh"
    assert marked("co bao nhieu hoc sinh", syllables=NOTHING_KNOWN) == "co bao nhieu hoc sinh"


@pytest.mark.parametrize(
    ("texts", "written"),
    [
        (["Xã Ba Đình họp."], "Ba Đình họp"),
        (["Cái ba đình làng họp. Ba đình cũ."], "ba đình họp"),
        (["Ba Đình họp. Ba Đình vui. Cái ba đình này họp."], "Ba Đình họp"),  # mostly with capitals
    ],
)
def test_a_word_has_a_capital_where_the_passages_mostly_write_one_beside_its_neighbour(
    texts: list[str], written: str
) -> None:
    assert marked("ba dinh hop", *texts) == written


@pytest.mark.parametrize(
    ("texts", "written"),
    [
        (["Ông Thuận đến. Ông Thuận đi."], "gặp Thuận"),
        (["Ông Thuận đến."], "gặp thuận"),  # once may be the beginning of a sentence
        (["Ông Thuận đến. Ông Thuận đi. Hai bên thuận lòng."], "gặp thuận"),
    ],
)
def test_alone_it_has_one_where_they_often_and_nearly_always_write_one(texts: list[str], written: str) -> None:
    assert marked("gap thuan", *texts) == written


def test_a_name_keeps_its_capitals_though_part_of_it_looks_like_a_small_word() -> None:
    assert marked("tinh ha giang", "Tỉnh Hà Giang họp.").endswith("Hà Giang")  # `hả`
    assert marked("ba nguyen thi lan o dau", "Gặp bà Nguyễn Thị Lan.").startswith("bà Nguyễn Thị Lan ")  # `thì`


WORDS = st.lists(st.sampled_from("truong Truong TRUONG ha noi hieu an 3 4.028 , ? o dau ai la quan zebra ".split(" ")))
TYPED = st.text(max_size=60).map(fold) | WORDS.map(" ".join) | st.text("abdehinotuADNO .,-/3đ\n", max_size=40)


def between(text: str) -> list[str]:
    """Return what stands before, between and behind the tokens."""
    spans = [token.span for token in tokens_mapped(text)]
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    return [text[end:start] for end, start in zip([0, *ends], [*starts, len(text)], strict=True)]


@settings(deadline=None)
@given(TYPED, st.lists(st.text(max_size=80), max_size=3), st.sampled_from([NOTHING_KNOWN, bundled_syllables()]))
def test_but_for_marks_and_capitals_the_question_stays(question: str, texts: list[str], syllables: Syllables) -> None:
    written = marked(question, *texts, *TEXTS, syllables=syllables)
    assert folded_tokens(written) == folded_tokens(question)
    assert between(written) == between(question)


@settings(deadline=None)
@given(WORDS.map(" ".join), st.lists(WORDS.map(" ".join), max_size=2))
def test_what_was_restored_is_restored_to_itself(question: str, texts: list[str]) -> None:
    once = marked(question, *texts, *TEXTS)
    assert marked(once, *texts, *TEXTS) == once
