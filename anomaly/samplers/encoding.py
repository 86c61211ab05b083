"""The encoding of rows for the networks of the samplers, and its way back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from anomaly.samplers.columns import Mask

# Of a larger class, quantiles as fine as this stand for its values.
_MOST_QUANTILES = 10_001
# How finely the marginals of a generator's own values are known.
_OWN_QUANTILES = 2_049

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of encoded rows: numbers first, then each category's indicators.

    Attributes
    ----------
    n_numbers : int
    sizes : tuple of int
        Number of different values of each category.
    """

    n_numbers: int
    sizes: tuple[int, ...] = ()

    @property
    def n_inputs(self) -> int:
        return self.n_numbers + sum(self.sizes)

    @property
    def categories(self) -> list[slice]:
        """Where the indicators of each category stand."""
        ends = (self.n_numbers + np.cumsum(self.sizes, dtype=int)).tolist()
        return [slice(end - size, end) for end, size in zip(ends, self.sizes, strict=True)]


@dataclass(slots=True)
class ClassTable:
    """Number columns as normal scores within their class, and categories as indicators.

    The normal score of a value is the standard normal quantile of its rank among the rows of its
    class; rows of equal value share their ranks out at random. So every number column of every
    class is standard normal, whatever its tails, units and repeated values, and a network has
    the dependence between columns alone to learn. Back again, a generated value is ranked among
    what the network itself generates (`calibrate`) and gets the quantile of the real values at
    that rank: a column of generated rows has the distribution of the real one, and stays within
    its range.

    Attributes
    ----------
    layout : Layout
    categorical : ndarray of shape (n_columns,), bool
    categories : list of ndarray
        The values of each category.
    quantiles : list of ndarray of shape (n_quantiles, n_numbers)
        Values of each class at ranks that are evenly spaced.
    whole : ndarray of shape (n_numbers,), bool
        Which number columns hold whole numbers only.
    own : dict of int to ndarray of shape (n_own_quantiles, n_numbers)
        Quantiles of what the network generates for a class.
    """

    layout: Layout
    categorical: Mask
    categories: list[NDArray[Any]]
    quantiles: list[Floats]
    whole: Mask
    own: dict[int, Floats] = field(default_factory=dict)

    @classmethod
    def fit(cls, X: NDArray[Any], codes: NDArray[np.intp], categorical: Mask) -> ClassTable:
        """Learn from rows of shape (n_rows, n_columns) and their classes, counted from 0."""
        numbers = X[:, ~categorical].astype(np.float64)
        categories = [pd.unique(X[:, place]) for place in np.flatnonzero(categorical)]
        layout = Layout(numbers.shape[1], tuple(len(values) for values in categories))
        quantiles = [_quantiles(numbers[codes == code]) for code in range(codes.max() + 1)]
        whole = (numbers == np.round(numbers)).all(axis=0)
        return cls(layout, categorical, categories, quantiles, whole)

    def encode(
        self, X: NDArray[Any], codes: NDArray[np.intp], generator: np.random.Generator
    ) -> NDArray[np.float32]:
        """Return rows as the networks see them, of shape (n_rows, layout.n_inputs)."""
        numbers = X[:, ~self.categorical].astype(np.float64)
        encoded = np.zeros((len(X), self.layout.n_inputs), dtype=np.float32)
        for code, quantiles in enumerate(self.quantiles):
            rows = codes == code
            for place in range(self.layout.n_numbers):
                encoded[rows, place] = _normal_scores(
                    numbers[rows, place], quantiles[:, place], generator
                )
        places = np.flatnonzero(self.categorical).tolist()
        for where, place, values in zip(
            self.layout.categories, places, self.categories, strict=True
        ):
            encoded[:, where] = X[:, place, None] == values
        return encoded

    def calibrate(self, code: int, values: NDArray[np.floating[Any]]) -> None:
        """Learn the marginals of generated rows of a class, before they are decoded."""
        shares = np.linspace(0, 1, _OWN_QUANTILES)
        self.own[code] = _quantiles_at(
            values[:, : self.layout.n_numbers].astype(np.float64), shares
        )

    def decode(self, values: NDArray[np.floating[Any]], code: int) -> NDArray[Any]:
        """Return rows from generated values of a class, of shape (n_rows, layout.n_inputs).

        The value of a category is that of its largest indicator.

        Returns
        -------
        ndarray of shape (n_rows, n_columns), float64, or object where there are categories
        """
        real, own = self.quantiles[code], self.own[code]
        real_ranks, own_ranks = _ranks(len(real)), np.linspace(0, 1, len(own))
        rows = np.empty((len(values), len(self.categorical)), dtype=object)
        if not self.categories:
            rows = rows.astype(np.float64)
        for place, column in enumerate(np.flatnonzero(~self.categorical).tolist()):
            ranks = np.interp(values[:, place], own[:, place], own_ranks)
            numbers = np.interp(ranks, real_ranks, real[:, place])
            rows[:, column] = np.round(numbers) if self.whole[place] else numbers
        for where, column, categories in zip(
            self.layout.categories,
            np.flatnonzero(self.categorical).tolist(),
            self.categories,
            strict=True,
        ):
            rows[:, column] = categories[values[:, where].argmax(axis=1)]
        return rows


def _ranks(n_quantiles: int) -> Floats:
    """Return the ranks of values in order, as shares: the middles of even steps."""
    return (np.arange(n_quantiles) + 0.5) / n_quantiles


def _quantiles(values: Floats) -> Floats:
    if len(values) <= _MOST_QUANTILES:
        return np.sort(values, axis=0)
    return _quantiles_at(values, _ranks(_MOST_QUANTILES))


def _quantiles_at(values: Floats, shares: Floats) -> Floats:
    """Return quantiles of each column, as `numpy.quantile` does, which is slow where they are many."""
    places = shares * (len(values) - 1)
    rows = np.arange(len(values))
    columns = [np.interp(places, rows, column) for column in np.sort(values, axis=0).T]
    return np.stack(columns, axis=1) if columns else np.empty((len(shares), 0))


def _normal_scores(values: Floats, quantiles: Floats, generator: np.random.Generator) -> Floats:
    n_quantiles = len(quantiles)
    first = np.searchsorted(quantiles, values, side="left")
    last = np.searchsorted(quantiles, values, side="right")
    # Between two quantiles there is none of its own: a rank next to it then.
    last = np.maximum(last, first + 1)
    ranks = (first + generator.random(len(values)) * (last - first)) / n_quantiles
    return ndtri(np.clip(ranks, 0.5 / n_quantiles, 1 - 0.5 / n_quantiles))
