"""Limit how often one caller may ask: a token bucket for each key or address, in bounded memory.

It keeps one busy client from crowding out the rest. It does not stop an attack from many addresses, and it is counted
in each server process apart.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_CALLERS = 10_000


class RateLimiter:
    """Grant each caller `per_minute` requests a minute, all at once or spread; 0 grants everything."""

    def __init__(
        self, per_minute: int, *, clock: Callable[[], float] = time.monotonic, max_callers: int = MAX_CALLERS
    ) -> None:
        self._capacity = per_minute
        self._clock = clock
        self._max_callers = max_callers
        self._guard = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # caller -> tokens left, as of when

    def __len__(self) -> int:
        return len(self._buckets)

    def wait_for(self, caller: str, per_minute: int | None = None) -> int:
        """Count one request of `caller`; return 0 when it is granted, else the whole seconds to wait.

        `per_minute` is for callers with a rate of their own; it must be the same each time.
        """
        capacity = self._capacity if per_minute is None else per_minute
        if capacity <= 0:
            return 0
        with self._guard:
            tokens = self._refilled(caller, capacity)
            granted = tokens >= 1
            self._buckets[caller] = (tokens - granted, self._clock())
            self._buckets.move_to_end(caller)
            # The caller not seen for longest goes: its bucket is the likeliest to be full again, which is what a
            # caller without a bucket has.
            if len(self._buckets) > self._max_callers:
                self._buckets.popitem(last=False)
        return 0 if granted else max(1, math.ceil((1 - tokens) * 60 / capacity))

    def _refilled(self, caller: str, capacity: int) -> float:
        now = self._clock()
        tokens, since = self._buckets.get(caller, (float(capacity), now))
        return min(float(capacity), tokens + (now - since) * capacity / 60)


def network_of(address: str) -> str:
    """Return what counts as one caller: an IPv4 address, or the /64 that one IPv6 customer is given."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
