"""Figures of methods on test rows, and how sure they and their differences are.

Each figure comes with the influence of each row (see `thresholds.uncertainty.influence`). A row of
the table has an influence wherever it occurs: in the figures of every method, and in the test rows of
every seed. So a difference between two methods is paired, and a row that is in the test rows of
three seeds does not count as three. To the variance of the rows comes, of several seeds, that of
the mean over them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.counts import Counts, Integers, Ratios
from thresholds.counting.rows import ScoredRows
from thresholds.uncertainty.at_threshold import FEWEST_FOR_COST
from thresholds.uncertainty.influence import ranking_influences
from thresholds.uncertainty.percentile import CONFIDENCE, Interval
from thresholds.uncertainty.proportions import ends_of_mean
from thresholds.uncertainty.ranking import FEWEST_FOR_RANKING, interval_of_ranking
from thresholds.uncertainty.sums import Sums, ends_of_sum, widening

TOP = 100
FEWEST_FOR_DIFFERENCE = 20
"""Of fewer anomalies a difference has no interval."""

_RANKING = ("average_precision", "roc_auc")


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


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure of some rows, and what each row does to it.

    Attributes
    ----------
    value : float
        NaN where it is undefined.
    influence : ndarray of float64, shape (n,)
    rows : float
        How many rows it is a mean of.
    largest : float
        What one more row may add to a cost or a Brier score; 0 for every other figure.
    """

    value: float
    influence: Ratios
    rows: float
    largest: float = 0.0


