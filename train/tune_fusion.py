"""Print what each weight of the cosine, and each weight of the search by words, gives on the news dev set.

    python -m train.tune_fusion --eval ../shared/eval

A passage is right when it is of the right document and holds an accepted answer. Nothing but the dev set is read.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.embedder import bundled_embedder
from index.library import Library
from index.types import Hit
from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse
from qa.retrieve import DEPTH, fuse, scores_of
from qa.words import WordWeights, lexical_query
from train.dev import Row, holds_answer, news_library, news_rows

WEIGHTS = (0.0, 5.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0, 40.0, 60.0, 1e6)


@dataclass(frozen=True)
class Case:
    """A question with its ranking by words, the cosines of all candidates, and the passages that answer it."""

    form: str
    lexical: list[Hit]
    cosines: dict[int, float]
    right: frozenset[int]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, default=Path("../shared/eval"))
    arguments = parser.parse_args()
    rows = [row for row in news_rows(arguments.eval) if row["answers"]]
    with tempfile.TemporaryDirectory() as scratch:
        library, lexicon = (
            news_library(Path(scratch) / "news", bundled_embedder(), arguments.eval),
            Lexicon(load_abbreviations()),
        )
        for weights in _candidates():
            cases = [_case(library, lexicon, row, weights) for row in rows]
            print(f"\n{weights}")
            for weight in WEIGHTS:
                print(f"  dense {weight:4.1f}: " + " | ".join(_scores(cases, weight)), flush=True)


def _candidates() -> Iterable[WordWeights]:
    yield WordWeights()
    yield WordWeights(pair=0.2)
    yield WordWeights(pair=0.4)
    yield WordWeights(translated=0.8)
    yield WordWeights(translated=2.0)


def _case(library: Library, lexicon: Lexicon, row: Row, weights: WordWeights) -> Case:
    analysis: Analysis = analyse(row["question"], lexicon)
    snapshot = library.snapshot()
    lexical = snapshot.search_lexical(lexical_query(analysis, snapshot.lexical, weights), DEPTH)
    vector = library.embedder.embed_queries([analysis.dense_text])[0]
    cosines = scores_of(snapshot.search_dense(vector, DEPTH))
    cosines |= library.cosines([hit.passage_id for hit in lexical], vector)
    passages = library.passages(list(cosines))
    right = (i for i, p in passages.items() if holds_answer(row, p.document.id, p.start, p.end))
    return Case(row["lang"], lexical, cosines, frozenset(right))


def _scores(cases: Sequence[Case], weight: float) -> Iterable[str]:
    for form in dict.fromkeys(case.form for case in cases):
        ranks = [_rank(case, weight) for case in cases if case.form == form]
        recalls = "/".join(f"{sum(rank <= k for rank in ranks) / len(ranks):.3f}" for k in (1, 5, 10))
        yield f"{form} {recalls} mrr {sum(1 / rank for rank in ranks) / len(ranks):.3f}"


def _rank(case: Case, weight: float) -> float:
    fused = fuse(case.lexical, case.cosines, weight)
    return next((at for at, hit in enumerate(fused, start=1) if hit.passage_id in case.right), float("inf"))


if __name__ == "__main__":
    main()
