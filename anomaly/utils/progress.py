"""Progress on standard error: drawn in a terminal or a notebook, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress

# Between two lines where nothing can be drawn: what is done sooner says nothing.
_SECONDS_OF_SILENCE = 60.0


class ProgressDisplay:
    """Shows the stages of a job and the epochs of a training.

    Parameters
    ----------
    shown : bool or None
        Off, it does nothing. None is on in a notebook and off elsewhere.
    """

    def __init__(self, *, shown: bool | None = False) -> None:
        is_notebook = in_notebook()
        is_on = is_notebook if shown is None else shown
        self._draws = is_on and (is_notebook or sys.stderr.isatty())
        self._line = _LineNowAndThen(is_on and not self._draws)

    @property
    def draws(self) -> bool:
        """Whether there is a terminal or a notebook to draw to."""
        return self._draws

    def say(self, words: str) -> None:
        """Say a line where nothing can be drawn and the last one was long ago."""
        self._line(lambda: words)

    @contextmanager
    def stage(self, words: str) -> Iterator[None]:
        """Show that something of unknown length goes on."""
        if not self._draws:
            self.say(words)
            yield
            return
        from rich.console import Console

        with Console(stderr=True).status(words):
            yield

    @contextmanager
    def rows(self, words: str) -> Iterator[Callable[[int], None]]:
        """Give a function that shows how many rows are done."""
        if not self._draws:
            yield lambda count: self._line(lambda: f"{words}: {count:,} rows")
            return
        from rich.console import Console

        with Console(stderr=True).status(words) as line:
            yield lambda count: line.update(f"{words}: {count:,} rows")

    @contextmanager
    def epochs(self, total: int) -> Iterator[list[Any]]:
        """Give the Keras callbacks that draw a bar of the epochs.

        Until the training begins it says that the rows are looked at. How many epochs there are at
        most is asked of the training itself, once it has begun.
        """
        if not self._draws:
            yield [_epoch_callback(self._say_epoch, lambda _: None)] if self._line.is_on else []
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
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("epoch {task.completed}/{task.total}  {task.fields[losses]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Looking at the rows", total=total, losses="")
            yield [_bar_callback(bar, task)]

    def _say_epoch(self, epoch: int, total: int, losses: str) -> None:
        self._line(lambda: f"Training: epoch {epoch}/{total}  {losses}")


def in_notebook() -> bool:
    """Return whether the code runs in a notebook, which shows what is drawn."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


class _LineNowAndThen:
    """Says a line on standard error where the last one was long ago."""

    def __init__(self, is_on: bool) -> None:
        self.is_on = is_on
        self._last = time.monotonic()

    def __call__(self, words: Callable[[], str]) -> None:
        now = time.monotonic()
        if self.is_on and now - self._last >= _SECONDS_OF_SILENCE:
            self._last = now
            print(words(), file=sys.stderr, flush=True)


def _bar_callback(bar: Progress, task: Any) -> Any:
    def begin(total: int) -> None:
        bar.reset(task, description="Training", total=total)

    def show(epoch: int, total: int, losses: str) -> None:
        bar.update(task, completed=epoch, total=total, losses=losses)

    return _epoch_callback(show, begin)


def _epoch_callback(show: Callable[[int, int, str], None], begin: Callable[[int], None]) -> Any:
    """Return a callback that shows each epoch, of how many, and its losses."""
    from anomaly.utils.backend import keras

    class OfEpochs(keras.callbacks.Callback):
        def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
            begin(self.params["epochs"])

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            losses = "  ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
            show(epoch + 1, self.params["epochs"], losses)

    return OfEpochs()
