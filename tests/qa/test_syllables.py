"""The bigram table keeps what was counted, nearly, in little room."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import fold
from qa.syllables import BUNDLED, Syllables, bundled_syllables

CODING = 2 ** (1 / 24)  # twelfths of a power of two, rounded to the nearest: 3% either way
MOST_BYTES = 1_500_000
FORMS = ["mấy", "máy", "may", "bao", "nhiêu", "nhiều", "đâu", "đầu"]
COUNTS = st.dictionaries(st.sampled_from(FORMS), st.integers(1, 2_000_000), min_size=1)
PAIRS = st.dictionaries(st.tuples(st.sampled_from(FORMS), st.sampled_from(FORMS)), st.integers(1, 2_000_000))


def saved(table: Syllables) -> Syllables:
    with TemporaryDirectory() as folder:
        table.save(Path(folder) / "table.npz")
        return Syllables.load(Path(folder) / "table.npz")


@settings(deadline=None)
@given(COUNTS, PAIRS)
def test_a_table_says_what_was_counted_also_when_it_is_read_again(
    alone: dict[str, int], pairs: dict[tuple[str, str], int]
) -> None:
    forms, total = sorted(alone), sum(alone.values())
    for table in (made := Syllables.of(alone, pairs), saved(made)):
        shares = table.alone(forms)
        assert shares == pytest.approx([alone[form] / total for form in forms])
        behind = table.behind(forms, forms)
        for row, one in zip(behind, forms, strict=True):
            for chance, share, other in zip(row, shares, forms, strict=True):
                following = min(pairs.get((one, other), 0) / alone[one], 1.0)
                assert (chance - 0.15 * share) / 0.85 == pytest.approx(following, rel=CODING - 1 + 1e-6, abs=1e-9)
        assert behind.max() <= 1.0


@settings(deadline=None)
@given(st.lists(st.sampled_from(FORMS), min_size=1, max_size=60))
def test_chances_behind_a_syllable_add_up_to_one_at_most(words: list[str]) -> None:
    alone = {word: words.count(word) for word in words}
    together = list(zip(words, words[1:], strict=False))
    table = Syllables.of(alone, {pair: together.count(pair) for pair in together})
    assert (table.behind(FORMS, sorted(alone)).sum(axis=1) <= 0.15 + 0.85 * CODING + 1e-9).all()


@given(COUNTS)
def test_the_forms_of_a_bare_syllable_come_commonest_first(alone: dict[str, int]) -> None:
    table = Syllables.of(alone, {})
    for bare in map(fold, FORMS):
        forms = list(table.marked(bare))
        assert set(forms) == {form for form in alone if fold(form) == bare}
        assert [alone[form] for form in forms] == sorted((alone[form] for form in forms), reverse=True)


@pytest.mark.parametrize("table", [Syllables.of({"bao": 3}, {("bao", "giờ"): 2}), Syllables.of({}, {})])
def test_an_unknown_syllable_has_no_forms_but_a_chance(table: Syllables) -> None:
    for one in (table, saved(table)):
        assert not one.marked("gio")
        for chances in (one.alone(["giờ"]), one.behind(["bao"], ["giờ"])[0], one.behind(["giờ"], ["giờ"])[0]):
            assert 0.0 < chances.item() < 1.0


def test_a_known_syllable_is_likelier_than_an_unknown_one_and_a_pair_than_none() -> None:
    table = Syllables.of({"bao": 3, "giờ": 2, "giỏ": 2}, {("bao", "giờ"): 2})
    giờ, giỏ, unknown = table.behind(["bao"], ["giờ", "giỏ", "giở"])[0]
    assert giờ > giỏ > unknown > 0.0


def test_the_bundled_table_is_small_and_knows_how_questions_ask() -> None:
    assert BUNDLED.stat().st_size < MOST_BYTES
    table = bundled_syllables()
    assert table is bundled_syllables()
    assert {"mấy", "máy", "may"} <= set(table.marked("may"))
    how_many, much = table.behind(["bao"], ["nhiêu", "nhiều"])[0]
    assert how_many > 0.5 > 10 * much
    people = table.behind(["mấy", "máy"], ["người"])[:, 0]
    assert people[0] > people[1]
    assert np.isfinite(table.behind(["bao", "x"], ["nhiêu", "y"])).all()
