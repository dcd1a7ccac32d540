"""Hold what the views of one app share: the settings, the answerer, the keys, the limits, the counters.

The library is opened at the first request that needs it, and again after a failure: a server may be started before
there is one. This module knows no HTTP.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app

from index.errors import HoidapError, LibraryBusy, NoLibrary
from index.feedback import FeedbackStore
from index.library import Library
from index.types import LibraryStats
from qa.ask import Answerer
from qa.types import AskResult
from web.keys import KeyStore
from web.limits import RateLimiter
from web.metrics import Metrics
from web.recent import RecentResults
from web.settings import Settings
from web.sites import SiteStore
from web.wiring import build_answerer, load_examples, open_library

log = logging.getLogger("hoidap.web")

EXTENSION = "hoidap"
FEEDBACK_RATE = 20  # opinions a minute from one address: a person's clicks, not a program's


class Service:
    """What one app works with. Safe to share between threads."""

    def __init__(self, settings: Settings, answerer: Answerer | None = None) -> None:
        self.settings = settings
        self.keys = KeyStore(settings.data)
        self.sites = SiteStore(settings.data)
        self.limiter = RateLimiter(settings.rate)
        self.feedback_limiter = RateLimiter(FEEDBACK_RATE)
        self.recent = RecentResults()
        self.examples = load_examples(settings)
        self.metrics = Metrics(self._stats_or_none)
        self._answerer = answerer
        self._opened: Library | None = None
        self._feedback: FeedbackStore | None = None
        self._opening = threading.Lock()
        # Writers queue on one lock, for up to `wait` seconds; half of the threads always stay free for questions.
        self._ingesting = threading.BoundedSemaphore(max(1, settings.threads // 2))

    def answerer(self, *, create: bool = False) -> Answerer:
        """Return what answers; opens the library, and with `create` makes it, when that has not happened yet.

        Raises:
            HoidapError: the library cannot be opened.
        """
        with self._opening:
            if self._answerer is None:
                library = open_library(self.settings, create=create)
                try:
                    self._answerer = build_answerer(self.settings, library)
                except BaseException:
                    library.close()
                    raise
                self._opened = library
            return self._answerer

    def warm_up(self) -> None:
        """Open the library now, so that a damaged one shows at the start and the first question is not the slow one.

        None at all, or one that is being written to, is no reason not to start.

        Raises:
            HoidapError: the library cannot be used.
        """
        try:
            self.answerer()
        except (NoLibrary, LibraryBusy) as error:
            log.info("started without a library: %s", error)

    def library(self, *, create: bool = False) -> Library:
        """Return the library, opened as `answerer` does."""
        return self.answerer(create=create).library

    @contextmanager
    def writing(self, *, create: bool = False) -> Iterator[Library]:
        """Give the library to one of the few who may wait for its write lock at once.

        Raises:
            LibraryBusy: too many are waiting already.
        """
        if not self._ingesting.acquire(blocking=False):
            raise LibraryBusy("other documents are being stored")
        try:
            yield self.library(create=create)
        finally:
            self._ingesting.release()

    def ask(self, question: str) -> AskResult:
        """Answer a question of a page or a widget, out of memory when it was just asked.

        Raises:
            NoLibrary: there is nothing to answer from.
            InvalidInput: the question is empty, too long or no text.
        """
        answerer = self.answerer()
        if answerer.library.snapshot().count == 0:
            raise NoLibrary("the library is empty")
        result, fresh = self.recent.ask(answerer, question)
        if fresh:
            self.metrics.count_question(result.status.value)
        return result

    def feedback(self) -> FeedbackStore:
        """Return where opinions are kept; the file is made when it is first needed."""
        with self._opening:
            if self._feedback is None:
                self._feedback = FeedbackStore.open(self.settings.data)
            return self._feedback

    def close(self) -> None:
        """Close what was opened here."""
        with self._opening:
            if self._feedback is not None:
                self._feedback.close()
                self._feedback = None
            if self._opened is not None:
                self._opened.close()
                self._opened = self._answerer = None

    def _stats_or_none(self) -> LibraryStats | None:
        try:
            return self.library().stats()
        except (HoidapError, OSError):
            return None  # /readyz says why; a scrape must still yield the other counters


def service() -> Service:
    """Return the service of the app that is answering."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Service)  # noqa: S101
    return found
