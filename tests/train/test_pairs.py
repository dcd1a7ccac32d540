"""Bags, ranges and masks of the pair drawer."""

from __future__ import annotations

import numpy as np

from train.pairs import Places, bags_of, lookup, mask, ranges


def _column(
    *pairs: tuple[int, int],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    return np.array([a for a, _ in pairs], dtype=np.int64), np.array([b for _, b in pairs], dtype=np.int64)


def test_lookup_joins_the_ranges_of_each_bag_in_order() -> None:
    index, bag = lookup(ranges(_column((5, 6), (0, 0)), _column((0, 2), (8, 10))))
    assert index.tolist() == [5, 0, 1, 8, 9]
    assert bag.tolist() == [0, 0, 0, 1, 1]


def test_empty_bags_keep_their_place() -> None:
    index, bag = lookup(ranges(_column((0, 0), (1, 3), (4, 4))))
    bags = bags_of(index, bag, 3)
    assert (bags.ids.tolist(), bags.offsets.tolist()) == ([1, 2], [0, 0, 2])


def test_mask_names_overlapping_places_of_one_document_both_ways() -> None:
    # Pairs 0 and 2 share a document; passage 2 covers the place where query 0 is answered. Pair 3 is elsewhere in it.
    document = np.array([7, 8, 7, 7], dtype=np.int64)
    covers = _column((0, 5), (0, 5), (3, 9), (20, 30))
    answered = _column((4, 5), (0, 1), (6, 7), (25, 26))
    rows, columns = mask(Places(document, covers, answered))
    assert sorted(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 2), (2, 0)]


def test_mask_of_unlike_documents_is_empty() -> None:
    column = _column((0, 9), (0, 9))
    rows, columns = mask(Places(np.array([1, 2], dtype=np.int64), column, column))
    assert len(rows) == len(columns) == 0
