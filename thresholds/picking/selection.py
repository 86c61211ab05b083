"""The best point of a curve under limits."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thresholds.counting.counts import Counts, Integers, Ratios
from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.objectives.goals import Goal, Limit
from thresholds.picking.conflicts import conflict

# Thresholds looked at in one go: so many fit in the processor's cache.
BLOCK = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selection:
    """Where the utility is highest, and where else it was looked for.

    Attributes
    ----------
    best : int
        Position of the best threshold on the curve; behind the last, nothing alerts.
    looked_at : ndarray of int64
        All positions that were looked at, ascending.
    """

    best: int
    looked_at: Integers


def select(curve: PrecisionRecallCurve, goal: Goal, limits: tuple[Limit, ...]) -> Selection:
    """Return the point of the highest utility that keeps all limits; of equals, the highest.

    Raises
    ------
    ThresholdError
        No point keeps all limits.
    """
    looked_at = _looked_at(curve, goal, limits)
    positions = _within(curve, looked_at, limits)
    if not positions.size:
        raise conflict(curve, looked_at, limits)
    return Selection(best=_best(curve, goal, positions), looked_at=looked_at)


def keeps(counts: Counts, limits: tuple[Limit, ...]) -> NDArray[np.bool_]:
    """Tell in which settings all limits hold."""
    held = np.ones(np.shape(counts.tp), np.bool_)
    for limit in limits:
        held &= limit.holds(counts)
    return held


def defined(utility: Ratios) -> Ratios:
    """Return the utility with 0 for NaN."""
    return np.where(np.isnan(utility), 0.0, utility)


def _looked_at(curve: PrecisionRecallCurve, goal: Goal, limits: tuple[Limit, ...]) -> Integers:
    size = curve.thresholds.size
    # Above an infinite score there is no threshold.
    silence = goal.silence_counts and not np.isposinf(curve.thresholds[-1])
    if not goal.corners_suffice or any(limit.of_cards for limit in limits):
        return np.arange(size + silence)
    # The highest score is the highest of equals where nothing has any utility.
    corners = curve.corners()
    ends = np.arange(size - 1, size + silence)
    return np.append(corners, ends[ends > corners[-1]] if corners.size else ends)


def _within(
    curve: PrecisionRecallCurve, positions: Integers, limits: tuple[Limit, ...]
) -> Integers:
    """Return the positions that keep all limits."""
    for limit in limits:
        if limit.falls:
            positions = _side(curve, positions, limit)
    others = tuple(limit for limit in limits if not limit.falls)
    if not others:
        return positions
    held = [keeps(curve.counts_at(part), others) for part in _blocks(positions)]
    return positions[np.concatenate(held)]


def _side(curve: PrecisionRecallCurve, positions: Integers, limit: Limit) -> Integers:
    """Return the positions that keep a limit whose figure only falls with the threshold."""

    def holds(position: int) -> bool:
        return bool(limit.holds(curve.counts_at(np.array([position])))[0])

    if limit.at_least:
        return positions[: bisect_left(positions, True, key=lambda position: not holds(position))]
    return positions[bisect_left(positions, True, key=holds) :]


def _best(curve: PrecisionRecallCurve, goal: Goal, positions: Integers) -> int:
    """Return the position of the highest utility; of equals, the highest."""
    if goal.falls:

        def loss(position: int) -> float:
            return -defined(goal.utility(curve.counts_at(np.array([position]))))[0]

        return int(positions[bisect_right(positions, loss(positions[0]), key=loss) - 1])
    highest, best = -np.inf, positions[-1]
    for part in _blocks(positions):
        utility = defined(goal.utility(curve.counts_at(part)))
        top = utility.max()
        if top >= highest:
            highest, best = top, part[np.flatnonzero(utility == top)[-1]]
    return int(best)


def _blocks(positions: Integers) -> list[Integers]:
    return np.array_split(positions, positions.size // BLOCK + 1)
