"""The comparison that the report on a run shows, with the run among its methods."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import reports
from anomaly.comparison.folder.reading import (
    comparison_that_left,
    read_comparison,
    read_first_trials,
)
from anomaly.comparison.folder.store import RESULTS, Trial
from anomaly.errors import AnomalyError, OptionError
from anomaly.reporting.comparison import report_of
from anomaly.reporting.side_by_side import judged_alone
from anomaly.runs.folder import RunFolder

OTHER_ROWS = (
    "This run was judged on other test rows than these methods, so its figures cannot be compared "
    "with theirs, and it has no place among them."
)


def comparison_for(
    run: RunFolder, folder: str | os.PathLike[str] | None = None
) -> tuple[reports.ComparisonReport | None, list[str]]:
    """Return the comparison that the report on a run shows, and what to know of it.

    Parameters
    ----------
    run : RunFolder
    folder : path, optional
        What `anomaly compare` left; by default the comparison that left the run, if one did.

    Returns
    -------
    (reports.ComparisonReport or None, list of str)
        None where there is no comparison, or the one that left the run cannot be read: then the
        words say why.

    Raises
    ------
    OptionError
        When the folder that is named is no comparison, or one of other data than the run's.
    RunError
        When the comparison that is named is damaged.
    """
    if folder is not None:
        return _opened(run, Path(folder)), []
    beside = comparison_that_left(run)
    if beside is None:
        return None, []
    try:
        return _opened(run, beside), []
    except AnomalyError as error:
        return None, [f"The comparison that left this run is not shown: {error}."]


def _opened(run: RunFolder, folder: Path) -> reports.ComparisonReport:
    comparison = read_comparison(folder)
    if comparison.data["fingerprint"] != run.details["data"]["fingerprint"]:
        raise OptionError(
            f"{folder} compares methods on other data than those of {run.folder}: the fingerprints "
            "differ, which are of the rows and of the features that options make of them"
        )
    trials = read_first_trials(comparison)
    beside = comparison_that_left(run)
    is_own = beside is not None and beside.samefile(folder)
    done = datetime.fromtimestamp((folder / RESULTS).stat().st_mtime, UTC)
    one_more = None if is_own or not _is_on_same_rows(run, trials) else _one_more(run, trials)
    own = run.folder.resolve().name if is_own else one_more.name if one_more is not None else ""
    return replace(
        report_of(comparison, trials),
        created=done.isoformat(timespec="seconds"),
        own=own,
        run=one_more,
        page=str(comparison.page) if comparison.page.is_file() else "",
        warnings=() if own else (OTHER_ROWS,),
    )


def _one_more(run: RunFolder, trials: Collection[str]) -> reports.ComparedMethod:
    """Return the run as one that is compared, under a name that no method has."""
    name = run.folder.resolve().name
    return judged_alone(f"{name} (a run)" if name in trials else name, run)


def _is_on_same_rows(run: RunFolder, trials: Mapping[str, Trial]) -> bool:
    """Whether the run is judged on the test rows of the first seed, with the same labels."""
    table = run.scores("test").sort_by("row")
    if table.column("label").null_count:
        return False
    rows, labels = (table.column(name).to_numpy() for name in ("row", "label"))
    parts = [trial.test for trial in trials.values()]
    orders = [np.argsort(part.rows) for part in parts]
    return all(
        np.array_equal(rows, part.rows[order]) and np.array_equal(labels, part.labels[order])
        for part, order in zip(parts, orders, strict=True)
    )
