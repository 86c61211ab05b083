"""What a run keeps of its rows: counts, figures, parts, and the scores of validation and test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features import Features
from anomaly.reasons import REASONS_TYPE, reasons_of
from anomaly.rows import Rows
from anomaly.schema import ID, Schema
from anomaly.splits import PARTS, Split
from thresholds import PrecisionRecallCurve

#: Columns of a run's scores and of `score`'s output that ids and the time must not be named like.
RESULT_COLUMNS = ("row", "split", "label", "score", "alert", "reasons", "problem")
_EXPLAINED_ROWS = 200


def counts_of(split: Split, labels: NDArray[np.int8] | None) -> dict[str, dict[str, int | None]]:
    parts = split.parts()
    return {
        "rows": {part: len(rows) for part, rows in parts.items()},
        "positives": {
            part: None if labels is None else int(labels[rows].sum())
            for part, rows in parts.items()
        },
    }


def figures_of(
    labels: NDArray[np.int8] | None, scores: NDArray[np.float64], rows: NDArray[np.int64]
) -> dict[str, float | None]:
    if labels is None:
        return {"average_precision": None, "roc_auc": None}
    curve = PrecisionRecallCurve.from_scores(labels[rows], scores[rows])
    return {"average_precision": curve.average_precision, "roc_auc": curve.roc_auc}


def parts_of(split: Split, rows: Rows, schema: Schema) -> list[dict[str, Any]]:
    """Return what each part holds: rows, positives, and first and last time."""
    counts = counts_of(split, rows.labels)
    described = []
    for part, members in split.parts().items():
        entry: dict[str, Any] = {
            "name": part,
            "rows": counts["rows"][part],
            "positives": counts["positives"][part],
            "start": None,
            "end": None,
        }
        if schema.time is not None and rows.moments is not None:
            times = rows.data.column(schema.time)
            order = members[np.argsort(rows.moments[members], kind="stable")]
            entry["start"] = str(times[int(order[0])].as_py())
            entry["end"] = str(times[int(order[-1])].as_py())
        described.append(entry)
    return described


def scores_table(schema: Schema, rows: Rows, split: Split, scores: NDArray[np.float64]) -> pa.Table:
    """Return the validation and test rows with their scores, in the order of the data."""
    chosen = np.concatenate([split.validation, split.test])
    names = np.repeat(PARTS[1:], [len(split.validation), len(split.test)])
    columns = {
        "row": pa.array(chosen),
        "split": pa.array(names).dictionary_encode(),
        "label": pa.nulls(len(chosen), pa.int8())
        if rows.labels is None
        else pa.array(rows.labels[chosen]),
        "score": pa.array(scores[chosen]),
    }
    for name in (schema.time, schema.amount, *schema.named(ID)):
        if name is not None and name not in columns:
            columns[name] = rows.data.column(name).take(pa.array(chosen))
    return pa.table(columns)


def with_reasons(
    scored: pa.Table,
    rows: Rows,
    features: Features,
    detector: Any,
    matrix: NDArray[np.float32],
) -> pa.Table:
    """Add the reasons of the highest scores of each part, for reports; null elsewhere."""
    scores = scored.column("score").to_numpy()
    is_test = scored.column("split").to_numpy() == "test"
    order = np.argsort(-scores, kind="stable")
    chosen = np.concatenate([order[part[order]][:_EXPLAINED_ROWS] for part in (is_test, ~is_test)])
    members = scored.column("row").to_numpy()[chosen]
    reasons = reasons_of(
        rows.data.take(members).combine_chunks(),
        features,
        detector.indicated_,
        detector.explain(matrix[members]),
        len(features.names),
    )
    places = np.full(len(scores), -1)
    places[chosen] = np.arange(len(chosen))
    spread = reasons.take(pa.array(places, mask=places < 0))
    return scored.append_column(pa.field("reasons", REASONS_TYPE), spread)
