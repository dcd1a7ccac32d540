"""One writer at a time; the next learns who it is. Between processes: tests/crash/test_concurrency.py."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from index.errors import LibraryBusy
from index.lock import WriteLock


def test_two_locks_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    first, second = WriteLock(tmp_path), WriteLock(tmp_path)
    with first.held(0):
        with pytest.raises(LibraryBusy, match=f"process {os.getpid()} .*waited 0 s") as caught:
            with second.held(0):
                raise AssertionError("both hold it")
        assert "--wait" in caught.value.hint
    with second.held(0):
        pass


def test_threads_share_one_lock_in_turn(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path)
    inside, most, guard = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with lock.held(60):
                with guard:
                    inside += 1
                    most = max(most, inside)
                with guard:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_thread_that_cannot_wait_is_refused(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path)
    with lock.held(0):
        with pytest.raises(LibraryBusy):
            with lock.held(0):
                raise AssertionError("held twice")


def test_an_error_inside_lets_go(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path)
    with pytest.raises(RuntimeError):
        with lock.held(0):
            raise RuntimeError("inside")
    with lock.held(0):
        pass


def test_a_holder_that_has_not_signed_is_another_process(tmp_path: Path) -> None:
    with WriteLock(tmp_path).held(0):
        for unsigned in ("", "{", '{"pid": 1}', "[]"):
            (tmp_path / "lock.json").write_text(unsigned, encoding="utf-8")
            with pytest.raises(LibraryBusy, match="by another process; waited 0 s"):
                with WriteLock(tmp_path).held(0):
                    raise AssertionError("both hold it")
