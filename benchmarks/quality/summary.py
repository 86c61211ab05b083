"""Results brought together: means over sets and seeds, intervals, ranks."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, t

from benchmarks.shared.measurements import Result, Results

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds with half the width of its 95 % interval; None with a single seed."""

    mean: float
    half_width: float | None = None


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean and the interval of Student's t distribution."""
    if len(values) < 2:
        return Estimate(values[0])
    factor = t.ppf((1 + _CONFIDENCE) / 2, len(values) - 1)
    return Estimate(
        statistics.mean(values), float(factor * statistics.stdev(values) / math.sqrt(len(values)))
    )


@dataclass(frozen=True)
class Grid:
    """The results of a protocol for the sets and seeds that the first method has.

    Attributes
    ----------
    methods : sequence of str
        Those that have all of them.
    left_out : sequence of str
        Those that lack one.
    sets : sequence of str
    seeds : sequence of int
    cells : dict
        Results by method, set and seed.
    """

    methods: Sequence[str]
    left_out: Sequence[str]
    sets: Sequence[str]
    seeds: Sequence[int]
    cells: Mapping[tuple[str, str, int], Result]

    def estimate(
        self, method: str, figure: Callable[[Result], float], sets: Iterable[str] = ()
    ) -> Estimate | None:
        """Return the mean of a figure over sets (by default all), with its interval over seeds.

        None where the method has no result.
        """
        if method not in self.methods or not self.seeds:
            return None
        names = list(sets) or self.sets
        return estimate(
            [
                statistics.mean(figure(self.cells[method, name, seed]) for name in names)
                for seed in self.seeds
            ]
        )

    def median_seconds(self, method: str) -> float:
        """Return the seconds of a fit on the median set."""
        found = [self.estimate(method, fit_seconds, [name]) for name in self.sets]
        return statistics.median(each.mean for each in found if each is not None)

    def mean_ranks(self) -> dict[str, Estimate]:
        """Return each method's rank by average precision, the best 1, over all sets."""
        if not self.seeds:
            return {}
        placed = np.array(
            [
                [
                    ranks(
                        [average_precision(self.cells[each, name, seed]) for each in self.methods]
                    )
                    for name in self.sets
                ]
                for seed in self.seeds
            ]
        ).mean(axis=1)
        return {
            method: estimate(placed[:, place].tolist()) for place, method in enumerate(self.methods)
        }

    def failures(self) -> list[Result]:
        """Return the results of methods that failed."""
        return [result for result in self.cells.values() if result.measured is None]


@dataclass(frozen=True)
class Together:
    """Average precision on the sets of several collections, one seed each.

    Attributes
    ----------
    methods, sets : sequence of str
    figures : ndarray of shape (n_methods, n_sets)
    """

    methods: Sequence[str]
    sets: Sequence[str]
    figures: NDArray[np.float64]

    def means(self) -> dict[str, Estimate]:
        """Return each method's mean."""
        return dict(zip(self.methods, map(Estimate, self.figures.mean(axis=1)), strict=True))

    def less_than(self, first: str) -> dict[str, Estimate]:
        """Return by how much each method's mean is less, with the interval over the sets."""
        of_first = self.figures[list(self.methods).index(first)]
        return {
            name: estimate((of_first - row).tolist())
            for name, row in zip(self.methods, self.figures, strict=True)
            if name != first
        }

    def mean_ranks(self) -> dict[str, Estimate]:
        """Return each method's rank, the best 1, over all sets."""
        placed = np.array([ranks(column.tolist()) for column in self.figures.T]).mean(axis=0)
        return dict(zip(self.methods, map(Estimate, placed), strict=True))

    def oracle(self, methods: Sequence[str]) -> float:
        """Return the mean of the best of some methods for each set."""
        places = [list(self.methods).index(name) for name in methods]
        return float(self.figures[places].max(axis=0).mean())


def together(grids: Sequence[Grid]) -> Together:
    """Return the first seed of what several grids have of the methods in all of them."""
    if not all(each.seeds for each in grids):
        return Together([], [], np.empty((0, 0)))
    methods = [name for name in grids[0].methods if all(name in each.methods for each in grids)]
    places = [(each, name) for each in grids for name in each.sets]
    figures = [
        [average_precision(each.cells[method, name, each.seeds[0]]) for each, name in places]
        for method in methods
    ]
    return Together(methods, [name for _, name in places], np.array(figures))


def grid(
    results: Results, protocol: str, methods: Collection[str], sets: Collection[str] = ()
) -> Grid:
    """Return the results of a protocol.

    Parameters
    ----------
    methods : collection of str
        In the order of the table. The first that has a result settles sets and seeds.
    sets : collection of str
        By default all.
    """
    cells = {
        (key.method, key.set, key.seed): result
        for key, result in results.items()
        if key.protocol == protocol and key.method in methods and (not sets or key.set in sets)
    }
    there = [method for method in methods if any(method == cell[0] for cell in cells)]
    firsts = [cell[1:] for cell in cells if cell[0] in there[:1]]
    names = sorted({name for name, _ in firsts}, key=str.lower)
    # A seed counts where the first method has it on every set.
    seeds = [
        seed
        for seed in sorted({seed for _, seed in firsts})
        if all((name, seed) in firsts for name in names)
    ]
    places = list(product(names, seeds))
    complete = [method for method in there if all((method, *place) in cells for place in places)]
    left_out = [method for method in there if method not in complete]
    kept = {
        cell: result for cell, result in cells.items() if cell[0] in complete and cell[1:] in places
    }
    return Grid(complete, left_out, names, seeds, kept)


def ranks(values: Sequence[float]) -> list[float]:
    """Return the ranks of values, the largest 1; equal ones share the mean of their ranks."""
    return rankdata([-value for value in values], method="average").tolist()


def figure(name: str) -> Callable[[Result], float]:
    """Return what reads a figure of a result; it is 0 for a method that failed."""

    def read(result: Result) -> float:
        return 0.0 if result.measured is None else float(result.measured.figures[name])

    return read


def average_precision(result: Result) -> float:
    """Return the average precision; 0 for a method that failed."""
    return figure("average_precision")(result)


def fit_seconds(result: Result) -> float:
    """Return the seconds of the fit; 0 for a method that failed."""
    return 0.0 if result.measured is None else result.measured.fit_seconds


def dirty_fall(grid: Grid, method: str, share: str) -> Estimate | None:
    """Return by what share of it mean average precision falls; None where no set has the share."""
    falls = []
    for seed in grid.seeds:
        pairs = [
            found[share]
            for name in grid.sets
            if share in (found := _shares(grid.cells.get((method, name, seed))))
        ]
        if not pairs:
            return None
        clean = sum(pair["clean"] for pair in pairs)
        falls.append(1 - sum(pair["dirty"] for pair in pairs) / clean)
    return estimate(falls) if falls else None


def _shares(result: Result | None) -> Mapping[str, Any]:
    if result is None or result.measured is None:
        return {}
    return result.measured.figures["shares"]


def right_reasons(result: Result, kind: str = "") -> float:
    """Return the share of the alerts whose top reason is right; `kind` may be `new_`."""
    assert result.measured is not None
    found = result.measured.figures
    return found[f"{kind}named"] / max(1, found[f"{kind}alerts"])
