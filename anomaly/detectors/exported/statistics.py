"""Exact statistics of the columns of rows that may not fit into memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from anomaly.features.matrix import ChosenRows, FeatureRows, blocks_of

_HALF = 16
_BINS = 1 << _HALF
_SIGN = np.uint32(1 << 31)
# Medians of so many columns are found at a time: each takes 2 MiB.
_COLUMNS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Moments:
    """Number, mean, and sums of powers of the deviations from it, of each column.

    Attributes
    ----------
    count, mean, second, third : ndarray of shape (n_columns,), float64
        ``second`` and ``third`` are the sums of the squared and the cubed deviations.

    References
    ----------
    P. Pébay, "Formulas for Robust, One-Pass Parallel Computation of Covariances and
    Arbitrary-Order Statistical Moments", Sandia Report SAND2008-6212, 2008.
    """

    count: NDArray[np.float64]
    mean: NDArray[np.float64]
    second: NDArray[np.float64]
    third: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Self:
        """Return the moments of values of shape (n_columns, n_rows), NaN left out."""
        is_missing = np.isnan(values)
        count = values.shape[1] - is_missing.sum(axis=1).astype(np.float64)
        mean = values.sum(axis=1, where=~is_missing) / np.maximum(count, 1)
        deviation = values - mean[:, None]
        deviation[is_missing] = 0.0
        square = deviation * deviation
        return cls(count, mean, square.sum(axis=1), np.einsum("ij,ij->i", square, deviation))

    @classmethod
    def of_copies(cls, count: NDArray[np.float64], value: NDArray[np.float64]) -> Self:
        """Return the moments of columns that hold one value so many times."""
        return cls(count, value, np.zeros_like(value), np.zeros_like(value))

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of the rows of both."""
        count = self.count + other.count
        total = np.maximum(count, 1)
        shift = other.mean - self.mean
        both = self.count * other.count / total
        return Moments(
            count,
            self.mean + shift * other.count / total,
            self.second + other.second + shift**2 * both,
            self.third
            + other.third
            + shift**3 * both * (self.count - other.count) / total
            + 3 * shift * (self.count * other.second - other.count * self.second) / total,
        )

    @property
    def deviation(self) -> NDArray[np.float64]:
        """The standard deviation, of the rows seen and not of a population."""
        return np.sqrt(self.second / np.maximum(self.count, 1))

    @property
    def skewness(self) -> NDArray[np.float64]:
        """The third standardised moment; 0 where nothing varies."""
        spread = self.deviation**3
        mean_cube = self.third / np.maximum(self.count, 1)
        return np.divide(mean_cube, spread, out=np.zeros_like(spread), where=spread > 0)


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """What standardisation needs to know of each column, a missing value filled in.

    Attributes
    ----------
    n_rows : int
    missing : ndarray of shape (n_columns,), float64
        How many values are missing.
    minimum, median : ndarray of shape (n_columns,), float64
        Of the values that are there; 0 where there is none.
    values : Moments
        With the median in place of a missing value.
    logarithms : Moments
        The same of ``log(1 + value)``; meaningless where the minimum is negative.
    """

    n_rows: int
    missing: NDArray[np.float64]
    minimum: NDArray[np.float64]
    median: NDArray[np.float64]
    values: Moments
    logarithms: Moments


def column_statistics(rows: FeatureRows) -> ColumnStatistics:
    """Return the statistics of each column of rows in memory, or of rows that are read.

    The medians of both are exact; the moments differ by the rounding of float64 at most.
    """
    n_columns = rows.shape[1]
    values = logarithms = Moments.of(np.zeros((n_columns, 0)))
    minimum = np.full(n_columns, np.inf)
    for block in blocks_of(rows):
        # Sums along contiguous memory are fast, and NumPy adds them pairwise.
        wide = np.ascontiguousarray(block.T).astype(np.float64)
        minimum = np.fmin(minimum, np.fmin.reduce(wide, axis=1, initial=np.inf))
        values += Moments.of(wide)
        logarithms += _of_logarithms(wide, minimum >= 0)
    missing = len(rows) - values.count
    median = _medians_of_blocks(rows) if isinstance(rows, ChosenRows) else _medians(rows)
    return ColumnStatistics(
        len(rows),
        missing,
        np.where(np.isinf(minimum), 0.0, minimum),
        median,
        values + Moments.of_copies(missing, median),
        logarithms + Moments.of_copies(missing, np.log1p(np.maximum(median, 0.0))),
    )


