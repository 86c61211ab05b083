"""How resamples are drawn that a threshold is picked on again, and what is made of the picks."""

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from thresholds.counting.counts import Counts, Integers, Ratios
from thresholds.errors import ThresholdError
from thresholds.uncertainty.percentile import CONFIDENCE, Interval, interval_of
from thresholds.uncertainty.resampling import resamples


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Settings of the resamples, and of all intervals.

    Attributes
    ----------
    confidence : float, default=0.95
        How often the interval should hold the truth, between 0 and 1.
    replicates : int, default=1000
        Resamples drawn, on which the threshold is picked again.
    seed : int, default=0
        The same seed gives the same resamples.

    Raises
    ------
    ThresholdError
        A setting out of its range.

    Notes
    -----
    See `thresholds.uncertainty.resampling` for how rows are drawn. The figures at a threshold are not
    resampled: see `thresholds.uncertainty.at_threshold`.
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

    def middle_of_ranks(self, ranks: Integers) -> tuple[int, int] | None:
        """Return the ends of the central `confidence` of some whole numbers; None without any."""
        ends = interval_of(ranks, self.confidence)
        return None if ends is None else (int(ends[0]), int(ends[1]))

    def middle_of_picks(self, picks: Ratios) -> Interval | None:
        """Return the ends of the central `confidence` of some thresholds, NaN left out.

        None where more than half are NaN: they tell more of when there is no pick than of where.
        """
        if 2 * np.count_nonzero(~np.isnan(picks)) < max(picks.size, 1):
            return None
        return interval_of(picks, self.confidence)
