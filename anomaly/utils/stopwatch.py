"""Seconds by stage of a job."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Stopwatch:
    """Adds up the seconds spent in named stages, in any thread; `total` runs from the start."""

    def __init__(self, *stages: str) -> None:
        self._started = time.perf_counter()
        self._lock = Lock()
        self._seconds = dict.fromkeys(stages, 0.0)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - started
            with self._lock:
                self._seconds[stage] += seconds

    def seconds(self) -> dict[str, float]:
        """Return the seconds of each stage so far, and of everything as `total`."""
        total = time.perf_counter() - self._started
        return {name: round(value, 3) for name, value in (self._seconds | {"total": total}).items()}
