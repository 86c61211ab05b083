"""Ctrl-C held back until something whole is done; `loop` then ends the training."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruption_held_back() -> Iterator[None]:
    """Let Ctrl-C, or a request to end that is met like it, wait for the end of the block.

    When it comes a second time it waits no longer.
    """
    if threading.current_thread() is not threading.main_thread():
        # Signals come to the main thread alone.
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    current = {number: signal.getsignal(number) for number in numbers}
    handlers = {number: handler for number, handler in current.items() if callable(handler)}
    held: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        if held:
            handlers[signal.Signals(number)](number, frame)
        held.append(number)

    try:
        for number in handlers:
            signal.signal(number, hold)
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if held:
        signal.raise_signal(held[0])
