"""How good generated rows are, measured against real rows of their class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import ks_2samp
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neighbors import NearestNeighbors

from anomaly.samplers.columns import categorical_mask, checked_numbers

# A row nearer to a real one than this share of the usual distance between real rows is a copy.
COPY = 0.1
_FOLDS = 5
_MOST_ROWS_TO_TELL_APART = 5_000
_MOST_ROWS_TO_MEASURE = 10_000
_TREES = 200

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GeneratedQuality:
    """How far generated rows are from real rows of the same class.

    Attributes
    ----------
    column_distances : mapping of str or int to float
        By column: the Kolmogorov-Smirnov statistic of a number, the total variation distance of
        a category. 0 is the same distribution, 1 is apart altogether.
    correlation_difference : float
        Mean absolute difference between the correlations of pairs of columns. Each value of a
        category counts as a column of its own.
    auroc : float
        Area under the receiver operating characteristic of a random forest that tells real from
        generated rows, cross-validated on as many of each [1]_. 0.5 is perfect. Well below 0.5
        says that generated rows are nearer to single real rows than these are to each other:
        then look at held-out real rows.
    nearest_distance_ratio : float
        Median distance of a generated row to the nearest real one over that between a real row
        and its nearest other; 1 is as real rows do, near 0 are copies. Distances are Euclidean,
        each column in units of its deviation; a category that differs counts as one deviation.
    copies : float
        Share of generated rows that are nearer to a real row than a tenth of the median distance
        between nearest real rows.
    n_real, n_generated : int
        Number of rows compared.

    References
    ----------
    .. [1] D. Lopez-Paz, M. Oquab, "Revisiting Classifier Two-Sample Tests", ICLR 2017.
    """

    column_distances: Mapping[Any, float]
    correlation_difference: float
    auroc: float
    nearest_distance_ratio: float
    copies: float
    n_real: int
    n_generated: int

    @property
    def column_distance(self) -> float:
        """Mean of the distances of the columns."""
        return float(np.mean(list(self.column_distances.values())))


def quality(
    real: Any, generated: Any, seed: int = 0, *, categorical_features: Any = None
) -> GeneratedQuality:
    """Measure generated rows against real rows of their class.

    Parameters
    ----------
    real : {array-like, dataframe} of shape (n_real, n_columns)
        Rows that the generator learned from: then `copies` says whether it repeats them. Or rows
        that it never saw: then `auroc` says how well it knows the class.
    generated : {array-like, dataframe} of shape (n_generated, n_columns)
    seed : int, default=0
        Settles the random forest, its folds, and which rows are drawn.
    categorical_features : array-like of int, bool or str, optional
        Positions, mask or names of the columns that are categories.

    Returns
    -------
    GeneratedQuality

    Raises
    ------
    ValueError
        When there are fewer than five rows of either, or their columns differ in number.

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly.samplers.quality import quality
    >>> rng = np.random.default_rng(0)
    >>> found = quality(rng.normal(size=(200, 3)), rng.normal(size=(200, 3)))
    >>> 0.4 < found.auroc < 0.6, found.copies < 0.05
    (True, True)
    """
    names = list(real.columns) if isinstance(real, pd.DataFrame) else None
    real, generated = np.asarray(real), np.asarray(generated)
    if min(len(real), len(generated)) < _FOLDS:
        raise ValueError(f"quality needs {_FOLDS} real and {_FOLDS} generated rows at least")
    if real.shape[1] != generated.shape[1]:
        raise ValueError(
            f"real rows have {real.shape[1]} columns, generated rows {generated.shape[1]}"
        )
    categorical = categorical_mask(categorical_features, real.shape[1], names)
    for rows in (real, generated):
        checked_numbers(rows, categorical, names)
    generator = np.random.default_rng(seed)
    measured = _drawn(generated, _MOST_ROWS_TO_MEASURE, generator)
    numbers, categories = _as_numbers(real, measured, categorical)
    of_real, of_generated = (
        np.concatenate([numbers[part], categories[part]], axis=1) for part in range(2)
    )
    ratio, copies = _nearness(of_real, of_generated, numbers[0].shape[1], generator)
    return GeneratedQuality(
        column_distances=_column_distances(real, measured, categorical, names),
        correlation_difference=_correlation_difference(of_real, of_generated),
        auroc=_told_apart(of_real, of_generated, seed),
        nearest_distance_ratio=ratio,
        copies=copies,
        n_real=len(real),
        n_generated=len(generated),
    )


def _drawn(rows: NDArray[Any], most: int, generator: np.random.Generator) -> NDArray[Any]:
    return rows if len(rows) <= most else rows[generator.permutation(len(rows))[:most]]


def _as_numbers(
    real: NDArray[Any], generated: NDArray[Any], categorical: NDArray[np.bool_]
) -> tuple[list[Floats], list[Floats]]:
    """Return numbers and indicators of categories, each of real and of generated rows.

    Values that no real row has are one category: interpolation makes a new one in every row.
    """
    parts = (real, generated)
    numbers = [rows[:, ~categorical].astype(np.float64) for rows in parts]
    indicators: list[list[Floats]] = [[np.empty((len(rows), 0))] for rows in parts]
    for place in np.flatnonzero(categorical):
        values = pd.unique(real[:, place])
        for columns, rows in zip(indicators, parts, strict=True):
            is_value = rows[:, place, None] == values
            is_new = ~is_value.any(axis=1, keepdims=True)
            columns.append(np.concatenate([is_value, is_new], axis=1).astype(np.float64))
    return numbers, [np.concatenate(columns, axis=1) for columns in indicators]


def _column_distances(
    real: NDArray[Any], generated: NDArray[Any], categorical: NDArray[np.bool_], names: Any
) -> dict[Any, float]:
    distances = {}
    for place, is_category in enumerate(categorical):
        first, second = real[:, place], generated[:, place]
        if is_category:
            shares = [pd.Series(values).value_counts(normalize=True) for values in (first, second)]
            distance = shares[0].sub(shares[1], fill_value=0).abs().sum() / 2
        else:
            distance = ks_2samp(first.astype(np.float64), second.astype(np.float64)).statistic
        distances[place if names is None else names[place]] = float(distance)
    return distances


def _correlation_difference(real: Floats, generated: Floats) -> float:
    n_columns = real.shape[1]
    if n_columns < 2:
        return 0.0
    difference = np.abs(_correlations(real) - _correlations(generated))
    return float(difference[~np.eye(n_columns, dtype=bool)].mean())


def _correlations(rows: Floats) -> Floats:
    """Return correlations of columns; those of a constant one are zero."""
    centred = rows - rows.mean(axis=0)
    norms = np.linalg.norm(centred, axis=0)
    scaled = centred / np.where(norms > 0, norms, 1)
    return scaled.T @ scaled


def _told_apart(real: Floats, generated: Floats, seed: int) -> float:
    generator = np.random.default_rng(seed)
    n_rows = min(len(real), len(generated), _MOST_ROWS_TO_TELL_APART)
    rows = np.concatenate([_drawn(part, n_rows, generator) for part in (real, generated)])
    is_real = np.repeat([1, 0], n_rows)
    forest = RandomForestClassifier(_TREES, min_samples_leaf=2, random_state=seed)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    probabilities = cross_val_predict(forest, rows, is_real, cv=folds, method="predict_proba")
    return float(roc_auc_score(is_real, probabilities[:, 1]))


def _nearness(
    real: Floats, generated: Floats, n_numbers: int, generator: np.random.Generator
) -> tuple[float, float]:
    """Return the ratio of nearest distances, and the share of copies."""
    units = real.std(axis=0)
    units[units == 0] = 1
    # Two indicators differ where a category does.
    units[n_numbers:] = np.sqrt(2)
    # Real rows that are the same would make the usual distance zero.
    distinct = np.unique(real / units, axis=0)
    if len(distinct) < 2:
        is_copy = (generated / units == distinct).all(axis=1)
        return float("nan"), float(is_copy.mean())
    near = NearestNeighbors().fit(distinct)
    asked = _drawn(distinct, _MOST_ROWS_TO_MEASURE, generator)
    usual = np.median(near.kneighbors(asked, 2)[0][:, 1])
    distances = near.kneighbors(generated / units, 1)[0][:, 0]
    return float(np.median(distances) / usual), float(np.mean(distances < COPY * usual))
