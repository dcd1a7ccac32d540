"""Read a folder in BEIR's layout: `corpus.jsonl`, `queries.jsonl`, `qrels/*.tsv` (Thakur et al. 2021)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.errors import InvalidInput
from index.types import Document
from qa.datasets.reading import json_lines, read_text, storable_id
from qa.datasets.types import Dataset, Example

_HEADER = ("query-id", "corpus-id", "score")


def is_beir(folder: Path) -> bool:
    """Tell whether the folder is laid out as BEIR's are."""
    return _file(folder, "corpus").exists() and _file(folder, "queries").exists() and (folder / "qrels").is_dir()


def read_beir(folder: Path) -> Dataset:
    """Return the queries that are judged, with their relevant documents, and the corpus.

    Raises:
        InvalidInput: a line is malformed, or a judgement names what is not there; the message names file and line.
    """
    documents = {document.id: document for document in _corpus(_file(folder, "corpus"))}
    texts = {row.text("_id"): (row.text("text"), row.place) for row in json_lines(_file(folder, "queries"))}
    relevant: dict[str, dict[str, int]] = {}
    for query, document, grade, place in _judgements(folder / "qrels"):
        if query not in texts:
            raise InvalidInput(f'{place}: the query "{query}" is not in queries.jsonl')
        if document not in documents:
            raise InvalidInput(f'{place}: the document "{document}" is not in corpus.jsonl')
        if grade > 0:
            relevant.setdefault(query, {})[document] = grade
    examples = (
        Example(id=query, question=texts[query][0], document=None, accepted=(), place=texts[query][1], relevant=found)
        for query, found in relevant.items()
    )
    return Dataset(folder.resolve().name, tuple(examples), tuple(documents.values()), retrieval_only=True)


def _file(folder: Path, name: str) -> Path:
    packed = folder / f"{name}.jsonl.gz"
    return packed if packed.exists() else folder / f"{name}.jsonl"


def _corpus(path: Path) -> Iterator[Document]:
    for row in json_lines(path):
        text, title = row.optional_text("text"), row.optional_text("title")
        # Some corpora hold documents that are a title only.
        if body := text if text.strip() else title.strip():
            yield Document(storable_id(row.text("_id")), body, title, source=path.name)


def _judgements(folder: Path) -> Iterator[tuple[str, str, int, str]]:
    """Yield query, stored id of the document, grade, and where that is said."""
    files = sorted(folder.glob("*.tsv"))
    if not files:
        raise InvalidInput(f"{folder}: there is no .tsv file of judgements", hint="docs/evaluation.md shows the layout")
    for path in files:
        for number, line in enumerate(read_text(path).split("\n"), start=1):
            cells = tuple(line.rstrip("\r").split("\t"))
            if not line.strip() or (number == 1 and cells == _HEADER):
                continue
            place = f"{path}, line {number}"
            if len(cells) != 3 or not cells[2].strip().lstrip("-").isdecimal():
                raise InvalidInput(f"{place}: needed are query-id, corpus-id and score, parted by tabs")
            yield cells[0], storable_id(cells[1]), int(cells[2]), place
