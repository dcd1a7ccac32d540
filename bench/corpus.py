"""Give the speed bench its text: real Vietnamese news out of a git snapshot of ThanhChinhBK/vietnews.

The articles are written to one file under .bench/ first, each with the number of its passages, so that reading git
and undoing the tokenisation are never timed. Nothing of it is committed.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bench.datasets import ROOT
from index.chunking import ChunkSettings, chunk
from index.types import Document
from train.corpora import VIETNEWS, vietnews_article
from train.parallel import mapped
from train.snapshots import SnapshotMissing, read_files

WORK = ROOT / ".bench"
_PARTS = ("train", "val")  # the test part is an evaluation set: it stays out of everything else


@dataclass(frozen=True, slots=True)
class NewsFile:
    """The articles written for the bench: one JSON line each, the first line says how they were counted."""

    path: Path

    def documents(self, passages: int) -> Iterator[Document]:
        """Yield documents until they hold `passages` passages; fewer when there are no more."""
        for document, _ in self.numbered(passages):
            yield document

    def numbered(self, passages: int) -> Iterator[tuple[Document, int]]:
        """Yield documents with the number of passages up to and with each."""
        total = 0
        with self.path.open(encoding="utf-8") as file:
            next(file)
            for row in map(json.loads, file):
                if total >= passages:
                    return
                total += row["passages"]
                yield Document(id=row["id"], text=row["text"], title=row["title"], source="vietnews"), total


def add_corpus_option(parser: argparse.ArgumentParser) -> None:
    """Give a program the option `--corpus DIR` or $HOIDAP_CORPUS."""
    given = os.environ.get("HOIDAP_CORPUS")
    parser.add_argument(
        "--corpus",
        type=Path,
        default=Path(given) if given else None,
        metavar="DIR",
        help="git directory of a ThanhChinhBK/vietnews snapshot, or the folder it lies in ($HOIDAP_CORPUS)",
    )


def prepare(corpus: Path | None, passages: int, work: Path = WORK) -> NewsFile:
    """Return a file with articles of at least `passages` passages, written before or now.

    Raises:
        SystemExit: nothing was written before and no corpus was named.
    """
    settings = json.dumps(ChunkSettings().describe(), sort_keys=True)
    path = work / "news.jsonl"
    if _holds(path, settings, passages):
        return NewsFile(path)
    if corpus is None:
        raise SystemExit("name a snapshot of ThanhChinhBK/vietnews with --corpus DIR or $HOIDAP_CORPUS")
    work.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"chunker": settings, "passages": passages}) + "\n")
        file.writelines(_lines(corpus, passages))
    temporary.replace(path)
    return NewsFile(path)


def _holds(path: Path, settings: str, passages: int) -> bool:
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as file:
        header = json.loads(next(file))
    return bool(header["chunker"] == settings and header["passages"] >= passages)


def _lines(corpus: Path, passages: int) -> Iterator[str]:
    snapshots = _snapshots(corpus)
    files = chain.from_iterable(read_files(snapshots, VIETNEWS, f"data/{part}_tokenized/*.seg") for part in _PARTS)
    total = 0
    with closing(mapped(_line, files)) as lines:
        for line, count in lines:
            if total >= passages:
                return
            total += count
            yield line


def _line(item: tuple[str, str]) -> tuple[str, int]:
    path, text = item
    document = article_document(path, text)
    if document is None:
        return "", 0
    count = len(chunk(document))
    row = {"id": document.id, "title": document.title, "text": document.text, "passages": count}
    return json.dumps(row, ensure_ascii=False) + "\n", count


def article_document(path: str, text: str) -> Document | None:
    """Return a vietnews file as the document a person would have given: title, lead, body; None when it holds less."""
    article = vietnews_article(text)
    if article is None or not article.body:
        return None
    printed = "\n\n".join((article.title, " ".join(article.lead), "\n".join(article.body)))
    part, name = Path(path).parts[-2], Path(path).stem
    return Document(id=f"{part.split('_')[0]}-{name}", text=printed, title=article.title, source="vietnews")


def _snapshots(corpus: Path) -> Path:
    """Return the folder of snapshots that `corpus` is or lies in."""
    folder = VIETNEWS.replace("/", "+")
    for candidate in (corpus, *corpus.absolute().parents):
        if (candidate / folder).is_dir():
            return candidate
    raise SnapshotMissing(f"no folder {folder} at or above the corpus directory")
