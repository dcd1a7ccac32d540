"""Syllables and pairs are counted as they stand; questions count for more, and those without marks not at all."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.records import Article
from train.syllables import Counts, count

NEWS = Article("tin", "Máy mới", ("Máy cũ hỏng.",), ("Mua máy mới.", "Hết"))


def counted(text: str, times: int = 1) -> Counts:
    counts = Counts()
    counts.add(text, times)
    return counts


def test_every_part_of_an_article_is_counted_once() -> None:
    counts = count([NEWS], [])
    assert counts.alone == {"máy": 3, "mới": 2, "cũ": 1, "hỏng": 1, "mua": 1, "hết": 1}
    assert counts.pairs == {("máy", "mới"): 2, ("máy", "cũ"): 1, ("cũ", "hỏng"): 1, ("mua", "máy"): 1}


def test_a_question_counts_ten_times_and_one_without_marks_not() -> None:
    questions = ["Mấy người hỏi mấy người?", "may nguoi", "May nguoi?", "Who is it?", ""]
    counts = count([NEWS], questions)
    assert (counts.alone["mấy"], counts.alone["người"], counts.alone["máy"]) == (20, 20, 3)
    assert counts.pairs["mấy", "người"] == 20
    assert counts.pairs["hỏi", "mấy"] == 10
    assert not {"may", "nguoi", "who"} & set(counts.alone)


@pytest.mark.parametrize("mark", [", ", ".", " 54 ", "3", "-", " (", "\n• ", "_", " “", "…", "%"])
def test_a_pair_ends_at_a_mark_or_a_number(mark: str) -> None:
    counts = counted(f"Bao nhiêu{mark}tập thể")
    assert counts.pairs == {("bao", "nhiêu"): 1, ("tập", "thể"): 1}
    assert counts.alone == {"bao": 1, "nhiêu": 1, "tập": 1, "thể": 1}


@pytest.mark.parametrize("form", ["Hoà thuận", "HÒA THUẬN", unicodedata.normalize("NFD", "hoà  thuận"), "hòa\nthuận"])
def test_forms_of_a_syllable_are_one(form: str) -> None:
    assert counted(form).pairs == {("hòa", "thuận"): 1}


@given(st.text("abă đấ ,.3\n", max_size=30), st.integers(2, 20))
def test_counting_so_many_times_is_counting_once_so_many_times(text: str, times: int) -> None:
    once, often = counted(text), counted(text, times)
    assert often.alone == {word: number * times for word, number in once.alone.items()}
    assert often.pairs == {pair: number * times for pair, number in once.pairs.items()}


def test_what_is_rare_is_left_out_of_the_table() -> None:
    counts = Counts()
    counts.add("bao giờ", 3)
    counts.add("bao nhiêu", 10)
    counts.add("nhiêu", 10)
    table = counts.table(least=10, least_together=10)
    assert list(table.marked("bao")) == ["bao"]
    assert not table.marked("gio")
    assert table.behind(["bao"], ["nhiêu"]).item() > table.behind(["bao"], ["giờ"]).item()
    kept, left_out = (counts.table(10, least).behind(["bao"], ["nhiêu"]).item() for least in (10, 11))
    assert kept > 0.5 > left_out > 0
