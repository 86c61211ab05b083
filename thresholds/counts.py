"""True and false positives, and the ratios made of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Ratios = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """How many rows are caught, and how many alarms are false, in one or many settings.

    The settings may be the thresholds of a curve, the replicates of a bootstrap, or both: every
    ratio broadcasts.

    Attributes
    ----------
    tp : ndarray of int64
        Anomalies that alert, in each setting.
    fp : ndarray of int64, shape of `tp`
        Normal rows that alert.
    positives : int
        All anomalies.
    negatives : int
        All normal rows.

    Examples
    --------
    >>> import numpy as np
    >>> counts = Counts(tp=np.array([2, 1]), fp=np.array([2, 0]), positives=2, negatives=3)
    >>> counts.precision, counts.recall
    (array([0.5, 1. ]), array([1. , 0.5]))
    """

    tp: Integers
    fp: Integers
    positives: int
    negatives: int

    @property
    def alerts(self) -> Integers:
        """Rows that alert, ``tp + fp``."""
        return self.tp + self.fp

    @property
    def precision(self) -> Ratios:
        """Share of the alerts that are anomalies; NaN where nothing alerts."""
        return _ratio(self.tp, self.alerts)

    @property
    def recall(self) -> Ratios:
        """Share of the anomalies that alert, also called the true positive rate; NaN without any."""
        return _ratio(self.tp, self.positives)

    @property
    def false_positive_rate(self) -> Ratios:
        """Share of the normal rows that alert; NaN without any."""
        return _ratio(self.fp, self.negatives)

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
        return _ratio((1 + weight) * self.tp, self.alerts + weight * self.positives)


def _ratio(part: ArrayLike, whole: ArrayLike) -> Ratios:
    # 0/0 is undefined and stays NaN; a part is never larger than its whole, so nothing else is.
    with np.errstate(invalid="ignore"):
        return np.divide(part, whole, dtype=np.float64)
