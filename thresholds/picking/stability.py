"""How a pick would turn out on resamples of the rows."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from thresholds.counting.counts import Counts, Integers, Ratios
from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.objectives.goals import Goal, Limit
from thresholds.picking.selection import Selection, defined, keeps
from thresholds.uncertainty.bootstrap import Bootstrap
from thresholds.uncertainty.cards import CardBootstrap
from thresholds.uncertainty.percentile import Interval

# Half of the points are spread over the whole curve, half around the best.
POINTS = 1000
# The points around the best reach so many standard deviations of its number of alerts.
DEVIATIONS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """What resamples say about a pick.

    Attributes
    ----------
    position : int
        Where on the curve the pick stands: the best on the rows, or the robust one.
    threshold : (float, float) or None
        Interval of the threshold that would be picked; None where no resample keeps the limits.
    as_good : (float, float)
        Thresholds around the pick whose mean utility is at most one standard error below its own.
    """

    position: int
    threshold: Interval | None
    as_good: Interval


def stability(
    curve: PrecisionRecallCurve,
    goal: Goal,
    limits: tuple[Limit, ...],
    selection: Selection,
    bootstrap: Bootstrap,
    *,
    robust: bool,
    cards: CardBootstrap | None = None,
) -> Stability:
    """Pick again on every resample.

    Where there are more than some 1,000 candidates, half of the points that are looked at are
    spread evenly over them and half over the candidates within six standard deviations of the
    best one's number of alerts. Rows are drawn, or whole cards. Limits hold in a replicate by the counts of that replicate; the
    pick and what is as good keep them on the rows themselves.

    Parameters
    ----------
    curve : PrecisionRecallCurve
    goal : Goal
    limits : tuple of Limit
    selection : Selection
        The pick on the rows.
    bootstrap : Bootstrap
    robust : bool
        Whether the median of the picks on the resamples takes the place of the pick on the rows:
        bagging, which calms a pick that hangs on a few rows (P. Bühlmann and B. Yu, "Analyzing
        bagging", *Annals of Statistics* 30, 2002).
    cards : CardBootstrap, optional
        Draws whole cards; needed where a limit is of cards.

    Returns
    -------
    Stability
    """
    # The limits may hold in a replicate where they do not on the rows, so all points take part.
    positions = _thinned(curve, selection, cards)[::-1]
    points = curve.counts_at(positions)
    draws = (
        bootstrap.resamples(points)
        if cards is None
        else cards.resamples(positions, bootstrap.replicates, bootstrap.seed)
    )
    resampled = _on_resamples(points, goal, limits, draws, bootstrap.replicates)
    is_within = keeps(points, limits)
    pick = int(np.flatnonzero(positions == selection.best)[0])
    if robust and resampled.picks.size:
        pick = _nearest(np.flatnonzero(is_within), np.median(resampled.picks))
    mean = np.where(is_within, resampled.mean, -np.inf)
    ranks = bootstrap.middle_of_ranks(resampled.picks)
    return Stability(
        position=int(positions[pick]),
        threshold=None if ranks is None else _values(curve, positions, ranks),
        as_good=_values(curve, positions, _stretch(mean, pick, resampled.deviation[pick])),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Resampled:
    """The utility over resamples, at points of falling thresholds.

    Attributes
    ----------
    mean, deviation : ndarray of float64, shape (k,)
        Of the utility at each point.
    picks : ndarray of int64, shape (at most the replicates,)
        The best point of each resample that keeps the limits somewhere.
    """

    mean: Ratios
    deviation: Ratios
    picks: Integers


def _on_resamples(
    points: Counts,
    goal: Goal,
    limits: tuple[Limit, ...],
    draws: Iterator[Counts],
    replicates: int,
) -> _Resampled:
    # Sums of how far the utility strays: those of the utility itself would lose digits.
    reference = defined(goal.utility(points))
    sums, squares = np.zeros(reference.size), np.zeros(reference.size)
    picks: list[Integers] = []
    for counts in draws:
        utility = defined(goal.utility(counts))
        strayed = utility - reference
        sums += strayed.sum(axis=0)
        squares += np.square(strayed, out=strayed).sum(axis=0)
        if limits:
            utility = np.where(keeps(counts, limits), utility, -np.inf)
        # Of equals the first: the thresholds fall.
        picks.append(utility.argmax(axis=1)[utility.max(axis=1) > -np.inf])
    mean = sums / replicates
    variance = np.maximum(squares / replicates - mean**2, 0.0)
    return _Resampled(
        mean=reference + mean, deviation=np.sqrt(variance), picks=np.concatenate(picks)
    )


def _thinned(
    curve: PrecisionRecallCurve, selection: Selection, cards: CardBootstrap | None
) -> Integers:
    """Return at most about `POINTS` of the candidates, ascending, the best among them."""
    candidates = selection.looked_at
    if candidates.size <= POINTS:
        return candidates

    def alerts_at(position: int) -> float:
        return curve.counts_at(np.array([position])).alerts[0]

    at_best = alerts_at(selection.best)
    reach = DEVIATIONS * _deviation(curve.counts_at(np.array([selection.best])))
    if cards is not None:
        reach = max(reach, DEVIATIONS * cards.deviation(selection.best))
    # Alerts fall along the curve.
    first, last = (
        bisect_left(candidates, -alerts, key=lambda position: -alerts_at(position))
        for alerts in (at_best + reach, at_best - reach)
    )
    places = [np.linspace(0, candidates.size - 1, POINTS // 2)]
    if last > first:
        places.append(np.linspace(first, last - 1, POINTS // 2))
    spread = candidates[np.concatenate(places).astype(np.int64)]
    return np.unique(np.append(spread, selection.best))


def _deviation(counts: Counts) -> float:
    """Return how far a resample strays in its number of alerts, and one row more."""
    # Of equal rows the sum of squares is their number.
    squares = counts.squares or counts
    row = (squares.positives + squares.negatives) / (counts.positives + counts.negatives)
    return float(np.sqrt(squares.alerts[0]) + row)


def _nearest(among: Integers, target: float) -> int:
    """Return the number nearest to a target; of equals the first."""
    return int(among[np.abs(among - target).argmin()])


def _stretch(mean: Ratios, pick: int, error: float) -> tuple[int, int]:
    """Return the ends of the run of points around the pick that are at most `error` worse."""
    worse = np.flatnonzero(mean < mean[pick] - error)
    before, after = worse[worse < pick], worse[worse > pick]
    start = before[-1] + 1 if before.size else 0
    end = after[0] - 1 if after.size else mean.size - 1
    return int(start), int(end)


def _values(curve: PrecisionRecallCurve, positions: Integers, ranks: tuple[int, int]) -> Interval:
    """Return the thresholds at two of the falling positions, the lower one first."""
    first, last = ranks
    return curve.value_at(int(positions[last])), curve.value_at(int(positions[first]))
