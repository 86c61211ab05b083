"""The rows that the report on a run lists: its highest scores and its positive rows."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

import reports
from anomaly.features.commonness import Commonness
from anomaly.features.normal_ranges import frequency, normal_range
from anomaly.runs.folder import RunFolder
from anomaly.runs.sample import read_sample, read_sampled_positions
from anomaly.schema.columns import ENTITY, ID, Schema
from anomaly.scoring.reason_texts import MISSING
from anomaly.tables import kinds

# So many that the page, which lists them as the threshold is moved, stays below two megabytes.
_MOST_ALERTS = 3000
_MOST_POSITIVES = 1000
_MOST_KINDS = 12  # values of a column that a table of kinds has room for


def highest_alerts(run: RunFolder, table: pa.Table) -> list[reports.Alert]:
    """Return the rows of a part with the highest scores, the highest first."""
    scores = table.column("score").to_numpy()
    if scores.size > _MOST_ALERTS:
        # Few of millions are looked for: those that tie with the last of them are enough.
        least = -np.partition(-scores, _MOST_ALERTS - 1)[_MOST_ALERTS - 1]
        high = np.flatnonzero(scores >= least)
    else:
        high = np.arange(scores.size)
    highest = high[np.argsort(-scores[high], kind="stable")[:_MOST_ALERTS]]
    return _alerts(table.take(highest), run)


def positive_rows(run: RunFolder, table: pa.Table) -> list[reports.Alert]:
    """Return the positive rows of a part, the lowest score first; of very many the lowest."""
    scores = table.column("score").to_numpy()
    positive = np.flatnonzero(table.column("label").fill_null(0).to_numpy() == 1)
    lowest = positive[np.argsort(scores[positive], kind="stable")[:_MOST_POSITIVES]]
    kinds_of = _kinds_by_row(run)
    return [
        dataclasses.replace(alert, kinds=kinds_of.get(alert.row, {}))
        for alert in _alerts(table.take(lowest), run)
    ]


def _kinds_by_row(run: RunFolder) -> dict[int, dict[str, str]]:
    """Return the values of the columns with few of them, of each positive row of the sample."""
    sample, positions = read_sample(run), read_sampled_positions(run)
    if sample is None or positions is None or sample[1] is None:
        return {}
    data, labels = sample
    is_positive = pa.array(labels == 1)
    few = {}
    for name in data.schema.names:
        if run.schema.kind(name) not in (kinds.CATEGORY, kinds.FLAG):
            continue
        values = kinds.as_text(data.column(name)).filter(is_positive)
        if 2 <= len(values.unique()) <= _MOST_KINDS:
            few[name] = values.fill_null("missing").to_pylist()
    rows = positions[labels == 1].tolist()
    return {row: {name: few[name][place] for name in few} for place, row in enumerate(rows)}


def _alerts(table: pa.Table, run: RunFolder) -> list[reports.Alert]:
    """Return what the report shows of each row, with its reasons where they are kept."""
    schema, threshold = run.schema, run.threshold_value
    normal = run.details.get("normal", {}).get("columns", {})
    known = {f.column: f.commonness for f in run.features.features if f.commonness is not None}
    entities = [name for name in schema.named(ENTITY) if name in table.column_names]
    alerts = []
    for row in table.to_pylist():
        time = row.get(schema.time) if schema.time else None
        alerts.append(
            reports.Alert(
                row=row["row"],
                split=row["split"],
                score=row["score"],
                is_alert=None if threshold is None else row["score"] >= threshold,
                label=row["label"],
                time=None if time is None else str(time),
                amount=row.get(schema.amount) if schema.amount else None,
                ids={name: row[name] for name in schema.named(ID)},
                entities={name: row[name] for name in entities},
                reasons=[_reason(reason, schema, normal, known) for reason in row["reasons"] or ()],
            )
        )
    return alerts


def _reason(
    reason: dict[str, Any],
    schema: Schema,
    normal: dict[str, dict[str, Any]],
    known: Mapping[str, Commonness],
) -> reports.Reason:
    """Return the reason with numbers as numbers, so that the page can round them."""
    column, seen = reason["column"], reason["seen"]
    is_missing = seen == MISSING
    # Times and shares are words.
    is_number = schema.kind(column) == kinds.NUMBER and not schema.column(column).measure
    usual = normal.get(column, {})
    share = frequency(usual, seen, is_missing=is_missing)
    if share == 0 and column in known and not is_missing:
        share = known[column].share(seen)  # of a value that is no level
    return reports.Reason(
        column=column,
        share=reason["share"],
        seen=float(seen) if is_number and not is_missing else seen,
        expected=_number_of(reason["expected"]) if is_number else reason["expected"],
        normal=normal_range(usual),
        frequency=share,
    )


def _number_of(text: str) -> float | str:
    """Return a number as one, and other words, such as "rather present", as they are."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
