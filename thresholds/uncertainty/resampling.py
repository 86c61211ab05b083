"""Resamples of a curve, without drawing a row.

Rows are drawn with replacement, labels and all (B. Efron and R. J. Tibshirani, *An Introduction to
the Bootstrap*, 1993, chapter 6), so the number of anomalies varies too; a resample has at least one
row of each class that there is. All that matters is how many of the drawn rows lie between one point
of the curve and the next, and these numbers are multinomial: so they are drawn, in a time that
depends on the points and not on the rows.

Rows of different weights or amounts do not have a distribution so simple. The rows of a class that
lie between two points are replaced by ``(sum w)^2 / sum w^2`` rows of weight ``sum w^2 / sum w``,
whose resampled sum has the same mean and the same variance. A single row stays what it is. Money is
drawn apart from numbers of rows: a figure takes one or the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from thresholds.counting.counts import Counts, Integers, Ratios, Tallies

# Numbers held at once: replicates times points. So many fit in the processor's cache.
BLOCK = 1 << 17
# Sums this small, as a share of the whole, are rounding errors.
NOTHING = 1e-15


def resamples(points: Counts, replicates: int, seed: int) -> Iterator[Counts]:
    """Draw resamples of the rows, and count them at some points.

    Parameters
    ----------
    points : Counts
        Of shape (k,): counts at falling thresholds, so that they never fall.
    replicates : int
        Resamples in all.
    seed : int
        The same seed gives the same resamples.

    Yields
    ------
    Counts
        Of shape (r, k), so many replicates at a time. `positives`, `negatives` and `at_stake` have
        shape (r, 1). For cards see `thresholds.uncertainty.cards`.
    """
    random = np.random.default_rng(seed)
    anomalies, normal, stakes = _bins(points)
    at_once = max(1, BLOCK // normal.chances.size)
    for start in range(0, replicates, at_once):
        some = min(at_once, replicates - start)
        n_anomalies = _draw_labels(random, anomalies.draws, normal.draws, some)
        tp, positives = anomalies.draw(random, n_anomalies)
        fp, negatives = normal.draw(random, anomalies.draws + normal.draws - n_anomalies)
        caught, at_stake = (None, None) if stakes is None else stakes.draw(random, n_anomalies)
        yield Counts(
            tp=tp,
            fp=fp,
            positives=positives,
            negatives=negatives,
            n_days=points.n_days,
            caught=caught,
            at_stake=at_stake,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bins:
    """What lies between neighbouring points, and below the last one: k + 1 bins.

    Attributes
    ----------
    chances : ndarray of float64, shape (k + 1,)
        How likely a row is drawn from each bin; the rest of 1 is for rows that add nothing.
    weight : ndarray of float64, shape (k + 1,), or None
        What a row of each bin adds; None for 1.
    draws : int
        Rows drawn on average.
    """

    chances: Ratios
    weight: Ratios | None
    draws: int

    def draw(self, random: np.random.Generator, draws: Integers) -> tuple[Tallies, Tallies]:
        """Draw so many rows a resample; return the sums at each point, (r, k), and in all, (r, 1)."""
        rest = max(0.0, 1 - self.chances.sum())
        drawn = random.multinomial(draws, np.append(self.chances, rest))
        drawn = drawn[:, :-1]
        sums = np.cumsum(drawn if self.weight is None else drawn * self.weight, axis=1)
        return sums[:, :-1], sums[:, -1:]


def _draw_labels(
    random: np.random.Generator, n_anomalies: int, n_normal: int, replicates: int
) -> Integers:
    """Return how many of the drawn rows are anomalies, for each resample."""
    n_rows = n_anomalies + n_normal
    drawn = random.binomial(n_rows, n_anomalies / n_rows, size=replicates)
    return np.clip(drawn, min(1, n_anomalies), n_rows - min(1, n_normal)).astype(np.int64)


def _bins(points: Counts) -> tuple[_Bins, _Bins, _Bins | None]:
    """Return the bins of anomalies, of normal rows, and of the money at stake in anomalies."""
    tp, fp = _steps(points.tp, points.positives), _steps(points.fp, points.negatives)
    squares = points.squares
    if squares is None:
        return _of_equal_rows(tp), _of_equal_rows(fp), None
    n_anomalies, n_normal = points.n_rows
    stakes = None
    if points.caught is not None and squares.caught is not None:
        stakes = _of_unequal_rows(
            _steps(points.caught, points.at_stake),
            _steps(squares.caught, squares.at_stake),
            n_anomalies,
        )
    return (
        _of_unequal_rows(tp, _steps(squares.tp, squares.positives), n_anomalies),
        _of_unequal_rows(fp, _steps(squares.fp, squares.negatives), n_normal),
        stakes,
    )


def _of_equal_rows(rows: Ratios) -> _Bins:
    whole = rows.sum()
    # Only a whole number of rows can be drawn; their weight makes up for the rest.
    draws = max(1, round(whole)) if whole else 0
    weight = None if whole == draws else np.full(rows.size, whole / draws)
    return _Bins(chances=rows / max(whole, 1e-300), weight=weight, draws=draws)


def _of_unequal_rows(sums: Ratios, squares: Ratios, n_rows: int) -> _Bins:
    some = (sums > 0) & (squares > 0)
    rows = np.divide(sums**2, squares, out=np.zeros(sums.size), where=some)
    weight = np.divide(squares, sums, out=np.zeros(sums.size), where=some)
    return _Bins(chances=rows / max(n_rows, rows.sum(), 1), weight=weight, draws=n_rows)


def _steps(sums: Tallies, total: float) -> Ratios:
    """Return what each bin adds to the sums, the last one up to the total."""
    steps = np.diff(np.concatenate(([0.0], sums, [total])))
    return np.where(steps > NOTHING * total, steps, 0.0)
