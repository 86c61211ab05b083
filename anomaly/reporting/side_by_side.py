"""Runs beside each other: what each does on its test rows, and what can be said of two of them.

Figures of two runs are compared only where both are of the same test rows with the same labels:
then every resample of the rows is the same for both, and their difference is paired.
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
from thresholds import (
    Figures,
    Interval,
    ScoredRows,
    curve_of,
    difference,
    figures_on_resamples,
    intervals_that_hold,
    ranking_intervals,
)

FIGURES = ("average_precision", "roc_auc", "precision", "recall", "f1")
_MOST_REPLICATES, _LEAST_REPLICATES = 1000, 200
#: Rows drawn in all resamples together; some seconds.
_MOST_DRAWN = 200_000_000
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
    """Judge runs of the same test rows on the same resamples, the highest AP first."""
    labels = group[0].labels
    if labels is None or not group[0].has_both_kinds:
        return _Compared(group, [_method(side, {}, details) for side in group])
    paired = {side.name: side.paired() for side in group}
    figures = {name: each.observed() for name, each in paired.items()}
    ranked = sorted(group, key=lambda side: -figures[side.name]["average_precision"][0])
    methods = [_method(side, figures[side.name], details) for side in ranked]
    if len(ranked) == 1:
        return _Compared(group, methods)
    drawn = figures_on_resamples(
        {name: {0: each} for name, each in paired.items()},
        {0: np.arange(len(labels))},
        labels,
        replicates_for(len(labels)),
    )
    return _Compared(
        group,
        methods,
        _gaps(figures, {name: by[0] for name, by in drawn.items()}, [side.name for side in ranked]),
    )


def replicates_for(n_rows: int) -> int:
    """Return how many resamples are drawn of so many rows."""
    return min(max(_MOST_DRAWN // n_rows, _LEAST_REPLICATES), _MOST_REPLICATES)


def _method(side: Side, figures: Figures, details: Mapping[str, str]) -> reports.ComparedMethod:
    value = side.run.threshold_value
    shown: dict[str, float | None] = {"average_precision": None}
    shown |= {name: _number(figures[name][0]) for name in FIGURES if name in figures}
    if value is not None:
        shown["alerts"] = float(np.count_nonzero(side.scores >= value))
    seconds = side.run.details.get("seconds", {})
    return reports.ComparedMethod(
        name=side.name,
        figures=shown,
        intervals=_intervals(side) if figures else {},
        fit_seconds=seconds.get("fit", math.nan),
        score_seconds=seconds.get("score", math.nan),
        threshold=value,
        test=reports.Scores(side.scores, side.labels),
        history=side.run.history,
        detail=details[side.name],
    )


def _intervals(side: Side) -> dict[str, Interval | None]:
    """Return the intervals that the run's own report shows."""
    of_test = (side.threshold or {}).get("test", {})
    known = {
        name: (pair[0], pair[1])
        for name, pair in of_test.get("intervals", {}).items()
        if name in FIGURES and pair is not None and None not in pair
    }
    held = intervals_that_hold(known, *(of_test.get(name) for name in ("tp", "fp", "fn")))
    ranking = ranking_intervals(curve_of(ScoredRows.checked(side.labels, side.scores)))
    return ranking | {name: held.get(name) for name in FIGURES if name not in ranking}


def _gaps(
    figures: Mapping[str, Figures], drawn: Mapping[str, Figures], ranked: Sequence[str]
) -> list[reports.Gap]:
    gaps = []
    for name in COMPARED:
        for first, second in combinations(ranked, 2):
            if name not in figures[first] or name not in figures[second]:
                continue
            gap = _number(figures[first][name][0] - figures[second][name][0])
            if gap is None:
                continue
            values = (drawn[first][name] - drawn[second][name])[np.newaxis]
            found = difference(name, first, second, gap, values)
            if found is not None:
                gaps.append(reports.Gap(**asdict(found)))
    return gaps


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