def _of_logarithms(values: NDArray[np.float64], is_wanted: NDArray[np.bool_]) -> Moments:
    moments = Moments.of(np.zeros((len(values), 0)))
    logarithms = Moments.of(np.log1p(values[is_wanted]))
    for name in ("count", "mean", "second", "third"):
        getattr(moments, name)[is_wanted] = getattr(logarithms, name)
    return moments


def _medians(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the median of each column, 0 for one without a value."""
    columns = (column[~np.isnan(column)].astype(np.float64) for column in rows.T)
    return np.array([np.median(column) if column.size else 0.0 for column in columns])


def _medians_of_blocks(rows: ChosenRows) -> NDArray[np.float64]:
    """Return the same in two passes for some columns at a time, each over all rows.

    The first pass counts the values by the upper half of their bits, the second those that share
    the median's upper half by the lower.
    """
    n_columns = rows.shape[1]
    medians = [
        _medians_of_some(rows, slice(start, min(start + _COLUMNS_AT_ONCE, n_columns)))
        for start in range(0, n_columns, _COLUMNS_AT_ONCE)
    ]
    return np.concatenate(medians)


def _medians_of_some(rows: ChosenRows, some: slice) -> NDArray[np.float64]:
    upper = np.zeros((some.stop - some.start, _BINS), dtype=np.int64)
    for block in blocks_of(rows):
        for counts, column in zip(upper, block.T[some], strict=True):
            counts += np.bincount(_codes(column) >> _HALF, minlength=_BINS)
    count = upper.sum(axis=1)
    # The mean of the two in the middle, which are the same one for an odd number.
    bins, ranks = _located(upper, np.stack([np.maximum(count - 1, 0) // 2, count // 2]))
    lower = np.zeros((2, *upper.shape), dtype=np.int64)
    for block in blocks_of(rows):
        for index, column in enumerate(block.T[some]):
            codes = _codes(column)
            halves = codes >> _HALF
            for place in (0, 1):
                low = codes[halves == bins[place, index]] & (_BINS - 1)
                lower[place, index] += np.bincount(low, minlength=_BINS)
    rests = np.stack([_located(lower[place], ranks[place : place + 1])[0][0] for place in (0, 1)])
    middle = _from_codes(((bins << _HALF) | rests).astype(np.uint32)).astype(np.float64)
    return np.where(count > 0, middle.mean(axis=0), 0.0)


def _codes(column: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Return whole numbers in the order of the values that are there."""
    bits = column[~np.isnan(column)].view(np.uint32)
    return np.where(bits & _SIGN, ~bits, bits | _SIGN)


def _from_codes(codes: NDArray[np.uint32]) -> NDArray[np.float32]:
    return np.where(codes & _SIGN, codes ^ _SIGN, ~codes).view(np.float32)


def _located(
    counts: NDArray[np.int64], ranks: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the bin of each rank, and the rank within it.

    Parameters
    ----------
    counts : ndarray of shape (n_columns, n_bins)
    ranks : ndarray of shape (n_ranks, n_columns)
        Counted from 0.
    """
    ends = np.cumsum(counts, axis=1)
    bins = np.stack(
        [np.searchsorted(ends[i], ranks[:, i], side="right") for i in range(len(ends))], axis=1
    )
    bins = np.minimum(bins, counts.shape[1] - 1)
    columns = np.arange(len(ends))
    return bins, ranks - (ends[columns, bins] - counts[columns, bins])
