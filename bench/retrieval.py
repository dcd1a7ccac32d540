"""Measure retrieval, `python -m bench.retrieval`: words alone, meaning alone, both, with the product's own code.

News-dev runs end to end: documents are cut, titled and hidden among the distractors as in use. It is for tuning.
XQuAD-R and MLQA-R (`--test-sets`) are for testing only: nothing may be chosen by their figures, and their questions
are not to be read.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.datasets import (
    SQUAD_R,
    Collection,
    DevQuestion,
    QuestionSet,
    add_eval_option,
    export_beir,
    read_news,
    read_squad_r,
)
from bench.machine import describe_run
from bench.report import RESULTS, facts_line, read_results, table, write_results
from index.chunking import ChunkSettings
from index.embedder import Embedder, load_embedder
from index.lexical import LexicalQuery
from index.library import Library
from index.snapshot import Snapshot
from index.types import Document, Hit
from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse
from qa.evaluate import mrr, ndcg_at_k, success_at_k
from qa.forms import decomposed, other_tone_placement, toneless
from qa.retrieve import DEFAULT_WEIGHTS, DEPTH, Weights, retrieve
from qa.words import lexical_query

# So long that no unit of a ready collection is ever cut.
_WHOLE = ChunkSettings(target_syllables=10**6, min_syllables=10**6, max_syllables=10**6)
METHODS = ("BM25 plain", "BM25", "dense", "hybrid")
MEASURES = ("R@1", "R@5", "R@10", "MRR", "nDCG@10")


class Rankings:
    """The rankings of one library: the very parts that `qa.retrieve.retrieve` puts together."""

    def __init__(self, library: Library, weights: Weights = DEFAULT_WEIGHTS) -> None:
        """Take the snapshot that is published now."""
        self._library = library
        self._snapshot: Snapshot = library.snapshot()
        self._weights = weights
        self._lexicon = Lexicon(load_abbreviations())

    def of(self, question: str) -> dict[str, list[Hit]]:
        """Return the ranking by each method, at most `DEPTH` long."""
        analysis = analyse(question, self._lexicon)
        snapshot = self._snapshot
        words = lexical_query(analysis, snapshot.lexical, self._weights.words)
        vector = self._library.embedder.embed_queries([analysis.dense_text])[0]
        fused = retrieve(self._library, analysis, DEPTH, self._weights).found
        rankings = (
            snapshot.search_lexical(plain_query(analysis), DEPTH),
            snapshot.search_lexical(words, DEPTH),
            snapshot.search_dense(vector, DEPTH) if vector.any() else [],
            [Hit(found.passage.id, found.score) for found in fused],
        )
        return dict(zip(METHODS, rankings, strict=True))


def plain_query(analysis: Analysis) -> LexicalQuery:
    """Return textbook BM25: every token of the question, in the field that its marks call for, nothing added."""
    if analysis.toneless:
        return LexicalQuery(folded={token.folded: 1.0 for token in analysis.tokens})
    return LexicalQuery(exact={token.text: 1.0 for token in analysis.tokens})


# -- scoring ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: means over the questions of one form."""

    collection: str
    form: str
    method: str
    questions: int
    scores: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        measures = {name: round(score, 4) for name, score in zip(MEASURES, self.scores, strict=True)}
        return {
            "set": self.collection,
            "form": self.form,
            "method": self.method,
            "questions": self.questions,
            **measures,
        }


def scores_of(ranking: Sequence[str], relevant: frozenset[str]) -> tuple[float, ...]:
    """Return the measures of one ranking, in the order of `MEASURES`.

    R@k is 1 when anything right stands among the first k; a span that stands in two passages makes both right.
    """
    return (
        success_at_k(ranking, relevant, 1),
        success_at_k(ranking, relevant, 5),
        success_at_k(ranking, relevant, 10),
        mrr(ranking, relevant),
        ndcg_at_k(ranking, relevant, 10),
    )


Scored = tuple[str, str, tuple[float, ...]]  # form, method, scores


