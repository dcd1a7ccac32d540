"""Measure one thing in a fresh process: `python -m bench.probes NAME` reads arguments as JSON, writes a result.

A process of its own makes memory and first calls mean something. `bench.speed` runs these one after another.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.clock import milliseconds_of, percentile, summary
from bench.corpus import NewsFile
from bench.machine import peak_mb, resident_mb, size_of
from index.library import DATABASE, Library
from index.store import Store
from index.types import Document
from index.vectors import VectorRecipe
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.ask import Answerer
from qa.words import lexical_query
from web.settings import Settings
from web.wiring import build_answerer, open_library

Arguments = Mapping[str, Any]
Result = dict[str, Any]
ASKS_BEFORE_MEMORY = 200
_DOCUMENTS_ADDED = 5


def settings_of(arguments: Arguments) -> Settings:
    """Return the settings of the product for the library that is measured; the environment has no say."""
    return Settings.resolve({"data": Path(arguments["data"]), "model": arguments["model"]}, {})


def index(arguments: Arguments) -> Result:
    """Index a corpus into a new library, as one call of `Library.add`: cut, embed, store, publish."""
    news = NewsFile(Path(arguments["news"]))
    batches: list[float] = []
    start = time.perf_counter()
    with open_library(settings_of(arguments), create=True) as library:
        before = time.perf_counter()
        report = library.add(
            news.documents(arguments["passages"]), on_progress=lambda _d, _p: batches.append(time.perf_counter())
        )
        seconds = time.perf_counter() - before
        recipe = _recipe(library)
    return {
        "documents": len(report.added),
        "passages": report.passages,
        "seconds": round(seconds, 2),
        "passages_per_s": round(report.passages / seconds),
        "of_it_publish_s": round(before + seconds - batches[-1], 2),
        "open_s": round(before - start, 3),
        "cpu_s": round(time.process_time(), 2),
        "peak_mb": round(peak_mb()),
        "disk_mb": round(size_of(Path(arguments["data"])) / 2**20, 1),
        "database_mb": round((Path(arguments["data"]) / DATABASE).stat().st_size / 2**20, 1),
        "vectors": recipe.to_dict() if recipe else None,
        "model_revision": library.embedder.revision,
    }


def _recipe(library: Library) -> VectorRecipe | None:
    base = library.snapshot().manifest.base
    return base.recipe if base else None


def ask(arguments: Arguments) -> Result:
    """Open the library and ask: memory after opening and after up to 200 questions, then latencies."""
    questions, limit_s = arguments["questions"], arguments["seconds"]
    start = time.perf_counter()
    settings = settings_of(arguments)
    with open_library(settings) as library:
        answerer = build_answerer(settings, library)
        opened_s, opened_mb = time.perf_counter() - start, resident_mb()
        first = milliseconds_of(answerer.ask, questions[:1], limit_s)
        asked = milliseconds_of(answerer.ask, questions[:ASKS_BEFORE_MEMORY], limit_s)
        asked_mb = resident_mb()
        return {
            "open_s": round(opened_s, 3),
            "first_ask_ms": round(first[0], 1),
            "opened_mb": round(opened_mb),
            "asked": len(asked),
            "asked_mb": round(asked_mb),
            "search": summary(milliseconds_of(answerer.search, questions, limit_s)),
            "ask": summary(milliseconds_of(answerer.ask, questions, limit_s)),
            "parts": _parts(library, answerer, questions, limit_s),
        }


def _parts(library: Library, answerer: Answerer, questions: Sequence[str], limit_s: float) -> Result:
    """Time the two rankings apart, and the whole search, question by question in turn: a fair ratio."""
    lexicon, snapshot = Lexicon(load_abbreviations()), library.snapshot()

    def words(question: str) -> object:
        analysis = analyse(question, lexicon)
        return snapshot.search_lexical(lexical_query(analysis, snapshot.lexical), 10)

    def meaning(question: str) -> object:
        return snapshot.search_dense(library.embedder.embed_queries([question])[0], 10)

    taken: dict[str, list[float]] = {"words alone": [], "meaning alone": [], "search": [], "ask": []}
    calls: Sequence[Callable[[str], object]] = (words, meaning, answerer.search, answerer.ask)
    end = time.perf_counter() + limit_s
    for question in questions:
        if time.perf_counter() > end:
            break
        for name, call in zip(taken, calls, strict=True):
            taken[name] += milliseconds_of(call, [question], limit_s)
    return {name: summary(values) for name, values in taken.items()}


def vectors(arguments: Arguments) -> Result:
    """Compare the library's vector index with an exhaustive one over the same vectors: time and recall@10."""
    import faiss
    import numpy as np

    with open_library(settings_of(arguments)) as library:
        recipe, snapshot = _recipe(library), library.snapshot()
        if recipe is None or recipe.kind == "Flat":
            return {}
        queries = library.embedder.embed_queries(arguments["questions"])
        store = Store(Path(arguments["data"]) / DATABASE, read_only=True)
        ids, matrix = store.vectors()
        flat = faiss.IndexFlatIP(matrix.shape[1])
        for at in range(0, len(ids), 50_000):
            flat.add(matrix[at : at + 50_000].astype(np.float32))
        faiss.omp_set_num_threads(1)
        exact_ms, found_ms, recalls = [], [], []
        for query in queries:
            exact_ms += milliseconds_of(lambda q: flat.search(q.reshape(1, -1), 10), [query], 60)
            found_ms += milliseconds_of(lambda q: snapshot.search_dense(q, 10), [query], 60)
            exact = {int(ids[i]) for i in flat.search(query.reshape(1, -1), 10)[1][0]}
            recalls.append(len(exact & {hit.passage_id for hit in snapshot.search_dense(query, 10)}) / 10)
    return {
        "kind": recipe.kind,
        "width": recipe.width,
        "recall_at_build": recipe.recall,
        "recall_on_questions": round(float(np.mean(recalls)), 4),
        "index": summary(found_ms),
        "flat": summary(exact_ms),
        "flat_over_index": round(percentile(exact_ms, 0.5) / percentile(found_ms, 0.5), 1),
    }


