"""Runs beside each other: what each does on its test rows, and what can be said of two of them.

Figures of two runs are compared only where both are of the same test rows with the same labels:
then their difference is paired, row by row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa

import reports
from anomaly.comparison.judging.summary import COMPARED
from anomaly.errors import OptionError, RunError
from anomaly.reporting.compared_runs import Side, about, honesty, warnings
from anomaly.reporting.differing_options import differing_options
from anomaly.runs.folder import SCORES, RunFolder
from anomaly.runs.noun import noun_of_runs
from thresholds import Interval, MethodFigures, difference, mean_interval

FIGURES = ("average_precision", "roc_auc", "precision", "recall", "f1")
# All are on the same rows, which have one place each.
_ONE = 0
# Columns in which runs of the same rows may differ.
_ITS_OWN = {"row", "split", "label", "score", "reasons"}


def side_by_side(runs: Sequence[RunFolder]) -> reports.ComparisonReport:
    """Gather what the page shows of several runs.

    Parameters
    ----------
    runs : sequence of RunFolder
        Two or more; each once.

    Returns
    -------
    reports.ComparisonReport
        The highest average precision first, of those on the same test rows.

    Raises
    ------
    OptionError
        When a run is named twice.
    """
    sides = [_side(name, run) for name, run in zip(_names(runs), runs, strict=True)]
    groups = _groups(sides)
    compared = [_compared(group, _details(group, len(groups))) for group in groups]
    # Runs whose figures are not known stand last.
    compared.sort(key=lambda part: part.methods[0].figures["average_precision"] is None)
    methods = [method for part in compared for method in part.methods]
    known = [part for part in compared if part.has_figures]
    of_name = {side.name: side for side in sides}
    differing, common = differing_options([of_name[method.name].run for method in methods])
    data = {Path(side.run.details["data"]["name"]).name for side in sides}
    return reports.ComparisonReport(
        title=f"Runs on {data.pop()}" if len(data) == 1 else "Runs side by side",
        data_name="",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seeds=1,
        splits=(),
        split_method="",
        methods=methods,
        gaps=[gap for part in compared for gap in part.gaps],
        subject="run",
        noun=noun_of_runs(runs),
        about=about(sides, len(compared) == 1),
        honesty=honesty(sides),
        alike=[[m.name for m in part.methods] for part in known] if len(known) > 1 else (),
        warnings=warnings(sides, [part.sides for part in known]),
        contrasts=[reports.Contrast(name, values) for name, values in differing.items()],
        options=common.properties,
        versions=common.versions,
    )


def judged_alone(name: str, run: RunFolder) -> reports.ComparedMethod:
    """Return what a run does on its test rows, with intervals, to be shown beside methods."""
    side = _side(name, run)
    return _compared([side], {name: ""}).methods[0]


def _names(runs: Sequence[RunFolder]) -> list[str]:
    """Return the folders' own names, or, where two are the same, their paths as they were given."""
    seen: dict[Path, RunFolder] = {}
    for run in runs:
        if seen.setdefault(run.folder.resolve(), run) is not run:
            raise OptionError(f"{run.folder} is named twice; name each run once")
    names = [place.name for place in seen]
    return [
        name if names.count(name) == 1 else str(run.folder)
        for name, run in zip(names, runs, strict=True)
    ]


def _side(name: str, run: RunFolder) -> Side:
    table = run.scores("test")
    missing = {"row", "label", "score"} - set(table.column_names)
    if missing:
        lacking = ", ".join(sorted(missing))
        raise RunError(f"{run.folder}/{SCORES} lacks the column {lacking}; train again")
    table = table.sort_by("row")
    labels = table.column("label")
    known = None if labels.null_count or not len(labels) else labels.to_numpy().astype(np.int8)
    return Side(name, run, table, known, run.threshold)


def _groups(sides: Sequence[Side]) -> list[list[Side]]:
    """Return the runs by the test rows that they are judged on."""
    groups: list[list[Side]] = []
    for side in sides:
        group = next((group for group in groups if _has_same_rows(group[0], side)), None)
        if group is None:
            groups.append([side])
        else:
            group.append(side)
    return groups


