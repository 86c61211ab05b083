"""Where else the best threshold may be, as resamples of the rows tell.

A threshold may be the best one of the population if the pick is not clearly better: if what the pick
has more of the utility is at most 1.6 times as much as it strays over resamples, on which both are
looked at alike. Such tests, turned round, are the interval (G. Casella and R. L. Berger,
*Statistical Inference*, 2nd ed., 2002, chapter 9.2). Resamples repeat the rows at hand, and know of no
anomaly below the lowest one. So how far the difference strays is told with one more row that nobody
has seen: below the pick an anomaly that only the lower threshold catches, above it a normal row
that only the pick alerts on. The middle of the picks on resamples, which is common, holds the best
threshold too rarely (J. Kim and D. Pollard, "Cube root asymptotics", *Annals of Statistics* 18,
1990); `python -m benchmarks coverage` measures both.

Where a limit decides on the pick, such as a budget of alerts, the pick is a quantile, and the middle of
the picks on resamples is its interval.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from thresholds.counting.counts import Counts, Integers, Ratios
from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.counting.inputs import Flags
from thresholds.objectives.goals import Goal, Limit
from thresholds.picking.selection import Selection, defined, keeps
from thresholds.uncertainty.bootstrap import Bootstrap
from thresholds.uncertainty.percentile import Interval

# Half of the points are spread over the whole curve, half around the best.
POINTS = 1000
# The points around the best reach so many standard deviations of its number of alerts.
DEVIATIONS = 6
# Points of the whole curve besides.
SPREAD = 300
# Differences up to so many standard deviations are none.
CLEAR = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """What resamples say about a pick.

    Attributes
    ----------
    position : int
        Where on the curve the pick stands: the best on the rows, or the robust one.
    threshold : (float, float) or None
        Interval of the best threshold; None where no resample keeps the limits.
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
) -> Stability:
    """Pick again on every resample.

    Where there are more than some 1,000 candidates, half of the points that are looked at are
    spread evenly over them and half over the candidates within six standard deviations of the
    best one's number of alerts. Limits hold in a replicate by the counts of that replicate; the pick
    and what is as good keep them on the rows themselves.

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

    Returns
    -------
    Stability
    """
    # The limits may hold in a replicate where they do not on the rows, so all points take part.
    candidates = _thinned(curve, selection)
    positions = np.union1d(candidates, _spread(curve, goal))[::-1]
    are_candidates = np.isin(positions, candidates)
    points = curve.counts_at(positions)
    draws = bootstrap.resamples(points)
    pick = int(np.flatnonzero(positions == selection.best)[0])
    resampled = _on_resamples(points, pick, goal, limits, draws, bootstrap.replicates)
    is_within = keeps(points, limits)
    best = pick
    if robust and resampled.picks.size:
        pick = _nearest(np.flatnonzero(is_within & are_candidates), np.median(resampled.picks))
    mean = np.where(is_within, resampled.mean, -np.inf)
    if goal.falls or limits:
        ranks = bootstrap.middle_of_ranks(resampled.picks)
    else:
        ranks = _not_worse(points, best, pick, goal, resampled.strays)
    return Stability(
        position=int(positions[pick]),
        threshold=None if ranks is None else _values(curve, positions, ranks),
        as_good=_values(
            curve, positions, _stretch(mean, pick, resampled.deviation[pick], are_candidates)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Resampled:
    """The utility over resamples, at points of falling thresholds.

    Attributes
    ----------
    mean, deviation : ndarray of float64, shape (k,)
        Of the utility at each point.
    strays : ndarray of float64, shape (k,)
        Standard deviation of what the pick has more of the utility than each point.
    picks : ndarray of int64, shape (at most the replicates,)
        The best point of each resample that keeps the limits somewhere.
    """

    mean: Ratios
    deviation: Ratios
    strays: Ratios
    picks: Integers


def _on_resamples(
    points: Counts,
    pick: int,
    goal: Goal,
    limits: tuple[Limit, ...],
    draws: Iterator[Counts],
    replicates: int,
) -> _Resampled:
    # Sums of how far the utility strays: those of the utility itself would lose digits.
    reference = defined(goal.utility(points))
    sums, squares, of_gaps = (np.zeros(reference.size) for _ in range(3))
    picks: list[Integers] = []
    for counts in draws:
        utility = defined(goal.utility(counts))
        strayed = utility - reference
        sums += strayed.sum(axis=0)
        gaps = strayed[:, [pick]] - strayed
        of_gaps += np.square(gaps, out=gaps).sum(axis=0)
        squares += np.square(strayed, out=strayed).sum(axis=0)
        if limits:
            utility = np.where(keeps(counts, limits), utility, -np.inf)
        # Of equals the first: the thresholds fall.
        picks.append(utility.argmax(axis=1)[utility.max(axis=1) > -np.inf])
    mean = sums / replicates
    variance = np.maximum(squares / replicates - mean**2, 0.0)
    gap = mean[pick] - mean
    return _Resampled(
        mean=reference + mean,
        deviation=np.sqrt(variance),
        strays=np.sqrt(np.maximum(of_gaps / replicates - gap**2, 0.0)),
        picks=np.concatenate(picks),
    )


def _not_worse(points: Counts, best: int, pick: int, goal: Goal, strays: Ratios) -> tuple[int, int]:
    """Return the first and the last point that is not clearly worse than the best, and one beside each.

    The threshold that was picked is among them.
    """
    utility = defined(goal.utility(points))
    gaps = utility[best] - utility
    lower = np.arange(gaps.size) > best
    with_one_more = np.where(
        lower,
        _gaps(_with_anomaly(points, best), best, goal),
        _gaps(_with_normal(points, best), best, goal),
    )
    unseen = np.maximum(gaps - with_one_more, 0.0)
    # Where costs are beyond all numbers nothing is clear.
    close = np.flatnonzero(~(gaps > CLEAR * np.hypot(strays, unseen)))
    first, last = min(close[0], pick), max(close[-1], pick)
    return max(first - 1, 0), min(last + 1, gaps.size - 1)


def _gaps(points: Counts, best: int, goal: Goal) -> Ratios:
    utility = defined(goal.utility(points))
    return utility[best] - utility


def _with_anomaly(points: Counts, best: int) -> Counts:
    """Return the counts with one more anomaly, which the points behind the best alone catch."""
    one = points.squares or points
    weight = one.positives / points.positives if points.positives else 1.0
    catches = np.arange(points.tp.size) > best
    more = replace(
        points, tp=points.tp + weight * catches, positives=points.positives + weight, squares=None
    )
    if points.caught is None or not points.at_stake:
        return more
    # What an anomaly costs that is met as often as it is dear.
    stake = one.at_stake / points.at_stake
    return replace(more, caught=points.caught + stake * catches, at_stake=points.at_stake + stake)


def _with_normal(points: Counts, best: int) -> Counts:
    """Return the counts with one more normal row, which the points before the best leave alone."""
    one = points.squares or points
    weight = one.negatives / points.negatives if points.negatives else 1.0
    alerts = np.arange(points.tp.size) >= best
    return replace(
        points, fp=points.fp + weight * alerts, negatives=points.negatives + weight, squares=None
    )


def _thinned(curve: PrecisionRecallCurve, selection: Selection) -> Integers:
    """Return at most about `POINTS` of the candidates, ascending, the best among them."""
    candidates = selection.looked_at
    if candidates.size <= POINTS:
        return candidates

    def alerts_at(position: int) -> float:
        return curve.counts_at(np.array([position])).alerts[0]

    at_best = alerts_at(selection.best)
    reach = DEVIATIONS * _deviation(curve.counts_at(np.array([selection.best])))
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


def _spread(curve: PrecisionRecallCurve, goal: Goal) -> Integers:
    """Return some points of the whole curve, the denser the fewer the alerts, all below a corner.

    The best of the rows is a corner, the best of the population may be anywhere.
    """
    if not goal.corners_suffice:
        return np.empty(0, np.int64)
    size = curve.thresholds.size
    return size - np.unique(np.geomspace(1, size, min(size, SPREAD)).round().astype(np.int64))


def _deviation(counts: Counts) -> float:
    """Return how far a resample strays in its number of alerts, and one row more."""
    # Of equal rows the sum of squares is their number.
    squares = counts.squares or counts
    row = (squares.positives + squares.negatives) / (counts.positives + counts.negatives)
    return float(np.sqrt(squares.alerts[0]) + row)


def _nearest(among: Integers, target: float) -> int:
    """Return the number nearest to a target; of equals the first."""
    return int(among[np.abs(among - target).argmin()])


def _stretch(mean: Ratios, pick: int, error: float, among: Flags) -> tuple[int, int]:
    """Return the ends of the run of points around the pick that are at most `error` worse.

    Of points that are no candidates nothing is asked: what is between two is worse than both.
    """
    places = np.flatnonzero(among)
    worse = places[mean[places] < mean[pick] - error]
    before, after = worse[worse < pick], worse[worse > pick]
    start = places[places > before[-1]][0] if before.size else places[0]
    end = places[places < after[0]][-1] if after.size else places[-1]
    return int(start), int(end)


def _values(curve: PrecisionRecallCurve, positions: Integers, ranks: tuple[int, int]) -> Interval:
    """Return the thresholds at two of the falling positions, the lower one first."""
    first, last = ranks
    return curve.value_at(int(positions[last])), curve.value_at(int(positions[first]))
