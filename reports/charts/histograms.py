"""Score distributions: one axis for all splits, and counts by class on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.content.scores import Scores

BINS = 80
_LARGEST = float(np.finfo(np.float64).max)
_LEAST_POWER, _MOST_POWER = -307, 308  # of ten, in a float of full precision


@dataclass(frozen=True, slots=True)
class ScoreAxis:
    """The range of the scores, on a log scale where all of them allow it.

    Attributes
    ----------
    low, high : float
        Ends of the axis; ``low < high``, and both positive on a log scale.
    is_log : bool
        False if a score is negative, or none is positive.
    """

    low: float
    high: float
    is_log: bool

    def place(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """Positions from 0 to 1 along the axis; what lies beyond an end sits on it."""
        inside = np.clip(np.asarray(scores, dtype=np.float64), self.low, self.high)
        low, high = self.low, self.high
        if self.is_log:
            inside, low, high = np.log10(inside), float(np.log10(low)), float(np.log10(high))
        # Halves, because the width of the widest range is no float.
        return (inside / 2 - low / 2) / (high / 2 - low / 2)

    @property
    def has_decades(self) -> bool:
        """Whether two powers of ten lie on a log axis, so that its ticks are powers of ten."""
        return self.is_log and bool(np.log10(self.high) // 1 - np.log10(self.low) // 1 >= 2)

    def ticks(self, most: int) -> NDArray[np.float64]:
        """Round scores to label along the axis, about `most` of them."""
        if self.has_decades:
            first, last = np.ceil(np.log10(self.low)), np.floor(np.log10(self.high))
            return 10.0 ** np.arange(first, last + 1, max(1, np.ceil((last - first + 1) / most)))
        rough = self.high / most - self.low / most
        power = 10.0 ** np.floor(np.log10(rough))
        step = power * min(m for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
        return np.arange(np.ceil(self.low / step), np.floor(self.high / step) + 1) * step


def score_axis(splits: Iterable[Scores | None], threshold: float | None) -> ScoreAxis | None:
    """The axis that shows the finite scores and the threshold; None without any score.

    On a log scale the lowest thousandth of the scores may lie beyond its left end: a few scores
    next to zero would otherwise squeeze all others to the right.
    """
    finite = [s.scores[np.isfinite(s.scores)] for s in splits if s is not None]
    finite = [values for values in finite if values.size]
    if not finite:
        return None
    marked = [threshold] if threshold is not None and np.isfinite(threshold) else []
    low = min([*marked, *(float(values.min()) for values in finite)])
    high = max([*marked, *(float(values.max()) for values in finite)])
    if low < 0 or high == 0:
        margin = (high / 2 - low / 2) / 12 or abs(high) / 10 or 1.0
        return ScoreAxis(max(low - margin, -_LARGEST), min(high + margin, _LARGEST), is_log=False)
    starts = [_lowest_but_a_few(values[values > 0]) for values in finite if (values > 0).any()]
    low, high = np.log10(min([*starts, *(end for end in marked if end > 0)])), np.log10(high)
    margin = max((high - low) / 25, 0.05)
    first = max(low - margin, _LEAST_POWER)
    last = max(min(high + margin, _MOST_POWER), first + margin)
    return ScoreAxis(float(10**first), float(10**last), is_log=True)


def _lowest_but_a_few(positive: NDArray[Any]) -> float:
    thousandth = float(np.partition(positive, positive.size // 1000)[positive.size // 1000])
    return max(float(positive.min()), thousandth / 10)


def histogram(scores: NDArray[Any], axis: ScoreAxis, bins: int = BINS) -> NDArray[np.int64]:
    """Number of scores in each bin of the axis; infinite scores count in the last, NaN nowhere."""
    known = scores[~np.isnan(scores)]
    place = np.minimum((axis.place(known) * bins).astype(np.intp), bins - 1)
    return np.bincount(place, minlength=bins)
