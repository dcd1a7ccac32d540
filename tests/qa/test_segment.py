"""Syllables of one word stay together, by the longest known word from the left."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.segment import glued, known_words

WORDS = frozenset({"tài chính", "cổ phiếu", "hải phòng", "thanh tra", "chánh thanh tra", "một hai ba bốn"})


def joined(text: str, words: frozenset[str] = WORDS) -> list[str]:
    syllables = text.split()
    inside = glued(syllables, [False, *[True] * (len(syllables) - 1)], words)
    found: list[str] = []
    for syllable, continues in zip(syllables, inside, strict=True):
        if continues:
            found[-1] += f" {syllable}"
        else:
            found.append(syllable)
    return found


def test_known_words_are_joined() -> None:
    assert joined("bộ tài chính bán cổ phiếu ở hải phòng") == ["bộ", "tài chính", "bán", "cổ phiếu", "ở", "hải phòng"]


def test_the_longest_word_wins() -> None:
    assert joined("phó chánh thanh tra") == ["phó", "chánh thanh tra"]
    assert joined("một hai ba bốn năm") == ["một hai ba bốn", "năm"]


def test_what_stands_apart_is_not_joined() -> None:
    assert glued(["tài", "chính"], [False, False], WORDS) == [False, False]


def test_the_bundled_words_hold_what_answers_are_made_of() -> None:
    assert joined("8 hộ gia đình", known_words())[-1].endswith("gia đình")
    for word in ("cá nhân", "cổ phiếu", "tài chính", "cao bằng", "biên chế"):
        assert word in known_words()


@given(st.lists(st.sampled_from(["tài", "chính", "cổ", "phiếu", "ở", "hải", "phòng"]), max_size=12))
def test_nothing_is_lost_and_a_text_begins_with_a_word(syllables: list[str]) -> None:
    inside = glued(syllables, [False, *[True] * (len(syllables) - 1)][: len(syllables)], WORDS)
    assert len(inside) == len(syllables)
    assert not inside[:1] or inside[0] is False
    assert " ".join(joined(" ".join(syllables))) == " ".join(syllables)
