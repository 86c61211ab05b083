"""True and false positives, and the ratios made of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Ratios = NDArray[np.float64]

Tallies = NDArray[Any]
"""Numbers of rows as int64, or sums of their weights as float64."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CardCounts:
    """How many cards alert, in one or many settings (see `thresholds.counting.cards`).

    Attributes
    ----------
    alerted : ndarray of int64
        Pairs of a card and a day that alert, in each setting.
    compromised : ndarray of int64, shape of `alerted`
        Those with an anomaly on that day.
    n_days : int
        Days of the calendar from the first to the last, both included.
    """

    alerted: Integers
    compromised: Integers
    n_days: int

    @property
    def alerted_per_day(self) -> Ratios:
        """Cards that alert over the days."""
        return ratio(self.alerted, self.n_days)

    def at(self, positions: Integers) -> Self:
        """Return the counts at some of the settings; one behind the last alerts on nothing."""
        return type(self)(
            alerted=_at(self.alerted, positions),
            compromised=_at(self.compromised, positions),
            n_days=self.n_days,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayCounts:
    """The alerts of each calendar day, in one or many settings.

    Attributes
    ----------
    alerts : ndarray, shape (days, k)
        From the first day to the last, those without any row included.
    lengths : ndarray of float64, shape (days,)
        What part of each day is looked at, above 0 and at most 1.
    """

    alerts: Tallies
    lengths: Ratios


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """How many rows are caught, and how many alarms are false, in one or many settings.

    The settings may be the thresholds of a curve, the replicates of a bootstrap, or both: every
    ratio broadcasts. With sample weights a row counts as much as it weighs, and everything is a
    float.

    Attributes
    ----------
    tp : ndarray of int64 or float64
        Anomalies that alert, in each setting.
    fp : ndarray of int64 or float64, shape of `tp`
        Normal rows that alert.
    positives : int or float
        All anomalies.
    negatives : int or float
        All normal rows.
    n_days : float or None
        Days that the rows span; None where it is not known, or less than an hour.
    caught : ndarray of float64, shape of `tp`, or None
        Money at stake in the anomalies that alert.
    at_stake : float or None
        Money at stake in all anomalies.
    cards : CardCounts or None
        The cards that alert.
    days : DayCounts or None
        The alerts day by day, at a threshold.
    squares : Counts or None
        The same sums of squared weights and squared amounts, where there are any: how far a
        resample strays depends on them.
    n_rows : (int, int)
        Anomalies and normal rows that the squares are of, whatever they weigh.

    Examples
    --------
    >>> import numpy as np
    >>> counts = Counts(tp=np.array([2, 1]), fp=np.array([2, 0]), positives=2, negatives=3)
    >>> counts.precision, counts.recall
    (array([0.5, 1. ]), array([1. , 0.5]))
    """

    tp: Tallies
    fp: Tallies
    positives: Any
    negatives: Any
    n_days: float | None = None
    caught: Tallies | None = None
    at_stake: Any = None
    cards: CardCounts | None = None
    days: DayCounts | None = None
    squares: "Counts | None" = None
    n_rows: tuple[int, int] = (0, 0)

    @property
    def alerts(self) -> Tallies:
        """Rows that alert, ``tp + fp``."""
        return self.tp + self.fp

    @property
    def precision(self) -> Ratios:
        """Share of the alerts that are anomalies; NaN where nothing alerts."""
        return ratio(self.tp, self.alerts)

    @property
    def recall(self) -> Ratios:
        """Share of the anomalies that alert, also called the true positive rate; NaN without any."""
        return ratio(self.tp, self.positives)

    @property
    def false_positive_rate(self) -> Ratios:
        """Share of the normal rows that alert; NaN without any."""
        return ratio(self.fp, self.negatives)

    @property
    def alerts_per_day(self) -> Ratios:
        """Alerts over the days; only where `n_days` is known."""
        return ratio(self.alerts, self.n_days or np.nan)

    def f_beta(self, beta: float = 1.0) -> Ratios:
        """Weighted harmonic mean of precision and recall.

        ``(1 + beta^2) tp / (tp + fp + beta^2 positives)``, which is 0 where nothing alerts, and
        NaN where there is neither an alert nor an anomaly.

        Parameters
        ----------
        beta : float, default=1.0
            How many times as important recall is as precision.

        Returns
        -------
        ndarray of float64, shape of `tp`

        References
        ----------
        C. J. van Rijsbergen, *Information Retrieval*, 2nd ed., Butterworths, 1979, chapter 7.

        Examples
        --------
        >>> import numpy as np
        >>> counts = Counts(tp=np.array([2, 1]), fp=np.array([2, 0]), positives=2, negatives=3)
        >>> counts.f_beta(1), counts.f_beta(2).round(3)
        (array([0.66666667, 0.66666667]), array([0.833, 0.556]))
        """
        weight = beta * beta
        return ratio((1 + weight) * self.tp, self.alerts + weight * self.positives)

    @property
    def mcc(self) -> Ratios:
        """Matthews' correlation coefficient between alerts and labels.

        It is 0 where all rows alert or none does.

        References
        ----------
        B. W. Matthews, "Comparison of the predicted and observed secondary structure of T4 phage
        lysozyme", *Biochimica et Biophysica Acta* 405, 1975.
        """
        alerts, rows = self.alerts, self.positives + self.negatives
        # tp tn - fp fn, without the differences that are not at hand.
        covariance = self.tp * rows - alerts * self.positives
        spread = np.sqrt(np.multiply(alerts, rows - alerts, dtype=np.float64)) * np.sqrt(
            np.multiply(self.positives, self.negatives, dtype=np.float64)
        )
        return np.divide(covariance, spread, out=np.zeros(np.shape(spread)), where=spread > 0)

    def counts_at(self, positions: Integers) -> "Counts":
        """Return the counts at some of the settings of a curve.

        Parameters
        ----------
        positions : ndarray of int64
            Positions in `tp`. The one behind the last stands for a threshold that nothing reaches.

        Returns
        -------
        Counts
        """
        return Counts(
            tp=_at(self.tp, positions),
            fp=_at(self.fp, positions),
            positives=self.positives,
            negatives=self.negatives,
            n_days=self.n_days,
            caught=None if self.caught is None else _at(self.caught, positions),
            at_stake=self.at_stake,
            cards=None if self.cards is None else self.cards.at(positions),
            squares=None if self.squares is None else self.squares.counts_at(positions),
            n_rows=self.n_rows,
        )


Figure = Callable[[Counts], Tallies]
"""A figure of each setting."""


def ratio(part: ArrayLike, whole: ArrayLike) -> Ratios:
    """Divide; 0/0 is undefined and NaN. A part is never larger than its whole, so all else is finite."""
    with np.errstate(invalid="ignore"):
        return np.divide(part, whole, dtype=np.float64)


def _at(array: Tallies, positions: Integers) -> Tallies:
    if positions.size and positions.max() == array.size:
        return np.where(positions < array.size, array[np.minimum(positions, array.size - 1)], 0)
    return array[positions]