def _has_same_rows(first: Side, other: Side) -> bool:
    """Whether two runs are judged on the same rows of the same data, with the same labels.

    The fingerprint is of the features too: runs by other columns of the same data have another
    one, and are known by the numbers, labels, times, amounts and ids of their test rows.
    """
    if not np.array_equal(first.rows, other.rows):
        return False
    if first.labels is None or other.labels is None:
        if first.labels is not None or other.labels is not None:
            return False
    elif not np.array_equal(first.labels, other.labels):
        return False
    data = [side.run.details["data"] for side in (first, other)]
    if data[0]["fingerprint"] == data[1]["fingerprint"]:
        return True
    is_same_table = data[0]["name"] == data[1]["name"] and data[0]["rows"] == data[1]["rows"]
    kept = (set(first.table.column_names) & set(other.table.column_names)) - _ITS_OWN
    return is_same_table and all(
        _is_same(first.table.column(name), other.table.column(name)) for name in kept
    )


def _is_same(first: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    if first.type != other.type or not pa.types.is_floating(first.type):
        return first.equals(other)
    return np.array_equal(first.to_numpy(), other.to_numpy(), equal_nan=True)


@dataclass(frozen=True, slots=True)
class _Compared:
    """Runs on the same test rows."""

    sides: Sequence[Side]
    methods: Sequence[reports.ComparedMethod]
    gaps: Sequence[reports.Gap] = ()

    @property
    def has_figures(self) -> bool:
        return self.sides[0].has_both_kinds


def _details(group: Sequence[Side], n_groups: int) -> dict[str, str]:
    """Return what stands beside the name of each run: its detector, and on what it is judged."""
    details = {}
    for side in group:
        words = [] if side.detector == side.name else [side.detector]
        details[side.name] = ", ".join([*words, side.judged_on] if n_groups > 1 else words)
    return details


def _compared(group: Sequence[Side], details: Mapping[str, str]) -> _Compared:
    """Judge runs of the same test rows beside each other, the highest AP first."""
    labels = group[0].labels
    if labels is None or not group[0].has_both_kinds:
        return _Compared(group, [_method(side, None, details) for side in group])
    judged = {side.name: side.judged() for side in group}
    ranked = sorted(group, key=lambda side: -judged[side.name].figures["average_precision"].value)
    methods = [_method(side, judged[side.name], details) for side in ranked]
    return _Compared(group, methods, _gaps({side.name: judged[side.name] for side in ranked}))


def _method(
    side: Side, judged: MethodFigures | None, details: Mapping[str, str]
) -> reports.ComparedMethod:
    value = side.run.threshold_value
    shown: dict[str, float | None] = {"average_precision": None}
    if judged is not None:
        shown |= {
            name: _number(judged.figures[name].value) for name in FIGURES if name in judged.figures
        }
    if value is not None:
        shown["alerts"] = float(np.count_nonzero(side.scores >= value))
    seconds = side.run.details.get("seconds", {})
    return reports.ComparedMethod(
        name=side.name,
        figures=shown,
        intervals={} if judged is None else _intervals(judged),
        fit_seconds=seconds.get("fit", math.nan),
        score_seconds=seconds.get("score", math.nan),
        threshold=value,
        test=reports.Scores(side.scores, side.labels),
        history=side.run.history,
        detail=details[side.name],
    )


def _intervals(judged: MethodFigures) -> dict[str, Interval | None]:
    """Return the intervals that the run's own report shows."""
    rows = {_ONE: np.arange(judged.rows)}
    return {
        name: mean_interval(name, {_ONE: judged}, rows)
        for name in FIGURES
        if name in judged.figures
    }


def _gaps(judged: Mapping[str, MethodFigures]) -> list[reports.Gap]:
    gaps = []
    for name in COMPARED:
        for first, second in combinations(judged, 2):
            of_both = {_ONE: judged[first]}, {_ONE: judged[second]}
            rows = {_ONE: np.arange(judged[first].rows)}
            between = difference(name, (first, second), of_both, rows)
            if between is not None:
                gaps.append(reports.Gap(**asdict(between)))
    return gaps


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
