"""Read evaluation sets: our JSONL, SQuAD 1.1 and 2.0, folders in BEIR's layout. Nothing here asks or scores."""

from __future__ import annotations

import json
from pathlib import Path

from index.errors import InvalidInput
from qa.datasets.beir import is_beir, read_beir
from qa.datasets.jsonl import read_jsonl
from qa.datasets.reading import read_text
from qa.datasets.squad import read_squad
from qa.datasets.types import Accepted, Dataset, Example

__all__ = ["Accepted", "Dataset", "Example", "read_dataset"]


def read_dataset(path: Path) -> Dataset:
    """Return the evaluation set at `path`, whichever of the formats it has.

    Raises:
        InvalidInput: it has none of them, holds no question, or is malformed; the message says where.
        OSError: it is missing or cannot be read.
    """
    if path.is_dir():
        if not is_beir(path):
            raise InvalidInput(
                f"{path}: a folder must hold corpus.jsonl, queries.jsonl and qrels/ (BEIR)",
                hint="a folder of documents is named with --docs, the questions on them as a JSONL file",
            )
        found = read_beir(path)
    else:
        found = read_squad(path) if _is_squad(path) else read_jsonl(path)
    if not found.examples:
        raise InvalidInput(f"{path}: there is no question in it")
    return found


def _is_squad(path: Path) -> bool:
    """Tell SQuAD's one object from rows: by the first line where that is whole JSON, else by the name."""
    first = next((line for line in read_text(path).split("\n") if line.strip()), "")
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return ".json" in path.suffixes[-2:]
    return isinstance(value, dict) and "data" in value
