"""How sure the figures at a threshold are."""

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thresholds.counting.counts import Counts, Integers, Ratios
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Figure
from thresholds.uncertainty.resampling import resamples

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
    See `thresholds.uncertainty.resampling` for how rows are drawn; percentile intervals are those of Efron and
    Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13.

    For the figures the threshold is held fixed, and always the share of anomalies. On the rows the
    threshold was picked on, the figures and their intervals are optimistic; on other rows they are
    not. A recall of exactly 0 or 1 has an interval of no width, as every resample repeats it.
    """

    confidence: float = 0.95
    replicates: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise ThresholdError(
                f"`confidence` is {self.confidence}; give a number between 0 and 1, such as 0.95"
            )
        for name, least in (("replicates", 1), ("seed", 0)):
            setting = getattr(self, name)
            if not isinstance(setting, Integral) or setting < least:
                raise ThresholdError(f"`{name}` is {setting!r}; give a whole number from {least}")

    def resamples(self, points: Counts) -> Iterator[Counts]:
        """Draw the resamples; see `thresholds.uncertainty.resampling.resamples`."""
        return resamples(points, self.replicates, self.seed)

    def intervals(self, counts: Counts, figures: dict[str, Figure]) -> dict[str, Interval | None]:
        """Return the intervals of figures at one threshold.

        Parameters
        ----------
        counts : Counts
            Of shape (1,).
        figures : dict of str to callable
            From `Counts` to the figure.

        Returns
        -------
        dict
            For each figure ``(low, high)``, or None where it is undefined in every replicate.

        Examples
        --------
        >>> import numpy as np
        >>> counts = Counts(tp=np.array([80]), fp=np.array([20]), positives=100, negatives=9_900)
        >>> low, high = Bootstrap().intervals(counts, {"recall": lambda c: c.recall})["recall"]
        >>> low < 0.8 < high
        True
        """
        drawn: dict[str, list[Ratios]] = {name: [] for name in figures}
        for replicates in self.resamples(counts):
            for name, figure in figures.items():
                drawn[name].append(np.ravel(figure(replicates)))
        return {name: self._middle(np.concatenate(each)) for name, each in drawn.items()}

    def middle_of_ranks(self, ranks: Integers) -> tuple[int, int] | None:
        """Return the ends of the central `confidence` of some whole numbers; None without any.

        The ends are numbers of the sample, and no point between two of them.
        """
        if ranks.size == 0:
            return None
        low, high = self._ends(ranks)
        return int(low), int(high)

    def middle_of_picks(self, picks: Ratios) -> Interval | None:
        """Return the ends of the central `confidence` of some thresholds, NaN left out.

        None where more than half are NaN: they tell more of when there is no pick than of where.
        """
        defined = picks[~np.isnan(picks)]
        if 2 * defined.size < max(picks.size, 1):
            return None
        low, high = self._ends(defined)
        return float(low), float(high)

    def _ends(self, sample: NDArray[Any]) -> NDArray[Any]:
        """Return the two numbers of a sample that hold its central `confidence` between them."""
        tail = (1 - self.confidence) / 2
        low, high = (sample.size - 1) * tail, (sample.size - 1) * (1 - tail)
        return np.sort(sample)[[int(low), int(np.ceil(high))]]

    def _middle(self, figures: Ratios) -> Interval | None:
        """Return the central `confidence` of the defined figures."""
        defined = figures[~np.isnan(figures)]
        if defined.size == 0:
            return None
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(defined, (tail, 1 - tail))
        return float(low), float(high)
