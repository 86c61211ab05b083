"""Where the threshold for a budget of alerts a day may be, as busy and quiet days tell."""

import numpy as np

from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.counting.daily_alerts import day_counts
from thresholds.counting.rows import ScoredRows
from thresholds.objectives.goals import Limit
from thresholds.uncertainty.percentile import Interval
from thresholds.uncertainty.sums import alerts_a_day_ends

# Thresholds that are looked at, the denser the fewer the alerts.
_POINTS = 1000


def daily_budget_interval(
    curve: PrecisionRecallCurve, rows: ScoredRows, limit: Limit, confidence: float
) -> Interval | None:
    """Return the thresholds at which the interval of the alerts a day holds the budget.

    Parameters
    ----------
    curve : PrecisionRecallCurve
        Of the rows.
    rows : ScoredRows
        With their days.
    limit : Limit
        Of alerts a day.
    confidence : float

    Returns
    -------
    (float, float) or None
        None where there are too few days (see `thresholds.uncertainty.sums`), or where no threshold
        meets the budget.
    """
    size = curve.thresholds.size
    from_the_top = np.unique(np.geomspace(1, size, min(size, _POINTS)).round().astype(np.int64))
    positions = size - from_the_top
    days = day_counts(rows, curve.thresholds[positions])
    if days is None:
        return None
    low, high = alerts_a_day_ends(days.alerts, days.lengths, confidence)
    meets = np.flatnonzero((low <= limit.bound) & (limit.bound <= high))
    if not meets.size:
        return None
    # And one beside each, since the budget may be met between two.
    first, last = max(meets[0] - 1, 0), min(meets[-1] + 1, positions.size - 1)
    highest = size if meets[0] == 0 else positions[first]
    return curve.value_at(int(positions[last])), curve.value_at(int(highest))
