"""Count what the server does, for Prometheus. Each app has a registry of its own: two apps in one process never mix.

Labels are bounded: the route as it is written in the code (never the address asked for), known methods, statuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from index.types import LibraryStats

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The counters of one app; `stats` returns the library's size, or None while there is none."""

    def __init__(self, stats: Callable[[], LibraryStats | None]) -> None:
        self.registry = CollectorRegistry()
        labels = ["route", "method", "status"]
        self._requests = Counter("hoidap_http_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "hoidap_http_request_seconds", "Time to answer.", labels, buckets=_SECONDS, registry=self.registry
        )
        self._questions = Counter("hoidap_questions", "Questions, by outcome.", ["status"], registry=self.registry)
        for status in ("answered", "no_answer"):
            self._questions.labels(status)  # a rate over a counter that is not there yet is no number
        self.registry.register(_LibraryCollector(stats))

    def count_request(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """Count one answered request; `route` is None when the address fits none."""
        labels = (route or "unmatched", method if method in _METHODS else "other", str(status))
        self._requests.labels(*labels).inc()
        self._seconds.labels(*labels).observe(seconds)

    def count_question(self, status: str) -> None:
        """Count one question by what came of it."""
        self._questions.labels(status).inc()

    def render(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)


class _LibraryCollector(Collector):
    """Read the library's size at each scrape, so that it is right also when another process ingests."""

    def __init__(self, stats: Callable[[], LibraryStats | None]) -> None:
        self._stats = stats

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges; none while there is no library."""
        stats = self._stats()
        if stats is None:
            return
        yield GaugeMetricFamily("hoidap_library_documents", "Documents stored.", value=stats.documents)
        yield GaugeMetricFamily("hoidap_library_passages", "Passages stored.", value=stats.passages)
        yield GaugeMetricFamily("hoidap_library_generation", "Committed changes.", value=stats.generation)
        yield GaugeMetricFamily(
            "hoidap_library_published_generation", "Change that searches see.", value=stats.published_generation
        )

    def describe(self) -> Iterable[Metric]:
        """Name nothing: registering must not open the library."""
        return ()
