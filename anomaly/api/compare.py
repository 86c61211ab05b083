"""Methods side by side: on the same rows, with the same splits, without leakage."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack

from anomaly import defaults
from anomaly.api.table_options import TableOptions, roles_and_source, with_table_options
from anomaly.comparison.folder.result import Comparison
from anomaly.comparison.job import Job
from anomaly.comparison.judging.costs import CostOptions
from anomaly.comparison.live_table import LiveTable
from anomaly.comparison.methods.estimators import require_packages
from anomaly.comparison.methods.names import find_methods
from anomaly.errors import OptionError
from anomaly.reporting.comparison import write_page
from anomaly.runs.options import Options
from anomaly.schema.assumptions import Assumption, warn_of
from anomaly.schema.roles import names_of
from anomaly.tables import data_name


@with_table_options
def compare(
    data: Any,
    label: str | None = None,
    time: str | None = None,
    *,
    drop_leaks: bool = False,
    split: str | None = None,
    fractions: tuple[float, float, float] = defaults.FRACTIONS,
    methods: str | Sequence[str] = (),
    every_method: bool = False,
    seeds: int = 1,
    seed: int = 0,
    ratio: float | None = None,
    fast: bool = False,
    false_alarm_cost: float | None = None,
    missed_cost: float | None = None,
    missed_cost_column: str | None = None,
    recovered: float = 1.0,
    show_leak: bool = False,
    out: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    progress: bool | None = None,
    **table: Unpack[TableOptions],
) -> Comparison:
    """Compare methods on the same rows: samplers with classifiers, and detectors.

    Every method learns from train, has its threshold picked on validation for F1, and is judged on
    test. What has been done stays in the folder: called again, it goes on where it was stopped.

    Parameters
    ----------
    data, label, time, drop_leaks, split, fractions, **table
        As in `anomaly.train`; a label is needed.
    methods : str or sequence of str
        `sampler+classifier`, `sampler+classifier+anomaly-score` or a detector; see
        `anomaly.comparison.methods.names`. By default a choice of them.
    every_method : bool, default=False
        Run all of them.
    seeds : int, default=1
        Repetitions. Where the split is at random, each has another one.
    seed : int, default=0
        The first seed; the others follow it.
    ratio : float, optional
        Positive rows for each normal one that samplers make; by default the sampler's own.
    fast : bool, default=False
        Train detectors for a quarter of their usual length.
    false_alarm_cost, missed_cost, missed_cost_column, recovered
        What alerts cost, as in `Run.pick_threshold` with the objective `cost`; with them the
        comparison has two costs for each method: `cost` at the threshold of its other figures, and
        `least_cost` at the one that is cheapest on validation.
    show_leak : bool, default=False
        Show also what generated rows in the test set would feign.
    out : path, optional
        The folder, by default `comparisons/NAME`.
    overwrite : bool, default=False
        Begin anew where the folder holds a comparison of other data or options.
    progress : bool, optional
        Show a table on standard error that fills in, in a terminal or a notebook. By default in
        notebooks.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        When the table cannot be read, learned from, or split.
    OptionError
        When an option cannot be met, such as a method that there is not.
    RunError
        When the folder holds something else.
    InstallError
        When a method needs a package that is not installed.
    """
    roles, source = roles_and_source("compare", data, label, time, table, drop_leaks=drop_leaks)
    options = Options(
        roles=roles,
        split=split or ("time" if roles.time else "random"),
        fractions=fractions,
        detector=defaults.DETECTOR,
        epochs=None,
        fast=fast,
        thorough=False,
        batch_size=None,
        seed=seed,
        source=source,
    )
    costs = CostOptions(false_alarm_cost, missed_cost, missed_cost_column, recovered)
    _check(options, seeds, ratio, costs)
    to_run = find_methods(names_of(methods), every=every_method)
    require_packages(to_run)
    job = Job(
        data=data,
        options=options,
        methods=to_run,
        is_chosen_by_name=bool(methods),
        seeds=range(seed, seed + seeds),
        ratio=ratio,
        costs=costs,
        show_leak=show_leak,
        folder=Path(out) if out is not None else Path("comparisons") / data_name(data, source),
        overwrite=overwrite,
    )
    display = LiveTable([method.name for method in to_run], seeds, shown=progress)
    comparison = job.run(display, write_page)
    warn_of([Assumption(**each) for each in comparison.data["assumed"]])
    return comparison


def _check(options: Options, seeds: int, ratio: float | None, costs: CostOptions) -> None:
    """Raise where an option cannot be met, before any data are read."""
    if options.roles.label is None:
        raise OptionError(
            "a comparison needs labels: name the column that marks anomalies with --label"
        )
    options.check()
    if seeds < 1:
        raise OptionError(f"--seeds {seeds}: give 1 or more")
    if options.seed + seeds > 2**32:
        raise OptionError(
            f"--seed {options.seed} with --seeds {seeds}: the last is above {2**32 - 1}"
        )
    if ratio is not None and not 0 < ratio <= 1:
        raise OptionError(
            f"--ratio {ratio:g}: give how many positive rows there are to be for each normal one, "
            "above 0 and at most 1"
        )
    costs.check()
