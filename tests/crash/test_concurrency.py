"""Ask while others write: no error, no torn result; writers wait for one another or say who is writing."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import index.snapshot
from index.errors import LibraryBusy
from index.library import Library
from index.snapshot import Snapshot
from index.types import Document
from qa.abbreviations import Abbreviations
from qa.analyse import Lexicon, analyse
from qa.retrieve import retrieve
from tests.conftest import HashEmbedder
from tests.crash.harness import ROOT, table, workshop
from tests.crash.script import document

ASKERS = 4
LEXICON = Lexicon(Abbreviations([]))
STEADY = "luonluon"  # the id of a document that is replaced again and again, and a word of each of its versions


@pytest.fixture
def folder() -> Iterator[Path]:
    with workshop() as path:
        yield path


def steady(version: int) -> Document:
    """Return a version of the document that is only ever replaced."""
    body = "\n\n".join(f"Câu {i} của bản {version} nói {STEADY} về lúa và cá." * 3 for i in range(20 + version % 7))
    return Document(STEADY, f"{body}\n{version}", f"Tin {STEADY} {version}")


class Asker(threading.Thread):
    """Ask until told to stop; keep what went wrong."""

    def __init__(self, library: Library, versions: dict[str, set[str]], stop: threading.Event) -> None:
        super().__init__()
        self._library, self._versions, self._stopped = library, versions, stop
        self.asked = 0
        self.generations: set[int] = set()
        self.problems: list[str] = []

    def run(self) -> None:
        """Ask in turn for the document that is always there and for those that come and go."""
        questions = [f"{STEADY} lúa", "Cần Thơ kể về bưởi", STEADY]
        try:
            while not self._stopped.is_set() or not self.asked:
                self._ask(questions[self.asked % len(questions)])
                self.asked += 1
        except Exception as error:
            self.problems.append(f"{type(error).__name__}: {error}")

    def _ask(self, question: str) -> None:
        found = retrieve(self._library, analyse(question, LEXICON), 10)
        self.generations.add(found.snapshot.generation)
        passages = [some.passage for some in found.found]
        for passage in passages:
            given = passage.document
            if given.text not in self._versions[given.id]:
                self.problems.append(f"{given.id} has a text that was never stored")
            if given.text[passage.start : passage.end] != passage.text or not passage.text:
                self.problems.append(f"passage {passage.id} is torn")
        texts: dict[str, set[str]] = {}
        for passage in passages:
            texts.setdefault(passage.document.id, set()).add(passage.document.text)
        self.problems += [f"two versions of {name} in one result" for name, some in texts.items() if len(some) > 1]
        if STEADY in question and STEADY not in texts:
            self.problems.append(f"{STEADY} was not found in generation {found.snapshot.generation}")


def turmoil(publishes: int) -> list[tuple[Callable[[Library], object], Document | None]]:
    """Return what the writer does: replace the steady document, add others, remove them again."""
    steps: list[tuple[Callable[[Library], object], Document | None]] = []
    for number in range(publishes):
        if number % 4 == 3:
            steps.append((lambda library, name=f"x{number - 2}": library.remove([name]), None))  # type: ignore[misc]
        else:
            given = steady(number) if number % 2 == 0 else document(f"x{number}", number)
            steps.append((lambda library, given=given: library.add([given]), given))  # type: ignore[misc]
    return steps


def ask_during(directory: Path, publishes: int) -> Counter[str]:
    steps = turmoil(publishes)
    first = steady(999)
    versions: dict[str, set[str]] = {STEADY: {first.text}}
    for _, given in steps:
        if given is not None:
            versions.setdefault(given.id, set()).add(given.text)
    with (
        Library.open(directory, HashEmbedder(), create=True) as writer,
        Library.open(directory, HashEmbedder()) as other,
    ):
        writer.add([first])
        stop = threading.Event()
        # Two ask the very library that is written to, two one that only sees what is published on disk.
        askers = [Asker(library, versions, stop) for library in (writer, writer, other, other)]
        for asker in askers:
            asker.start()
        try:
            for step, _ in steps:
                step(writer)
        finally:
            stop.set()
            for asker in askers:
                asker.join(60)
        assert [problem for asker in askers for problem in asker.problems][:5] == []
        assert writer.notices == other.notices == []
        assert writer.check() == other.check() == []
        assert other.snapshot().generation == publishes + 1
    seen = set[int]().union(*(asker.generations for asker in askers))
    return Counter(publishes=publishes, questions=sum(asker.asked for asker in askers), generations_seen=len(seen))


@pytest.mark.parametrize("limits", [{"_ANEW_UP_TO": 0}, {"_ANEW_UP_TO": 0, "_MERGE_AT_LEAST": 5}, {}])
def test_four_threads_ask_while_others_publish(
    folder: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(index.snapshot, name, value)
    tally = ask_during(folder / "data", 40)
    assert tally["questions"] >= ASKERS
    assert tally["generations_seen"] > 3


@pytest.mark.sweep
@pytest.mark.parametrize("limits", [{"_ANEW_UP_TO": 0}, {"_ANEW_UP_TO": 0, "_MERGE_AT_LEAST": 5}])
def test_four_threads_ask_during_five_hundred_publishes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(index.snapshot, name, value)
    tally = ask_during(folder / "data", 500)
    with capsys.disabled():
        rows: list[list[object]] = [["4 threads asking", str(limits)], *map(list, sorted(tally.items()))]
        print("\n" + table([*rows, ["errors", 0], ["torn results", 0]]))  # noqa: T201


# -- processes ---------------------------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from index.library import Library
from index.snapshot import Snapshot
from tests.conftest import HashEmbedder
from tests.crash.script import document

name, wait, hold = sys.argv[2], float(sys.argv[3]), sys.argv[4] == "hold"
library = Library.open(Path(sys.argv[1]), HashEmbedder(), wait=wait)
if hold:
    with library._writing():
        print("holding", flush=True)
        sys.stdin.readline()
library.add([document(f"{name}{i}") for i in range(20)])
print("added", flush=True)
"""


