"""A writer dies at any call, or at any moment: nothing acknowledged is lost, nothing is there by half."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import remove_tree
from tests.crash.harness import LIMITS, Found, Writers, compile_shim, examine, seeded_delays, spread, table, workshop
from tests.crash.script import ingest_steps, states, steps

SEED = 20_240_519
KILLS = 200


@pytest.fixture(scope="module")
def shimmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writers]:
    shim = compile_shim(tmp_path_factory.mktemp("shim"))
    if shim is None:
        pytest.skip("NO C COMPILER (cc, gcc, clang): the crash points are NOT tested on this machine")
    writers = Writers(shim)
    yield writers
    writers.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    with workshop() as path:
        yield path


@pytest.fixture(scope="module")
def plain() -> Iterator[Writers]:
    writers = Writers(None)
    yield writers
    writers.close()


def crash(writers: Writers, directory: Path, limits: str, at: int, *, half: bool) -> Found:
    outcome = writers.run(directory, limits=LIMITS[limits], at=at, half=half)
    assert outcome.code == 77, f"call {at} ({limits}) ended the writer with {outcome.code}"
    found = examine(directory, states(steps()), outcome.acknowledged)
    assert not found.problems, f"after a crash at call {at} ({limits}, half={half}): {found.problems}"
    remove_tree(directory)
    return found


def count_calls(writers: Writers, directory: Path, limits: str) -> int:
    """Return how many calls a writer makes that nobody kills."""
    outcome = writers.run(directory, limits=LIMITS[limits])
    assert (outcome.code, outcome.acknowledged) == (0, len(steps()) + 1)
    assert examine(directory, states(steps()), outcome.acknowledged).problems == []
    return outcome.calls


@pytest.mark.parametrize("limits", LIMITS)
def test_a_crash_at_any_of_some_calls_loses_nothing(shimmed: Writers, folder: Path, limits: str) -> None:
    calls = count_calls(shimmed, folder / "whole", limits)
    assert calls > 300, "the shim sees the calls of SQLite, Tantivy and Python"
    for number, at in enumerate(spread(1, calls * 9 // 10, 14)):
        crash(shimmed, folder / f"at{at}", limits, at, half=bool(number % 2))


@pytest.mark.sweep
@pytest.mark.parametrize("limits", LIMITS)
def test_a_crash_at_every_call_loses_nothing(
    shimmed: Writers, folder: Path, limits: str, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = count_calls(shimmed, folder / "whole", limits)
    tally: Counter[str] = Counter()
    for at in range(1, calls + 1):
        outcome = shimmed.run(folder / "one", limits=LIMITS[limits], at=at, half=bool(at % 2))
        if outcome.code == 0:
            tally["came to its end first"] += 1  # threads of Tantivy make some calls more or fewer each time
        else:
            assert outcome.code == 77, f"call {at} ({limits}) ended the writer with {outcome.code}"
        found = examine(folder / "one", states(steps()), outcome.acknowledged)
        assert not found.problems, f"after a crash at call {at} ({limits}): {found.problems}"
        tally[f"unacknowledged step {'absent' if found.step == 'before' else 'there'}"] += 1
        tally["mended on opening"] += bool(found.notices)
        shutil.rmtree(folder / "one", ignore_errors=True)
    with capsys.disabled():
        rows: list[list[object]] = [
            ["crash points", limits],
            ["calls", calls],
            *map(list, sorted(tally.items())),
            ["broken promises", 0],
        ]
        print("\n" + table(rows))  # noqa: T201


def kill(writers: Writers, directory: Path, delay: float, steps_done: int) -> tuple[int, Found]:
    outcome = writers.run(directory, limits=LIMITS["incremental"], ingest=steps_done, kill_after=delay)
    assert outcome.code in (0, -9)
    found = examine(directory, states(ingest_steps(steps_done)), outcome.acknowledged)
    assert not found.problems, f"killed after {delay:.4f} s and {outcome.acknowledged} acknowledged: {found.problems}"
    remove_tree(directory)
    return outcome.acknowledged, found


def test_a_writer_killed_at_a_random_moment_loses_nothing(plain: Writers, folder: Path) -> None:
    for number, delay in enumerate(seeded_delays(SEED, 6, 0.6)):
        kill(plain, folder / f"kill{number}", delay, 100)


@pytest.mark.sweep
def test_two_hundred_kills_lose_nothing(plain: Writers, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally: Counter[str] = Counter()
    acknowledged = 0
    for number, delay in enumerate(seeded_delays(SEED, KILLS, 1.0)):
        done, found = kill(plain, folder / f"kill{number}", delay, 300)
        acknowledged += done
        tally[f"unacknowledged step {'absent' if found.step == 'before' else 'there'}"] += 1
        tally["mended on opening"] += bool(found.notices)
    with capsys.disabled():
        rows: list[list[object]] = [
            ["kill -9", "random moments"],
            ["kills", KILLS],
            ["steps acknowledged, none lost", acknowledged],
            *map(list, sorted(tally.items())),
            ["broken promises", 0],
        ]
        print("\n" + table(rows))  # noqa: T201
