"""Work in other processes ends: when all is done, when enough is, when it fails, when a worker is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from itertools import count, islice

import pytest

from train.parallel import WorkerLost, mapped

LONG = "x" * 100_000  # more than a pipe holds: what is sent to a worker that is gone would wait for ever


def long_items(read: list[int]) -> Iterator[tuple[int, str]]:
    for number in count():
        read.append(number)
        yield number, LONG


def number_of(item: tuple[int, str]) -> int:
    return item[0]


def killed_at_five(item: tuple[int, str]) -> int:
    if item[0] == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return item[0]


def wrong_at_five(item: tuple[int, str]) -> int:
    if item[0] == 5:
        raise ValueError("five")
    return item[0]


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    def waited_too_long(_signal: int, _frame: object) -> None:
        raise TimeoutError("an endless wait")

    before = signal.signal(signal.SIGALRM, waited_too_long)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
    assert multiprocessing.active_children() == []


def test_everything_comes_in_order() -> None:
    items = islice(long_items([]), 25)
    assert list(mapped(number_of, items, batch=3)) == list(range(25))
    assert list(mapped(number_of, iter(()))) == []


def test_stopping_early_ends_the_workers_and_reads_little_ahead() -> None:
    read: list[int] = []
    with closing(mapped(number_of, long_items(read), batch=3)) as values:
        assert list(islice(values, 10)) == list(range(10))
    assert len(read) < 40


def test_a_worker_that_is_killed_is_an_error() -> None:
    with pytest.raises(WorkerLost, match="memory"):
        list(mapped(killed_at_five, long_items([]), batch=3))


def test_an_error_in_a_worker_is_raised_here() -> None:
    with pytest.raises(ValueError, match="five"):
        list(mapped(wrong_at_five, long_items([]), batch=3))
