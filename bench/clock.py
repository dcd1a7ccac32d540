"""Time calls and sum their times up: nothing of HoiDap is known here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def milliseconds_of(call: Callable[[Item], object], items: Iterable[Item], limit_s: float) -> list[float]:
    """Return the milliseconds of `call` on each item, until `limit_s` seconds have gone by."""
    end = time.perf_counter() + limit_s
    taken: list[float] = []
    for item in items:
        start = time.perf_counter()
        if start > end:
            break
        call(item)
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile: the smallest value that at least `share` of the values do not exceed."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def summary(milliseconds: Sequence[float]) -> dict[str, float | int]:
    """Return the count, the median and the 95th percentile."""
    return {
        "n": len(milliseconds),
        "p50_ms": round(percentile(milliseconds, 0.5), 2),
        "p95_ms": round(percentile(milliseconds, 0.95), 2),
    }
