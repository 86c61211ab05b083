"""Columns that give the label away: what is known only once a case has been decided."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anomaly.features.features import Features
from anomaly.features.matrix import FeatureMatrix
from anomaly.schema.columns import UNLABELLED
from thresholds import PrecisionRecallCurve

#: A column alone that ranks training rows so well is held to know the label.
LEAST_ROC_AUC = 0.99
# Of fewer positive rows it may be chance.
_FEWEST_POSITIVES = 5
_FEWEST_FILLED = 5
_MOST_ROWS = 200_000
_DAYS_BEFORE = "days_before"


def find_leaks(
    matrix: FeatureMatrix, features: Features, train: NDArray[np.int64], labels: NDArray[np.int8]
) -> dict[str, str]:
    """Return why columns are held to give the label away, by their names.

    That is, on the labelled rows of train: a feature of theirs has an ROC AUC above 0.99 by itself,
    they are filled for rows of one class alone, or hold times after that of the transaction. None
    are named where fewer than 5 training rows are positive.

    Parameters
    ----------
    matrix : FeatureMatrix
        Of all rows.
    features : Features
    train : ndarray of int64
        Positions of the training rows.
    labels : ndarray of int8, shape (n_rows,)
    """
    train = train[labels[train] != UNLABELLED]
    positives = train[labels[train] == 1]
    if len(positives) < _FEWEST_POSITIVES or len(positives) == len(train):
        return {}
    others = train[labels[train] == 0]
    others = others[:: max(1, -(-len(others) // _MOST_ROWS))]
    rows = np.sort(np.concatenate([positives[:_MOST_ROWS], others]))
    values, flags = matrix.take(rows), labels[rows] == 1
    found: dict[str, str] = {}
    for place, feature in enumerate(features.features):
        why = next(_reasons(values[:, place].astype(np.float64), flags, feature.part), None)
        if why is not None:
            found.setdefault(feature.column, why)
    return found


def _reasons(values: NDArray[np.float64], flags: NDArray[np.bool_], part: str) -> Iterator[str]:
    is_there = ~np.isnan(values)
    for which, name in ((flags, "positive"), (~flags, "normal")):
        if is_there.sum() >= _FEWEST_FILLED and not is_there[~which].any():
            yield f"is filled for {name} rows alone"
    if part == _DAYS_BEFORE and is_there.any() and np.median(values[is_there]) < 0:
        yield "holds times after the transaction's"
    area = _roc_auc(values, flags)
    if area > LEAST_ROC_AUC:
        yield f"has an ROC AUC of {area:.3f} by itself"


def _roc_auc(values: NDArray[np.float64], flags: NDArray[np.bool_]) -> float:
    """Return the larger area of both directions, missing values below all others."""
    known = values[~np.isnan(values)]
    if not known.size:
        return 0.5
    filled = np.where(np.isnan(values), known.min() - 1, values)
    area = PrecisionRecallCurve.from_scores(flags, filled).roc_auc
    return max(area, 1 - area)
