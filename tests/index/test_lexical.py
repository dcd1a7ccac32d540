"""BM25 by Tantivy against a computation by hand, on each field; exact orders, ties by id, deletes."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.lexical import LexicalIndex, LexicalQuery, LexicalRow, pairs_of, update_lexical
from index.text import folded_tokens, tokens
from index.types import Hit

ROWS = [
    LexicalRow(1, "Tin Cần Thơ", "Cần Thơ khen thưởng 54 tập thể, thế là vui"),
    LexicalRow(2, "Tin Hải Phòng", "Hải Phòng khen 12 tập thể"),
    LexicalRow(3, "", "the the the quick brown fox"),
    LexicalRow(4, "Cần", "Thơ ca và cần cù, hoà bình"),
    LexicalRow(7, "Tin", "Hòa Bình mưa to, thơ không cần"),
]
K1, B = 1.2, 0.75  # the constants of Robertson and Zaragoza 2009, as Tantivy and Lucene set them


def fields_of(row: LexicalRow) -> dict[str, list[str]]:
    """Return the tokens of each field, as the module's docstring says."""
    folded = folded_tokens(row.context), folded_tokens(row.text)
    return {
        "exact": tokens(row.context) + tokens(row.text),
        "folded": folded[0] + folded[1],
        "pairs": pairs_of(folded[0]) + pairs_of(folded[1]),
    }


def bm25(rows: Sequence[LexicalRow], query: LexicalQuery) -> list[Hit]:
    """Score by the formula, without any index; all fields here are shorter than 40 tokens, whose lengths are exact."""
    scores: defaultdict[int, float] = defaultdict(float)
    for name, weights in (("exact", query.exact), ("folded", query.folded), ("pairs", query.pairs)):
        field = {row.id: fields_of(row)[name] for row in rows}
        mean = sum(map(len, field.values())) / len(field)
        for token, weight in weights.items():
            holding = [i for i, words in field.items() if token in words]
            idf = math.log(1 + (len(rows) - len(holding) + 0.5) / (len(holding) + 0.5))
            for i in holding:
                times = field[i].count(token)
                length = 1 - B + B * len(field[i]) / mean
                scores[i] += weight * idf * times * (K1 + 1) / (times + K1 * length)
    return [Hit(i, score) for i, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical")
    update_lexical(folder, ROWS, [])
    return LexicalIndex(folder)


def test_one_score_worked_by_hand(searched: LexicalIndex) -> None:
    """`khen` stands once in passages 1 (13 tokens) and 2 (9 tokens) of 5 that have 44 tokens in the exact field.

    idf = ln(1 + (5 - 2 + 0.5) / (2 + 0.5)) = ln 2.4 = 0.875469, mean length 44 / 5 = 8.8:
    passage 2: 0.875469 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 9 / 8.8)) = 0.867404
    passage 1: 0.875469 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 13 / 8.8)) = 0.732458
    """
    hits = searched.search(LexicalQuery(exact={"khen": 1.0}), 10)
    assert [hit.passage_id for hit in hits] == [2, 1]
    assert {row.id: len(fields_of(row)["exact"]) for row in ROWS} == {1: 13, 2: 9, 3: 6, 4: 8, 7: 8}
    assert [hit.score for hit in hits] == pytest.approx([0.867404, 0.732458], abs=1e-6)


@pytest.mark.parametrize(
    "query",
    [
        LexicalQuery(exact={"cần": 1.0, "thơ": 1.0}),
        LexicalQuery(exact={"the": 1.0}),
        LexicalQuery(folded={"the": 1.0, "can": 0.5}),
        LexicalQuery(pairs={"can_tho": 1.0}),
        LexicalQuery(exact={"thế": 2.0}, folded={"the": 0.25, "hoa": 1.0}, pairs={"hoa_binh": 3.0, "tin_can": 0.5}),
        LexicalQuery(exact={"54": 1.0, "không": 0.1}, folded={"mua": 1.5}),
    ],
    ids=str,
)
def test_scores_are_bm25_computed_by_hand(searched: LexicalIndex, query: LexicalQuery) -> None:
    hits, expected = searched.search(query, 10), bm25(ROWS, query)
    assert [hit.passage_id for hit in hits] == [hit.passage_id for hit in expected]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], rel=1e-5)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (LexicalQuery(exact={"thế": 1.0}), {1}),
        (LexicalQuery(exact={"the": 1.0}), {3}),
        (LexicalQuery(folded={"the": 1.0}), {1, 2, 3}),
        (LexicalQuery(exact={"hòa": 1.0}), {4, 7}),  # written hoà in one of them
        (LexicalQuery(pairs={"hoa_binh": 1.0}), {4, 7}),
        (LexicalQuery(pairs={"can_tho": 1.0}), {1}),  # not 4: there `Cần` ends the title and `Thơ` begins the text
        (LexicalQuery(exact={"tin": 1.0}), {1, 2, 7}),  # the context is matched
        (LexicalQuery(exact={"không có từ này": 1.0}), set()),
        (LexicalQuery(), set()),
    ],
    ids=str,
)
def test_each_field_matches_what_it_says(searched: LexicalIndex, query: LexicalQuery, ids: set[int]) -> None:
    assert {hit.passage_id for hit in searched.search(query, 10)} == ids


