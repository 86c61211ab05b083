"""Progress on standard error, and only to a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress


class ProgressDisplay:
    """Shows the stages of a job and the epochs of a training.

    Parameters
    ----------
    shown : bool
        Off, it does nothing. On, it still does nothing unless standard error is a terminal.
    """

    def __init__(self, *, shown: bool = False) -> None:
        self._shown = shown and sys.stderr.isatty()

    @contextmanager
    def stage(self, words: str) -> Iterator[None]:
        """Show that something of unknown length goes on."""
        if not self._shown:
            yield
            return
        from rich.console import Console

        with Console(stderr=True).status(words):
            yield

    @contextmanager
    def rows(self, words: str) -> Iterator[Callable[[int], None]]:
        """Give a function that shows how many rows are done."""
        if not self._shown:
            yield lambda count: None
            return
        from rich.console import Console

        with Console(stderr=True).status(words) as line:
            yield lambda count: line.update(f"{words}: {count:,} rows")

    @contextmanager
    def epochs(self, total: int) -> Iterator[list[Any]]:
        """Give the Keras callbacks that draw a bar of the epochs."""
        if not self._shown:
            yield []
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("Training"),
            BarColumn(),
            TextColumn("epoch {task.completed}/{task.total}  {task.fields[losses]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield [_epoch_callback(bar, bar.add_task("Training", total=total, losses=""))]


def _epoch_callback(bar: Progress, task: Any) -> Any:
    from anomaly.utils.backend import keras

    def show(epoch: int, logs: dict[str, float] | None) -> None:
        losses = "  ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        bar.update(task, completed=epoch + 1, losses=losses)

    return keras.callbacks.LambdaCallback(on_epoch_end=show)
