"""Time each stage of indexing by itself, `python -m bench.stages`: where an improvement would pay.

Seconds of processor time, all threads together: on a shared machine the clock on the wall says little. The stages are
called one after another with everything in memory, so their sum is what `Library.add` costs, without its overlap.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.corpus import add_corpus_option, prepare
from bench.report import table
from index.chunking import chunk
from index.embedder import load_embedder
from index.ingest import embedded_text
from index.lexical import LexicalRow, pairs_of, update_lexical
from index.library import DATABASE, Library
from index.store import Store
from index.text import fold_tokens, tokens
from index.types import Document
from index.vectors import VectorIndex


@dataclass
class Stages:
    """Processor and wall seconds by stage, in the order of measuring."""

    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def measuring(self, stage: str) -> Iterator[None]:
        """Time the block."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.seconds[stage] = time.process_time() - cpu, time.perf_counter() - wall

    def table(self, passages: int) -> str:
        """Return the stages with microseconds a passage and the passages a second that each alone would allow."""
        rows = [
            [stage, cpu, wall, 1e6 * cpu / passages, round(passages / cpu) if cpu else 0]
            for stage, (cpu, wall) in self.seconds.items()
        ]
        return table(["stage", "CPU s", "wall s", "CPU µs/passage", "passages/CPU s"], rows)


def measure_parts(documents: Sequence[Document], model: str) -> tuple[Stages, int]:
    """Time what happens in memory: cutting, embedding, tokenising, the two indexes."""
    stages, embedder = Stages(), load_embedder(model)
    with stages.measuring("hash the text"):
        for document in documents:
            _ = document.sha256
    with stages.measuring("chunk"):
        cut = [(document, chunk(document)) for document in documents]
    with stages.measuring("embed"):
        texts = [embedded_text(document.title, passage) for document, some in cut for passage in some]
        vectors = embedder.embed_passages(texts)
    rows = [
        LexicalRow(number, f"{document.title}\n{passage.heading}", passage.text)
        for number, (document, passage) in enumerate(((d, p) for d, some in cut for p in some), 1)
    ]
    with stages.measuring("words: tokens, fold, pairs"):
        for row in rows:
            words = tokens(row.context) + tokens(row.text)
            folded = fold_tokens(words)
            _ = " ".join(words), " ".join(folded), " ".join(pairs_of(folded))
    with tempfile.TemporaryDirectory() as scratch, stages.measuring("words and Tantivy, whole"):
        update_lexical(Path(scratch), iter(rows), [])
    with stages.measuring("FAISS"):
        VectorIndex.build(np.arange(1, len(vectors) + 1), vectors.astype(np.float16)).to_bytes()
    return stages, len(rows)


def measure_whole(documents: Sequence[Document], model: str, stages: Stages) -> None:
    """Time `Library.add`, and what reading SQLite back for the indexes takes of it."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        Library.open(Path(scratch), load_embedder(model), create=True) as library,
    ):
        with stages.measuring("Library.add, whole"):
            library.add(documents)
        store = Store(Path(scratch) / DATABASE, read_only=True)
        with stages.measuring("of it: read passages back"):
            for _ in store.index_rows(after=0):
                pass
        with stages.measuring("of it: read vectors back"):
            store.vectors()
        store.close()
        with stages.measuring("of it: publish afresh"):
            library.rebuild()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.stages", description=__doc__)
    add_corpus_option(parser)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--model", default="")
    options = parser.parse_args(arguments)
    documents = list(prepare(options.corpus, options.passages).documents(options.passages))
    stages, passages = measure_parts(documents, options.model)
    measure_whole(documents, options.model, stages)
    print(f"{len(documents):,} documents, {passages:,} passages\n\n{stages.table(passages)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
