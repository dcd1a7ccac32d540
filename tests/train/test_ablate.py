"""Ablations differ in one thing each; side by side or not, every score stands under its run and is not made again."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from train import ablate
from train.ablate import RUNS

NAMES = [name for name, _ in RUNS]
Made = list[list[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a work folder in which the random encoder is there."""
    monkeypatch.setenv("HOIDAP_TRAIN", str(tmp_path))
    (tmp_path / "encoder-random").mkdir()
    return tmp_path


def start(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], work: Callable[[list[str]], None] = lambda _: None
) -> Made:
    """Run main with `work` instead of each command; return the commands."""
    made: Made = []

    def instead(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        made.append(command)
        work(command)
        name = name_of(command)
        return subprocess.CompletedProcess(command, 0, f"step 50/200\n  F1 1.0\n{name} F1 of {name}\n", "")

    monkeypatch.setattr(subprocess, "run", instead)
    monkeypatch.setattr(sys, "argv", ["ablate", *arguments])
    ablate.main()
    return made


def name_of(command: list[str]) -> str:
    return command[command.index("--name") + 1]


def number_of(command: list[str]) -> int:
    return int(name_of(command).removeprefix("ablation-"))


def table(folder: Path) -> dict[str, str]:
    path = folder / "ablations.tsv"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split("\t") for line in lines)


def wanted(numbers: range | list[int]) -> dict[str, str]:
    return {NAMES[number]: f"F1 of ablation-{number}" for number in numbers}


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_run_is_made_once_and_its_score_stands_under_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    def later_ones_first(command: list[str]) -> None:
        time.sleep(0.02 * (len(RUNS) - number_of(command)) / len(RUNS))

    made = start(monkeypatch, ["--jobs", str(jobs), "--steps", "9", "--rate", "0.5"], later_ones_first)
    assert table(folder) == wanted(range(len(RUNS)))
    assert sorted(map(number_of, made)) == list(range(len(RUNS)))
    for command in made:
        name, flags = RUNS[number_of(command)]
        assert command[:3] == [sys.executable, "-m", "train.fit_reader"]
        assert {"--steps=9", "--batch=24", "--looks=300", "--rate=0.5"} <= set(command), name
        assert command[len(command) - len(flags) :] == list(flags)


def test_as_many_runs_as_asked_for_go_side_by_side(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(3)
    start(monkeypatch, ["--jobs", "3", "--only", *NAMES[:3]], lambda _: (together.wait(10), None)[1])
    assert table(folder) == wanted(range(3))


def test_alone_they_go_one_after_the_other_in_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = threading.Lock()

    def work(_: list[str]) -> None:
        assert alone.acquire(blocking=False)
        time.sleep(0.005)
        alone.release()

    made = start(monkeypatch, [], work)
    assert list(map(number_of, made)) == list(range(len(RUNS)))
    assert list(table(folder)) == NAMES


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_was_made_before_a_failure_is_not_made_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    def fails_at_the_last(command: list[str]) -> None:
        if number_of(command) == len(RUNS) - 1:
            time.sleep(0.1)
            raise subprocess.CalledProcessError(1, command)

    with pytest.raises(subprocess.CalledProcessError):
        start(monkeypatch, ["--jobs", jobs], fails_at_the_last)
    assert table(folder) == wanted(range(len(RUNS) - 1))
    again = start(monkeypatch, ["--jobs", jobs])
    assert list(map(number_of, again)) == [len(RUNS) - 1]
    assert table(folder) == wanted(range(len(RUNS)))
    assert start(monkeypatch, ["--jobs", jobs]) == []


def test_a_failure_stops_the_runs_that_wait_or_keeps_their_scores(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = set[str]()

    def fails_at_the_second(command: list[str]) -> None:
        if number_of(command) == 1:
            raise subprocess.CalledProcessError(1, command)
        time.sleep(0.02)
        finished.add(NAMES[number_of(command)])

    with pytest.raises(subprocess.CalledProcessError):
        start(monkeypatch, [], fails_at_the_second)
    assert set(table(folder)) == finished


def test_a_random_encoder_is_made_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_TRAIN", str(tmp_path))
    made = start(monkeypatch, ["--only", "all"])
    assert [command[2] for command in made] == ["train.encoder", "train.fit_reader"]
    assert made[0][3:] == ["--random", "--name", "encoder-random"]
