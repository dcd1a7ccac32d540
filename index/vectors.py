"""Find passages by meaning: nearest vectors by inner product, on FAISS.

Vectors are L2-normalised, so inner product is cosine similarity. An index is built once and then only searched:
FAISS crashes when one thread adds while another searches, so adding means building anew. It is the only module that
imports faiss.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from index.types import Hit

Vectors = NDArray[np.float16] | NDArray[np.float32]

FLAT_UP_TO = 50_000  # passages; exhaustive search takes about 2 ms there, and needs no training
RECALL_TARGET = 0.98  # of the exact ten nearest, measured on the library's own vectors when the index is built
_TRAINING_VECTORS_A_LIST = 40  # FAISS asks for at least 39
_RECALL_QUERIES = 200
# A question's cosine to its passage is about .5 with the bundled model; noise of this length makes it so.
_QUERY_NOISE = 1.6
_BATCH = 50_000
_SEED = 20_240_519
_WIDTHS = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)


@dataclass(frozen=True, slots=True)
class VectorRecipe:
    """How an index was built: written into the manifest, and needed to search it again.

    `width` is the number of lists visited (`nprobe`), `recall` what it reached of the exact ten nearest.
    """

    kind: str
    count: int
    dimension: int
    lists: int = 0
    width: int = 0
    recall: float = 1.0

    def to_dict(self) -> dict[str, str | int | float]:
        """Return the recipe as JSON values."""
        return asdict(self)


class VectorIndex:
    """An immutable FAISS index with its recipe. Safe to search from several threads."""

    def __init__(self, index: faiss.Index, recipe: VectorRecipe) -> None:
        """Wrap a built index."""
        self._index = index
        self.recipe = recipe

    @classmethod
    def build(cls, ids: NDArray[np.int64], vectors: Vectors) -> VectorIndex:
        """Index L2-normalised `vectors` `[n, dimension]` under `ids` `[n]`: exhaustive while small, else IVF with SQ8.

        The number of lists visited is the smallest that reaches `RECALL_TARGET` on this very data.
        """
        count, dimension = vectors.shape
        if count <= FLAT_UP_TO:
            flat = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
            flat.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
            return cls(flat, VectorRecipe("Flat", count, dimension))
        return _build_ivf(ids, vectors)

    @classmethod
    def from_bytes(cls, data: bytes, recipe: VectorRecipe) -> VectorIndex:
        """Read an index back; verify a checksum first, for FAISS loads damaged bytes without a word.

        Raises:
            ValueError: the bytes are no index, or not the one of this recipe.
        """
        try:
            index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:
            raise ValueError(f"not a FAISS index: {error}") from error
        if (index.ntotal, index.d) != (recipe.count, recipe.dimension):
            raise ValueError(f"the index holds {index.ntotal} vectors of {index.d} dimensions, not {recipe}")
        return cls(index, recipe)

    def to_bytes(self) -> bytes:
        """Return what `from_bytes` reads."""
        return bytes(faiss.serialize_index(self._index).data)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: NDArray[np.float32], limit: int, excluded: NDArray[np.int64] | None = None) -> list[Hit]:
        """Return the nearest `limit` passages to `query` `[dimension]` but `excluded`: best first, ties by id."""
        _one_thread()
        selector = None
        if excluded is not None and excluded.size:
            selector = faiss.IDSelectorNot(faiss.IDSelectorBatch(excluded))
        scores, ids = self._index.search(query.reshape(1, -1), min(limit, len(self)), params=self._parameters(selector))
        hits = [Hit(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))

    def _parameters(self, selector: faiss.IDSelector | None) -> faiss.SearchParameters:
        if self.recipe.kind == "Flat":
            return faiss.SearchParameters(sel=selector)
        return faiss.SearchParametersIVF(sel=selector, nprobe=self.recipe.width)


_threads = threading.local()


def _one_thread() -> None:
    """Keep FAISS from starting a team of threads for one query, which costs more than it saves.

    OpenMP keeps this number for each thread.
    """
    if not getattr(_threads, "limited", False):
        faiss.omp_set_num_threads(1)
        _threads.limited = True


def _build_ivf(ids: NDArray[np.int64], vectors: Vectors) -> VectorIndex:
    """Cluster, quantise to eight bits, and choose the search width by measured recall."""
    count, dimension = vectors.shape
    lists = int(2 ** np.round(np.log2(2 * np.sqrt(count))))
    rng = np.random.default_rng(_SEED)
    sample = np.sort(rng.choice(count, size=min(count, lists * _TRAINING_VECTORS_A_LIST), replace=False))
    index = faiss.index_factory(dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = 8  # measured: more iterations change recall by less than .002
    index.train(np.ascontiguousarray(vectors[sample], dtype=np.float32))
    for at in range(0, count, _BATCH):
        index.add_with_ids(np.ascontiguousarray(vectors[at : at + _BATCH], dtype=np.float32), ids[at : at + _BATCH])
    width, recall = _choose_width(index, ids, vectors, rng)
    return VectorIndex(index, VectorRecipe(f"IVF{lists},SQ8", count, dimension, lists, width, round(recall, 4)))


def _choose_width(
    index: faiss.Index, ids: NDArray[np.int64], vectors: Vectors, rng: np.random.Generator
) -> tuple[int, float]:
    """Return the smallest width whose recall@10 reaches the target, with that recall.

    The queries are the library's own vectors with noise, as a question lies near its passage but not upon it.
    """
    queries = _noisy(vectors[rng.choice(len(ids), size=_RECALL_QUERIES, replace=False)], rng)
    truth = _exact_ids(ids, vectors, queries)
    recall = 0.0
    for width in _WIDTHS:
        _, found = index.search(queries, 10, params=faiss.SearchParametersIVF(nprobe=width))
        recall = float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, truth, strict=True)]))
        if recall >= RECALL_TARGET:
            return width, recall
    return _WIDTHS[-1], recall


def _noisy(vectors: Vectors, rng: np.random.Generator) -> NDArray[np.float32]:
    noise = rng.standard_normal(vectors.shape).astype(np.float32) * _QUERY_NOISE / np.sqrt(vectors.shape[1])
    mixed = vectors.astype(np.float32) + noise
    return np.ascontiguousarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True))


def _exact_ids(ids: NDArray[np.int64], vectors: Vectors, queries: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the ids `[queries, 10]` of the exact ten nearest, a batch of vectors at a time."""
    heap_scores = np.empty((len(queries), 0), np.float32)
    heap_ids = np.empty((len(queries), 0), np.int64)
    for at in range(0, len(ids), _BATCH):
        scores = queries @ vectors[at : at + _BATCH].astype(np.float32).T
        best = np.argpartition(-scores, min(10, scores.shape[1] - 1), axis=1)[:, :10]
        heap_scores = np.hstack([heap_scores, np.take_along_axis(scores, best, axis=1)])
        heap_ids = np.hstack([heap_ids, ids[at : at + _BATCH][best]])
    order = np.argsort(-heap_scores, axis=1)[:, :10]
    return np.take_along_axis(heap_ids, order, axis=1)
