"""Find the passages that may answer: rankings by words and by meaning, fused into one.

Fusion is a convex combination of normalised scores (Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for
Hybrid Retrieval"): unlike reciprocal ranks it keeps how far apart two passages are. The weights were tuned on the news
dev set only (`bench/tune_fusion.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.library import Library
from index.snapshot import Snapshot
from index.types import Hit, StoredPassage
from qa.analyse import Analysis
from qa.words import WordWeights, lexical_query

DEPTH = 100  # hits of each ranking that are fused
_RETRIES = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """How the rankings are made and fused: `dense` is the share of the score by meaning, from 0 to 1."""

    words: WordWeights = WordWeights()
    dense: float = 0.3
    dense_english: float = 0.5


DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its fused score (0 to 1) and the scores it was fused from; 0 where a ranking did not hold it."""

    passage: StoredPassage
    score: float
    lexical: float
    dense: float


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found, best first, and the snapshot it was found in."""

    found: tuple[Found, ...]
    snapshot: Snapshot


def retrieve(library: Library, analysis: Analysis, limit: int, weights: Weights = DEFAULT_WEIGHTS) -> Retrieval:
    """Return the best `limit` passages for a question.

    When a newer snapshot was published between searching and reading the passages, and took some away, the search is
    repeated on that one: a result never mixes two generations.
    """
    vector = library.embedder.embed_queries([analysis.dense_text])[0]
    for _ in range(_RETRIES):
        snapshot = library.snapshot()
        lexical = snapshot.search_lexical(lexical_query(analysis, snapshot.lexical, weights.words), DEPTH)
        dense = snapshot.search_dense(vector, DEPTH) if vector.any() else []
        share = weights.dense_english if analysis.english else weights.dense
        fused = fuse(lexical, dense, share)[:limit]
        passages = library.passages([hit.passage_id for hit in fused])
        if len(passages) == len(fused):
            break
    scores = _by_id(lexical), _by_id(dense)
    found = (
        Found(passages[i], hit.score, scores[0].get(i, 0.0), scores[1].get(i, 0.0))
        for hit in fused
        if (i := hit.passage_id) in passages
    )
    return Retrieval(tuple(found), snapshot)


def fuse(lexical: Sequence[Hit], dense: Sequence[Hit], share: float) -> list[Hit]:
    """Combine two rankings: `share` of the dense score, the rest of the lexical one, both scaled to [0, 1].

    BM25 scores are divided by the best; cosines run from the worst of the ranking to the best. A passage missing from
    a ranking counts as its worst. Ties are broken by id; neither argument is changed.

    >>> fuse([Hit(1, 8.0), Hit(2, 4.0)], [Hit(2, 0.9), Hit(3, 0.5)], 0.5)
    [Hit(passage_id=2, score=0.75), Hit(passage_id=1, score=0.5), Hit(passage_id=3, score=0.0)]
    """
    words, meaning = _scaled(lexical, floor=0.0), _scaled(dense, floor=None)
    scores = {
        i: (1 - share) * words.get(i, 0.0) + share * meaning.get(i, 0.0) for i in dict.fromkeys([*words, *meaning])
    }
    return [Hit(i, score) for i, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]


def _scaled(hits: Sequence[Hit], *, floor: float | None) -> dict[int, float]:
    if not hits:
        return {}
    best = max(hit.score for hit in hits)
    worst = min(hit.score for hit in hits) if floor is None else floor
    spread = best - worst
    return {hit.passage_id: (hit.score - worst) / spread if spread > 0 else 1.0 for hit in hits}


def _by_id(hits: Iterable[Hit]) -> dict[int, float]:
    return {hit.passage_id: hit.score for hit in hits}
