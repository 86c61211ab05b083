"""Exact statistics of the columns of a matrix that comes in blocks of rows.

Two passes over the blocks, in memory that does not grow with the rows: the first adds up moments
and counts the values by the upper half of their bits, the second finds the medians among those
that share the median's upper half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Blocks = Callable[[], Iterable[NDArray[np.float32]]]

_HALF = 16
_BINS = 1 << _HALF
_SIGN = np.uint32(1 << 31)


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


def column_statistics(blocks: Blocks, n_columns: int) -> ColumnStatistics:
    """Return the statistics of the columns, the same whatever the blocks are.

    Parameters
    ----------
    blocks : callable
        Goes through the rows from the first: arrays of shape (n, n_columns), float32, NaN where
        a value is missing. Called twice.
    n_columns : int
    """
    n_rows = 0
    values = logarithms = Moments.of(np.zeros((n_columns, 0)))
    minimum = np.full(n_columns, np.inf)
    upper = np.zeros((n_columns, _BINS), dtype=np.int64)
    for block in blocks():
        # Sums along contiguous memory are fast, and NumPy adds them pairwise.
        columns = np.ascontiguousarray(block.T)
        n_rows += len(block)
        wide = columns.astype(np.float64)
        minimum = np.fmin(minimum, np.fmin.reduce(wide, axis=1))
        values += Moments.of(wide)
        logarithms += _of_logarithms(wide, minimum >= 0)
        for counts, column in zip(upper, columns, strict=True):
            counts += np.bincount(_codes(column) >> _HALF, minlength=_BINS)
    missing = n_rows - values.count
    median = _medians(blocks, values.count, upper)
    return ColumnStatistics(
        n_rows,
        missing,
        np.where(np.isinf(minimum), 0.0, minimum),
        median,
        values + Moments.of_copies(missing, median),
        logarithms + Moments.of_copies(missing, np.log1p(np.maximum(median, 0.0))),
    )


def _of_logarithms(values: NDArray[np.float64], is_wanted: NDArray[np.bool_]) -> Moments:
    moments = Moments.of(np.zeros((len(values), 0)))
    found = Moments.of(np.log1p(values[is_wanted]))
    for name in ("count", "mean", "second", "third"):
        getattr(moments, name)[is_wanted] = getattr(found, name)
    return moments


def _codes(column: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Return whole numbers in the order of the values that are there."""
    bits = column[~np.isnan(column)].view(np.uint32)
    return np.where(bits & _SIGN, ~bits, bits | _SIGN)


def _from_codes(codes: NDArray[np.uint32]) -> NDArray[np.float32]:
    return np.where(codes & _SIGN, codes ^ _SIGN, ~codes).view(np.float32)


def _medians(
    blocks: Blocks, count: NDArray[np.float64], upper: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the mean of the two values in the middle of each column; 0 for an empty one."""
    middle = np.stack([np.maximum(count - 1, 0) // 2, count // 2]).astype(np.int64)
    bins, ranks = _located(upper, middle)
    lower = np.zeros((2, *upper.shape), dtype=np.int64)
    for block in blocks():
        for index, column in enumerate(np.ascontiguousarray(block.T)):
            codes = _codes(column)
            halves = codes >> _HALF
            for place in (0, 1):
                low = codes[halves == bins[place, index]] & (_BINS - 1)
                lower[place, index] += np.bincount(low, minlength=_BINS)
    rests = np.stack([_located(lower[place], ranks[place : place + 1])[0][0] for place in (0, 1)])
    found = _from_codes(((bins << _HALF) | rests).astype(np.uint32)).astype(np.float64)
    return np.where(count > 0, found.mean(axis=0), 0.0)


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
