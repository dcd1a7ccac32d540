"""What every vector index promises, whatever is behind it."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from numpy.typing import NDArray

import index.vectors
from index.vectors import VectorIndex

COUNT, DIMENSION = 6_000, 16


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    drawn = np.random.default_rng(7).standard_normal((COUNT, DIMENSION)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module", params=["exhaustive", "inverted", "read back: exhaustive", "read back: inverted"])
def built(request: pytest.FixtureRequest, vectors: NDArray[np.float32]) -> VectorIndex:
    ids = np.arange(COUNT, dtype=np.int64)[::-1] + 100
    with pytest.MonkeyPatch.context() as patch:
        if request.param.endswith("inverted"):
            patch.setattr(index.vectors, "FLAT_UP_TO", 100)
        fresh = VectorIndex.build(np.ascontiguousarray(ids), vectors)
    return VectorIndex.from_bytes(fresh.to_bytes(), fresh.recipe) if request.param.startswith("read") else fresh


def vector_of(vectors: NDArray[np.float32], passage_id: int) -> NDArray[np.float32]:
    return np.asarray(vectors[COUNT + 99 - passage_id])


def test_a_vector_finds_itself_first(built: VectorIndex, vectors: NDArray[np.float32]) -> None:
    for passage_id in range(100, 200):
        (hit,) = built.search(vector_of(vectors, passage_id), 1)
        assert hit.passage_id == passage_id
        assert hit.score == pytest.approx(1.0, abs=0.02)


def test_rankings_are_best_first_without_repeats(built: VectorIndex, vectors: NDArray[np.float32]) -> None:
    hits = built.search(vector_of(vectors, 150), 50)
    assert len({hit.passage_id for hit in hits}) == 50
    assert [(-hit.score, hit.passage_id) for hit in hits] == sorted((-hit.score, hit.passage_id) for hit in hits)
    assert hits[0].score > hits[-1].score
    assert built.search(vector_of(vectors, 150), 10) == hits[:10]


def test_excluded_ids_are_never_found(built: VectorIndex, vectors: NDArray[np.float32]) -> None:
    query = vector_of(vectors, 150)
    hits = built.search(query, 10)
    gone = np.array(sorted(hit.passage_id for hit in hits[::2]), dtype=np.int64)
    assert built.search(query, 5, gone) == hits[1::2]
    assert built.search(query, 10, np.empty(0, dtype=np.int64)) == hits


def test_its_length_and_its_recipe_say_what_it_holds(built: VectorIndex) -> None:
    assert len(built) == built.recipe.count == COUNT
    assert built.recipe.dimension == DIMENSION
    assert 0.97 <= built.recipe.recall <= 1.0


def test_asking_for_more_than_there_is_gives_all_that_is_visited(
    built: VectorIndex, vectors: NDArray[np.float32]
) -> None:
    hits = built.search(vector_of(vectors, 150), COUNT * 2)
    assert 0 < len(hits) <= COUNT
    assert all(100 <= hit.passage_id < COUNT + 100 for hit in hits)


def test_threads_may_share_it(built: VectorIndex, vectors: NDArray[np.float32]) -> None:
    expected = {i: built.search(vector_of(vectors, i), 10) for i in range(100, 120)}
    same: list[bool] = []

    def search() -> None:
        same.extend(built.search(vector_of(vectors, i), 10) == expected[i] for i in expected)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert same == [True] * 80
