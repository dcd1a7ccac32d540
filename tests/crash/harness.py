"""Run writers that die, and say of what they leave whether it keeps the promises."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from index.errors import NoLibrary
from index.ingest import embedded_text
from index.lexical import LexicalQuery
from index.library import Library
from index.store import VECTOR_DTYPE
from index.types import Passage
from tests.conftest import HashEmbedder
from tests.crash.script import COMMON, State

ROOT = Path(__file__).parents[2]
# How a library is published: small ones are normally made anew when something goes, and merged only when large.
LIMITS: Mapping[str, Mapping[str, int]] = {
    "anew": {},
    "incremental": {"_ANEW_UP_TO": 0},
    "merging": {"_ANEW_UP_TO": 0, "_MERGE_AT_LEAST": 1},
}


@dataclass(slots=True)
class Outcome:
    """What a writer told before it went."""

    acknowledged: int = 0
    calls: int = 0
    code: int = 0


class Writers:
    """A server that forks writers; close it after use."""

    def __init__(self, shim: Path | None) -> None:
        self._shim = shim is not None
        more = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        if shim is not None:
            more["LD_PRELOAD"] = str(shim)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.server"],
            cwd=ROOT,
            env={**os.environ, **more},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def close(self) -> None:
        """End the server."""
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(30)
        self._server.stdout.close()

    def run(
        self,
        directory: Path,
        *,
        limits: Mapping[str, int],
        at: int = 0,
        half: bool = False,
        ingest: int = 0,
        kill_after: float | None = None,
    ) -> Outcome:
        """Let a writer work in `directory`: to its end, to call `at`, or `kill_after` seconds past its first step."""
        order = {
            "directory": str(directory),
            "limits": dict(limits),
            "at": at,
            "half": half,
            "ingest": ingest,
            "shim": self._shim,
        }
        assert self._server.stdin is not None and self._server.stdout is not None
        print(json.dumps(order), file=self._server.stdin, flush=True)  # noqa: T201
        outcome, pid, timer = Outcome(), 0, None
        for line in self._server.stdout:
            word, _, number = line.strip().partition(" ")
            if word == "pid":
                pid = int(number)
            elif word == "calls":
                outcome.calls = int(number)
            elif word == "exit":
                outcome.code = int(number)
                break
            elif word == "ack":
                outcome.acknowledged += 1
            if kill_after is not None and timer is None and pid and outcome.acknowledged:
                timer = threading.Timer(kill_after, _kill, [pid])
                timer.start()
        if timer is not None:
            timer.cancel()
            timer.join()
        return outcome


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it had come to its end


@dataclass(slots=True)
class Found:
    """What opening a library after a crash showed."""

    step: str = "before"  # the unacknowledged step: absent ("before") or there ("after")
    notices: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)


def examine(directory: Path, states: Sequence[State], acknowledged: int) -> Found:
    """Open what a dead writer left and compare it with the promises.

    `states[i]` is the state after `i + 1` acknowledgements; the first acknowledgement is that of the empty library.
    """
    found = Found()
    try:
        library = Library.open(directory, HashEmbedder())
    except NoLibrary:
        if acknowledged:
            found.problems.append("the library is gone")
        library = Library.open(directory, HashEmbedder(), create=True)
    with library:
        found.notices = tuple(library.notices)
        state = {info.id: library.document(info.id).text for info in library.documents(limit=1000)}
        before, after = states[max(acknowledged - 1, 0)], states[min(acknowledged, len(states) - 1)]
        if state == before:
            found.step = "before"
        elif state == after:
            found.step = "after"
        else:
            found.problems.append(f"documents {sorted(state)}, not {sorted(before)} nor {sorted(after)}")
        found.problems += inconsistencies(library, state)
    with Library.open(directory, HashEmbedder()) as again:
        found.problems += [f"second opening: {notice}" for notice in again.notices]
    return found


def inconsistencies(library: Library, state: State) -> list[str]:
    """Return in what the library's texts, passages, vectors and rankings do not agree with `state`."""
    problems = list(library.check())
    snapshot = library.snapshot()
    limit = 1000
    ids = {
        "words": {hit.passage_id for hit in snapshot.search_lexical(LexicalQuery(exact={COMMON: 1.0}), limit)},
        "meaning": {
            hit.passage_id for hit in snapshot.search_dense(library.embedder.embed_queries([COMMON])[0], limit)
        },
    }
    if ids["words"] != ids["meaning"]:
        problems.append(f"words find {sorted(ids['words'])}, meaning {sorted(ids['meaning'])}")
    passages = library.passages(sorted(ids["words"]))
    if {passage.document.id for passage in passages.values()} != set(state) or len(passages) != snapshot.count:
        problems.append(f"{len(passages)} passages found of {sorted(state)}, the snapshot counts {snapshot.count}")
    stored_ids, vectors = library._store.vectors()
    if set(stored_ids.tolist()) != set(passages):
        problems.append("the stored vectors are of other passages than those found")
    for passage_id, vector in zip(stored_ids.tolist(), vectors, strict=True):
        passage = passages[passage_id]
        if state.get(passage.document.id) != passage.document.text:
            problems.append(f"passage {passage_id} belongs to another version of {passage.document.id}")
        text = embedded_text(passage.document.title, Passage(passage.start, passage.end, passage.text, passage.heading))
        if not np.array_equal(library.embedder.embed_passages([text])[0].astype(VECTOR_DTYPE), vector):
            problems.append(f"the vector of passage {passage_id} is not that of its text")
    return problems


def compile_shim(folder: Path) -> Path | None:
    """Compile `crash.c`; None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    shim = folder / "crash.so"
    source = Path(__file__).with_name("crash.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(shim), str(source), "-ldl"], check=True)
    return shim


@contextmanager
def workshop() -> Iterator[Path]:
    """Make a folder to crash in, in memory where there is such a file system: a kill loses nothing there."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def spread(first: int, last: int, count: int) -> list[int]:
    """Return `count` numbers evenly spread over `first` to `last`, both among them."""
    return sorted({int(n) for n in np.linspace(first, last, count).round()})


def seeded_delays(seed: int, count: int, longest: float) -> list[float]:
    """Return `count` delays in seconds, the same for the same seed."""
    chance = random.Random(seed)
    return [chance.uniform(0.0, longest) for _ in range(count)]


def table(rows: Sequence[Sequence[object]]) -> str:
    """Return rows as a Markdown table; the first is the head."""
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
