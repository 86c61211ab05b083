"""Work on a stream with several threads, in order and with bounded memory; what they share."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import RLock
from typing import Any, Generic, Self, TypeVar, overload

Item = TypeVar("Item")
Result = TypeVar("Result")
Value = TypeVar("Value")

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


def one_ahead(items: Iterator[Item], stop: Callable[[], object] | None = None) -> Iterator[Item]:
    """Yield the items, with the next one made in a thread while the caller uses the present one.

    Parameters
    ----------
    items : iterator
        What it raises comes after the items before.
    stop : callable, optional
        Ends the making of an item that nobody waits for any more, such as after Ctrl-C.
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="anomaly-ahead") as pool:
        try:
            coming: Future[Any] = pool.submit(next, items, end)
            while (item := coming.result()) is not end:
                coming = pool.submit(next, items, end)
                yield item
        except BaseException:
            if stop is not None:
                stop()
            raise


def with_last(items: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """Yield each item, and whether it is the last one; the next one is made before.

    Parameters
    ----------
    items : iterable
        What it raises comes after the items before, none of which is the last.
    """
    before: list[Item] = []
    try:
        for item in items:
            yield from ((waiting, False) for waiting in before)
            before = [item]
    except Exception:
        yield from ((waiting, False) for waiting in before)
        raise
    yield from ((waiting, True) for waiting in before)


class locked_property(Generic[Value]):  # noqa: N801 - it is written as `property` is
    """A property that is built once and kept, whichever threads ask for it first.

    From Python 3.12 on, `functools.cached_property` lets several threads build it at once.
    """

    def __init__(self, build: Callable[[Any], Value]) -> None:
        self._build = build
        self._lock = RLock()
        self.__doc__ = build.__doc__

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any]) -> Value: ...

    def __get__(self, instance: object | None, owner: type[Any]) -> Self | Value:
        if instance is None:
            return self
        # Once it is kept there, Python finds it without asking here.
        attributes = vars(instance)
        with self._lock:
            if self._name not in attributes:
                attributes[self._name] = self._build(instance)
        return attributes[self._name]
