"""What a run keeps of its rows: counts, figures, parts, and the scores of validation and test."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.dataset.rows import Rows
from anomaly.dataset.splits import PARTS, Split
from anomaly.scoring.reasons import REASONS_TYPE
from anomaly.tables import parquet_writer
from thresholds import PrecisionRecallCurve

#: Columns of a run's scores and of `score`'s output; no other that they carry is named like one.
RESULT_COLUMNS = ("row", "split", "label", "score", "alert", "reasons", "problem")
_EXPLAINED_ROWS = 200
_EXPLAINED_MISSES = 20


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
    labels: NDArray[np.int8] | None, scores: NDArray[np.floating], rows: NDArray[np.int64]
) -> dict[str, float | None]:
    if labels is None:
        return {"average_precision": None, "roc_auc": None}
    curve = PrecisionRecallCurve.from_scores(labels[rows], scores[rows])
    return {"average_precision": curve.average_precision, "roc_auc": curve.roc_auc}


def parts_of(split: Split, rows: Rows) -> list[dict[str, Any]]:
    """Return what each part holds: rows, positives, and first and last time."""
    counts = counts_of(split, rows.labels)
    times = _first_and_last_times(split, rows)
    return [
        {
            "name": part,
            "rows": counts["rows"][part],
            "positives": counts["positives"][part],
            "start": times.get(part, (None, None))[0],
            "end": times.get(part, (None, None))[1],
        }
        for part in PARTS
    ]


def _first_and_last_times(split: Split, rows: Rows) -> dict[str, tuple[str, str]]:
    time, moments = rows.schema.time, rows.moments
    if time is None or moments is None:
        return {}
    ends = []
    for members in split.parts().values():
        found = moments[members]
        last = len(found) - 1 - np.argmax(found[::-1])
        ends += [members[np.argmin(found)], members[last]]
    texts = [str(end.as_py()) for end in rows.take(np.array(ends), [time]).column(time)]
    return dict(zip(PARTS, zip(texts[::2], texts[1::2], strict=True), strict=True))


def write_scores(
    path: Path,
    rows: Rows,
    split: Split,
    scores: NDArray[np.floating],
    reasons: Reasons | None = None,
) -> None:
    """Write the validation and test rows with their scores, in the order of the data.

    Parameters
    ----------
    path : path
        Of a Parquet file.
    rows : Rows
    split : Split
    scores : ndarray of shape (n_rows,)
        As the graph gives them; those of the training rows are left out.
    reasons : Reasons, optional
        Of a detector.
    """
    schema = rows.schema
    kept = [schema.time, schema.amount, *schema.names]
    carried = list(dict.fromkeys(name for name in kept if name is not None))
    any_column = schema.inputs[0].name
    with ExitStack() as stack:
        writer = None
        for batch in rows.batches(carried or [any_column]):
            places = np.arange(batch.first_row, batch.first_row + batch.data.num_rows)
            places = places[split.part[places] > 0]
            if not len(places):
                continue
            columns = {
                "row": pa.array(places),
                "split": pa.DictionaryArray.from_arrays(
                    pa.array(split.part[places] - np.int8(1)), list(PARTS[1:])
                ),
                "label": pa.nulls(len(places), pa.int8())
                if rows.labels is None
                else pa.array(rows.labels[places]),
                "score": pa.array(scores[places].astype(np.float64)),
            }
            offsets = pa.array(places - batch.first_row)
            columns |= {name: batch.data.column(name).take(offsets) for name in carried}
            columns["reasons"] = (
                pa.nulls(len(places), REASONS_TYPE) if reasons is None else reasons.of(places)
            )
            data = pa.RecordBatch.from_pydict(columns)
            if writer is None:
                writer = stack.enter_context(parquet_writer(path, data.schema))
            writer.write_batch(data)


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of a few rows.

    Attributes
    ----------
    rows : ndarray of shape (n_explained,), int64
        Their positions, ascending.
    found : pyarrow.Array
        The reasons of each.
    """

    rows: NDArray[np.int64]
    found: pa.Array

    def of(self, rows: NDArray[np.int64]) -> pa.Array:
        """Return the reasons of rows of these positions, null for those that have none."""
        places = np.searchsorted(self.rows, rows)
        places[places == len(self.rows)] = 0
        return self.found.take(pa.array(places, mask=self.rows[places] != rows))


def rows_to_explain(rows: Rows, split: Split, scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the positions of the highest scores of validation and of test, ascending.

    Those of the lowest-scored positive rows are among them: they are the worst misses.
    """
    extremes = []
    for members in (split.validation, split.test):
        ranked = members[np.argsort(-scores[members], kind="stable")]
        extremes.append(ranked[:_EXPLAINED_ROWS])
        if rows.labels is not None:
            extremes.append(ranked[rows.labels[ranked] == 1][-_EXPLAINED_MISSES:])
    return np.unique(np.concatenate(extremes))
