"""The values that pass between the stages, and their JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar


@dataclass(frozen=True)
class Article:
    """A text with a title: a news article or a section of a Wikipedia article; `body` is a tuple of sentences."""

    source: str
    title: str
    lead: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True)
class Bitext:
    """An English sentence and its Vietnamese translation; `document` and `number` keep the order of the source."""

    source: str
    document: str
    number: int
    english: str
    vietnamese: str


@dataclass(frozen=True)
class Asked:
    """A question written by a person, on the text that answers it; `start` counts code points of `context`."""

    source: str
    question: str
    title: str
    context: str
    start: int


@dataclass(frozen=True)
class Reading:
    """A question and the text it was asked of; `answer` stands at `start` of `context`, and is empty if nothing does.

    `english` is the question in English, where somebody translated it.
    """

    source: str
    question: str
    title: str
    context: str
    answer: str
    start: int
    english: str = ""


@dataclass(frozen=True)
class Other:
    """A passage that looks like the answer to a question and is not."""

    title: str
    text: str


CONTRAST = "contrast"  # the source of written questions that only understanding tells apart (train/README.md)
WRITTEN = frozenset({"written", CONTRAST})

AnyRecord = Article | Bitext | Asked | Reading | Other
Record = TypeVar("Record", bound=AnyRecord)


def write_records(path: Path, records: Iterable[AnyRecord]) -> int:
    """Write one JSON object a line, by way of a temporary file, so that a killed stage leaves no half file."""
    count = 0
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")
            count += 1
    temporary.replace(path)
    return count


def read_records(path: Path, kind: type[Record]) -> Iterator[Record]:
    """Yield the records of a file written by `write_records`."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields: dict[str, Any] = json.loads(line)
            values: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
            }
            yield kind(**values)
