"""Fit the weights of `SentenceReader` on the dev sets, and print them.

    python -m train.tune_reader --eval ../shared/eval [--folds 5]

A question's sentences compete in a softmax (conditional logistic regression, McFadden 1974); those that hold an
accepted answer share the credit. Figures are cross-validated over questions. Nothing but the dev sets is read.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from index.embedder import bundled_embedder
from index.library import Library
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.ask import Rarity
from qa.needles import needles_of
from qa.read import Features, SentenceReader
from qa.retrieve import retrieve
from train.dev import Row, holds_answer, news_library, news_rows, seed_library, seed_rows

READ = 8


@dataclass(frozen=True)
class Example:
    """One question: features `[sentences, features]`, and which sentences are right."""

    id: str
    form: str
    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    answerable: bool
    texts: tuple[str, ...]
    question: str


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--errors", type=int, default=0, help="print so many wrong answers")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        embedder = bundled_embedder()
        seeds = seed_library(Path(scratch) / "seeds", embedder), seed_rows(arguments.eval)
        news = news_library(Path(scratch) / "news", embedder, arguments.eval), news_rows(arguments.eval)
        examples = [*_examples(*seeds), *_examples(*news)]
    print(f"{len(examples)} questions, {sum(e.answerable for e in examples)} answerable")
    _report("cross-validated", _cross_validate(examples, arguments.folds))
    weights = fit(examples)
    _report("on itself", [(e, e.features @ weights) for e in examples])
    print("weights:", ", ".join(f"{f.name}={w:.2f}" for f, w in zip(fields(Features), weights, strict=True)))
    _print_errors([(e, e.features @ weights) for e in examples], arguments.errors)


def fit(examples: Sequence[Example], *, ridge: float = 2e-3, steps: int = 400) -> NDArray[np.float64]:
    """Return the weights `[features]` that make the right sentences likely among those of their question."""
    usable = [e for e in examples if e.right.any()]
    weights = torch.zeros(len(fields(Features)), dtype=torch.float64, requires_grad=True)
    data = [(torch.from_numpy(e.features), torch.from_numpy(e.right)) for e in usable]
    optimiser = torch.optim.LBFGS([weights], max_iter=steps, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        total = ridge * (weights**2).sum()
        for features, right in data:
            scores = features @ weights
            total = total + (torch.logsumexp(scores, 0) - torch.logsumexp(scores[right], 0)) / len(data)
        total.backward()
        return total

    optimiser.step(loss)
    return np.asarray(weights.detach().numpy(), dtype=np.float64)


def _cross_validate(examples: Sequence[Example], folds: int) -> list[tuple[Example, NDArray[np.float64]]]:
    scored = []
    for fold_number in range(folds):
        # Forms of one question stay together: a variant must not be tested on weights fitted to its original.
        test = [e for e in examples if hash_of(e.id) % folds == fold_number]
        weights = fit([e for e in examples if hash_of(e.id) % folds != fold_number])
        scored += [(e, e.features @ weights) for e in test]
    return scored


def hash_of(name: str) -> int:
    """Return a small stable number for a name."""
    return sum(ord(character) * (at + 1) for at, character in enumerate(name))


def _report(name: str, scored: Sequence[tuple[Example, NDArray[np.float64]]]) -> None:
    forms = dict.fromkeys(e.form for e, _ in scored if e.answerable)
    parts = []
    for form in forms:
        some = [(e, s) for e, s in scored if e.form == form and e.answerable]
        top1 = np.mean([len(s) > 0 and e.right[s.argmax()] for e, s in some])
        reachable = np.mean([e.right.any() for e, _ in some])
        parts.append(f"{form} {top1:.3f} of {reachable:.3f} (n={len(some)})")
    print(f"{name}: right sentence first: " + ", ".join(parts))


def _print_errors(scored: Sequence[tuple[Example, NDArray[np.float64]]], most: int) -> None:
    wrong = [(e, s) for e, s in scored if e.answerable and len(s) and not e.right[s.argmax()]]
    for e, s in wrong[:most]:
        right = [i for i in np.argsort(-s) if e.right[i]][:1]
        print(f"\n? {e.id} [{e.form}] {e.question}\n  got   {s.max():.2f} {e.texts[int(s.argmax())][:220]}")
        print(f"        {np.round(e.features[int(s.argmax())], 2).tolist()}")
        for i in right:
            print(f"  right {s[i]:.2f} {e.texts[i][:220]}\n        {np.round(e.features[i], 2).tolist()}")


def _examples(library: Library, rows: Sequence[Row]) -> Iterator[Example]:
    lexicon = Lexicon(load_abbreviations())
    reader = SentenceReader(library.embedder)
    for row in rows:
        analysis = analyse(row["question"], lexicon)
        found = retrieve(library, analysis, READ).found
        needles = needles_of(analysis, Rarity(library.snapshot(), folded=analysis.toneless))
        spans, features = reader.features(analysis, needles, found)
        ids = [one.passage.document.id for one, _ in spans]
        right = [holds_answer(row, i, span.start, span.end) for i, (_, span) in zip(ids, spans, strict=True)]
        texts = tuple(span.of(one.passage.document.text) for one, span in spans)
        yield Example(
            id=row["id"],
            form=row["lang"],
            features=features,
            right=np.array(right, dtype=bool),
            answerable=bool(row["answers"]),
            texts=texts,
            question=row["question"],
        )


if __name__ == "__main__":
    main()
