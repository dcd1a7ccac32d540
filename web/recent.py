"""Remember the last results in memory: the viewer walks through the citations of an answer without asking again.

A result is good for as long as the library stands at the generation that it was made from.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from qa.ask import Answerer
from qa.types import AskResult

MAX_RESULTS = 128


class RecentResults:
    """The last `most` results by question. Safe to share between threads."""

    def __init__(self, most: int = MAX_RESULTS) -> None:
        self._most = most
        self._guard = threading.Lock()
        self._results: OrderedDict[str, AskResult] = OrderedDict()

    def __len__(self) -> int:
        return len(self._results)

    def ask(self, answerer: Answerer, question: str) -> tuple[AskResult, bool]:
        """Return the answer to `question`, and whether it was worked out just now."""
        generation = answerer.library.snapshot().generation
        with self._guard:
            known = self._results.get(question)
            if known is not None and known.generation == generation:
                self._results.move_to_end(question)
                return known, False
        result = answerer.ask(question)
        with self._guard:
            self._results[question] = result
            self._results.move_to_end(question)
            if len(self._results) > self._most:
                self._results.popitem(last=False)
        return result, True
