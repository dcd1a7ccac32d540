"""Read our own format: one question a line, `{"id","doc","question","answers":[{"text","start"}],"type","lang"}`.

`doc` names the document; without answers the question is unanswerable. `start` counts Unicode code points of the
document's text. `type`, `lang` and `variant` (the chat form of the question) may be left out.
"""

from __future__ import annotations

from pathlib import Path

from qa.datasets.reading import Row, json_lines
from qa.datasets.types import Accepted, Dataset, Example


def read_jsonl(path: Path) -> Dataset:
    """Return the questions of a JSONL file.

    Raises:
        InvalidInput: a line is malformed, a field is wrong or an id occurs twice; the message names file and line.
    """
    seen: dict[str, str] = {}
    examples = []
    for row in json_lines(path):
        example = _example(row)
        if example.id in seen:
            raise row.wrong(f'the id "{example.id}" occurs twice, first in {seen[example.id]}')
        seen[example.id] = row.place
        examples.append(example)
    return Dataset(path.name, tuple(examples))


def _example(row: Row) -> Example:
    if "answers" not in row.fields:
        raise row.wrong('the field "answers" is missing; an unanswerable question has an empty list')
    document = row.optional_text("doc") or None
    accepted = tuple(Accepted(each.text("text"), each.number("start")) for each in row.rows("answers"))
    if accepted and document is None:
        raise row.wrong('there are answers, but "doc" names no document that they stand in')
    return Example(
        id=row.text("id"),
        question=row.text("question"),
        document=document,
        accepted=accepted,
        kind=row.optional_text("type"),
        language=row.optional_text("lang"),
        variant=row.optional_text("variant").strip() or None,
        place=row.place,
    )
