"""Retrieval figures: news-dev for tuning, XQuAD-R and MLQA-R for the final table only. Measures, trains nothing."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from train.corpora import sentences
from train.forms import canonical, strip_marks
from train.tokenizer import split_words

Floats = npt.NDArray[np.float32]
Encode = Callable[[list[str]], Floats]
DEPTH = 100  # hits of each ranking that are fused
RRF = 60.0


@dataclass(frozen=True)
class Passage:
    """A piece of a document, half-open code points; `text` begins with the document's title."""

    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Query:
    """A question of one form and the numbers of the passages that hold an answer."""

    text: str
    form: str
    right: frozenset[int]


@dataclass(frozen=True)
class Collection:
    """Passages and the questions on them."""

    passages: list[Passage]
    queries: list[Query]


def cut(document: str, text: str, size: int = 700) -> list[Passage]:
    """Cut a document into passages of at most `size` characters (or one sentence), its first line prepended to each."""
    title = text.split("\n", 1)[0].strip()
    found: list[Passage] = []
    start = position = 0
    for sentence in sentences(text):
        end = text.index(sentence, position) + len(sentence)
        if end - start > size and position > start:
            found.append(_passage(document, title, text, start, position))
            start = position
        position = end
    if text[start:].strip():
        found.append(_passage(document, title, text, start, len(text)))
    return found


def _passage(document: str, title: str, text: str, start: int, end: int) -> Passage:
    body = text[start:end].strip()
    return Passage(document, start, end, canonical(body if body.startswith(title) else f"{title}\n{body}"))


