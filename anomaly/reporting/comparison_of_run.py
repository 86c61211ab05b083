"""A comparison that was written, opened again for the report on a run."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

import reports
from anomaly.comparison.folder.result import Comparison
from anomaly.comparison.folder.store import FORMAT, RESULTS, RUNS, SETTINGS, Store, Trial
from anomaly.comparison.judging.summary import MethodResult, SeedResult
from anomaly.dataset.duplicates import Duplicates
from anomaly.errors import AnomalyError, OptionError, RunError
from anomaly.reporting.comparison import report_of
from anomaly.reporting.side_by_side import judged_alone
from anomaly.runs.folder import RunFolder
from thresholds import Difference

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
    beside = folder_of(run)
    if beside is None:
        return None, []
    try:
        return _opened(run, beside), []
    except AnomalyError as error:
        return None, [f"The comparison that left this run is not shown: {error}."]


def folder_of(run: RunFolder) -> Path | None:
    """Return the folder of the comparison that left a run; None of any other run."""
    place, here = run.folder.resolve(), Path.cwd()
    folder = place.parent.parent
    if place.parent.name != RUNS or not (folder / RESULTS).is_file():
        return None
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _opened(run: RunFolder, folder: Path) -> reports.ComparisonReport:
    store = Store(folder)
    content = _content(store)
    try:
        comparison = _comparison(folder, content)
        fingerprint = comparison.data["fingerprint"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(
            f"{folder / RESULTS} is damaged ({error!r}); run anomaly compare again"
        ) from error
    if fingerprint != run.details["data"]["fingerprint"]:
        raise OptionError(
            f"{folder} compares methods on other data than those of {run.folder}: the fingerprints "
            "differ, which are of the rows and of the features that options make of them"
        )
    trials = {method.method: [_first(store, method)] for method in comparison.methods}
    beside = folder_of(run)
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


def _is_on_same_rows(run: RunFolder, trials: Mapping[str, Sequence[Trial]]) -> bool:
    """Whether the run is judged on the test rows of the first seed, with the same labels."""
    table = run.scores("test").sort_by("row")
    if table.column("label").null_count:
        return False
    rows, labels = (table.column(name).to_numpy() for name in ("row", "label"))
    parts = [found[0].test for found in trials.values()]
    orders = [np.argsort(part.rows) for part in parts]
    return all(
        np.array_equal(rows, part.rows[order]) and np.array_equal(labels, part.labels[order])
        for part, order in zip(parts, orders, strict=True)
    )


def _content(store: Store) -> dict[str, Any]:
    content = store.extra(RESULTS)
    if content is None:
        raise OptionError(
            f"{store.folder} is no comparison: it has no {RESULTS}; name the folder that anomaly "
            "compare wrote"
        )
    found = (store.extra(SETTINGS) or {}).get("format", FORMAT)
    if not isinstance(found, int) or found > FORMAT:
        raise RunError(
            f"{store.folder} has format {found}, and this version reads up to {FORMAT}; "
            "update anomaly"
        )
    return content


def _comparison(folder: Path, content: dict[str, Any]) -> Comparison:
    """Return what `Comparison.to_dict` wrote."""
    names = ("data", "skipped", "unfinished", "leak", "bias", "options", "packages")
    return Comparison(
        folder=folder,
        methods=tuple(_method(found) for found in content["methods"]),
        differences=tuple(
            Difference(**found | {"interval": tuple(found["interval"])})
            for found in content["differences"]
        ),
        duplicates=tuple(Duplicates(**found) for found in content["duplicates"]),
        **{name: content[name] for name in names},
    )


def _method(content: dict[str, Any]) -> MethodResult:
    names = ("method", "figures", "fit_seconds", "score_seconds", "history", "generated")
    return MethodResult(
        intervals={
            name: None if ends is None else (ends[0], ends[1])
            for name, ends in content["intervals"].items()
        },
        by_seed=tuple(SeedResult(**found) for found in content["by_seed"]),
        calibration=tuple(content["calibration"]),
        notes=tuple(content["notes"]),
        **{name: content[name] for name in names},
    )


def _first(store: Store, method: MethodResult) -> Trial:
    """Return what a method did with the first seed."""
    trial = store.trial(method.method, method.by_seed[0].seed)
    if trial is None:
        raise RunError(
            f"{store.folder} lacks the scores of {method.method}; run anomaly compare again"
        )
    return trial
