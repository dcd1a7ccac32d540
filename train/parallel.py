"""Map a function over many items with worker processes, in order, reading no further ahead than the workers need.

`multiprocessing.Pool` is no help here. Its feeding thread reads all items, whether or not they are wanted; when the
caller stops early, `terminate` ends the workers and then waits for that thread, which waits for ever to write into a
pipe that nobody reads any more. And a worker that is killed is replaced in silence, its result waited for without end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")


class WorkerLost(RuntimeError):
    """A worker process ended before its work did."""


def mapped(
    function: Callable[[Item], Value],
    items: Iterable[Item],
    *,
    workers: int = 2,
    batch: int = 200,
    begin: Callable[..., None] | None = None,
    given: tuple[Any, ...] = (),
) -> Generator[Value, None, None]:
    """Yield `function(item)` for each item, in order; close the generator to stop early.

    Each worker calls `begin(*given)` when it starts. Forked, it shares what it is given instead of being sent it.

    Raises:
        WorkerLost: a worker was killed, by a want of memory for example.
    """
    remaining = iter(items)
    waiting: deque[Future[list[Value]]] = deque()
    pool = ProcessPoolExecutor(workers, get_context("fork"), begin, given)
    try:
        while True:
            while len(waiting) < 2 * workers and (some := list(islice(remaining, batch))):
                waiting.append(pool.submit(_each, function, some))
            if not waiting:
                return
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerLost("a worker process ended before its work did; was there memory enough?") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _each(function: Callable[[Item], Value], items: list[Item]) -> list[Value]:
    return [function(item) for item in items]
