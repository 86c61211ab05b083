"""How sure the figures at a threshold are, and the threshold itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from thresholds.counting.counts import Counts, Figure, Integers, Ratios
from thresholds.errors import ThresholdError
from thresholds.uncertainty.percentile import CONFIDENCE, Interval, interval_of
from thresholds.uncertainty.resampling import resamples


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
    See `thresholds.uncertainty.resampling` for how rows are drawn, and
    `thresholds.uncertainty.percentile` for the intervals.

    For the figures the threshold is held fixed, and always the share of anomalies. On the rows the
    threshold was picked on, the figures and their intervals are optimistic; on other rows they are
    not. A recall of exactly 0 or 1 has an interval of no width, as every resample repeats it.
    """

    confidence: float = CONFIDENCE
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
        return {
            name: interval_of(np.concatenate(each), self.confidence) for name, each in drawn.items()
        }

    def middle_of_ranks(self, ranks: Integers) -> tuple[int, int] | None:
        """Return the ends of the central `confidence` of some whole numbers; None without any."""
        ends = interval_of(ranks, self.confidence, of_sample=True)
        return None if ends is None else (int(ends[0]), int(ends[1]))

    def middle_of_picks(self, picks: Ratios) -> Interval | None:
        """Return the ends of the central `confidence` of some thresholds, NaN left out.

        None where more than half are NaN: they tell more of when there is no pick than of where.
        """
        if 2 * np.count_nonzero(~np.isnan(picks)) < max(picks.size, 1):
            return None
        return interval_of(picks, self.confidence, of_sample=True)