def add(arguments: Arguments) -> Result:
    """Add one small document to the library and wait until another `Library`, open since before, finds it."""
    settings = settings_of(arguments)
    added, visible, removed = [], [], []
    with open_library(settings) as writer, open_library(settings) as reader:
        answerer = build_answerer(settings, reader)
        for number in range(_DOCUMENTS_ADDED):
            document = _new_document(number)
            start = time.perf_counter()
            writer.add([document])
            added.append(time.perf_counter() - start)
            _wait_until_found(answerer, document)
            visible.append(time.perf_counter() - start)
        for number in range(_DOCUMENTS_ADDED):
            start = time.perf_counter()
            writer.remove([_new_document(number).id])
            removed.append(time.perf_counter() - start)
    return {
        "documents": _DOCUMENTS_ADDED,
        "first_visible_s": round(visible[0], 3),
        "add_s": round(percentile(added, 0.5), 3),
        "visible_s": round(percentile(visible, 0.5), 3),
        "worst_visible_s": round(max(visible), 3),
        "remove_s": round(percentile(removed, 0.5), 3),
    }


def _new_document(number: int) -> Document:
    title = f"Cuộc thi đan nón lá lần thứ {number + 31} ở làng Phú Cam"
    text = f"{title}\n\nÔng Tôn Thất Zoãn {number} đoạt giải nhất với 977{number} phiếu."
    return Document(id=f"bench-{number}", text=text, title=title, source="bench")


def _wait_until_found(answerer: Answerer, document: Document) -> None:
    """Search until the document is found.

    Raises:
        TimeoutError: it is not within a minute.
    """
    end = time.perf_counter() + 60
    while time.perf_counter() < end:
        found = answerer.search(document.title).passages
        if any(passage.document_id == document.id for passage in found):
            return
    raise TimeoutError("a document that was added is not found")


PROBES: Mapping[str, Callable[[Arguments], Result]] = {
    "index": index,
    "ask": ask,
    "vectors": vectors,
    "add": add,
}


def main() -> int:
    """Run the probe that is named; its arguments come on standard input."""
    result = PROBES[sys.argv[1]](json.load(sys.stdin))
    json.dump(result, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
