"""FAISS against NumPy, exhaustive and inverted."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import index.vectors
from index.types import Hit
from index.vectors import RECALL_TARGET, VectorIndex, VectorRecipe

DIMENSION = 32


def unit(count: int, seed: int) -> NDArray[np.float32]:
    """Return vectors in some clusters, as texts are, of length one."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).standard_normal((24, DIMENSION))
    vectors = centres[rng.integers(24, size=count)] + rng.standard_normal((count, DIMENSION)) * 0.6
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def brute_force(
    ids: NDArray[np.int64], vectors: NDArray[np.float16], query: NDArray[np.float32], limit: int, gone: set[int]
) -> list[Hit]:
    scores = vectors.astype(np.float32) @ query
    hits = [Hit(int(i), float(s)) for i, s in zip(ids, scores, strict=True) if int(i) not in gone]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:limit]


def require_same(found: list[Hit], expected: list[Hit]) -> None:
    assert [hit.passage_id for hit in found] == [hit.passage_id for hit in expected]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=2e-6)


@pytest.mark.parametrize(
    "gone", [set(), {10, 13, 40, 100_000}, set(range(10, 910, 3))], ids=["none", "some", "all but ⅔"]
)
def test_exhaustive_search_is_brute_force(gone: set[int]) -> None:
    ids = np.arange(10, 910, 3, dtype=np.int64) + (0 if len(gone) < 10 else 1)
    vectors = unit(len(ids), 2).astype(np.float16)
    built = VectorIndex.build(ids, vectors)
    assert built.recipe == VectorRecipe("Flat", len(ids), DIMENSION)
    excluded = np.array(sorted(gone), dtype="<i8")
    for query in unit(20, 3):
        require_same(built.search(query, 15, excluded), brute_force(ids, vectors, query, 15, gone))


def test_a_worked_example() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1], [0.8, -0.6]], dtype=np.float32)
    built = VectorIndex.build(np.array([4, 3, 2, 1], dtype=np.int64), vectors)
    hits = built.search(np.array([1, 0], dtype=np.float32), 10)
    assert [hit.passage_id for hit in hits] == [4, 1, 3, 2], "best first, ties by id"
    assert [hit.score for hit in hits] == pytest.approx([1.0, 0.8, 0.8, 0.0])
    assert [hit.passage_id for hit in built.search(np.array([0, 1], dtype=np.float32), 1)] == [2]
    gone = np.array([4, 2], dtype=np.int64)
    assert [hit.passage_id for hit in built.search(np.array([1, 0], dtype=np.float32), 10, gone)] == [1, 3]


@pytest.fixture(scope="module")
def inverted() -> tuple[NDArray[np.int64], NDArray[np.float16], VectorIndex]:
    ids = np.arange(1, 12_001, dtype=np.int64) * 2
    vectors = unit(len(ids), 4).astype(np.float16)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.vectors, "FLAT_UP_TO", 1_000)
        return ids, vectors, VectorIndex.build(ids, vectors)


def test_inverted_search_reaches_its_recall(
    inverted: tuple[NDArray[np.int64], NDArray[np.float16], VectorIndex],
) -> None:
    ids, vectors, built = inverted
    assert built.recipe.kind == f"IVF{built.recipe.lists},SQ8"
    assert built.recipe.recall >= RECALL_TARGET
    found, scores = 0, []
    for query in unit(40, 5):
        expected = brute_force(ids, vectors, query, 10, set())
        hits = built.search(query, 10)
        found += len({hit.passage_id for hit in hits} & {hit.passage_id for hit in expected})
        scores += [abs(hit.score - float(vectors[hit.passage_id // 2 - 1].astype(np.float32) @ query)) for hit in hits]
        assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))
    assert found / 400 >= 0.95
    assert max(scores) < 0.02, "eight bits a number"


def test_inverted_search_leaves_out_what_is_excluded(
    inverted: tuple[NDArray[np.int64], NDArray[np.float16], VectorIndex],
) -> None:
    _, _, built = inverted
    query = unit(1, 6)[0]
    best = [hit.passage_id for hit in built.search(query, 20)]
    rest = built.search(query, 15, np.array(sorted(best[:5]), dtype=np.int64))
    assert [hit.passage_id for hit in rest] == best[5:]


def test_building_twice_gives_the_same_bytes(
    inverted: tuple[NDArray[np.int64], NDArray[np.float16], VectorIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, vectors, built = inverted
    monkeypatch.setattr(index.vectors, "FLAT_UP_TO", 1_000)
    query = unit(1, 7)[0]
    again = VectorIndex.build(ids, vectors)
    assert again.recipe == built.recipe
    require_same(again.search(query, 20), built.search(query, 20))


@pytest.mark.parametrize("data", [b"", b"IxFI", b"\0" * 200])
def test_bytes_of_something_else_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a FAISS index"):
        VectorIndex.from_bytes(data, VectorRecipe("Flat", 1, 2))


def test_an_index_of_another_recipe_is_refused() -> None:
    built = VectorIndex.build(np.array([1], dtype=np.int64), np.array([[1, 0]], dtype=np.float32))
    for recipe in (VectorRecipe("Flat", 2, 2), VectorRecipe("Flat", 1, 3)):
        with pytest.raises(ValueError, match="the index holds 1 vectors of 2 dimensions"):
            VectorIndex.from_bytes(built.to_bytes(), recipe)
