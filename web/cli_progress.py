"""Show progress on standard error, when a person watches."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from web.cli_streams import is_terminal

_EVERY_SECONDS = 0.1
_CELLS = 24
_ERASE_LINE = "\r\x1b[K"


class Progress:
    """A bar on one line; without a terminal, or without anything to count, it stays silent."""

    def __init__(self, label: str, total: int = 0) -> None:
        self._label = label
        self.total = total
        self._watched = is_terminal(sys.stderr)
        self._shown_at = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, done: int) -> None:
        """Draw the bar, but not so often that drawing costs time."""
        now = time.monotonic()
        if not self._watched or (now - self._shown_at < _EVERY_SECONDS and done != self.total):
            return
        self._shown_at = now
        sys.stderr.write(f"{_ERASE_LINE}{self._label} {self._bar(done)}")
        sys.stderr.flush()

    def _bar(self, done: int) -> str:
        if not self.total:
            return str(done)
        filled = _CELLS * min(done, self.total) // self.total
        return f"[{'#' * filled}{'.' * (_CELLS - filled)}] {done}/{self.total}"

    def clear(self) -> None:
        """Take the bar away, so that a line can be written in its place."""
        if self._watched and self._shown_at:
            sys.stderr.write(_ERASE_LINE)
            sys.stderr.flush()