def rows_of(collection: str, scored: Iterable[Scored]) -> list[Row]:
    """Return the means by form and method, in the order in which they first came."""
    groups: dict[tuple[str, str], list[tuple[float, ...]]] = {}
    for form, method, scores in scored:
        groups.setdefault((form, method), []).append(scores)
    return [
        Row(collection, form, method, len(scores), tuple(fmean(column) for column in zip(*scores, strict=True)))
        for (form, method), scores in groups.items()
    ]


# -- ready collections --------------------------------------------------------------------------------------------


def measure_collection(collection: Collection, embedder: Embedder, directory: Path) -> list[Row]:
    """Index every unit as one passage and rank them for every question."""
    documents = (Document(id=name, text=text, title="") for name, text in collection.units.items())
    with Library.open(directory, embedder, create=True, chunk_settings=_WHOLE) as library:
        report = library.add(documents)
        if report.passages != len(collection.units):
            raise ValueError(f"{len(collection.units)} units became {report.passages} passages")
        return rows_of(collection.name, _scored_collection(collection, library))


def _scored_collection(collection: Collection, library: Library) -> Iterator[Scored]:
    passages = library.passages(range(1, len(collection.units) + 1))
    names = {passage_id: passage.document.id for passage_id, passage in passages.items()}
    rankings = Rankings(library)
    for query in collection.queries:
        for method, hits in rankings.of(query.text).items():
            yield query.form, method, scores_of([names[hit.passage_id] for hit in hits], query.relevant)


# -- news-dev, end to end -----------------------------------------------------------------------------------------


def measure_news(news: QuestionSet, embedder: Embedder, directory: Path) -> list[Row]:
    """Index the documents as the product does; score the right passage, and the right document."""
    with Library.open(directory, embedder, create=True) as library:
        library.add(news.documents)
        places = Places(library)
        rankings = Rankings(library)
        by_passage: list[Scored] = []
        by_document: list[Scored] = []
        for question in news.questions:
            if question.document_id is None:
                continue
            relevant = places.holding(question)
            for form, text in forms_of(question):
                for method, hits in rankings.of(text).items():
                    passages = [str(hit.passage_id) for hit in hits]
                    by_passage.append((form, method, scores_of(passages, relevant) if relevant else _NOTHING))
                    documents = list(dict.fromkeys(places.document(hit.passage_id) for hit in hits))
                    by_document.append((form, method, scores_of(documents, frozenset((question.document_id,)))))
    return rows_of("news-dev: passage", by_passage) + rows_of("news-dev: document", by_document)


_NOTHING = (0.0,) * len(MEASURES)  # an accepted span that the cutting parted: no passage is right


class Places:
    """Where the passages of a library lie in their documents."""

    def __init__(self, library: Library) -> None:
        """Read the bounds of every passage."""
        _, count = library.stats().documents, library.stats().passages
        self._bounds: dict[int, tuple[str, int, int]] = {
            passage.id: (passage.document.id, passage.start, passage.end)
            for at in range(1, count + 1, 500)
            for passage in library.passages(range(at, min(at + 500, count + 1))).values()
        }
        self._of_document: dict[str, list[int]] = {
            document: [passage_id for passage_id, _ in group]
            for document, group in groupby(self._bounds.items(), key=lambda item: item[1][0])
        }

    def document(self, passage_id: int) -> str:
        """Return the document of a passage."""
        return self._bounds[passage_id][0]

    def holding(self, question: DevQuestion) -> frozenset[str]:
        """Return the passages that hold an accepted span whole."""
        candidates = self._of_document.get(question.document_id or "", [])
        return frozenset(str(i) for i in candidates if self._holds(i, question))

    def _holds(self, passage_id: int, question: DevQuestion) -> bool:
        _, start, end = self._bounds[passage_id]
        return any(start <= span.start and span.end <= end for span in question.accepted)


def forms_of(question: DevQuestion) -> Iterator[tuple[str, str]]:
    """Yield the forms in which a question is asked: as written, and what people's keyboards make of it."""
    if question.language == "en":
        yield "en", question.question
        return
    yield "vi", question.question
    yield "toneless", toneless(question.question)
    yield "nfd", decomposed(question.question)
    yield "other tone placement", other_tone_placement(question.question)
    if question.variant:
        yield "chat", question.variant


