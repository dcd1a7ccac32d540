"""Find the passages that may answer: rankings by words and by meaning, fused into one.

Fusion is a weighted sum of scores (Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid
Retrieval"): unlike reciprocal ranks it keeps how far apart two passages are. Every candidate gets its exact cosine,
also one that only the search by words found; nothing is scaled to the ranking it happens to stand in. The weight was
tuned on the news dev set only (`train/tune_fusion.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.lexical import LexicalQuery
from index.library import Library
from index.snapshot import Snapshot
from index.types import Hit, StoredPassage
from qa.analyse import Analysis
from qa.words import WordWeights, lexical_query

DEPTH = 100  # hits of each ranking that are fused
_RETRIES = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """How the rankings are made and fused: a cosine of 1 counts as much as a BM25 score of `dense`.

    An English question finds Vietnamese passages by meaning above all: a dictionary only helps.
    """

    words: WordWeights = WordWeights()
    dense: float = 10.0
    dense_english: float = 60.0


DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Found:
    """A passage: its fused score as a share of the best one's, its BM25 score (0 where not found), its cosine."""

    passage: StoredPassage
    score: float
    lexical: float
    dense: float


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found, best first, and the snapshot it was found in."""

    found: tuple[Found, ...]
    snapshot: Snapshot


def retrieve(
    library: Library,
    analysis: Analysis,
    limit: int,
    weights: Weights = DEFAULT_WEIGHTS,
    *,
    document_id: str | None = None,
) -> Retrieval:
    """Return the best `limit` passages for a question; with `document_id`, of that document alone.

    When a newer snapshot was published between searching and reading the passages, and took some away, the search is
    repeated on that one: a result never mixes two generations.

    Raises:
        UnknownDocument: there is no document of this id.
    """
    vector = library.embedder.embed_queries([analysis.dense_text])[0]
    for _ in range(_RETRIES):
        snapshot = library.snapshot()
        query = lexical_query(analysis, snapshot.lexical, weights.words)
        if document_id is None:
            words = snapshot.search_lexical(query, DEPTH)
            cosines = scores_of(snapshot.search_dense(vector, DEPTH) if vector.any() else [])
        else:
            words, cosines = _words_within(snapshot, query, library.passage_ids(document_id)), {}
        cosines |= library.cosines([hit.passage_id for hit in words if hit.passage_id not in cosines], vector)
        gone = any(hit.passage_id not in cosines for hit in words)
        weight = weights.dense_english if analysis.english else weights.dense
        fused = fuse(words, cosines, weight)[:limit]
        passages = library.passages([hit.passage_id for hit in fused])
        if not gone and len(passages) == len(fused):
            break
    bm25, best = scores_of(words), max((hit.score for hit in fused), default=1.0)
    found = (
        Found(passages[i], max(hit.score, 0.0) / best if best > 0 else 0.0, bm25.get(i, 0.0), cosines.get(i, 0.0))
        for hit in fused
        if (i := hit.passage_id) in passages
    )
    return Retrieval(tuple(found), snapshot)


def _words_within(snapshot: Snapshot, query: LexicalQuery, ids: Sequence[int]) -> list[Hit]:
    """Return the ranking by words of these passages, all of them: where no word is found the score is 0."""
    found = snapshot.search_lexical(query, len(ids), ids)
    held = {hit.passage_id for hit in found}
    return found + [Hit(i, 0.0) for i in ids if i not in held]


def fuse(words: Sequence[Hit], cosines: Mapping[int, float], weight: float) -> list[Hit]:
    """Add `weight` times the cosine to each BM25 score; return all candidates, best first, ties by id.

    A passage that the search by words did not return scores at most what its last hit did, and counts as that.

    >>> fuse([Hit(1, 8.0), Hit(2, 4.0)], {1: 0.1, 2: 0.9, 3: 0.5}, 10)
    [Hit(passage_id=2, score=13.0), Hit(passage_id=1, score=9.0), Hit(passage_id=3, score=9.0)]
    """
    bm25 = scores_of(words)
    floor = min(bm25.values(), default=0.0)
    scores = {i: bm25.get(i, floor) + weight * cosines.get(i, 0.0) for i in [*bm25, *cosines]}
    return [Hit(i, score) for i, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]


def scores_of(hits: Iterable[Hit]) -> dict[int, float]:
    """Return a ranking as a mapping from passage id to score."""
    return {hit.passage_id: hit.score for hit in hits}