class MethodFigures:
    """The figures of one method on its test rows.

    Parameters
    ----------
    labels : array-like, shape (n_test,)
    scores : array-like, shape (n_test,)
    thresholds : mapping of str to float
        By a suffix of the figures' names: "" and "_at_half".
    is_probability : bool
        Whether scores are probabilities, which have a Brier score.
    prices : Prices, optional
    cost_thresholds : mapping of str to float
        Where costs are counted, by the names of these figures; with `prices`.

    Attributes
    ----------
    rows, positives : int
    """

    def __init__(
        self,
        labels: ArrayLike,
        scores: ArrayLike,
        thresholds: Mapping[str, float],
        *,
        is_probability: bool = False,
        prices: Prices | None = None,
        cost_thresholds: Mapping[str, float] | None = None,
    ) -> None:
        rows = ScoredRows.checked(labels, scores)
        assert rows.flags is not None, "there are labels"
        self._flags, self._scores = rows.flags, rows.scores
        self._thresholds, self._is_probability = thresholds, is_probability
        self._prices, self._cost_thresholds = prices, cost_thresholds or {}
        self.rows = rows.scores.size
        self.positives = int(np.count_nonzero(rows.flags))

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every figure by its name.

        They are `average_precision`, `roc_auc`, at each threshold `precision`, `recall`, `f1` and
        `mcc`, and where they are defined `precision_at_100`, `brier` and costs.
        """
        ranking = ranking_influences(self._flags, self._scores)
        figures = {
            name: Figure(value, influence, self.positives)
            for name, (value, influence) in ranking.items()
        }
        for suffix, threshold in self._thresholds.items():
            at = _at_threshold(self._flags, self._scores >= threshold)
            figures |= {f"{name}{suffix}": figure for name, figure in at.items()}
        if self._scores.size >= TOP:
            figures[f"precision_at_{TOP}"] = self._precision_of_top()
        if self._is_probability:
            errors = np.square(self._scores.astype(np.float64) - self._flags)
            # A row that the next drawing has may be wholly wrong.
            figures["brier"] = replace(_mean_of(errors, errors.size), largest=1 / errors.size)
        if self._prices is not None:
            for name, threshold in self._cost_thresholds.items():
                figures[name] = self._cost(self._prices, threshold)
        return figures

    def _precision_of_top(self) -> Figure:
        # Ties in no particular order: their place in the table must not decide.
        order = np.random.default_rng(0).permutation(self._scores.size)
        top = order[np.argsort(-self._scores[order], kind="stable")][:TOP]
        influence = np.zeros(self._scores.size)
        value = float(self._flags[top].mean())
        influence[top] = (self._flags[top] - value) / TOP
        return Figure(value, influence, TOP)

    def _cost(self, prices: Prices, threshold: float) -> Figure:
        alerts, n_rows = self._scores >= threshold, self._scores.size
        missed = np.broadcast_to(np.asarray(prices.missed, np.float64), alerts.shape)
        lost = np.where(alerts, (1 - prices.recovered) * missed, missed)
        costs = np.where(self._flags, lost, prices.false_alarm * alerts)
        stakes = missed[self._flags]
        # What an anomaly costs that is met as often as it is dear.
        dear = float((stakes**2).sum() / stakes.sum()) if stakes.sum() else 0.0
        total = float(costs.sum())
        # Of so many rows in all.
        return Figure(total, costs - total / n_rows, n_rows, max(prices.false_alarm, dear))


def _mean_of(values: Ratios, rows: int) -> Figure:
    mean = float(values.mean())
    return Figure(mean, (values - mean) / rows, rows)


def _at_threshold(flags: Any, alerts: Any) -> dict[str, Figure]:
    """Return the figures of alerts: their influences are derivatives by the four counts."""
    tp, fp = int(np.count_nonzero(flags & alerts)), int(np.count_nonzero(~flags & alerts))
    positives, n_rows = int(np.count_nonzero(flags)), flags.size
    counts = Counts(
        tp=np.array([tp]), fp=np.array([fp]), positives=positives, negatives=n_rows - positives
    )
    precision, recall = counts.precision.item(), counts.recall.item()
    f1, mcc = counts.f_beta(1).item(), counts.mcc.item()
    either = tp + fp + positives
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "precision": Figure(
                precision, alerts * (flags - precision) / np.float64(tp + fp), tp + fp
            ),
            "recall": Figure(recall, flags * (alerts - recall) / np.float64(positives), positives),
            "f1": Figure(
                f1,
                (2.0 * (flags & alerts) - f1 * (flags.astype(float) + alerts)) / either,
                positives + fp,
            ),
            "mcc": Figure(mcc, _mcc_influence(flags, alerts, mcc), positives),
        }


def _mcc_influence(flags: Any, alerts: Any, mcc: float) -> Ratios:
    """Return the influences on Matthews' coefficient, the correlation of two flags.

    That of a row is what it adds to the covariance, less what it adds to the spreads, of
    standardised flags ``u`` and ``v``: ``u v - r (u^2 + v^2) / 2``.
    """
    standard = []
    for flag in (flags, alerts):
        mean = flag.mean()
        spread = np.sqrt(mean * (1 - mean))
        if spread == 0:
            return np.zeros(flags.size)
        standard.append((flag - mean) / spread)
    u, v = standard
    return (u * v - mcc * (u**2 + v**2) / 2) / flags.size


@dataclass(frozen=True, slots=True)
class _Mean:
    """The mean of a figure over seeds, or of a difference of figures, with its variance.

    Attributes
    ----------
    value, variance : float
    rows, positives, largest : float
        Of a seed, on average.
    effective_rows : float
        So many rows of equal influence would make as sure a variance.
    largest_square : float
        The largest squared influence.
    """

    value: float
    variance: float
    rows: float
    positives: float
    largest: float
    effective_rows: float
    largest_square: float


def mean_interval(
    name: str,
    by_seed: Mapping[int, MethodFigures],
    test_rows: Mapping[int, Integers],
    confidence: float = CONFIDENCE,
) -> Interval | None:
    """Return the interval of the mean of a figure over seeds.

    Parameters
    ----------
    name : str
    by_seed : mapping of int to MethodFigures
        By seed of the split.
    test_rows : mapping of int to ndarray of int64
        Positions in the table of the test rows, by seed.
    confidence : float, default=0.95

    Returns
    -------
    (float, float) or None
        None where the figure is undefined, or where there are too few anomalies: fewer than 10 for
        `average_precision` and `roc_auc`, than 20 for costs and `brier`, and for all that is not exact, as
        means over seeds are not.
    """
    mean = _mean_over([(by_seed[seed].figures[name], seed) for seed in by_seed], by_seed, test_rows)
    if mean is None:
        return None
    if name in _RANKING:
        if mean.positives < FEWEST_FOR_RANKING:
            return None
        return interval_of_ranking(mean.value, mean.variance, mean.positives, confidence)
    if name == "brier" or name.endswith("cost"):
        if mean.positives < FEWEST_FOR_COST:
            return None
        sums = Sums(
            total=np.array(mean.value), squares=np.array(mean.variance), largest=mean.largest
        )
        return _pair(ends_of_sum(sums, confidence))
    is_exact = len(by_seed) == 1 and not name.startswith("mcc")
    if mean.positives < FEWEST_FOR_DIFFERENCE and not is_exact:
        return None
    if name.startswith("mcc"):
        low, high = ends_of_mean((1 + mean.value) / 2, mean.variance / 4, mean.rows, confidence)
        return _pair((2 * low - 1, 2 * high - 1))
    if name.startswith("f1"):
        # It is a proportion only as the share of the caught; the variance by the chain rule.
        share = mean.value / (2 - mean.value)
        slope = 2 / (2 - mean.value) ** 2
        ends = ends_of_mean(share, mean.variance * slope**2, mean.rows, confidence)
        return _pair((2 * ends[0] / (1 + ends[0]), 2 * ends[1] / (1 + ends[1])))
    return _pair(ends_of_mean(mean.value, mean.variance, mean.rows, confidence))


def _pair(ends: tuple[Any, Any]) -> Interval | None:
    low, high = (float(end) for end in ends)
    return None if np.isnan(low) else (low, high)


def _mean_over(
    figures: Sequence[tuple[Figure, int]],
    by_seed: Mapping[int, MethodFigures],
    test_rows: Mapping[int, Integers],
) -> _Mean | None:
    known = [(figure, seed) for figure, seed in figures if np.isfinite(figure.value)]
    if not known:
        return None
    seeds = [seed for _, seed in known]
    every = np.unique(np.concatenate([test_rows[seed] for seed in seeds]))
    influence = np.zeros(every.size)
    for figure, seed in known:
        influence[np.searchsorted(every, test_rows[seed])] += figure.influence / len(known)
    values = np.array([figure.value for figure, _ in known])
    squares = influence**2
    variance, fourth = float(squares.sum()), float((squares**2).sum())
    effective = variance**2 / fourth if fourth > 0 else 0.0
    if len(known) > 1:
        variance += float(values.var(ddof=1)) / len(known)
    return _Mean(
        value=float(values.mean()),
        variance=variance,
        rows=float(np.mean([figure.rows for figure, _ in known])),
        positives=float(np.mean([by_seed[seed].positives for seed in seeds])),
        largest=float(np.mean([figure.largest for figure, _ in known])),
        effective_rows=effective,
        largest_square=float(squares.max()),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What one method has more than another, on the same test rows.

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
    figure: str,
    methods: tuple[str, str],
    by_seed: tuple[Mapping[int, MethodFigures], Mapping[int, MethodFigures]],
    test_rows: Mapping[int, Integers],
    confidence: float = CONFIDENCE,
) -> Difference | None:
    """Return what the first method has more than the second, or, where that is negative, the reverse.

    The interval is the normal one, with Student's t for as many rows as have a say, and one more of the
    largest influence.

    Parameters
    ----------
    figure : str
    methods : (str, str)
    by_seed : pair of mapping of int to MethodFigures
        Of the two methods; the seeds that both have count.
    test_rows : mapping of int to ndarray of int64
        As in `mean_interval`.
    confidence : float, default=0.95

    Returns
    -------
    Difference or None
        None where the figure is undefined for either method in every seed, for fewer than 20
        anomalies, and where the methods do not differ on any row, which tells nothing of others.
    """
    first, second = methods
    pairs = []
    for seed in by_seed[0]:
        if seed not in by_seed[1]:
            continue
        one, two = (each[seed].figures.get(figure) for each in by_seed)
        if one is None or two is None:
            continue
        pairs.append((Figure(one.value - two.value, one.influence - two.influence, one.rows), seed))
    mean = _mean_over(pairs, by_seed[0], test_rows)
    if mean is None or mean.positives < FEWEST_FOR_DIFFERENCE or mean.variance == 0:
        return None
    # It takes a while to import.
    from scipy.special import ndtri

    # What tells the methods apart may be a few rows, and the next one is not seen yet.
    reach = ndtri((1 + confidence) / 2) * widening(max(mean.effective_rows - 1, 1.0), confidence)
    deviation = float(reach * np.sqrt(mean.variance + mean.largest_square))
    gap, low, high = mean.value, mean.value - deviation, mean.value + deviation
    if gap < 0:
        first, second, gap, low, high = second, first, -gap, -high, -low
    return Difference(figure, first, second, gap, (low, high), low > 0)
