"""Why no threshold keeps all limits, and which comes nearest."""

import numpy as np
from numpy.typing import NDArray

from thresholds.counting.counts import Integers
from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Limit

Mask = NDArray[np.bool_]


def conflict(
    curve: PrecisionRecallCurve, positions: Integers, limits: tuple[Limit, ...]
) -> ThresholdError:
    """Return the error that names the first limit that fails, by how much, and where it comes nearest.

    Parameters
    ----------
    curve : PrecisionRecallCurve
    positions : ndarray of int64
        The points that were looked at.
    limits : tuple of Limit
        None of the points keeps all of them.
    """
    counts = curve.counts_at(positions)
    held = [limit.holds(counts) for limit in limits]
    for limit, each in zip(limits, held, strict=True):
        if not each.any():
            if np.isnan(limit.figure(counts)).all():
                # Of all figures, only a rate among no normal rows is undefined everywhere.
                undefined = limit.measured.format("undefined")
                return ThresholdError(f"{undefined} without normal rows; add some, labelled 0")
            everywhere = np.ones(positions.size, np.bool_)
            nearest = _nearest(curve, positions, limit, everywhere)
            advice = "ask for less" if limit.at_least else "allow more"
            return ThresholdError(f"{limit.words} cannot be had: {nearest}; {advice}")
    within = held[0]
    failing = 1
    while (within & held[failing]).any():
        within = within & held[failing]
        failing += 1
    held_together, failed = limits[:failing], limits[failing]
    words = " and ".join(limit.words for limit in held_together)
    sides = f"with {words} {_nearest(curve, positions, failed, within)}"
    if len(held_together) == 1:
        sides += (
            f"; with {failed.words} {_nearest(curve, positions, held_together[0], held[failing])}"
        )
    return ThresholdError(
        f"{words} and {failed.words} do not hold together: {sides}; ask for less, or allow more"
    )


def _nearest(curve: PrecisionRecallCurve, positions: Integers, limit: Limit, among: Mask) -> str:
    """Say how near some of the points come to a limit: "recall is at most 0.7, 0.1 too low (...)"."""
    some = positions[among]
    figure = limit.figure(curve.counts_at(some))
    if np.isnan(figure).all():
        return limit.measured.format("undefined")
    if limit.at_least:
        at = int(figure.size - 1 - np.nanargmax(figure[::-1]))
        best, gap = f"at most {figure[at]:.4g}", f"{limit.bound - figure[at]:.4g} too low"
    else:
        at = int(figure.size - 1 - np.nanargmin(figure[::-1]))
        best, gap = f"at least {figure[at]:.4g}", f"{figure[at] - limit.bound:.4g} {limit.excess}"
    place = f"(threshold {curve.value_at(int(some[at])):.6g})"
    return f"{limit.measured.format(best)}, {gap} {place}"
