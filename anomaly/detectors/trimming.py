"""Trimming: training rows without the most anomalous ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest

from anomaly.features.matrix import FeatureRows, by_blocks, sample_of

# An isolation forest draws 256 rows a tree.
_MOST_ROWS_OF_FOREST = 100_000


def without_strangest(
    parts: Sequence[FeatureRows],
    anomaly_score: Callable[[NDArray[np.float32]], Any],
    share: float,
) -> list[FeatureRows]:
    """Leave out of each part the share of its rows with the highest scores.

    Parameters
    ----------
    parts : sequence of matrices, each of shape (n_rows, n_features)
    anomaly_score : callable
        From rows to scores of shape (n_rows,), higher for stranger ones.
    share : float
        At least 0, below 1.
    """
    return [_least_strange(part, anomaly_score, share) for part in parts]


def _least_strange(
    rows: FeatureRows, anomaly_score: Callable[[NDArray[np.float32]], Any], share: float
) -> FeatureRows:
    scores = by_blocks(anomaly_score, rows, np.empty(len(rows)))
    return rows[scores <= np.quantile(scores, 1 - share)]


def isolation(rows: FeatureRows, seed: int) -> Callable[[NDArray[np.float32]], Any]:
    """Return the anomaly score of an isolation forest fitted to the rows.

    It looks at 256 rows a tree, so that rare clusters do not look usual to it.
    """
    sample = sample_of(rows, _MOST_ROWS_OF_FOREST, np.random.default_rng(seed))
    forest = IsolationForest(random_state=seed).fit(sample)
    return lambda block: -forest.score_samples(block)
