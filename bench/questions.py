"""Make the questions for timing: titles and leads of articles turned to questions, and those of the news dev set.

They are for the clock alone: nobody wrote them to be answered, and nothing is scored on them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.datasets import read_questions
from index.types import Document
from qa.forms import toneless

_SEED = 20_241_124
_TURNS = ("{} khi nào?", "Ai {}?", "Có bao nhiêu người trong vụ {}?", "{} ở đâu?", "Vì sao {}?", "{}?")
_LEAD_WORDS = 14


def timing_questions(folder: Path, articles: Iterable[Document], count: int) -> list[str]:
    """Return `count` questions, always the same: half from the news dev set (if it is there), half from `articles`."""
    dev = _dev_questions(folder)
    rng = random.Random(_SEED)
    made = [_turned(article, number) for number, article in enumerate(articles)]
    half = min(len(dev), count // 2)
    chosen = rng.sample(dev, half) + rng.sample(made, min(len(made), count - half))
    rng.shuffle(chosen)
    return chosen


def _dev_questions(folder: Path) -> list[str]:
    paths = [folder / "news-dev" / f"{name}.jsonl" for name in ("questions", "questions_more")]
    return [question.question for path in paths if path.exists() for question in read_questions(path)]


def _turned(article: Document, number: int) -> str:
    """Turn a title, or every third time the beginning of the lead, into a question; every fourth without marks."""
    lines = [line for line in article.text.split("\n") if line]
    said = lines[0] if number % 3 else _beginning(lines[1:] or lines)
    question = _TURNS[number % len(_TURNS)].format(said.rstrip(" .?!:"))[:300]
    return question if number % 4 else toneless(question)


def _beginning(lines: Sequence[str]) -> str:
    return " ".join(lines[0].split()[:_LEAD_WORDS])
