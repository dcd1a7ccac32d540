"""Place the questions in a library: find the document that each names, and see that its answers stand there.

A figure counted on the wrong document, or by offsets that point elsewhere, is worse than none: what does not fit is an
error that says which rows, and how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePath

from index.errors import InvalidInput
from index.library import Library
from index.loaders import SUFFIXES
from index.types import DocumentInfo
from qa.datasets.reading import storable_id
from qa.datasets.types import Accepted, Example

_SHOWN = 5
_QUOTED = 40  # characters
_TEXTS_KEPT = 512


class Shelf:
    """The documents of a library by what a data set may call them: id, or file name with or without its ending."""

    def __init__(self, infos: Iterable[DocumentInfo]) -> None:
        self._ids: set[str] = set()
        self._files: dict[str, set[str]] = {}
        self._bare: dict[str, set[str]] = {}
        for info in infos:
            self._ids.add(info.id)
            for name in {PurePath(info.source).name, info.id}:
                self._files.setdefault(name, set()).add(info.id)
                self._bare.setdefault(_without_ending(name), set()).add(info.id)

    def find(self, name: str) -> set[str]:
        """Return the ids that may be meant: one when all is well, none when it is not there."""
        if (stored := storable_id(name)) in self._ids:
            return {stored}
        return self._files.get(name) or self._bare.get(_without_ending(name)) or set()


def _without_ending(name: str) -> str:
    """Return the name of a file without the ending of a format that is read: `v1.2` has none."""
    path = PurePath(name)
    return path.stem if path.suffix.lower() in SUFFIXES else name


def placed(
    examples: Iterable[Example], library: Library, infos: Iterable[DocumentInfo], *, loose: bool = False
) -> list[Example]:
    """Return the questions with the ids of the library for their documents.

    With `loose`, an answer whose offsets do not match keeps its words only.

    Raises:
        InvalidInput: documents are missing or named twice, or offsets do not match the text.
    """
    shelf = Shelf(infos)
    found = [_on_shelf(example, shelf) for example in examples]
    _complain(
        [each for each in found if isinstance(each, str)], "questions that name a document that is not there", _MISSING
    )
    right = [each for each in found if isinstance(each, Example)]
    wrong = list(_misplaced(right, library))
    if not loose:
        _complain([text for _, _, text in wrong], "answers that do not stand where their offsets say", _MISPLACED)
    bad = {(at, answer) for at, answer, _ in wrong}
    return [
        replace(each, accepted=tuple(Accepted(a.text, None) if (at, a) in bad else a for a in each.accepted))
        for at, each in enumerate(right)
    ]


_MISSING = "name the documents with --docs, or index them first: hoidap index PATH"
_MISPLACED = "offsets count Unicode code points of the text as it is read; --loose judges those answers by their words"


def _on_shelf(example: Example, shelf: Shelf) -> Example | str:
    """Return the question with the id of its document, or the complaint."""
    if example.document is None:
        return example
    ids = shelf.find(example.document)
    if len(ids) == 1:
        return replace(example, document=next(iter(ids)))
    return f'{example.place}: "{example.document}"' + (f" may be {len(ids)} documents" if ids else "")


def _misplaced(examples: Sequence[Example], library: Library) -> Iterator[tuple[int, Accepted, str]]:
    """Yield the answers that do not stand where they should: the number of their question, and the complaint."""
    text_of = lru_cache(_TEXTS_KEPT)(lambda document_id: library.document(document_id).text)
    for at, example in enumerate(examples):
        for answer in example.accepted:
            if answer.span is not None and example.document is not None:
                there = answer.span.of(text_of(example.document))
                if there != answer.text:
                    yield at, answer, _misplacement(example, answer, there)


def _misplacement(example: Example, answer: Accepted, there: str) -> str:
    said = f'stands "{there[:_QUOTED]}"' if there else "the text is at its end"
    return f'{example.place}: at {answer.start} {said}, not "{answer.text[:_QUOTED]}"'


def _complain(complaints: Sequence[str], what: str, hint: str) -> None:
    if complaints:
        shown = "; ".join(complaints[:_SHOWN]) + ("; …" if len(complaints) > _SHOWN else "")
        raise InvalidInput(f"{what}: {len(complaints)} ({shown})", hint=hint)
