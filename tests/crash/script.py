"""What the writer that dies was doing: the documents, the steps, and the states a library may be found in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from index.library import Library
from index.types import Document
from tests.conftest import HashEmbedder

State = Mapping[str, str]  # the text of each document by its id
COMMON = "chung"  # a word that every document holds

_WORDS = "bưởi cam chanh dừa khế mận nhãn ổi quýt sầu xoài vải".split()


def document(name: str, version: int = 1) -> Document:
    """Return a short document of several passages' worth of distinct words; each version has its own."""
    words = [f"{name}{version}{word}" for word in _WORDS]
    sentences = [f"Đoạn {COMMON} số {i} kể về {word} ở Cần Thơ." for i, word in enumerate(words)]
    return Document(name, "\r\n\r\n".join(sentences) + f"\nHết {name} bản {version} 🌾.", f"Tin {name}")


Step = tuple[Callable[[Library], object], State]


def steps() -> list[Step]:
    """Return what is done to a new library, each step with the state it leads to."""
    a, b, c, d, e, f = (document(name) for name in "abcdef")
    b2, d2 = document("b", 2), document("d", 2)
    return [
        (partial(Library.add, documents=[a, b, c]), _state(a, b, c)),
        (partial(Library.add, documents=[d]), _state(a, b, c, d)),
        (partial(Library.add, documents=[b2]), _state(a, b2, c, d)),
        (partial(Library.remove, document_ids=["a"]), _state(b2, c, d)),
        (partial(Library.add, documents=[d2, e, f]), _state(b2, c, d2, e, f)),
        (Library.rebuild, _state(b2, c, d2, e, f)),
        (partial(Library.remove, document_ids=["b", "c"]), _state(d2, e, f)),
        (_reembed, _state(d2, e, f)),
    ]


def _reembed(library: Library) -> None:
    Library.reembed(library.directory, HashEmbedder()).close()


def states(script: list[Step]) -> list[State]:
    """Return the state after each acknowledgement: that of the empty library first."""
    return [{}, *(state for _, state in script)]


def run(directory: Path, script: list[Step], acknowledge: Callable[[], None]) -> None:
    """Do every step on a new library in `directory`, and acknowledge each after it has returned."""
    with Library.open(directory, HashEmbedder(), create=True) as library:
        acknowledge()
        for step, _ in script:
            step(library)
            acknowledge()


def ingest_steps(count: int) -> list[Step]:
    """Return `count` steps: documents come one by one, some are replaced, the oldest are removed."""
    found: list[Step] = []
    state: dict[str, str] = {}
    for number in range(count):
        if number % 5 == 4:
            name = next(iter(state))
            del state[name]
            found.append((partial(Library.remove, document_ids=[name]), dict(state)))
            continue
        name = [*state][-1] if number % 3 == 2 else f"n{number}"
        given = document(name, number)
        state[name] = given.text
        found.append((partial(Library.add, documents=[given]), dict(state)))
    return found


def _state(*documents: Document) -> State:
    return {document.id: document.text for document in documents}
