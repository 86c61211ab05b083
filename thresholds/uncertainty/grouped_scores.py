"""Picks of the label-free objectives on resamples of the scores.

Rows are drawn with replacement, as many as there are (B. Efron and R. J. Tibshirani, *An
Introduction to the Bootstrap*, 1993, chapter 6), and the objective picks again. As in
`thresholds.uncertainty.resampling` no row is drawn: rows that are close in rank are taken together, and how
many are drawn of each group is multinomial. So the time hardly depends on the number of rows.

Rows count one by one: where they come in clusters, such as many rows of a customer, a pick is less
sure than its interval says. Nor do resamples tell whether an objective's assumption holds.

Each function has the name, and takes the options, of the objective in `thresholds.objectives.mixture`. It
returns one threshold a resample, NaN where the objective would refuse to pick. Those are left out of
the interval, and where they are more than half there is none
(`thresholds.uncertainty.bootstrap.Bootstrap.middle_of_picks`).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thresholds.counting.boundary import above, between, everything
from thresholds.counting.counts import Integers, Ratios
from thresholds.counting.inputs import Floats, as_scores
from thresholds.objectives.gaussians import Refits, TwoGaussians, grouped
from thresholds.objectives.mixture import (
    CLEANLY_APART,
    EVIDENCE,
    FEWEST_IN_A_GROUP,
    MAD_TO_DEVIATION,
    Scale,
    tail_of,
)
from thresholds.objectives.pareto import exceeded_on_resamples
from thresholds.objectives.registry import redrawn

# Groups of rows: so many that their width is small against how far resamples stray.
GROUPS = 1000
EXCESSES = 250
VALUES = 150
# The groups are narrow within so many standard deviations of a rank that matters.
DEVIATIONS = 6
# Refitting a mixture takes the longest.
MOST_REFITS = 400
# Numbers held at once: replicates times groups. So many fit in the processor's cache.
BLOCK = 1 << 17


@redrawn
def mad(
    ordered: Floats, random: np.random.Generator, replicates: int, *, deviations: float
) -> Ratios:
    """Pick again by the median and the median absolute deviation of each resample.

    Beyond 1,000 rows, those of about 0.04 standard deviations of a median's rank are taken together
    at their middle one; around the median, and a MAD below and above it, where that matters.

    Examples
    --------
    >>> scores = np.sort(np.random.default_rng(0).normal(size=10_000))
    >>> picks = mad(scores, np.random.default_rng(0), 1_000, deviations=3.5)
    >>> round(float(picks.mean()), 1), round(float(picks.std()), 2)
    (3.5, 0.04)
    """
    values, rows = _around_the_quartiles(ordered)
    picks = []
    for drawn in _drawn(random, rows, replicates):
        # Infinities less infinities are NaN, which no pick is.
        with np.errstate(invalid="ignore", over="ignore"):
            middle = _medians(np.broadcast_to(values, drawn.shape), drawn)
            distances = np.abs(values - middle[:, None])
            order = np.argsort(distances, axis=1)
            spread = _medians(*(np.take_along_axis(a, order, axis=1) for a in (distances, drawn)))
            picks.append(
                np.where(spread > 0, middle + deviations * MAD_TO_DEVIATION * spread, np.nan)
            )
    return _finite(_in_precision_of(ordered, np.concatenate(picks)))


@redrawn
def evt(
    ordered: Floats,
    random: np.random.Generator,
    replicates: int,
    *,
    probability: float,
    tail: float,
) -> Ratios:
    """Pick again by a fit to the excesses of each resample over the start of the tail.

    The start is held, as in the theory of peaks over a threshold (S. Coles, *An Introduction to
    Statistical Modeling of Extreme Values*, 2001, chapter 4); the number of rows above it is
    binomial. Beyond 250 excesses, neighbours are taken together at their mean: about one in 30 of those
    at or above them, so that the highest stay alone.

    The intervals are somewhat narrow: of exponential, normal and generalised Pareto scores with 100
    to 1,000 rows in the tail, 95 % intervals held the true threshold in 87 % to 91 % of the cases,
    and lay below it in most others.
    """
    rows = ordered.size
    start, highest = tail_of(ordered, tail)
    halves = highest.astype(np.float64) / 2 - float(start) / 2
    unit = halves[-1]
    first = np.unique(highest.size - _from_the_top(highest.size, EXCESSES))
    sizes = np.diff(first, append=highest.size)
    values = np.add.reduceat(halves / unit, first) / sizes
    drawn = random.multinomial(rows, np.append(sizes, rows - highest.size) / rows, size=replicates)
    drawn = drawn[:, :-1]
    excesses = drawn.sum(axis=1)
    chances = np.divide(probability * rows, excesses, out=np.ones(replicates), where=excesses > 0)
    with np.errstate(over="ignore"):
        excess = 2 * (unit * exceeded_on_resamples(values, drawn, chances))
        picks = _in_precision_of(ordered, float(start) + excess)
    # Ties at the start have left fewer rows above it than should alert.
    return np.where(chances >= 1, between(start, highest[0]), picks)


@redrawn
def mixture(
    ordered: Floats, random: np.random.Generator, replicates: int, *, posterior: float
) -> Ratios:
    """Pick again by a mixture refitted to each resample, 400 at most.

    The refit starts from that of all rows (see `thresholds.objectives.gaussians.Refits`), on at most 300 groups
    of rows that are close in value and in rank.
    """
    scale = Scale.of(ordered)
    relative = scale.relative(ordered)
    values, rows = grouped(relative, VALUES)
    drawn = np.concatenate(list(_drawn(random, rows, min(replicates, MOST_REFITS))))
    fitted = Refits.fit(TwoGaussians.fit(relative), values, drawn)
    in_upper = fitted.weights[:, 1] * ordered.size
    apart = fitted.means[:, 1] - fitted.means[:, 0]
    clear = 2 * fitted.gain > EVIDENCE * np.log(ordered.size)
    clear &= apart > CLEANLY_APART * np.sqrt(np.mean(fitted.deviations**2, axis=1))
    clear &= (in_upper >= FEWEST_IN_A_GROUP) & (in_upper <= ordered.size / 2)
    with np.errstate(over="ignore"):
        picks = scale.score(np.where(clear, fitted.reaching(posterior), np.nan))
        return _finite(_in_precision_of(ordered, picks))


@redrawn
def conformal(
    ordered: Floats,
    random: np.random.Generator,
    replicates: int,
    *,
    normal: ArrayLike,
    at_most: float,
) -> Ratios:
    """Pick again with both the scores and the held-back normal scores redrawn, each by themselves.

    Beyond some 1,500 distinct scores only so many may be picked: the highest, then ever fewer, about
    1 % of the rank apart, and more around the pick itself. A threshold stands where
    it does among all rows, midway to the next lower score.
    """
    held_back = np.sort(as_scores(normal))
    rows, known = ordered.size, held_back.size
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    as_high = known - np.searchsorted(held_back, ordered[first])
    levels = _levels(first, as_high, rows, at_most, known)
    first, as_high = first[levels], as_high[levels]
    silence = np.nan if np.isposinf(ordered[-1]) else above(ordered[-1])
    steps = (between(ordered[at - 1], ordered[at]) for at in first[1:])
    values = np.array([everything(ordered[0]), *steps, silence])
    alerting = np.diff(first, append=rows)
    calibrating = np.append(known - as_high[0], -np.diff(as_high, append=0))
    picks = []
    for drawn, held in zip(
        _drawn(random, alerting, replicates, calibrating.size),
        _drawn(random.spawn(1)[0], calibrating, replicates, calibrating.size),
        strict=True,
    ):
        alerts, false = (np.cumsum(a[:, ::-1], axis=1)[:, ::-1] for a in (drawn, held[:, 1:]))
        rejected = (1 + false) / (1 + known) <= at_most * alerts / rows
        # The lowest that some row stands at.
        rejected &= drawn > 0
        lowest = np.where(rejected.any(axis=1), rejected.argmax(axis=1), first.size)
        picks.append(values[lowest])
    return np.concatenate(picks)


def _levels(first: Integers, as_high: Integers, rows: int, at_most: float, known: int) -> Integers:
    """Return which of the distinct scores may be picked, ascending, the lowest among them."""
    if first.size <= 3 * GROUPS // 2:
        return np.arange(first.size)
    rejected = (1 + as_high) / (1 + known) <= at_most * (rows - first) / rows
    alerts = rows - first[rejected.argmax()] if rejected.any() else 1
    reach = DEVIATIONS * np.sqrt(alerts) + 1
    near = np.linspace(max(1, alerts - reach), min(rows, alerts + reach), GROUPS // 2)
    ranks = np.concatenate((_from_the_top(rows, GROUPS), near.astype(np.int64)))
    return np.unique(np.append(np.searchsorted(first, rows - ranks, side="right") - 1, 0))


def _around_the_quartiles(ordered: Floats) -> tuple[Ratios, Integers]:
    """Return the middles of rows close in rank to the median or a MAD from it, and their number."""
    rows = ordered.size
    ranks = [np.linspace(0, rows - 1, GROUPS // 4)]
    wide = ordered.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        middle = np.median(wide)
        spread = np.median(np.abs(wide - middle))
        matter = np.searchsorted(wide, [middle - spread, middle, middle + spread])
    reach = DEVIATIONS * np.sqrt(rows) / 2
    ranks += [np.linspace(rank - reach, rank + reach, GROUPS // 4) for rank in matter]
    if rows <= GROUPS:
        ranks = [np.arange(rows, dtype=np.float64)]
    first = np.unique(np.clip(np.concatenate(ranks), 0, rows - 1).astype(np.int64))
    sizes = np.diff(first, append=rows)
    return wide[first + (sizes - 1) // 2], sizes


def _from_the_top(rows: int, ranks: int) -> Integers:
    """Return ranks from 1, the highest, to that of the last row: all, or ever fewer."""
    if rows <= ranks:
        return np.arange(1, rows + 1)
    return np.unique(np.geomspace(1, rows, ranks).round().astype(np.int64))


def _drawn(
    random: np.random.Generator, rows: ArrayLike, replicates: int, width: int = 0
) -> Iterator[Integers]:
    """Yield how many rows of each group some resamples have, shape (r, g), in blocks.

    `width` is the number of groups that decides on the size of a block, if it is not their own.
    """
    sizes = np.asarray(rows, np.float64)
    total = int(sizes.sum())
    at_once = max(1, BLOCK // (width or sizes.size))
    for start in range(0, replicates, at_once):
        yield random.multinomial(total, sizes / total, size=min(at_once, replicates - start))


def _medians(values: Ratios, counts: Integers) -> Ratios:
    """Return the median of each resample; the values ascend along each row."""
    upto = np.cumsum(counts, axis=1)
    rows = upto[:, -1:]
    middles = [np.argmax(upto > rank, axis=1)[:, None] for rank in ((rows - 1) // 2, rows // 2)]
    low, high = (np.take_along_axis(values, each, axis=1)[:, 0] for each in middles)
    # Halves: the sum of two large scores could overflow.
    return np.where(low == high, low, low / 2 + high / 2)


def _finite(picks: Ratios) -> Ratios:
    return np.where(np.isfinite(picks), picks, np.nan)


def _in_precision_of(scores: Floats, picks: Ratios) -> NDArray[np.float64]:
    """Return the thresholds rounded to the scores' dtype."""
    with np.errstate(over="ignore", invalid="ignore"):
        return picks.astype(scores.dtype).astype(np.float64)
