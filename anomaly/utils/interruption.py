"""Ctrl-C held back until something whole is done, or heard where something swallowed it."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def interruption_held_back() -> Iterator[None]:
    """Let Ctrl-C, or a request to end that is met like it, wait for the end of the block.

    When it comes a second time it waits no longer.
    """
    if threading.current_thread() is not threading.main_thread():
        # Signals come to the main thread alone.
        yield
        return
    handlers = _handlers()
    held: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        if held:
            handlers[number](number, frame)
        held.append(number)

    with _handled_by(hold, handlers):
        yield
    if held:
        signal.raise_signal(held[0])


@contextmanager
def interruption_insisted_on() -> Iterator[None]:
    """End at the end of the block where Ctrl-C came within it and had no effect.

    What is imported for the first time may swallow it, where it tries what it can do without.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = _handlers()
    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        handlers[number](number, frame)

    with _handled_by(hear, handlers):
        yield
    if heard:
        signal.raise_signal(heard[0])


def _handlers() -> dict[int, Callable[[int, FrameType | None], Any]]:
    """Return what is done now about Ctrl-C and a request to end, where it is something."""
    current = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    return {int(number): handler for number, handler in current.items() if callable(handler)}


@contextmanager
def _handled_by(
    handler: Callable[[int, FrameType | None], Any], before: Iterable[int]
) -> Iterator[None]:
    earlier = {number: signal.getsignal(number) for number in before}
    try:
        for number in earlier:
            signal.signal(number, handler)
        yield
    finally:
        for number, handler_before in earlier.items():
            signal.signal(number, handler_before)
