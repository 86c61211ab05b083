"""What an objective wants of a threshold: a utility to maximise, and a limit to keep."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from thresholds.counting.counts import Counts, Figure
from thresholds.errors import ThresholdError
from thresholds.uncertainty.sums import Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A figure that must not fall below a bound, or not rise above it.

    Attributes
    ----------
    figure : callable
        From `Counts` to the figure; where it is NaN the limit does not hold.
    bound : float
        The least or the most that is allowed.
    at_least : bool
        Whether `bound` is the least.
    words : str
        The limit: "recall of at least 0.8", "at most 100 alerts a day".
    measured : str
        The figure, with a place for its value: "recall is {}", "there are {} alerts a day".
    excess : str
        What a figure above the bound is: "too high", or "too many" for a number.
    falls : bool
        Whether the figure never rises with the threshold, so that the limit holds on one side of
        some score.
    of_cards : bool
        Whether the figure counts cards, which come and go as the threshold falls.
    a_day : bool
        Whether the figure is one a day.
    """

    figure: Figure
    bound: float
    at_least: bool
    words: str
    measured: str
    excess: str = "too high"
    falls: bool = False
    of_cards: bool = False
    a_day: bool = False

    def holds(self, counts: Counts) -> NDArray[np.bool_]:
        """Tell in which settings the limit holds."""
        figure = self.figure(counts)
        return figure >= self.bound if self.at_least else figure <= self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What makes one threshold better than another.

    Attributes
    ----------
    utility : callable
        From `Counts` to one number each, higher is better; NaN counts as 0.
    limit : Limit or None
        What has to hold besides. It is what an objective is as a constraint on another one.
    falls : bool
        Whether the utility never rises with the threshold, so that the lowest that keeps all limits
        is the best.
    corners_suffice : bool
        Whether a false alarm never raises the utility, so that it is highest in a corner of the
        curve (see `PrecisionRecallCurve.corners`).
    silence_counts : bool
        Whether a threshold that no score reaches may be the best.
    can_be_robust : bool
        Whether the median of its picks on resamples is a pick of its own.
    cost : callable or None
        From `Counts` to the expected cost.
    cost_sums : callable or None
        From `Counts` to the cost and what tells how far it strays.
    needs_amounts : bool
        Whether that takes the money at stake in each row.
    """

    utility: Figure
    limit: Limit | None = None
    falls: bool = False
    corners_suffice: bool = True
    silence_counts: bool = False
    can_be_robust: bool = False
    cost: Figure | None = None
    cost_sums: Callable[[Counts], Sums] | None = None
    needs_amounts: bool = False


def within(limit: Limit) -> Goal:
    """Return the goal of the lowest threshold that keeps a limit."""
    return Goal(
        utility=lambda counts: counts.alerts,
        limit=limit,
        falls=True,
        corners_suffice=False,
        silence_counts=True,
    )


def refuse_share(name: str, share: float, example: float) -> None:
    """Raise a ThresholdError where a share is not above 0 and at most 1."""
    if not 0 < share <= 1:
        raise ThresholdError(
            f"`{name}` is {share}; give a number above 0 and at most 1, such as {example}"
        )


def checked_budget(name: str, budget: float | None) -> float:
    """Return a number of alerts or cards, which is finite and at least 0."""
    if budget is None or not 0 <= budget < inf:
        raise ThresholdError(f"`{name}` is {budget}; give a finite number from 0, such as 100")
    return budget
