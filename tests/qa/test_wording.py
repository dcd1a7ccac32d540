"""What is counted is asked for in the passages' word for it, where they count by that one and not by the question's."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.wording import as_counted

LEXICON = Lexicon(load_abbreviations())
ASKED = "Có bao nhiêu đơn vị được khen ở Cần Thơ?"
READ = "Có bao nhiêu tập thể được khen ở Cần Thơ?"


def read(question: str, *texts: str) -> str:
    return as_counted(analyse(question, LEXICON), texts)


@pytest.mark.parametrize(
    "texts",
    [
        ["Khen 54 tập thể."],
        ["KHEN 54 TẬP THỂ."],
        [unicodedata.normalize("NFD", "Khen 54 tập thể.")],
        ["Không có gì.", "Các đơn vị: 54 tập thể."],  # that word stands there, but nothing counts by it
        ["54 tập thể, 37 tập thể, 3 tổ chức."],  # the word that most is counted by
    ],
)
def test_it_is_asked_for_in_the_word_that_is_counted_by(texts: list[str]) -> None:
    assert read(ASKED, *texts) == READ


def test_of_several_words_it_is_the_one_that_most_is_counted_by() -> None:
    assert read(ASKED, "54 tập thể, 3 tổ chức.", "4 tổ chức.") == READ.replace("tập thể", "tổ chức")


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["Các tập thể được khen."],
        ["Tập thể 54 được khen."],
        ["54 cá nhân, các tập thể."],
        ["54 tập thể, 78 tập thể.", "3 đơn vị."],  # the question's own word is counted by, however seldom
    ],
)
def test_else_it_is_asked_for_as_it_was(texts: list[str]) -> None:
    assert read(ASKED, *texts) == ASKED


@pytest.mark.parametrize(
    "question",
    [
        "Đơn vị nào được khen?",  # which, not how many
        "Bao nhiêu học sinh của đơn vị được khen?",  # others are counted
        "Tổng số đơn vị được khen là bao nhiêu?",
        "Bao nhiêu phần trăm đơn vị được khen?",
        "How many units were commended?",
        "???",
        "",
    ],
)
def test_what_counts_nothing_of_the_kind_stays(question: str) -> None:
    assert read(question, "Khen 54 tập thể, 37 tổ chức.") == question


@pytest.mark.parametrize("form", ["Bao nhiêu {} được khen?", "mấy {}", "  Ở Huế,  bao nhiêu  {} , hả ?"])
def test_nothing_else_of_the_question_changes(form: str) -> None:
    assert read(form.format("đơn vị"), "Khen 54 tập thể.") == form.format("tập thể")


def test_a_decomposed_question_keeps_its_other_words() -> None:
    asked = read(unicodedata.normalize("NFD", ASKED), "Khen 54 tập thể.")
    assert unicodedata.normalize("NFC", asked) == READ


def test_the_word_that_is_counted_is_changed_and_no_other_place_of_it() -> None:
    asked = read("Đơn vị này khen bao nhiêu đơn vị ở Huế?", "Khen 54 tập thể.")
    assert asked == "Đơn vị này khen bao nhiêu tập thể ở Huế?"


WORDS = st.lists(st.sampled_from("bao nhiêu đơn vị tập thể tổ chức 54 3 , . người 🎉 được khen".split())).map(" ".join)


@settings(deadline=None)
@given(WORDS | st.text(max_size=60), st.lists(WORDS | st.text(max_size=60), max_size=3))
def test_any_question_is_read_as_it_is_or_in_words_of_the_texts(question: str, texts: list[str]) -> None:
    asked = read(question, *texts)
    assert asked == read(question, *texts)
    assert asked == question or set(asked.lower().split()) <= {*question.lower().split(), *" ".join(texts).split()}
