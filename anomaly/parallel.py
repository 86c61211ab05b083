"""Work on a stream with several threads, in order and with bounded memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

WORKERS = max(1, min(4, os.cpu_count() or 1))


def map_in_order(
    function: Callable[[Item], Result], items: Iterable[Item], name: str
) -> Iterator[Result]:
    """Yield the function's result for each item, in the order of the items.

    Parameters
    ----------
    function : callable
        Should spend its time outside of Python's lock, as Arrow and ONNX Runtime do.
    items : iterable
        Read as the results are taken, a few items ahead. What it raises comes after the
        results of the items before.
    name : str
        Of the threads.
    """
    with ThreadPoolExecutor(WORKERS, thread_name_prefix=f"anomaly-{name}") as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for future in _submitted(pool, function, items):
                waiting.append(future)
                if len(waiting) > WORKERS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _submitted(
    pool: ThreadPoolExecutor, function: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Future[Result]]:
    try:
        for item in items:
            yield pool.submit(function, item)
    except Exception as fault:  # noqa: BLE001 - it is raised again in its turn
        end: Future[Result] = Future()
        end.set_exception(fault)
        yield end


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield the items, with the next one made in a thread while the caller uses the present one.

    Parameters
    ----------
    items : iterator
        What it raises comes after the items before.
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="anomaly-ahead") as pool:
        coming: Future[Any] = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield item