# -- the program --------------------------------------------------------------------------------------------------


def rows_of_news(folder: Path, embedder: Embedder, directory: Path) -> list[Row]:
    """Read and measure the news dev set."""
    return measure_news(read_news(folder), embedder, directory)


def collections(folder: Path, name: str) -> Iterator[Collection]:
    """Yield the paragraph and the sentence task of a test set."""
    vietnamese, english = SQUAD_R[name]
    yield read_squad_r(name, folder / vietnamese, folder / english, "paragraph")
    yield read_squad_r(name, folder / vietnamese, folder / english, "sentence")


def measure(options: argparse.Namespace, embedder: Embedder) -> list[Row]:
    """Measure the sets asked for, each in a library of its own that is thrown away."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="hoidap-bench-") as scratch:
        if "news-dev" in options.sets:
            rows += rows_of_news(options.eval, embedder, Path(scratch) / "news-dev")
        for name in (name for name in SQUAD_R if name in options.sets):
            for collection in collections(options.eval, name):
                rows += measure_collection(collection, embedder, Path(scratch) / collection.name)
                if options.beir:
                    export_beir(collection, options.beir / collection.name)
    return rows


def markdown(record: Mapping[str, Any]) -> str:
    """Return the tables of a record as a page."""
    parts = ["# Retrieval", _EXPLANATION, facts_line(record["run"]) + "; " + facts_line(record["model"]) + "."]
    for name, rows in groupby(record["rows"], key=lambda row: row["set"]):
        body = [[row["form"], row["method"], row["questions"], *(row[m] for m in MEASURES)] for row in rows]
        parts += [f"## {name}", table(["form", "method", "questions", *MEASURES], body)]
    return "\n\n".join(parts)


_EXPLANATION = """Written by `python -m bench.retrieval`; what the sets are: [README](../README.md).
*BM25 plain* is textbook BM25 over the words of the question (over folded words when it has no marks); *BM25* is the
product's ranking by words: pairs of neighbours, abbreviations written out, English words looked up; *dense* its ranking
by meaning; *hybrid* the fusion of the last two. R@k: a right unit among the first k. MRR over the first 100."""


def parse_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; the test sets need to be asked for in as many words.

    Raises:
        SystemExit: a test set is named without `--test-sets`.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    add_eval_option(parser)
    parser.add_argument("--sets", nargs="+", choices=["news-dev", *SQUAD_R], default=None, help="default: news-dev")
    parser.add_argument("--test-sets", action="store_true", help="measure XQuAD-R and MLQA-R: for the final table only")
    parser.add_argument("--model", default="", help="embedding model; empty for the bundled one")
    parser.add_argument("--beir", type=Path, metavar="DIR", help="write the test sets there in BEIR's layout")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="folder of retrieval.md and .json")
    options = parser.parse_args(arguments)
    options.sets = options.sets or ["news-dev", *(SQUAD_R if options.test_sets else ())]
    if set(options.sets) & set(SQUAD_R) and not options.test_sets:
        parser.error("XQuAD-R and MLQA-R are test sets: add --test-sets, and choose nothing by what they show")
    return options


def record_of(rows: Sequence[Row], embedder: Embedder, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is written; sets not measured now are kept from the earlier record of the same model."""
    model = {"model": embedder.model_id, "revision": embedder.revision, "dimension": embedder.dimension}
    measured = {row.collection for row in rows}
    kept = earlier.get("rows", []) if earlier.get("model") == model else []
    run = describe_run()
    fresh = [{**row.to_dict(), **run} for row in rows]
    return {"run": run, "model": model, "rows": fresh + [row for row in kept if row["set"] not in measured]}


def main(arguments: Sequence[str] | None = None, load: Callable[[str], Embedder] = load_embedder) -> int:
    """Measure, print and write the tables."""
    options = parse_options(arguments)
    embedder = load(options.model)
    record = record_of(measure(options, embedder), embedder, read_results(options.out, "retrieval"))
    page = markdown(record)
    print(page)
    write_results(options.out, "retrieval", record, page)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
