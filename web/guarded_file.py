"""Keep a small JSON file of records that many processes read and few change: API keys, sites.

It is read again whenever it changes, written as a whole (a crash leaves the old one or the new one) for its owner's
eyes only, and changed under a lock file. What the records mean is not known here.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from filelock import FileLock, Timeout

from index.errors import LibraryBusy

_LOCK_SECONDS = 10

Record = TypeVar("Record")


class GuardedFile(Generic[Record]):
    """The records of one file by id; `read` and `written` turn what the file holds into them and back."""

    def __init__(
        self,
        path: Path,
        *,
        read: Callable[[Path], dict[str, Record]],
        written: Callable[[Mapping[str, Record]], dict[str, Any]],
    ) -> None:
        self.path = path
        self._read = read
        self._written = written
        self._guard = threading.Lock()
        self._stamp: tuple[int, ...] | None = None
        self._records: dict[str, Record] = {}

    def current(self) -> dict[str, Record]:
        """Return the records as they are now; whatever `read` raises of a damaged file is passed on."""
        with self._guard:
            stamp = _stamp_of(self.path)
            if stamp != self._stamp:
                self._records = self._read(self.path) if stamp else {}
                self._stamp = stamp
            return self._records

    @contextmanager
    def exclusive(self) -> Iterator[dict[str, Record]]:
        """Hold the lock file between reading the records and replacing them: no process undoes another's change."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path.with_suffix(".lock"), timeout=_LOCK_SECONDS):
                yield self.current()
        except Timeout as error:
            raise LibraryBusy(f"another process is changing the {self.path.stem}", hint="Try again soon.") from error

    def replace(self, records: Mapping[str, Record]) -> None:
        """Replace the file as a whole; call inside `exclusive`."""
        body = json.dumps(self._written(records), indent=1, ensure_ascii=False)
        temporary = self.path.with_suffix(".tmp")
        temporary.unlink(missing_ok=True)  # left by a crash; O_EXCL below then makes it with our own mode
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)
        _sync_directory(self.path.parent)


def _stamp_of(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