def test_ties_are_broken_by_id_also_at_the_limit(tmp_path: Path) -> None:
    update_lexical(tmp_path, [LexicalRow(i, "", "mưa") for i in (5, 3, 9, 1, 7)], [])
    index = LexicalIndex(tmp_path)
    assert [hit.passage_id for hit in index.search(LexicalQuery(exact={"mưa": 1.0}), 10)] == [1, 3, 5, 7, 9]
    assert [hit.passage_id for hit in index.search(LexicalQuery(exact={"mưa": 1.0}), 2)] == [1, 3]


def test_rows_come_and_go(tmp_path: Path) -> None:
    update_lexical(tmp_path, ROWS[:3], [])
    first = LexicalIndex(tmp_path)
    update_lexical(tmp_path, ROWS[3:], [1, 3, 999])
    second = LexicalIndex(tmp_path)
    everything = LexicalQuery(folded={word: 1.0 for row in ROWS for word in folded_tokens(row.text)})
    assert {hit.passage_id for hit in second.search(everything, 10)} == {2, 4, 7}
    assert (len(first), len(second)) == (3, 3)
    assert {hit.passage_id for hit in first.search(everything, 10)} == {1, 2, 3}, "an open index never changes"


def test_adding_in_steps_scores_as_adding_at_once(tmp_path: Path) -> None:
    for folder, parts in (("once", [ROWS]), ("steps", [ROWS[:1], ROWS[1:3], ROWS[3:]])):
        (tmp_path / folder).mkdir()
        for part in parts:
            update_lexical(tmp_path / folder, part, [])
    query = LexicalQuery(exact={"cần": 1.0, "tập": 1.0}, folded={"the": 0.5}, pairs={"hoa_binh": 1.0})
    once, steps = (LexicalIndex(tmp_path / folder).search(query, 10) for folder in ("once", "steps"))
    assert steps == once and len(once) == 5


def test_document_frequencies(searched: LexicalIndex) -> None:
    assert searched.document_frequency("exact", "the") == 1
    assert searched.document_frequency("folded", "the") == 3
    assert searched.document_frequency("folded", "nothing") == 0


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    update_lexical(tmp_path, [], [])
    assert LexicalIndex(tmp_path).search(LexicalQuery(exact={"mưa": 1.0}), 10) == []


def test_what_is_no_index_is_a_value_error(tmp_path: Path) -> None:
    for content in (None, b"", b"{}"):
        if content is not None:
            (tmp_path / "meta.json").write_bytes(content)
        with pytest.raises(ValueError):
            LexicalIndex(tmp_path)


def test_threads_may_share_it(searched: LexicalIndex) -> None:
    query = LexicalQuery(folded={"the": 1.0, "can": 1.0})
    expected = searched.search(query, 10)
    found: list[bool] = []

    def search() -> None:
        found.extend(searched.search(query, 10) == expected for _ in range(50))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 200


@pytest.mark.parametrize("within", [[], [2], [7, 2, 3], [99]])
def test_a_search_among_some_gives_the_scores_of_a_search_among_all(searched: LexicalIndex, within: list[int]) -> None:
    query = LexicalQuery(exact={"tập": 1.0, "thơ": 0.5}, pairs={"hoa_binh": 2.0})
    assert searched.search(query, 10, within) == [hit for hit in searched.search(query, 10) if hit.passage_id in within]
