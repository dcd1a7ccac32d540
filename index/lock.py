"""Let one writer at a time into a data directory, and know who it is.

The lock is the operating system's own (`flock` through filelock), so it goes when its holder dies; `lock.json` beside
it only says who that is.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import filelock

from index.errors import LibraryBusy


class WriteLock:
    """The right to write to one library, between the threads of this process and between processes."""

    def __init__(self, directory: Path) -> None:
        """Name the lock files; nothing is locked yet."""
        self._holder = directory / "lock.json"
        self._file = filelock.FileLock(directory / "lock", thread_local=False)
        self._thread = threading.Lock()

    @contextmanager
    def held(self, wait: float) -> Iterator[None]:
        """Hold the lock for the block, after waiting up to `wait` seconds for it.

        Raises:
            LibraryBusy: somebody else holds it still; the message says who.
        """
        deadline = time.monotonic() + wait
        if not self._thread.acquire(timeout=max(wait, 0.0)):
            raise self._busy(wait)
        try:
            with self._file_lock(max(deadline - time.monotonic(), 0.0), wait):
                self._sign()
                yield
        finally:
            self._thread.release()

    def is_held(self) -> bool:
        """Tell whether anybody, this process included, is writing just now; who asks does not sign as the writer."""
        if not self._thread.acquire(blocking=False):
            return True
        try:
            with self._file_lock(0.0, 0.0):
                return False
        except LibraryBusy:
            return True
        finally:
            self._thread.release()

    @contextmanager
    def _file_lock(self, remaining: float, wait: float) -> Iterator[None]:
        try:
            self._file.acquire(timeout=remaining, poll_interval=0.05)
        except filelock.Timeout as error:
            raise self._busy(wait) from error
        try:
            yield
        finally:
            self._file.release()

    def _sign(self) -> None:
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
        since = datetime.now().astimezone().isoformat("T", "seconds")
        holder = {"pid": os.getpid(), "command": command, "since": since}
        self._holder.write_text(json.dumps(holder), encoding="utf-8")

    def _busy(self, wait: float) -> LibraryBusy:
        try:
            holder = json.loads(self._holder.read_text(encoding="utf-8"))
            who = f"process {holder['pid']} ({holder['command']}), since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            who = "another process"  # it has the lock but has not signed yet
        return LibraryBusy(
            f"the library is being written to by {who}; waited {wait:g} s",
            hint="Try again when it has finished, or wait longer with --wait SECONDS.",
        )
