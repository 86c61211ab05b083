"""Figures of many methods on the same resamples of the test rows.

A resample gives each row of the table a weight, how often it was drawn, and the row has that weight
wherever it occurs: in the figures of every method, and in the test rows of every seed. So a
difference between two methods is paired, and a row that is in the test rows of three seeds does
not count as three. Rows are drawn among those of their own class (Efron and Tibshirani, *An
Introduction to the Bootstrap*, 1993, chapter 8). Of several seeds, seeds are drawn too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from anomaly.comparison.folder.store import Part

Array = NDArray[np.float64]
TOP = 100
#: Weights held at once.
_BLOCK = 1 << 24
# Rows of equal weight 1 fill the top 100 with the first 100; drawn ones may need fewer or more.
_MOST_OF_TOP = 4 * TOP


@dataclass(frozen=True, slots=True)
class Prices:
    """What alerts cost.

    Attributes
    ----------
    false_alarm : float
    missed : ndarray of shape (n_test,), or float
        Of each row, where it is positive.
    recovered : float
        Share of that which an alert saves.
    """

    false_alarm: float
    missed: Any
    recovered: float


class Judged:
    """The test rows of a trial, ready to be weighed.

    Parameters
    ----------
    part : Part
    thresholds : mapping of str to float
        By a suffix of the figures' names: "" and "_at_half".
    is_probability : bool
    prices : Prices, optional
    cost_threshold : float, optional
    """

    def __init__(
        self,
        part: Part,
        thresholds: Mapping[str, float],
        *,
        is_probability: bool,
        prices: Prices | None = None,
        cost_threshold: float | None = None,
    ) -> None:
        self._thresholds = thresholds
        is_positive = part.labels == 1
        self._places = np.flatnonzero(is_positive), np.flatnonzero(~is_positive)
        self._scores = part.scores[is_positive], part.scores[~is_positive]
        self._levels, self._level = np.unique(self._scores[0], return_inverse=True)
        self._groups = self._grouping()
        # Ties in no particular order: their place in the table must not decide.
        order = np.random.default_rng(0).permutation(len(part.scores))
        top = order[np.argsort(-part.scores[order], kind="stable")][:_MOST_OF_TOP]
        self._top, self._is_top_positive = top, is_positive[top]
        error = (part.scores - part.labels) ** 2
        self._error = error if is_probability else None
        self._prices, self._cost_threshold = prices, cost_threshold
        if prices is not None:
            self._missed = np.broadcast_to(prices.missed, part.scores.shape)[is_positive]

    def _grouping(self) -> Any:
        """Return a sparse matrix that adds up normal rows by the positive scores they reach.

        Group 2k + 1 is equal to level k, and group 2k lies between the levels beside it.
        """
        normal = self._scores[1]
        group = np.searchsorted(self._levels, normal, "left") + np.searchsorted(
            self._levels, normal, "right"
        )
        n_groups = 2 * len(self._levels) + 1
        ones = np.ones(len(group), dtype=np.float32)
        return csr_matrix((ones, (group, np.arange(len(group)))), (n_groups, len(group)))

    def figures(self, weights: NDArray[np.float32]) -> dict[str, Array]:
        """Return every figure, of shape (r,), for row weights of shape (r, n_test)."""
        positive, normal = (weights[:, places] for places in self._places)
        totals = positive.sum(axis=1, dtype=np.float64), normal.sum(axis=1, dtype=np.float64)
        found = self._ranking(positive, normal, totals)
        for suffix, threshold in self._thresholds.items():
            tp, fp = self._caught(positive, normal, threshold)
            found |= {f"{n}{suffix}": v for n, v in _at_threshold(tp, fp, *totals).items()}
        if weights.shape[1] >= TOP:
            found[f"precision_at_{TOP}"] = self._precision_of_top(weights)
        if self._error is not None:
            found["brier"] = (weights @ self._error) / np.add(*totals)
        if self._prices is not None:
            found["cost"] = self._cost(positive, normal)
        return found

    def _ranking(
        self, positive: NDArray[Any], normal: NDArray[Any], totals: tuple[Array, Array]
    ) -> dict[str, Array]:
        n_levels = len(self._levels)
        per_group = np.asarray(self._groups @ normal.T, dtype=np.float64).T
        of_level = np.zeros((len(positive), n_levels))
        np.add.at(of_level.T, self._level, positive.T)
        at_or_above = per_group[:, ::-1].cumsum(axis=1)[:, ::-1]
        fp = at_or_above[:, 1::2]
        tp = of_level[:, ::-1].cumsum(axis=1)[:, ::-1]
        with np.errstate(invalid="ignore", divide="ignore"):
            precision = np.where(tp + fp > 0, tp / (tp + fp), 0)
            average_precision = (of_level * precision).sum(axis=1) / totals[0]
            outranked = totals[1][:, None] - fp + per_group[:, 1::2] / 2
            roc_auc = (of_level * outranked).sum(axis=1) / (totals[0] * totals[1])
        return {"average_precision": average_precision, "roc_auc": roc_auc}

    def _caught(
        self, positive: NDArray[Any], normal: NDArray[Any], threshold: float
    ) -> tuple[Array, Array]:
        tp, fp = (
            rows[:, scores >= threshold].sum(axis=1, dtype=np.float64)
            for rows, scores in zip((positive, normal), self._scores, strict=True)
        )
        return tp, fp

    def _precision_of_top(self, weights: NDArray[Any]) -> Array:
        drawn = weights[:, self._top].astype(np.float64)
        before = drawn.cumsum(axis=1) - drawn
        counted = np.clip(TOP - before, 0, drawn)
        return (counted * self._is_top_positive).sum(axis=1) / TOP

    def _cost(self, positive: NDArray[Any], normal: NDArray[Any]) -> Array:
        assert self._prices is not None
        assert self._cost_threshold is not None
        _, fp = self._caught(positive, normal, self._cost_threshold)
        is_caught = self._scores[0] >= self._cost_threshold
        lost = self._missed * np.where(is_caught, 1 - self._prices.recovered, 1)
        return self._prices.false_alarm * fp + positive @ lost


def _at_threshold(tp: Array, fp: Array, positives: Array, negatives: Array) -> dict[str, Array]:
    alerts, rows = tp + fp, positives + negatives
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(alerts * (rows - alerts)) * np.sqrt(positives * negatives)
        return {
            "precision": tp / alerts,
            "recall": tp / positives,
            "f1": 2 * tp / (positives + alerts),
            "mcc": np.where(spread > 0, (tp * rows - alerts * positives) / spread, 0),
        }


def draws(
    test_rows: Mapping[int, NDArray[np.int64]],
    labels: NDArray[np.int8],
    replicates: int,
    seed: int = 0,
) -> Iterator[dict[int, NDArray[np.float32]]]:
    """Draw resamples, some at a time.

    Parameters
    ----------
    test_rows : mapping of int to ndarray of int64
        Positions of the test rows by seed of the split.
    labels : ndarray of shape (n_rows,)
        Of the whole table.
    replicates : int
    seed : int

    Yields
    ------
    dict
        By seed of the split, weights of shape (r, n_test).
    """
    random = np.random.default_rng(seed)
    every = np.unique(np.concatenate(list(test_rows.values())))
    places = {key: np.searchsorted(every, rows) for key, rows in test_rows.items()}
    of_class = [np.flatnonzero(labels[every] == value) for value in (0, 1)]
    at_once = max(1, min(replicates, _BLOCK // len(every)))
    for start in range(0, replicates, at_once):
        some = min(at_once, replicates - start)
        weights = np.zeros((some, len(every)), dtype=np.float32)
        for replicate in weights:
            for members in of_class:
                drawn = random.integers(len(members), size=len(members))
                replicate[members] = np.bincount(drawn, minlength=len(members))
        yield {key: weights[:, found] for key, found in places.items()}


def over_seeds(values: NDArray[Any], seed: int = 0) -> Array:
    """Return means over seeds drawn with replacement, of shape (r,), of figures (n_seeds, r)."""
    n_seeds, replicates = values.shape
    if n_seeds == 1:
        return values[0]
    drawn = np.random.default_rng([seed, n_seeds]).integers(n_seeds, size=(n_seeds, replicates))
    return _mean(np.take_along_axis(values, drawn, axis=0))


def interval_of(values: Sequence[float] | Array) -> tuple[float, float] | None:
    """Return the middle 95 %, or None where a figure is undefined in every resample."""
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def _mean(values: Array) -> Array:
    known = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, values, 0).sum(axis=0) / known.sum(axis=0)
