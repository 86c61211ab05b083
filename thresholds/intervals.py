"""How sure the figures at a threshold are."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from thresholds.counts import Counts, Ratios
from thresholds.errors import ThresholdError

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Percentile intervals from a bootstrap that keeps the number of anomalies and normal rows.

    Attributes
    ----------
    confidence : float, default=0.95
        How often the interval should hold the truth, between 0 and 1.
    replicates : int, default=1000
        Resamples drawn.
    seed : int, default=0
        The same seed gives the same intervals.

    Raises
    ------
    ThresholdError
        A setting out of its range.

    Notes
    -----
    Rows are drawn with replacement among the anomalies and among the normal rows, each class apart
    (the multi-sample bootstrap of Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993,
    chapter 8; percentile interval: chapter 13). At a fixed threshold only the number of drawn rows
    that alert matters. It is binomial, ``tp* ~ B(positives, tp / positives)`` and
    ``fp* ~ B(negatives, fp / negatives)``, independent of each other, so these are drawn and
    no row is: the same distribution, at no cost in rows.

    The threshold and the share of anomalies are held fixed. On the rows the threshold was picked
    on, the figures and their intervals are optimistic; on other rows they are not. A recall of
    exactly 0 or 1 has an interval of no width, as every resample repeats it.
    """

    confidence: float = 0.95
    replicates: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise ThresholdError(
                f"confidence is {self.confidence}; give a number between 0 and 1, such as 0.95"
            )
        for name, least in (("replicates", 1), ("seed", 0)):
            setting = getattr(self, name)
            if not isinstance(setting, Integral) or setting < least:
                raise ThresholdError(f"{name} is {setting!r}; give a whole number from {least}")

    def intervals(
        self, tp: int, fp: int, positives: int, negatives: int
    ) -> dict[str, Interval | None]:
        """Return the intervals of precision, recall and F1.

        Parameters
        ----------
        tp, fp : int
            Anomalies and normal rows that alert.
        positives, negatives : int
            All anomalies and all normal rows.

        Returns
        -------
        dict
            `precision`, `recall` and `f1`, each ``(low, high)``, or None where the figure is
            undefined in every replicate.

        Examples
        --------
        >>> drawn = Bootstrap().intervals(tp=80, fp=20, positives=100, negatives=9_900)
        >>> low, high = drawn["recall"]
        >>> low < 0.8 < high
        True
        """
        random = np.random.default_rng(self.seed)
        replicates = Counts(
            tp=random.binomial(positives, tp / max(positives, 1), self.replicates),
            fp=random.binomial(negatives, fp / max(negatives, 1), self.replicates),
            positives=positives,
            negatives=negatives,
        )
        return {
            "precision": self._middle(replicates.precision),
            "recall": self._middle(replicates.recall),
            "f1": self._middle(replicates.f_beta(1)),
        }

    def _middle(self, figures: Ratios) -> Interval | None:
        """Return the central `confidence` of the defined figures."""
        defined = figures[~np.isnan(figures)]
        if defined.size == 0:
            return None
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(defined, (tail, 1 - tail))
        return float(low), float(high)