@pytest.fixture
def writer_script(folder: Path) -> Path:
    path = folder / "ingest.py"
    path.write_text(WRITER, encoding="utf-8")
    return path


def start(script: Path, directory: Path, name: str, *, wait: float, hold: bool = False) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(script), str(directory), name, str(wait), "hold" if hold else "go"],
        env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_that_ingest_at_once_both_succeed(folder: Path, writer_script: Path) -> None:
    with Library.open(folder / "data", HashEmbedder(), create=True):
        pass
    writers = [start(writer_script, folder / "data", name, wait=60) for name in "pq"]
    for writer in writers:
        out, err = writer.communicate(timeout=60)
        assert (writer.returncode, out) == (0, "added\n"), err
    with Library.open(folder / "data", HashEmbedder()) as library:
        assert {info.id for info in library.documents()} == {f"{name}{i}" for name in "pq" for i in range(20)}
        assert library.check() == []


def test_a_second_writer_that_does_not_wait_learns_who_is_writing(folder: Path, writer_script: Path) -> None:
    with Library.open(folder / "data", HashEmbedder(), create=True, wait=0) as library:
        library.add([document("a")])
        holder = start(writer_script, folder / "data", "p", wait=60, hold=True)
        assert holder.stdout is not None and holder.stdout.readline() == "holding\n"
        with pytest.raises(LibraryBusy) as caught:
            library.add([document("b")])
        assert f"process {holder.pid} (ingest.py" in str(caught.value)
        assert "waited 0 s" in str(caught.value)
        assert [info.id for info in library.documents()] == ["a"], "readers are left alone"
        out, err = holder.communicate("go on\n", timeout=60)
        assert (holder.returncode, out) == (0, "added\n"), err
        assert library.add([document("b")]).added == ("b",)


def test_a_killed_writer_leaves_no_lock(folder: Path, writer_script: Path) -> None:
    with Library.open(folder / "data", HashEmbedder(), create=True, wait=0) as library:
        holder = start(writer_script, folder / "data", "p", wait=60, hold=True)
        assert holder.stdout is not None and holder.stdout.readline() == "holding\n"
        holder.kill()
        holder.communicate(timeout=60)
        assert library.add([document("a")]).added == ("a",)


def test_a_library_that_is_being_written_to_can_be_opened(folder: Path, writer_script: Path) -> None:
    """Between a commit and its publish a reader takes the older set, and the newer one as soon as it is there."""
    with Library.open(folder / "data", HashEmbedder(), create=True) as library:
        library.add([document("a")])
        with library._writing() as store:
            with store.transaction():
                store.put(document("b"), [], HashEmbedder().embed_passages([]), store.generation() + 1)
                store.set_generation(store.generation() + 1)
            with Library.open(folder / "data", HashEmbedder(), wait=0) as reader:
                assert reader.snapshot().generation == 1
                assert reader.notices == []
                library._publish(store)
                assert reader.snapshot().generation == 2


def test_a_publish_while_a_reader_gives_up_mending_is_taken_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader finds the older set, finds the writer at work, and the writer publishes before the reader looks up."""
    with Library.open(folder / "data", HashEmbedder(), create=True) as library:
        library.add([document("a")])
        mend = Library._mend

        def busy(reader: Library, stale: Snapshot | None, reason: str) -> object:
            if reader is library:
                return mend(reader, stale, reason)
            with library._writing() as store:
                library._publish(store)
            raise LibraryBusy("as if the writer had held the lock until now")

        with library._writing() as store, store.transaction():
            store.put(document("b"), [], HashEmbedder().embed_passages([]), 2)
            store.set_generation(2)
        monkeypatch.setattr(Library, "_mend", busy)
        with Library.open(folder / "data", HashEmbedder()) as reader:
            assert reader.snapshot().generation == 2
