"""Fit the weights of `SentenceReader` and the curve of `qa.confidence` on the dev sets, and print both.

    python -m train.tune_reader --eval ../shared/eval [--folds 5]

A question's sentences compete in a softmax (conditional logistic regression, McFadden 1974); those that hold an accepted
answer share the credit. Figures are cross-validated over questions. Nothing but the dev sets is read.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from index.embedder import bundled_embedder
from index.library import Library
from index.loaders import load
from index.text import fold
from index.types import Document
from qa.abbreviations import load_abbreviations
from qa.analyse import analyse
from qa.ask import Rarity
from qa.evidence import needles_of
from qa.read import Features, SentenceReader
from qa.retrieve import Found, retrieve
from qa.translate import Translations

READ = 8


@dataclass(frozen=True)
class Example:
    """One question: features `[sentences, features]`, which sentences are right, how weighty it is, and its group."""

    id: str
    form: str
    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    answerable: bool
    texts: tuple[str, ...]
    question: str
    needles: int


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--errors", type=int, default=0, help="print so many wrong answers")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        seeds = list(_examples(_seed_library(Path(scratch) / "seeds", arguments.eval), _rows(arguments.eval / "seeds_dev.jsonl")))
        news = list(_examples(_news_library(Path(scratch) / "news", arguments.eval), _news_rows(arguments.eval)))
    examples = seeds + news
    print(f"{len(examples)} questions, {sum(e.answerable for e in examples)} answerable")
    _report("cross-validated", _cross_validate(examples, arguments.folds))
    weights = fit(examples)
    _report("on itself", [(e, e.features @ weights) for e in examples])
    print("weights:", ", ".join(f"{f.name}={w:.2f}" for f, w in zip(fields(Features), weights, strict=True)))
    _print_errors([(e, e.features @ weights) for e in examples], arguments.errors)
    scored = _cross_validate(examples, arguments.folds)
    print("curve:", fit_curve(scored))
    _abstention(scored)


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
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach().numpy()


def fit_curve(scored: Sequence[tuple[Example, NDArray[np.float64]]]) -> tuple[float, float]:
    """Return slope and middle of the logistic curve from the best score to the chance that it is right."""
    best = np.array([s.max() if len(s) else -9.0 for _, s in scored])
    right = np.array([float(len(s) > 0 and e.right[s.argmax()]) for e, s in scored])
    parameters = torch.tensor([1.0, float(best.mean())], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=200, line_search_fn="strong_wolfe")
    x, y = torch.from_numpy(best), torch.from_numpy(right)

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(parameters[0] * (x - parameters[1]), y)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    slope, middle = parameters.detach().tolist()
    return round(slope, 3), round(middle, 3)


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


def _abstention(scored: Sequence[tuple[Example, NDArray[np.float64]]]) -> None:
    slope, middle = fit_curve(scored)
    print("threshold: answerable refused / unanswerable refused")
    for threshold in (0.2, 0.3, 0.4, 0.5):
        refused = {kind: [] for kind in (True, False)}  # type: dict[bool, list[bool]]
        for e, s in scored:
            score = s.max() if len(s) else -9.0
            refused[e.answerable].append(1 / (1 + np.exp(-slope * (score - middle))) < threshold)
        print(f"  {threshold}: {np.mean(refused[True]):.3f} / {np.mean(refused[False]):.3f}")


def _print_errors(scored: Sequence[tuple[Example, NDArray[np.float64]]], most: int) -> None:
    wrong = [(e, s) for e, s in scored if e.answerable and len(s) and not e.right[s.argmax()]]
    for e, s in wrong[:most]:
        right = [i for i in np.argsort(-s) if e.right[i]][:1]
        print(f"\n? {e.id} [{e.form}] {e.question}\n  got   {s.max():.2f} {e.texts[int(s.argmax())][:220]}")
        print(f"        {np.round(e.features[int(s.argmax())], 2).tolist()}")
        for i in right:
            print(f"  right {s[i]:.2f} {e.texts[i][:220]}\n        {np.round(e.features[i], 2).tolist()}")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _news_rows(folder: Path) -> list[dict[str, Any]]:
    rows = _rows(folder / "news-dev/questions.jsonl") + _rows(folder / "news-dev/questions_more.jsonl")
    chat = [{**row, "question": row["variant"], "lang": "chat"} for row in rows if row.get("variant")]
    toneless = [{**row, "question": fold(row["question"]), "lang": "vi-toneless"} for row in rows if row["lang"] == "vi"]
    return rows + chat + toneless


def _seed_library(directory: Path, folder: Path) -> Library:
    library = Library.open(directory, bundled_embedder(), create=True)
    library.add(Document(p.name, (d := load(p)).text, d.title) for p in sorted(Path("seeds").glob("*.txt")))
    return library


def _news_library(directory: Path, folder: Path) -> Library:
    library = Library.open(directory, bundled_embedder(), create=True)
    library.add(Document(p.name, (d := load(p)).text, d.title) for p in sorted((folder / "news-dev/docs").glob("*.txt")))
    with gzip.open(folder / "news-distractors.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    library.add(Document(row["id"], row["text"], row["text"].split("\n", 1)[0]) for row in rows)
    return library


def _examples(library: Library, rows: Sequence[dict[str, Any]]) -> Iterator[Example]:
    abbreviations, translations = load_abbreviations(), Translations()
    reader = SentenceReader(library.embedder)
    for row in rows:
        analysis = analyse(row["question"], abbreviations, translations)
        found = retrieve(library, analysis, READ).found
        needles = needles_of(analysis, Rarity(library.snapshot(), folded=analysis.toneless))
        spans, features = reader.features(analysis, needles, found)
        right = np.array([_is_right(one, span.start, span.end, row) for one, span in spans], dtype=bool)
        texts = tuple(span.of(one.passage.document.text) for one, span in spans)
        yield Example(row["id"], row["lang"], features, right, bool(row["answers"]), texts, row["question"], len(needles))


def _is_right(found: Found, start: int, end: int, row: dict[str, Any]) -> bool:
    return found.passage.document.id == row["doc"] and any(
        start <= answer["start"] and answer["start"] + len(answer["text"]) <= end for answer in row["answers"]
    )


if __name__ == "__main__":
    main()
