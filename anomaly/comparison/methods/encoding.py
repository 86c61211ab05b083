"""From features to what classifiers and samplers take: numbers without gaps, on one scale, learned from train."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from anomaly.dataset.prepared import Dataset
from anomaly.features.features import Features
from anomaly.tables import kinds

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns of the matrix are categories.

    Attributes
    ----------
    flags : tuple of int
        Columns of zeros and ones that stand alone.
    categories : tuple of tuple of int
        Columns of zeros and ones that together tell one category: a single one is 1.
    """

    flags: tuple[int, ...]
    categories: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, features: Features) -> Self:
        """Return the layout of the features of a table."""
        groups: dict[str, list[int]] = {}
        flags = []
        for place, feature in enumerate(features.features):
            kind = features.schema.kind(feature.column)
            if feature.part == "common":
                continue  # a number
            if kind == kinds.CATEGORY:
                groups.setdefault(feature.column, []).append(place)
            elif kind == kinds.FLAG:
                flags.append(place)
        return cls(tuple(flags), tuple(map(tuple, groups.values())))

    def repeated(self, times: int, n_columns: int) -> Layout:
        """Return the layout of rows that stand side by side so many times."""
        starts = [n_columns * number for number in range(times)]
        return Layout(
            tuple(start + place for start in starts for place in self.flags),
            tuple(
                tuple(start + place for place in group)
                for start in starts
                for group in self.categories
            ),
        )

    @property
    def discrete(self) -> tuple[int, ...]:
        """All columns of zeros and ones."""
        return (*self.flags, *(place for group in self.categories for place in group))


class Scaler:
    """Fills what is missing, says that it was, and puts numbers on one scale.

    Medians, means and deviations are those of the rows it was made with. Flags and categories stay
    zeros and ones.

    Parameters
    ----------
    rows : ndarray of shape (n_training_rows, n_features)
        NaN where missing.
    layout : Layout

    Attributes
    ----------
    layout : Layout
        Of the columns that come out: one flag more for each column with missing values.
    """

    def __init__(self, rows: Floats, layout: Layout) -> None:
        n_features = rows.shape[1]
        is_missing = np.isnan(rows)
        self._gaps = np.flatnonzero(is_missing.any(axis=0))
        self._filling = np.zeros(n_features, dtype=np.float32)
        for place in range(n_features):
            known = rows[~is_missing[:, place], place]
            self._filling[place] = np.median(known) if len(known) else 0
        for place in layout.flags:
            self._filling[place] = round(float(self._filling[place]))
        filled = np.where(is_missing, self._filling, rows).astype(np.float64)
        self._mean, self._deviation = filled.mean(axis=0), filled.std(axis=0)
        discrete = list(layout.discrete)
        self._mean[discrete], self._deviation[discrete] = 0, 1
        self._deviation[self._deviation == 0] = 1
        added = range(n_features, n_features + len(self._gaps))
        self.layout = Layout((*layout.flags, *added), layout.categories)

    def __call__(self, rows: Floats) -> Floats:
        """Return rows of shape (n, n_features) as numbers of shape (n, n_features + n_gaps)."""
        is_missing = np.isnan(rows)
        filled = np.where(is_missing, self._filling, rows)
        scaled = ((filled - self._mean) / self._deviation).astype(np.float32)
        return np.hstack([scaled, is_missing[:, self._gaps].astype(np.float32)])


def encode(dataset: Dataset) -> tuple[Floats, Layout]:
    """Return all rows of a dataset as classifiers take them; fills and scales are those of train."""
    take, split = dataset.matrix.take, dataset.split
    scaler = Scaler(take(split.train), Layout.of(dataset.features))
    return scaler(take(np.arange(dataset.rows.n_rows))), scaler.layout


def with_column(rows: Floats, column: Floats) -> Floats:
    """Return the rows with one more column at the right."""
    return np.column_stack([rows, column.astype(np.float32)])


def to_codes(rows: Floats, layout: Layout) -> tuple[Floats, list[int]]:
    """Return rows with one column of codes for each category, and the columns that hold codes.

    Numbers come first, then flags, then the categories, as `from_codes` expects them.
    """
    numbers = _numbers(rows.shape[1], layout)
    flags = rows[:, list(layout.flags)]
    codes = [rows[:, list(group)].argmax(axis=1) for group in layout.categories]
    made = np.column_stack([rows[:, numbers], flags, *codes]).astype(np.float32)
    return made, list(range(len(numbers), made.shape[1]))


def from_codes(coded: Floats, layout: Layout, n_columns: int) -> Floats:
    """Return the rows that `to_codes` made codes of."""
    numbers = _numbers(n_columns, layout)
    rows = np.zeros((len(coded), n_columns), dtype=np.float32)
    rows[:, numbers] = coded[:, : len(numbers)]
    first = len(numbers) + len(layout.flags)
    rows[:, list(layout.flags)] = coded[:, len(numbers) : first]
    for offset, group in enumerate(layout.categories):
        codes = coded[:, first + offset].astype(np.int64)
        rows[np.arange(len(rows)), np.array(group)[codes]] = 1
    return rows


def _numbers(n_columns: int, layout: Layout) -> list[int]:
    discrete = set(layout.discrete)
    return [place for place in range(n_columns) if place not in discrete]
