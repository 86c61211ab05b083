"""Resamples of scores without labels, in groups of rows that are close in rank.

Rows are drawn with replacement, as many as there are (B. Efron and R. J. Tibshirani, *An
Introduction to the Bootstrap*, 1993, chapter 6), and an objective picks again. As in
`thresholds.uncertainty.resampling` no row is drawn: rows that are close in rank are taken together,
and how many are drawn of each group is multinomial. So the time hardly depends on the number of rows.

Rows count one by one: where they come in clusters, such as many rows of a customer, a pick is less
sure than its interval says. Nor do resamples tell whether an objective's assumption holds.

An objective returns one threshold a resample, NaN where it would refuse to pick. Those are left out
of the interval, and where they are more than half there is none
(`thresholds.uncertainty.bootstrap.Bootstrap.middle_of_picks`).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.counts import Integers, Ratios

# Groups of rows: so many that their width is small against how far resamples stray.
GROUPS = 1000
# The groups are narrow within so many standard deviations of a rank that matters.
DEVIATIONS = 6
# Numbers held at once: replicates times groups. So many fit in the processor's cache.
BLOCK = 1 << 17


def draw_groups(
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


def ranks_from_the_top(rows: int, ranks: int) -> Integers:
    """Return ranks from 1, the highest, to that of the last row: all, or ever fewer."""
    if rows <= ranks:
        return np.arange(1, rows + 1)
    return np.unique(np.geomspace(1, rows, ranks).round().astype(np.int64))


def finite_or_nan(picks: Ratios) -> Ratios:
    """Return the picks with NaN for those that are infinite."""
    return np.where(np.isfinite(picks), picks, np.nan)
