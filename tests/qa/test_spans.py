"""The best spans of a window, against all of them tried one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.types import Span
from qa.encoding import Window, Word
from qa.spans import MOST_WORDS, Bounds, Candidate, candidates

Scores = NDArray[np.float32]
BEFORE = 3  # tokens of question and title


def window_of(lengths: list[int]) -> Window:
    """Return a window of words of so many tokens."""
    ends = np.cumsum(lengths).tolist()
    first = tuple(BEFORE + end - length for end, length in zip(ends, lengths, strict=True))
    last = tuple(BEFORE + end - 1 for end in ends)
    size = BEFORE + ends[-1] + 1
    words = tuple(Word("từ", Span(10 * i, 10 * i + 7), False) for i in range(len(lengths)))
    return Window((0,) * size, (2,) * size, words, first, last)


def logits_of(window: Window, seed: int) -> tuple[Scores, Scores]:
    rng = np.random.default_rng(seed)
    start, end = rng.normal(scale=3, size=(2, len(window.ids))).astype(np.float32)
    return start, end


def brute_force(window: Window, start: Scores, end: Scores) -> list[tuple[int, int, float, float]]:
    """Return (first, last, margin, chance) of every span, best first."""
    begins = {first: float(start[window.first[first]]) for first in range(len(window.words))}
    ends = {last: float(end[window.last[last]]) for last in range(len(window.words))}
    starts_total = sum(np.exp([*begins.values(), float(start[0])]))
    ends_total = sum(np.exp([*ends.values(), float(end[0])]))
    found = [
        (
            first,
            last,
            begins[first] + ends[last] - float(start[0] + end[0]),
            float(np.exp(begins[first]) / starts_total * np.exp(ends[last]) / ends_total),
        )
        for first in begins
        for last in ends
        if first <= last < first + MOST_WORDS
    ]
    return sorted(found, key=lambda row: -row[2])


LENGTHS = st.lists(st.integers(1, 4), min_size=1, max_size=45)


@settings(deadline=None, max_examples=50)
@given(LENGTHS, st.integers(0, 1000), st.integers(1, 8))
def test_candidates_are_the_best_of_all_spans_that_overlap_no_better_one(
    lengths: list[int], seed: int, most: int
) -> None:
    window = window_of(lengths)
    start, end = logits_of(window, seed)
    found, wanted = candidates(window, start, end, most), list[tuple[int, int, float, float]]()
    for row in brute_force(window, start, end):
        if all(row[1] < first or last < row[0] for first, last, *_ in wanted):
            wanted.append(row)
    wanted = wanted[:most]
    assert [(c.first, c.last) for c in found] == [(first, last) for first, last, _, _ in wanted]
    assert [c.margin for c in found] == pytest.approx([margin for _, _, margin, _ in wanted], abs=1e-4)
    assert [c.chance for c in found] == pytest.approx([chance for *_, chance in wanted], abs=1e-5)


@settings(deadline=None, max_examples=50)
@given(LENGTHS, st.integers(0, 1000))
def test_chances_of_all_spans_sum_to_one_at_most(lengths: list[int], seed: int) -> None:
    window = window_of(lengths)
    found = candidates(window, *logits_of(window, seed), most=10_000)
    assert all(0.0 <= candidate.chance <= 1.0 for candidate in found)
    assert sum(candidate.chance for candidate in found) <= 1.0 + 1e-4


def test_a_worked_example() -> None:
    window = window_of([1, 2, 1])
    start = np.array([1.0, 9, 9, 0, 2, 9, 0, 9], np.float32)  # words begin at 3, 4 and 6
    end = np.array([0.5, 9, 9, 0, 9, 3, 0, 9], np.float32)  # and end at 3, 5 and 6
    best = candidates(window, start, end, 1)
    assert [(c.first, c.last, c.margin) for c in best] == [(1, 1, 3.5)]
    starts, ends = np.exp(2) / (np.e + 1 + np.exp(2) + 1), np.exp(3) / (np.exp(0.5) + 1 + np.exp(3) + 1)
    assert best[0].chance == pytest.approx(starts * ends, abs=1e-5)
    assert best[0].span(window) == Span(10, 17)


def test_no_span_is_longer_than_the_most_words() -> None:
    window = window_of([1] * 60)
    start, end = np.full(64, -50, np.float32), np.full(64, -50, np.float32)
    start[BEFORE], end[BEFORE + 59] = 50, 50
    found = candidates(window, start, end, 10_000)
    assert max(c.last - c.first + 1 for c in found) <= MOST_WORDS
    start[BEFORE + 59 - MOST_WORDS + 1] = 49
    best = candidates(window, start, end, 1)[0]
    assert (best.first, best.last) == (59 - MOST_WORDS + 1, 59)


def test_ties_go_to_the_first_place_and_the_shorter_span() -> None:
    window = window_of([1, 1, 1])
    alike = np.zeros(7, np.float32)
    found = candidates(window, alike, alike, 4)
    assert [(c.first, c.last) for c in found] == [(0, 0), (1, 1), (2, 2)]
    assert [c.margin for c in found] == [0.0] * 3
    assert found[0].chance == pytest.approx(1 / 16)


def test_there_are_no_more_candidates_than_words() -> None:
    window = window_of([1, 1])
    assert 1 <= len(candidates(window, *logits_of(window, 0), most=10)) <= 2


def test_huge_logits_overflow_nothing() -> None:
    window = window_of([1, 1])
    start, end = np.array([-900, 0, 0, 900, 0, 0], np.float32), np.array([-900, 0, 0, 0, 900, 0], np.float32)
    best = candidates(window, start, end, 1)[0]
    assert (best.first, best.last, best.margin) == (0, 1, 3600.0)
    assert best.chance == pytest.approx(1.0)


def test_a_candidate_spans_from_its_first_word_to_its_last() -> None:
    assert Candidate(1, 3, 1.0, 0.0, 0.5).span(window_of([1, 2, 1, 3])) == Span(10, 37)


def test_an_answer_neither_cuts_a_word_nor_leaves_its_line() -> None:
    window = window_of([1, 1, 1, 1])
    length = len(window.ids)
    start, end = np.zeros(length, np.float32), np.zeros(length, np.float32)
    start[window.first[0]] = end[window.last[1]] = 9.0  # the network points at the first two words
    free = candidates(window, start, end, 1)[0]
    assert (free.first, free.last) == (0, 1)
    cut = Bounds(continues=[False, False, True, False], line=[0, 0, 0, 0])  # the second and the third are one word
    best = candidates(window, start, end, 10, cut)
    assert (best[0].first, best[0].last) in {(0, 0), (0, 2), (0, 3)}
    assert all(found.last != 1 and found.first != 2 for found in best)
    apart = Bounds(continues=[False] * 4, line=[0, 1, 1, 1])
    assert all(found.first == found.last == 0 or found.first > 0 for found in candidates(window, start, end, 16, apart))
