"""Mean and covariance of ordinary rows, estimated again and again without the farthest ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf_shrinkage

from anomaly.features.matrix import FeatureRows, blocks_of, by_blocks, sample_of

_ROUNDS = 25
# More rows shrink a covariance by next to nothing.
_MOST_TO_SHRINK = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Gaussian:
    """A multivariate normal distribution.

    Attributes
    ----------
    mean : ndarray of shape (n_columns,), float64
    covariance : ndarray of shape (n_columns, n_columns), float64
    root : ndarray of shape (n_columns, n_columns), float64
        The symmetric root of the precision.
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    root: NDArray[np.float64]

    def distances(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """Return the squared Mahalanobis distance of each row."""
        return np.asarray(np.square((rows - self.mean) @ self.root).sum(axis=1))


def trimmed_gaussian(
    rows: FeatureRows, seen: Callable[[NDArray[np.float32]], Any], share: float, seed: int
) -> Gaussian:
    """Return the normal distribution of rows without the share of them that lies farthest from it.

    Mean and covariance are estimated up to 25 times, each time without the farthest rows of the
    time before: the concentration steps of [1]_, begun with all rows. The covariance is shrunk as
    Ledoit and Wolf have it [2]_. Each step goes over the rows once for the distances and once for
    the moments.

    Parameters
    ----------
    rows : matrix of shape (n_rows, n_features)
    seen : callable
        From some rows to the columns whose distribution is asked for.
    share : float
        At least 0, below 1.
    seed : int
        Of the rows that tell how much to shrink, where there are many.

    References
    ----------
    .. [1] P. J. Rousseeuw, K. Van Driessen, "A Fast Algorithm for the Minimum Covariance
       Determinant Estimator", Technometrics 41, 1999.
    .. [2] O. Ledoit, M. Wolf, "A Well-Conditioned Estimator for Large-Dimensional Covariance
       Matrices", Journal of Multivariate Analysis 88, 2004.
    """
    is_kept = np.ones(len(rows), dtype=bool)
    distances = np.empty(len(rows))
    for _ in range(_ROUNDS):
        found = _gaussian(rows, seen, is_kept, seed)
        if not share:
            break
        by_blocks(partial(_distances, found, seen), rows, distances)
        is_near = distances <= np.quantile(distances, 1 - share)
        if np.array_equal(is_near, is_kept):
            break
        is_kept = is_near
    return found


def _distances(
    found: Gaussian, seen: Callable[..., Any], block: NDArray[np.float32]
) -> NDArray[np.float64]:
    return found.distances(_wide(seen(block)))


def _wide(values: Any) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _gaussian(
    rows: FeatureRows, seen: Callable[..., Any], is_kept: NDArray[np.bool_], seed: int
) -> Gaussian:
    """Return mean and shrunk covariance of the rows kept, from sums over blocks."""
    n_kept, place = int(is_kept.sum()), 0
    # Sums of what is left of a row beside the first mean lose no digits.
    center: NDArray[np.float64] | None = None
    total: Any = 0.0
    products: Any = 0.0
    for block in blocks_of(rows):
        kept = _wide(seen(block[is_kept[place : place + len(block)]]))
        place += len(block)
        if not len(kept):
            continue
        center = kept.mean(axis=0) if center is None else center
        around = kept - center
        total = total + around.sum(axis=0)
        products = products + around.T @ around
    assert center is not None
    shift = total / n_kept
    covariance = products / n_kept - np.outer(shift, shift)
    mean = center + shift
    sample = sample_of(rows[is_kept], _MOST_TO_SHRINK, np.random.default_rng(seed))
    shrinkage = ledoit_wolf_shrinkage(_wide(seen(sample)) - mean, assume_centered=True)
    shrinkage *= len(sample) / n_kept
    target = np.trace(covariance) / len(covariance)
    covariance = (1 - shrinkage) * covariance + shrinkage * target * np.eye(len(covariance))
    return Gaussian(mean, covariance, root_of_precision(covariance))


def root_of_precision(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the symmetric root of the inverse of a covariance, of which some values may be zero."""
    variances, axes = np.linalg.eigh(covariance)
    floor = max(1e-9 * variances.max(), np.finfo(np.float32).tiny)
    root: NDArray[np.float64] = (axes / np.sqrt(np.maximum(variances, floor))) @ axes.T
    return root
