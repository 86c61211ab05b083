"""Rows of several weights, as so many copies of each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import _check_sample_weight

from anomaly.features.matrix import ChosenRows, FeatureRows


def n_copies(sample_weight: ArrayLike, rows: FeatureRows, seed: int) -> NDArray[np.int64]:
    """Return how many times each row counts: its weight, where that is a whole number.

    Weights that are above zero and average less than 1 are scaled up to 1. What is left of a weight
    beside a whole number is the chance of one copy more.

    Parameters
    ----------
    sample_weight : array-like of shape (n_rows,)
        0 leaves a row out.
    rows : ndarray of shape (n_rows, n_features)
    seed : int
        Of the chances.

    Raises
    ------
    ValueError
        When a weight is negative, fewer than two rows have one, or the rows are not in memory.
    """
    if isinstance(rows, ChosenRows):
        raise ValueError("sample_weight needs rows in memory; give an array")
    weights: Any = _check_sample_weight(
        sample_weight, rows, dtype=np.float64, ensure_non_negative=True
    )
    weighs = weights > 0
    if weighs.sum() < 2:
        raise ValueError(f"sample_weight is above 0 for {weighs.sum()} rows; there must be two")
    weights = weights / min(1.0, weights[weighs].mean())
    whole = np.floor(weights)
    is_one_more = np.random.default_rng(seed).random(len(weights)) < weights - whole
    copies = (whole + is_one_more).astype(np.int64)
    # A chance that leaves nothing to learn from is no chance.
    return copies if np.count_nonzero(copies) > 1 else np.where(weighs, np.maximum(copies, 1), 0)


def repeated(rows: FeatureRows, copies: NDArray[np.int64] | None) -> FeatureRows:
    """Return each row so many times; without numbers of copies once."""
    if copies is None or isinstance(rows, ChosenRows):
        return rows
    return np.repeat(rows, copies, axis=0)
