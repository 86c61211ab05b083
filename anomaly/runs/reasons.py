"""The reasons that a run keeps: those of its highest scores and of its worst misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.dataset.prepared import Dataset
from anomaly.dataset.rows import Rows
from anomaly.dataset.splits import Split
from anomaly.scoring.reasons import reasons_of

_EXPLAINED_ROWS = 200
_EXPLAINED_MISSES = 20


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of a few rows.

    Attributes
    ----------
    rows : ndarray of shape (n_explained,), int64
        Their positions, ascending.
    values : pyarrow.Array
        The reasons of each.
    """

    rows: NDArray[np.int64]
    values: pa.Array

    def of(self, rows: NDArray[np.int64]) -> pa.Array:
        """Return the reasons of rows of these positions, null for those that have none."""
        places = np.searchsorted(self.rows, rows)
        places[places == len(self.rows)] = 0
        return self.values.take(pa.array(places, mask=self.rows[places] != rows))


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


def explain(
    dataset: Dataset, detector: Any, positions: NDArray[np.int64], data: pa.Table
) -> Reasons:
    """Return the reasons of the rows of these positions, which are `data`."""
    features = dataset.features
    explanation = detector.explain(dataset.matrix.take(positions))
    count = len(features.names)
    return Reasons(positions, reasons_of(data, features, detector.indicated_, explanation, count))
