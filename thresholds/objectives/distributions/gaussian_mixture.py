"""A mixture of two normal distributions."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from thresholds.counting.counts import Integers, Ratios

GROUPS = 4096
STARTS = (0.5, 0.1, 0.01, 0.001)
STEPS = 2000
# A component on a single value would have an infinite likelihood.
NARROWEST = 1e-3
REFIT_STEPS = 300
STILL = 1e-3
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class TwoGaussians:
    """Two normal distributions, the lower first.

    Attributes
    ----------
    weights, means, deviations : ndarray of float64, shape (2,)
        Share of the rows, mean and standard deviation of each.
    log_likelihood : float
        Of the rows it was fitted on.
    """

    weights: Ratios
    means: Ratios
    deviations: Ratios
    log_likelihood: float

    @classmethod
    def fit(cls, ordered: NDArray[np.floating[Any]]) -> Self:
        """Fit by maximum likelihood with expectation maximisation.

        Parameters
        ----------
        ordered : ndarray of float, shape (n,)
            Ascending, finite, not all equal.

        Returns
        -------
        TwoGaussians

        Notes
        -----
        A. P. Dempster, N. M. Laird and D. B. Rubin, *Journal of the Royal Statistical Society B*
        39, 1977. It climbs to the next peak of the likelihood, so it starts from several shares of
        the upper component and the highest peak counts. Rows that are close in value and in rank
        are taken together at their mean, which makes the time independent of their number.
        """
        values, rows = grouped(ordered, GROUPS)
        peaks = (cls._climbed(values, rows, share) for share in STARTS)
        return max(peaks, key=lambda peak: peak.log_likelihood)

    @classmethod
    def _climbed(cls, values: Ratios, rows: Ratios, share: float) -> Self:
        """Return the peak reached from a start with that share in the upper component."""
        total = rows.sum()
        floor = NARROWEST * _moments(values, rows)[1]
        upper = (np.cumsum(rows) > (1 - share) * total).astype(np.float64)
        reached = -np.inf
        for _ in range(STEPS):
            parts = rows * np.stack((1 - upper, upper))
            weights = parts.sum(axis=1) / total
            moments = [_moments(values, part) for part in parts]
            means = np.array([mean for mean, _ in moments])
            deviations = np.maximum([deviation for _, deviation in moments], floor)
            densities = _log_densities(values, weights, means, deviations)
            either = np.logaddexp(*densities)
            before, reached = reached, float(rows @ either)
            if reached - before <= 1e-9 * total:
                break
            upper = np.exp(densities[1] - either)
        order = np.argsort(means)
        return cls(weights[order], means[order], deviations[order], reached)

    @property
    def separation(self) -> float:
        """Distance of the means in root mean squares of the deviations.

        Above 2 the components are cleanly apart (K. M. Ashman, C. M. Bird and S. E. Zepf,
        *Astronomical Journal* 108, 1994).
        """
        return float((self.means[1] - self.means[0]) / np.sqrt(np.mean(self.deviations**2)))

    def upper_log_odds(self, value: float) -> float:
        """Return the logarithm of the odds that a row of that value is of the upper component."""
        densities = _log_densities(
            np.array([value]), self.weights, self.means, self.deviations
        ).ravel()
        return float(densities[1] - densities[0])

    def reaching(self, posterior: float) -> float | None:
        """Return the value between the means at which the upper component has that posterior.

        Between the means the odds only rise. None where they do not cross it there.
        """
        log_odds = np.log(posterior) - np.log1p(-posterior)
        low, high = self.means.tolist()
        if not self.upper_log_odds(low) < log_odds <= self.upper_log_odds(high):
            return None
        while low < (middle := low / 2 + high / 2) < high:
            if self.upper_log_odds(middle) < log_odds:
                low = middle
            else:
                high = middle
        return high


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refits:
    """Two normal distributions for each of many resamples, the lower first.

    Attributes
    ----------
    weights, means, deviations : ndarray of float64, shape (r, 2)
    gain : ndarray of float64, shape (r,)
        Of the log likelihood over the single normal distribution that fits best.
    """

    weights: Ratios
    means: Ratios
    deviations: Ratios
    gain: Ratios

    @classmethod
    def fit(cls, start: TwoGaussians, values: Ratios, counts: Integers) -> Self:
        """Climb with expectation maximisation from a fit to all rows.

        Parameters
        ----------
        start : TwoGaussians
        values : ndarray of float64, shape (g,)
            Ascending.
        counts : ndarray of int64, shape (r, g)
            How many rows each resample has of each value.

        Returns
        -------
        Refits

        Notes
        -----
        As `TwoGaussians.fit`, from one start. A resample is done with when a step moves neither
        mean by more than a thousandth of its standard error, or after 300 steps: where the two
        distributions overlap much, the likelihood is flat and the last steps are small.
        """
        total = counts[0].sum()
        weights, means, deviations = (
            np.tile(each, (len(counts), 1))
            for each in (start.weights, start.means, start.deviations)
        )
        powers = np.stack((np.ones(values.size), values, values**2), axis=1)
        whole = counts @ powers
        overall = np.sqrt(np.maximum(whole[:, 2] / total - (whole[:, 1] / total) ** 2, 0.0))
        floor = NARROWEST * np.maximum(overall, np.finfo(np.float64).tiny)[:, None]
        climbing = np.arange(len(counts))
        for _ in range(REFIT_STEPS):
            now = climbing
            odds = _odds(weights[now], means[now], deviations[now]) @ powers.T
            with np.errstate(over="ignore"):
                upper = (counts[now] / (1 + np.exp(-odds))) @ powers
            sums = np.stack((whole[now] - upper, upper), axis=1)
            rows = np.maximum(sums[:, :, 0], np.finfo(np.float64).tiny)
            moved = sums[:, :, 1] / rows
            squares = np.maximum(sums[:, :, 2] / rows - moved**2, 0.0)
            errors = deviations[now] / np.sqrt(np.maximum(rows, 1.0))
            steps = np.abs(moved - means[now])
            weights[now], means[now] = rows / total, moved
            deviations[now] = np.maximum(np.sqrt(squares), floor[now])
            climbing = now[(steps > STILL * errors).any(axis=1)]
            if not climbing.size:
                break
        refits = cls(
            weights=weights, means=means, deviations=deviations, gain=np.zeros(len(counts))
        )
        return replace(refits, gain=refits._likelihoods(values, counts) + total * _of_one(overall))

    def reaching(self, posterior: float) -> Ratios:
        """Return what `TwoGaussians.reaching` does for each resample, NaN where there is none."""
        log_odds = np.log(posterior) - np.log1p(-posterior)
        odds = _odds(self.weights, self.means, self.deviations)

        def lacks(values: Ratios) -> NDArray[np.bool_]:
            return np.einsum("rp,rp->r", odds, values[:, None] ** np.arange(3)) < log_odds

        low, high = self.means.T.copy()
        there = lacks(low) & ~lacks(high)
        for _ in range(HALVINGS):
            middle = low / 2 + high / 2
            below = lacks(middle)
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.where(there, high, np.nan)

    def _likelihoods(self, values: Ratios, counts: Integers) -> Ratios:
        """Return the log likelihood of each resample, less the constant of a normal density."""
        likelihoods = np.empty(len(counts))
        for each, drawn in enumerate(counts):
            parameters = self.weights[each], self.means[each], self.deviations[each]
            likelihoods[each] = drawn @ np.logaddexp(*_log_densities(values, *parameters))
        return likelihoods


def _of_one(deviations: Ratios) -> Ratios:
    """Return the log likelihood, turned around, of a row of a normal distribution on average."""
    return np.log(np.maximum(deviations, np.finfo(np.float64).tiny)) + 0.5 * np.log(2 * np.pi) + 0.5


def _odds(weights: Ratios, means: Ratios, deviations: Ratios) -> Ratios:
    """Return the log odds of the upper distribution as polynomials, shape (r, 3)."""
    with np.errstate(divide="ignore"):
        logarithms = np.log(weights) - np.log(deviations)
    precisions = deviations**-2
    terms = np.stack(
        (logarithms - 0.5 * means**2 * precisions, means * precisions, -0.5 * precisions), axis=2
    )
    return terms[:, 1] - terms[:, 0]


def log_likelihood_of_one(ordered: NDArray[np.floating[Any]]) -> float:
    """Return the log likelihood of the rows under the single normal distribution that fits best."""
    return -ordered.size * (float(np.log(np.std(ordered))) + 0.5 * np.log(2 * np.pi) + 0.5)


def grouped(ordered: NDArray[np.floating[Any]], groups: int) -> tuple[Ratios, Ratios]:
    """Return the means of rows that are close in value and in rank, and how many they are.

    There are at most twice as many groups as are asked for.
    """
    ranks = np.linspace(0, ordered.size, groups, endpoint=False).astype(np.int64)
    grid = np.linspace(ordered[0], ordered[-1], groups, dtype=np.float64)
    first = np.unique(np.concatenate((ranks, np.searchsorted(ordered, grid))))
    rows = np.diff(first, append=ordered.size).astype(np.float64)
    return np.add.reduceat(ordered, first, dtype=np.float64) / rows, rows


def _moments(values: Ratios, rows: Ratios) -> tuple[float, float]:
    """Return the mean and the standard deviation."""
    # An empty component keeps a place, where it attracts nothing.
    total = max(float(rows.sum()), np.finfo(np.float64).tiny)
    mean = float(rows @ values) / total
    return mean, float(np.sqrt(rows @ (values - mean) ** 2 / total))


def _log_densities(values: Ratios, weights: Ratios, means: Ratios, deviations: Ratios) -> Ratios:
    """Return the log of weight times density of each component, shape (2, m)."""
    with np.errstate(divide="ignore"):
        constants = np.log(weights) - np.log(deviations) - 0.5 * np.log(2 * np.pi)
    standard = (values - means[:, None]) / deviations[:, None]
    return constants[:, None] - 0.5 * standard**2
