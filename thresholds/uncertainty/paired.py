"""Figures of many methods on the same resamples of the test rows.

A resample gives each row of the table a weight, how often it was drawn, and the row has that weight
wherever it occurs: in the figures of every method, and in the test rows of every seed. So a
difference between two methods is paired, and a row that is in the test rows of three seeds does
not count as three. Rows are drawn among those of their own class (Efron and Tibshirani, *An
Introduction to the Bootstrap*, 1993, chapter 8). Of several seeds, seeds are drawn too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thresholds.counting.counts import Counts, Integers, Ratios
from thresholds.counting.rows import ScoredRows
from thresholds.uncertainty.percentile import Interval, interval_of
from thresholds.uncertainty.ranking import ranking_figures

Figures = dict[str, Ratios]
Weights = NDArray[np.float32]

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


class PairedFigures:
    """The figures of one method on its test rows, under any weights of the rows.

    Parameters
    ----------
    labels : array-like, shape (n_test,)
    scores : array-like, shape (n_test,)
    thresholds : mapping of str to float
        By a suffix of the figures' names: "" and "_at_half". With `prices` the cost is counted at
        the one without a suffix.
    is_probability : bool
        Whether scores are probabilities, which have a Brier score.
    prices : Prices, optional
    cost_threshold : float, optional
        The cheapest on validation, where `least_cost` is counted.
    """

    def __init__(
        self,
        labels: ArrayLike,
        scores: ArrayLike,
        thresholds: Mapping[str, float],
        *,
        is_probability: bool = False,
        prices: Prices | None = None,
        cost_threshold: float | None = None,
    ) -> None:
        rows = ScoredRows.checked(labels, scores)
        assert rows.flags is not None, "there are labels"
        self._thresholds, self._size = thresholds, rows.scores.size
        is_positive = rows.flags
        self._places = np.flatnonzero(is_positive), np.flatnonzero(~is_positive)
        self._scores = rows.scores[is_positive], rows.scores[~is_positive]
        self._levels, self._level = np.unique(self._scores[0], return_inverse=True)
        self._groups = self._grouping()
        # Ties in no particular order: their place in the table must not decide.
        order = np.random.default_rng(0).permutation(self._size)
        top = order[np.argsort(-rows.scores[order], kind="stable")][:_MOST_OF_TOP]
        self._top, self._is_top_positive = top, is_positive[top]
        self._error = (rows.scores - is_positive) ** 2 if is_probability else None
        self._prices, self._cost_threshold = prices, cost_threshold
        if prices is not None:
            self._missed = np.broadcast_to(prices.missed, rows.scores.shape)[is_positive]

    def _grouping(self) -> Any:
        """Return a sparse matrix that adds up normal rows by the positive scores they reach.

        Group 2k + 1 is equal to level k, and group 2k lies between the levels beside it.
        """
        # It takes a while to import, which only comparisons should pay.
        from scipy.sparse import csr_matrix

        normal = self._scores[1]
        group = np.searchsorted(self._levels, normal, "left") + np.searchsorted(
            self._levels, normal, "right"
        )
        n_groups = 2 * len(self._levels) + 1
        ones = np.ones(len(group), dtype=np.float32)
        return csr_matrix((ones, (group, np.arange(len(group)))), (n_groups, len(group)))

    def observed(self) -> Figures:
        """Return every figure of the rows as they are, of shape (1,)."""
        return self.figures(np.ones((1, self._size), dtype=np.float32))

    def figures(self, weights: Weights) -> Figures:
        """Return every figure, of shape (r,), for row weights of shape (r, n_test).

        They are `average_precision`, `roc_auc`, at each threshold `precision`, `recall`, `f1` and
        `mcc`, and where they are defined `precision_at_100`, `brier`, `cost` and `least_cost`.
        """
        positive, normal = (weights[:, places] for places in self._places)
        totals = positive.sum(axis=1, dtype=np.float64), normal.sum(axis=1, dtype=np.float64)
        average_precision, roc_auc = self._ranking(positive, normal, totals)
        figures: Figures = {"average_precision": average_precision, "roc_auc": roc_auc}
        for suffix, threshold in self._thresholds.items():
            tp, fp = self._caught(positive, normal, threshold)
            counts = Counts(tp=tp, fp=fp, positives=totals[0], negatives=totals[1])
            figures |= {
                f"precision{suffix}": counts.precision,
                f"recall{suffix}": counts.recall,
                f"f1{suffix}": counts.f_beta(1),
                f"mcc{suffix}": counts.mcc,
            }
        if self._size >= TOP:
            figures[f"precision_at_{TOP}"] = self._precision_of_top(weights)
        if self._error is not None:
            figures["brier"] = (weights @ self._error) / np.add(*totals)
        if self._prices is not None:
            places = {"cost": self._thresholds.get(""), "least_cost": self._cost_threshold}
            figures |= {
                name: self._cost(positive, normal, place)
                for name, place in places.items()
                if place is not None
            }
        return figures

    def _ranking(
        self, positive: Weights, normal: Weights, totals: tuple[Ratios, Ratios]
    ) -> tuple[Ratios, Ratios]:
        per_group = np.asarray(self._groups @ normal.T, dtype=np.float64).T
        of_level = np.zeros((len(positive), len(self._levels)))
        np.add.at(of_level.T, self._level, positive.T)
        at_or_above = per_group[:, ::-1].cumsum(axis=1)[:, ::-1]
        tp = of_level[:, ::-1].cumsum(axis=1)[:, ::-1]
        return ranking_figures(of_level, tp, at_or_above[:, 1::2], at_or_above[:, 2::2], *totals)

    def _caught(
        self, positive: Weights, normal: Weights, threshold: float
    ) -> tuple[Ratios, Ratios]:
        tp, fp = (
            rows[:, scores >= threshold].sum(axis=1, dtype=np.float64)
            for rows, scores in zip((positive, normal), self._scores, strict=True)
        )
        return tp, fp

    def _precision_of_top(self, weights: Weights) -> Ratios:
        drawn = weights[:, self._top].astype(np.float64)
        before = drawn.cumsum(axis=1) - drawn
        counted = np.clip(TOP - before, 0, drawn)
        return (counted * self._is_top_positive).sum(axis=1) / TOP

    def _cost(self, positive: Weights, normal: Weights, threshold: float) -> Ratios:
        assert self._prices is not None
        _, fp = self._caught(positive, normal, threshold)
        is_caught = self._scores[0] >= threshold
        lost = self._missed * np.where(is_caught, 1 - self._prices.recovered, 1)
        return self._prices.false_alarm * fp + positive @ lost


def draw_weights(
    test_rows: Mapping[int, Integers], labels: ArrayLike, replicates: int, seed: int = 0
) -> Iterator[dict[int, Weights]]:
    """Draw resamples of the rows of a table, some at a time.

    Parameters
    ----------
    test_rows : mapping of int to ndarray of int64
        Positions of the test rows by seed of the split.
    labels : array-like, shape (n_rows,)
        Of the whole table, 0 or 1.
    replicates : int
    seed : int, default=0

    Yields
    ------
    dict
        By seed of the split, weights of shape (r, n_test).
    """
    random = np.random.default_rng(seed)
    every = np.unique(np.concatenate(list(test_rows.values())))
    places = {key: np.searchsorted(every, rows) for key, rows in test_rows.items()}
    of_class = [np.flatnonzero(np.asarray(labels)[every] == value) for value in (0, 1)]
    at_once = max(1, min(replicates, _BLOCK // len(every)))
    for start in range(0, replicates, at_once):
        some = min(at_once, replicates - start)
        weights = np.zeros((some, len(every)), dtype=np.float32)
        for replicate in weights:
            for members in of_class:
                drawn = random.integers(len(members), size=len(members))
                replicate[members] = np.bincount(drawn, minlength=len(members))
        yield {key: weights[:, where] for key, where in places.items()}


def figures_on_resamples(
    methods: Mapping[str, Mapping[int, PairedFigures]],
    test_rows: Mapping[int, Integers],
    labels: ArrayLike,
    replicates: int,
) -> dict[str, dict[int, Figures]]:
    """Return every figure of many methods, each on the same resamples.

    Parameters
    ----------
    methods : mapping of str to mapping of int to PairedFigures
        By seed of the split.
    test_rows, labels, replicates
        As in `draw_weights`.

    Returns
    -------
    dict of str to dict of int to dict of str to ndarray of float64, shape (replicates,)
    """
    blocks: dict[str, dict[int, list[Figures]]] = {
        name: {seed: [] for seed in by_seed} for name, by_seed in methods.items()
    }
    for weights in draw_weights(test_rows, labels, replicates):
        for name, by_seed in methods.items():
            for seed, paired in by_seed.items():
                blocks[name][seed].append(paired.figures(weights[seed]))
    return {
        name: {
            seed: {figure: np.concatenate([b[figure] for b in drawn]) for figure in drawn[0]}
            for seed, drawn in by_seed.items()
        }
        for name, by_seed in blocks.items()
    }


def over_seeds(values: Ratios, seed: int = 0) -> Ratios:
    """Return means over seeds drawn with replacement, of shape (r,), of figures (n_seeds, r)."""
    n_seeds, replicates = values.shape
    if n_seeds == 1:
        return values[0]
    drawn = np.random.default_rng([seed, n_seeds]).integers(n_seeds, size=(n_seeds, replicates))
    means = np.take_along_axis(values, drawn, axis=0)
    is_known = np.isfinite(means)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(is_known, means, 0).sum(axis=0) / is_known.sum(axis=0)


@dataclass(frozen=True, slots=True)
class Difference:
    """What one method has more than another, on the same resamples of the same rows.

    Attributes
    ----------
    figure : str
    better, other : str
        Methods; the first is the higher one.
    difference : float
    interval : (float, float)
        95 %.
    is_clear : bool
        Whether the interval excludes zero. Only then is one better than the other.
    """

    figure: str
    better: str
    other: str
    difference: float
    interval: Interval
    is_clear: bool


def difference(
    figure: str, first: str, second: str, gap: float, drawn: Ratios
) -> Difference | None:
    """Return what the first has more than the second, or, where that is negative, the reverse.

    Parameters
    ----------
    figure, first, second : str
    gap : float
        On the rows as they are.
    drawn : ndarray of float64, shape (n_seeds, r)
        The same on resamples.

    Returns
    -------
    Difference or None
        None where the figure is defined on no resample.
    """
    interval = interval_of(over_seeds(drawn))
    if interval is None:
        return None
    low, high = interval
    if gap < 0:
        first, second, gap, low, high = second, first, -gap, -high, -low
    return Difference(figure, first, second, gap, (low, high), low > 0)
