"""The tables are well formed, and the hand-written one wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.text import tokens_mapped
from qa import synonyms, translate
from qa.synonyms import Synonyms
from qa.translate import Translations


@pytest.mark.parametrize("path", translate.BUILT_IN, ids=lambda path: path.stem)
def test_every_line_of_the_english_tables_is_an_entry(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(set(lines)) > 50
    for line in lines:
        english, vietnamese, probability = line.split("\t")
        assert english == english.lower() and english.isascii()
        assert vietnamese.strip()
        assert 0.0 < float(probability) <= 1.0


def readings(words: str) -> list[tuple[str, ...]]:
    return [reading.vietnamese for reading in Translations().find(tokens_mapped(words))]


def test_administrative_english_wins_over_what_was_learnt() -> None:
    assert readings("secretary")[0] == ("bí", "thư")
    assert ("bộ", "trưởng") not in readings("secretary")


def test_an_unknown_plural_is_looked_up_by_its_stem() -> None:
    assert readings("provinces") == readings("province") == [("tỉnh",)]
    assert readings("xyzzy") == []


def test_synonyms_have_groups_of_at_least_two_different_words() -> None:
    for line in synonyms.BUILT_IN.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words = line.split("\t")
            assert len(words) == len(set(words)) >= 2, line


def test_the_longest_word_is_taken_and_places_do_not_overlap() -> None:
    (said,) = Synonyms().find(tokens_mapped("người đứng đầu"), toneless=False)
    assert (said.start, said.end) == (0, 3)
    assert ("lãnh", "đạo") in said.others


def test_a_lone_syllable_without_marks_has_no_synonyms() -> None:
    assert Synonyms().find(tokens_mapped("bat"), toneless=True) == ()
    assert Synonyms().find(tokens_mapped("bắt"), toneless=False) != ()
    assert Synonyms().find(tokens_mapped("khen thuong"), toneless=True) != ()
