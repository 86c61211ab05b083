"""What a run says of train, validation and test: counts, times, and how well the scores rank the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.dataset.rows import Rows
from anomaly.dataset.splits import PARTS, Split
from anomaly.schema.columns import UNLABELLED
from thresholds import PrecisionRecallCurve


def counts_of(split: Split, labels: NDArray[np.int8] | None) -> dict[str, dict[str, int | None]]:
    """Return the rows and the positives of each part, None where there are no labels."""
    parts = split.parts()
    return {
        "rows": {part: len(rows) for part, rows in parts.items()},
        "positives": {
            part: None if labels is None else int((labels[rows] == 1).sum())
            for part, rows in parts.items()
        },
    }


def figures_of(
    labels: NDArray[np.int8] | None, scores: NDArray[np.floating], rows: NDArray[np.int64]
) -> dict[str, float | None]:
    """Return how well the scores rank some rows, None where there are no labels."""
    if labels is None:
        return {"average_precision": None, "roc_auc": None}
    curve = PrecisionRecallCurve.from_scores(labels[rows], scores[rows])
    return {"average_precision": curve.average_precision, "roc_auc": curve.roc_auc}


def figures_where_known(
    labels: NDArray[np.int8] | None, scores: NDArray[np.floating]
) -> dict[str, float | None]:
    """Return how well the scores rank the rows that have a score and a label.

    None where there are no labels, or labels of one class alone.
    """
    none: dict[str, float | None] = {"average_precision": None, "roc_auc": None}
    if labels is None:
        return none
    known = np.flatnonzero((labels != UNLABELLED) & ~np.isnan(scores))
    return figures_of(labels, scores, known) if np.unique(labels[known]).size > 1 else none


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
    parts = {name: members for name, members in split.parts().items() if len(members)}
    for members in parts.values():
        own = moments[members]
        last = len(own) - 1 - np.argmax(own[::-1])
        ends += [members[np.argmin(own)], members[last]]
    texts = [str(end.as_py()) for end in rows.take(np.array(ends), [time]).column(time)]
    return dict(zip(parts, zip(texts[::2], texts[1::2], strict=True), strict=True))
