"""Which thresholds the explorer offers: few enough for a page, dense where alerts are decided."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from reports.content.scores import Scores
from thresholds import PrecisionRecallCurve, ScoredRows, above, curve_of

MOST_THRESHOLDS = 2000
TOP, AT_FRAUDS = 0.25, 0.4  # of the budget; the rest is spread evenly

Values = NDArray[np.float64]
Positions = NDArray[np.intp]


def curve_of_any(scores: Scores | None) -> PrecisionRecallCurve | None:
    """The counts of a split at each distinct score, one class or no labels will do.

    Parameters
    ----------
    scores : Scores or None

    Returns
    -------
    PrecisionRecallCurve or None
        Without labels every alert counts in `fp`. None without a row that could be scored.
    """
    known = None if scores is None else scores.known
    if known is None or not known.scores.size:
        return None
    rows = ScoredRows.checked(known.labels, known.scores, days=known.days)
    return curve_of(rows, one_class_will_do=True)


def grid(curves: Sequence[PrecisionRecallCurve], always: Iterable[float]) -> Values:
    """Choose the thresholds to offer.

    All distinct scores of all splits, as far as there are no more than `MOST_THRESHOLDS`. Else the
    highest scores, those around frauds, and the rest evenly in the logarithm of the alerts.

    Parameters
    ----------
    curves : sequence of PrecisionRecallCurve
        Of the splits, first the one that thresholds are picked on.
    always : iterable of float
        Thresholds to offer whatever happens; those that are not finite are left out.

    Returns
    -------
    ndarray of float64
        Ascending, finite; the last one alerts on nothing where a number is left for that.
    """
    must = np.array([value for value in always if np.isfinite(value)])
    nothing = max((above(curve.thresholds[-1]) for curve in curves), default=np.inf)
    must = np.append(must, nothing) if np.isfinite(nothing) else must
    budget = max(MOST_THRESHOLDS - must.size, 0) // max(len(curves), 1)
    of_curves = [_values(curve, _positions(curve, budget)) for curve in curves]
    values = np.unique(np.concatenate([must, *of_curves]))
    return _without_repetition(values, np.concatenate([must, *of_curves[:1]]), curves)


def candidates(curve: PrecisionRecallCurve, values: Values) -> Positions:
    """Which of the thresholds stand where a pick on this curve would put them.

    Between two scores of a curve there may be several thresholds, for the scores of another one.
    """
    places = positions_of(curve, values)
    own = np.array([curve.value_at(int(place)) for place in places])
    return np.flatnonzero(values == own)


def positions_of(curve: PrecisionRecallCurve, values: Values) -> Positions:
    """Where thresholds stand on a curve, compared in the precision of its scores as NumPy does."""
    with np.errstate(over="ignore"):
        own = values.astype(curve.thresholds.dtype)
    return np.searchsorted(curve.thresholds, own)


def _positions(curve: PrecisionRecallCurve, budget: int) -> Positions:
    size = curve.thresholds.size
    if size <= budget:
        return np.arange(size)
    top = np.arange(size - int(TOP * budget), size)
    corners = curve.corners()
    around = np.append(corners, corners + 1)
    at_frauds = _spread(np.unique(around[around < size]), int(AT_FRAUDS * budget))
    dense = np.union1d(top, at_frauds)
    alerts = np.geomspace(curve.alerts[top[0]], curve.alerts[0], budget - dense.size)
    even = size - 1 - np.searchsorted(curve.alerts[::-1], alerts)
    return np.union1d(dense, even.clip(0, size - 1))


def _spread(positions: Positions, most: int) -> Positions:
    """Keep so many positions: half of them evenly, half evenly in the logarithm of their rank."""
    if positions.size <= most:
        return positions
    last = positions.size - 1
    evenly = np.linspace(0, last, most // 2)
    dense_on_top = positions.size - np.geomspace(1, positions.size, most - most // 2)
    return positions[np.unique(np.append(evenly, dense_on_top).round().astype(np.intp))]


def _values(curve: PrecisionRecallCurve, positions: Positions) -> Values:
    values = np.array([curve.value_at(int(position)) for position in positions])
    return values[np.isfinite(values)]


def _without_repetition(
    values: Values, must: Values, curves: Sequence[PrecisionRecallCurve]
) -> Values:
    """Drop thresholds that alert on the same rows as the one before them in every split."""
    if not values.size:
        return values
    places = np.array([positions_of(curve, values) for curve in curves])
    is_new = np.append(True, (places[:, 1:] != places[:, :-1]).any(axis=0))
    is_always = np.isin(values, must)
    # Such a one speaks for its neighbours.
    group = np.cumsum(is_new) - 1
    is_spoken_for = np.isin(group, group[is_always])
    return values[is_always | (is_new & ~is_spoken_for)]
