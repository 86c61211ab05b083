"""The generalised Pareto distribution of what exceeds a high threshold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from thresholds.counting.counts import Integers, Ratios

CANDIDATES = 60
# Of a golden-section search, each of which takes away 38 % of the range.
STEPS = 24
GOLDEN = (np.sqrt(5) - 1) / 2
# Numbers held at once: so many fit in the processor's cache.
BLOCK = 1 << 16
# Of a quarter of the excesses to the largest; the search multiplies three of its inverse.
SMALLEST = 1e-50


@dataclass(frozen=True, slots=True)
class GeneralisedPareto:
    """A distribution of excesses ``y > 0``: ``P(y > z) = (1 + shape z / scale)^(-1 / shape)``.

    Attributes
    ----------
    shape : float
        0 is the exponential distribution, higher is a heavier tail, and below 0 the tail ends at
        ``-scale / shape``.
    scale : float
        Above 0, in the unit of the excesses.
    """

    shape: float
    scale: float

    @classmethod
    def fit(cls, excesses: NDArray[np.floating[Any]]) -> Self:
        """Fit by maximum likelihood.

        Parameters
        ----------
        excesses : ndarray of float, shape (n,)
            Above 0, finite, ascending.

        Returns
        -------
        GeneralisedPareto

        Notes
        -----
        With ``t = shape / scale`` the likelihood is at its best at ``shape = mean log(1 + t y)``,
        which leaves one unknown (S. D. Grimshaw, *Technometrics* 35, 1993). The likelihood has no
        bound as ``t`` nears ``-1 / max y``, and can have several peaks; so it is looked at on the
        grid of J. Zhang and M. A. Stephens (*Technometrics* 51, 2009), which covers what the data
        make likely and keeps off that end, and refined between the neighbours of the best.

        Examples
        --------
        >>> import numpy as np
        >>> sample = np.sort(np.random.default_rng(0).exponential(2.0, size=10_000))
        >>> fitted = GeneralisedPareto.fit(sample)
        >>> abs(fitted.shape) < 0.03, abs(fitted.scale - 2) < 0.06
        (True, True)
        """
        # It takes a tenth of a second to import, which only this objective should pay.
        from scipy.optimize import minimize_scalar

        unit = float(excesses[-1])
        relative = excesses.astype(np.float64) / unit
        quarter = max(float(relative[relative.size // 4]), SMALLEST)
        grid = _grid(quarter)

        def loss(ratio: float) -> float:
            shape = float(np.mean(np.log1p(ratio * relative)))
            # The limit at 0, where both are: the exponential distribution.
            scale = shape / ratio if ratio else float(np.mean(relative))
            return float(np.log(scale)) + shape

        losses = [loss(ratio) for ratio in grid]
        best = int(np.argmin(losses))
        # The grid descends.
        bounds = (grid[min(best + 1, CANDIDATES - 1)], grid[max(best - 1, 0)])
        ratio = float(minimize_scalar(loss, bounds=bounds, method="bounded").x)
        shape = float(np.mean(np.log1p(ratio * relative)))
        return cls(shape=shape, scale=unit * (shape / ratio if ratio else float(np.mean(relative))))

    def exceeded_with(self, probability: float) -> float:
        """Return the excess that is exceeded with a probability: above 0, at most 1.

        It is infinite where the tail is so heavy that no number is that high.

        Examples
        --------
        >>> round(GeneralisedPareto(0.0, 2.0).exceeded_with(0.01), 3)
        9.21
        >>> round(GeneralisedPareto(0.5, 2.0).exceeded_with(0.01), 3)
        36.0
        """
        logarithm = -float(np.log(probability))
        if self.shape == 0:
            return self.scale * logarithm
        with np.errstate(over="ignore"):
            return self.scale * float(np.expm1(self.shape * logarithm)) / self.shape


def exceeded_on_resamples(values: Ratios, counts: Integers, probabilities: Ratios) -> Ratios:
    """Fit a `GeneralisedPareto` to each resample; return what its excesses exceed.

    The search is that of `GeneralisedPareto.fit`, for all resamples at once.

    Parameters
    ----------
    values : ndarray of float64, shape (g,)
        Excesses, ascending, from above 0 to 1.
    counts : ndarray of int64, shape (r, g)
        How often each resample holds each of them.
    probabilities : ndarray of float64, shape (r,)
        Of exceeding what is asked for. At 1 or above that is 0.

    Returns
    -------
    ndarray of float64, shape (r,)
        NaN for a resample without excesses, infinite where the tail is too heavy for a number.

    Examples
    --------
    >>> values = np.linspace(0.01, 1, 100)
    >>> drawn = np.random.default_rng(0).multinomial(100, np.full(100, 0.01), size=2)
    >>> exceeded_on_resamples(values, drawn, np.array([0.1, 0.01])).round(2)
    array([0.87, 0.98])
    """
    excesses = np.full(len(counts), np.nan)
    some = np.flatnonzero(counts.any(axis=1))
    for part in np.array_split(some, counts[some].size // BLOCK + 1):
        if part.size:
            excesses[part] = _exceeded(values, counts[part], probabilities[part])
    return excesses


def _exceeded(values: Ratios, counts: Integers, probabilities: Ratios) -> Ratios:
    upto = np.cumsum(counts, axis=1)
    rows = upto[:, -1]
    unit = values[values.size - 1 - np.argmax(counts[:, ::-1] > 0, axis=1)]
    quarter = values[np.argmax(upto > (rows // 4)[:, None], axis=1)] / unit
    # What was not drawn may lie beyond the end of the tail, where there is no logarithm.
    relative = np.where(counts > 0, values / unit[:, None], 0.0)
    shares = counts / rows[:, None]
    mean = np.einsum("rg,rg->r", shares, relative)

    def shapes(ratios: Ratios) -> Ratios:
        return np.einsum("rg,rg->r", shares, np.log1p(ratios[:, None] * relative))

    def scales(ratios: Ratios, shape: Ratios) -> Ratios:
        return np.divide(shape, ratios, out=mean.copy(), where=ratios != 0)

    def loss(ratios: Ratios) -> Ratios:
        shape = shapes(ratios)
        return np.log(scales(ratios, shape)) + shape

    grid = _grid(np.maximum(quarter, SMALLEST))
    best = np.argmin([loss(ratios) for ratios in grid], axis=0)
    each = np.arange(best.size)
    low = grid[np.minimum(best + 1, CANDIDATES - 1), each]
    high = grid[np.maximum(best - 1, 0), each]
    ratios = _lowest(loss, low, high)
    shape = shapes(ratios)
    logarithm = -np.log(np.minimum(probabilities, 1.0))
    with np.errstate(over="ignore"):
        steep = np.divide(
            np.expm1(shape * logarithm), shape, out=logarithm.copy(), where=shape != 0
        )
        return unit * scales(ratios, shape) * steep


def _lowest(loss: Callable[[Ratios], Ratios], low: Ratios, high: Ratios) -> Ratios:
    """Return where each of some functions is lowest between two ends, by golden sections.

    J. Kiefer, "Sequential minimax search for a maximum", *Proceedings of the American Mathematical
    Society* 4, 1953.
    """
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = loss(left), loss(right)
    for _ in range(STEPS):
        falls = at_left > at_right
        low, high = np.where(falls, left, low), np.where(falls, high, right)
        # One of the two inner points stays.
        inner = np.where(falls, low + GOLDEN * (high - low), high - GOLDEN * (high - low))
        at_inner = loss(inner)
        left, at_left, right, at_right = (
            np.where(falls, right, inner),
            np.where(falls, at_right, at_inner),
            np.where(falls, inner, left),
            np.where(falls, at_inner, at_left),
        )
    return low / 2 + high / 2


def _grid(quarter: float | Ratios) -> Ratios:
    """Return the candidates for shape over scale, descending, in a unit of the largest excess."""
    steps = np.sqrt(CANDIDATES / (np.arange(CANDIDATES) + 0.5))
    return np.divide.outer(steps - 1, 3 * np.asarray(quarter)) - 1
