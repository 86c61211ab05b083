"""The precision-recall curve of a sketch."""

from dataclasses import dataclass, replace
from typing import Self

from thresholds.counting.curve import PrecisionRecallCurve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SketchedCurve(PrecisionRecallCurve):
    """A curve whose lowest thresholds are the lower edges of bins.

    Attributes
    ----------
    n_bins : int, default=0
        So many of the lowest thresholds are edges; the others are scores. The counts at an edge
        are as exact as at a score.
    thresholds, tp, fp, positives, negatives
        As in `PrecisionRecallCurve`.
    """

    n_bins: int = 0

    def with_bins(self, n_bins: int) -> Self:
        """Return the curve with another number of edges."""
        return replace(self, n_bins=n_bins)

    def value_at(self, position: int) -> float:
        """Return a threshold with the counts of `thresholds[position]`.

        Below an edge, and below the first score above the edges, the scores of a bin may come up
        to it: the threshold is the level itself there. The position behind the last gives the lowest
        threshold above the highest level.
        """
        if 0 < position <= self.n_bins and position < self.thresholds.size:
            return float(self.thresholds[position])
        return PrecisionRecallCurve.value_at(self, position)
