"""A table on a terminal that fills in as methods end, the best at the top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import numpy as np

from anomaly.comparison.folder.store import Trial
from anomaly.comparison.judging.costs import Costs
from anomaly.comparison.judging.summary import SeedResult, seed_result
from anomaly.utils.progress import ProgressDisplay

_COLUMNS = {
    "AP": "average_precision",
    "ROC AUC": "roc_auc",
    "precision": "precision",
    "recall": "recall",
    "F1": "f1",
}


class LiveTable:
    """Shows the figures of the methods that are done, and which one is at work.

    Parameters
    ----------
    methods : sequence of str
    seeds : int
        How often each is run.
    shown : bool or None
        Off, it does nothing. None is on in a notebook and off elsewhere.
    """

    def __init__(self, methods: Sequence[str], seeds: int, *, shown: bool | None = False) -> None:
        self._stages = ProgressDisplay(shown=shown)
        self._shown = self._stages.draws
        self._methods = methods
        self._seeds = seeds
        self._at_work = ""
        self._done: dict[str, list[tuple[SeedResult, float]]] = {}
        self._live: Any = None

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console
            from rich.live import Live

            self._live = Live(
                console=Console(stderr=True), transient=True, get_renderable=self._table
            )
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    @contextmanager
    def stage(self, words: str) -> Iterator[None]:
        """Show that something of unknown length goes on."""
        with self._stages.stage(words):
            yield

    def begin(self, method: str, seed: int) -> None:
        """Show which method is at work."""
        self._at_work = method if self._seeds == 1 else f"{method}, seed {seed}"
        self._stages.say(f"At work: {self._at_work}")

    def end(self, trial: Trial, costs: Costs | None) -> None:
        """Add the figures of a trial."""
        self._at_work = ""
        if self._shown:
            result, _ = seed_result(trial, costs)
            self._done.setdefault(trial.method, []).append((result, trial.seconds["fit"]))

    def _table(self) -> Any:
        from rich.console import Group
        from rich.spinner import Spinner
        from rich.table import Table

        done = sum(map(len, self._done.values()))
        at_work = f"; at work: {self._at_work}" if self._at_work else ""
        title = f"{done} of {len(self._methods) * self._seeds} done{at_work}"
        table = Table(box=None)
        table.add_column("method")
        for name in (*_COLUMNS, "fit", *(["seeds"] if self._seeds > 1 else [])):
            table.add_column(name, justify="right")
        for method, found in sorted(self._done.items(), key=lambda item: -_ap(item[1])):
            figures = [_shown([r.figures[name] for r, _ in found]) for name in _COLUMNS.values()]
            seconds = f"{np.mean([seconds for _, seconds in found]):.1f} s"
            seeds = [str(len(found))] if self._seeds > 1 else []
            table.add_row(method, *figures, seconds, *seeds)
        # What does not fit on the terminal is cut at the bottom.
        return Group(Spinner("dots", title), table)


def _ap(found: list[tuple[SeedResult, float]]) -> float:
    return float(np.mean([result.figures["average_precision"] or 0 for result, _ in found]))


def _shown(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{np.mean(known):.3f}" if known else "-"