def news(folder: Path, distractors: int | None = None) -> Collection:
    """Read the news dev set among all its distractors or the first so many.

    Forms are vi, toneless (the same without marks), chat and en.
    """
    passages: list[Passage] = []
    for path in sorted((folder / "news-dev" / "docs").glob("*.txt")):
        passages += cut(path.name, path.read_text(encoding="utf-8"))
    rows = [
        json.loads(line)
        for name in ("questions", "questions_more")
        for line in (folder / "news-dev" / f"{name}.jsonl").open()
    ]
    queries: list[Query] = []
    for row in rows:
        if row["doc"] is None:
            continue
        right = frozenset(_holders(passages, row["doc"], [answer["start"] for answer in row["answers"]]))
        queries += [Query(text, form, right) for form, text in _forms(row)]
    with gzip.open(folder / "news-distractors.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in islice(file, distractors):
            row = json.loads(line)
            passages += cut(row["id"], row["text"])
    return Collection(passages, queries)


def _holders(passages: list[Passage], document: str, starts: Sequence[int]) -> list[int]:
    return [n for n, p in enumerate(passages) if p.document == document and any(p.start <= s < p.end for s in starts)]


def _forms(row: dict[str, str]) -> list[tuple[str, str]]:
    text = canonical(row["question"])
    if row["lang"] == "en":
        return [("en", text)]
    forms = [("vi", text), ("toneless", strip_marks(text))]
    return [*forms, ("chat", canonical(row["variant"]))] if row.get("variant") else forms


def squad_r(vietnamese: Path, english: Path) -> Collection:
    """Read XQuAD-R or MLQA-R: Vietnamese paragraphs, asked in Vietnamese and, by question id, in English."""
    paragraphs = [
        p for entry in json.loads(vietnamese.read_text(encoding="utf-8"))["data"] for p in entry["paragraphs"]
    ]
    numbers: dict[str, int] = {}
    passages: list[Passage] = []
    for paragraph in paragraphs:
        text = canonical(paragraph["context"])
        if numbers.setdefault(text, len(passages)) == len(passages):
            passages.append(Passage(str(len(passages)), 0, len(text), text))
    right = {row["id"]: numbers[canonical(p["context"])] for p in paragraphs for row in p["qas"]}
    queries: list[Query] = []
    for paragraph in paragraphs:
        for row in paragraph["qas"]:
            text, gold = canonical(row["question"]), frozenset((right[row["id"]],))
            queries += [Query(text, "vi", gold), Query(strip_marks(text), "toneless", gold)]
    foreign = json.loads(english.read_text(encoding="utf-8"))["data"]
    asked = [row for entry in foreign for p in entry["paragraphs"] for row in p["qas"] if row["id"] in right]
    return Collection(
        passages, queries + [Query(row["question"], "en", frozenset((right[row["id"]],))) for row in asked]
    )


class Bm25:
    """BM25 (k1 1.2, b .75) over the words of the passages; a question without marks is matched without marks."""

    def __init__(self, texts: list[str]) -> None:
        self._fields = [
            _Field([split_words(text) for text in texts]),
            _Field([split_words(strip_marks(text)) for text in texts]),
        ]

    def scores(self, query: str) -> Floats:
        """Return the score of every passage."""
        return self._fields[strip_marks(query) == query].scores(split_words(query))


class _Field:
    def __init__(self, documents: list[list[str]]) -> None:
        self._postings: dict[str, tuple[npt.NDArray[np.int64], Floats]] = {}
        lengths = np.array([len(words) for words in documents], dtype=np.float32)
        rows: dict[str, list[tuple[int, int]]] = {}
        for number, words in enumerate(documents):
            for word, count in Counter(words).items():
                rows.setdefault(word, []).append((number, count))
        for word, row in rows.items():
            where, counts = np.array([n for n, _ in row]), np.array([c for _, c in row], dtype=np.float32)
            idf = np.log(1 + (len(documents) - len(row) + 0.5) / (len(row) + 0.5))
            weights = idf * counts * 2.2 / (counts + 1.2 * (0.25 + 0.75 * lengths[where] / lengths.mean()))
            self._postings[word] = where, weights.astype(np.float32)
        self._count = len(documents)

    def scores(self, words: list[str]) -> Floats:
        total = np.zeros(self._count, np.float32)
        for word in set(words):
            if word in self._postings:
                where, weights = self._postings[word]
                total[where] += weights
        return total


def rank(scores: Floats, count: int = DEPTH) -> list[int]:
    """Return the numbers of the best passages, ties by number."""
    return [int(n) for n in np.argsort(-scores, kind="stable")[:count]]


def fuse(one: list[int], other: list[int]) -> list[int]:
    """Return the reciprocal rank fusion of two rankings (Cormack, Clarke and Buettcher 2009)."""
    scores: dict[int, float] = {}
    for ranking in (one, other):
        for place, number in enumerate(ranking, 1):
            scores[number] = scores.get(number, 0.0) + 1.0 / (RRF + place)
    return sorted(scores, key=lambda number: (-scores[number], number))


def recalls(rankings: Sequence[list[int]], queries: Sequence[Query]) -> dict[str, tuple[int, list[float]]]:
    """Return for each form the number of questions and the shares with a right passage among the first 1, 5, 10."""
    table: dict[str, tuple[int, list[float]]] = {}
    for form in dict.fromkeys(query.form for query in queries):
        pairs = [(ranking, query.right) for ranking, query in zip(rankings, queries, strict=True) if query.form == form]
        shares = [sum(not right.isdisjoint(ranking[:k]) for ranking, right in pairs) / len(pairs) for k in (1, 5, 10)]
        table[form] = len(pairs), shares
    return table


class Bench:
    """A collection with its BM25 rankings, computed once, to measure many models on."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        bm25 = Bm25([passage.text for passage in collection.passages])
        self.lexical = [rank(bm25.scores(query.text)) for query in collection.queries]

    def dense(self, encode: Encode) -> list[list[int]]:
        """Return the model's ranking of the passages for every question."""
        passages = encode([passage.text for passage in self.collection.passages])
        queries = encode([query.text for query in self.collection.queries])
        return [rank(passages @ vector) for vector in queries]

    def table(self, encode: Encode) -> str:
        """Return R@1 R@5 R@10 by form: dense, BM25, fused."""
        dense = self.dense(encode)
        fused = [fuse(one, other) for one, other in zip(dense, self.lexical, strict=True)]
        lines = []
        rankings = {"dense": dense, "bm25": self.lexical, "fused": fused}
        for name, ranking in rankings.items():
            for form, (count, shares) in recalls(ranking, self.collection.queries).items():
                lines.append(f"{name:6} {form:9} {count:4} " + " ".join(f"{share:.3f}" for share in shares))
        return "\n".join(lines)
