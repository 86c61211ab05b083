"""A mixture of two normal distributions."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from thresholds.counts import Ratios

GROUPS = 4096
STARTS = (0.5, 0.1, 0.01, 0.001)
STEPS = 2000
# A component on a single value would have an infinite likelihood.
NARROWEST = 1e-3


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
        values, rows = _grouped(ordered)
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
        wanted = np.log(posterior) - np.log1p(-posterior)
        low, high = self.means.tolist()
        if not self.upper_log_odds(low) < wanted <= self.upper_log_odds(high):
            return None
        while low < (middle := low / 2 + high / 2) < high:
            if self.upper_log_odds(middle) < wanted:
                low = middle
            else:
                high = middle
        return high


def log_likelihood_of_one(ordered: NDArray[np.floating[Any]]) -> float:
    """Return the log likelihood of the rows under the single normal distribution that fits best."""
    return -ordered.size * (float(np.log(np.std(ordered))) + 0.5 * np.log(2 * np.pi) + 0.5)


def _grouped(ordered: NDArray[np.floating[Any]]) -> tuple[Ratios, Ratios]:
    """Return the means of rows that are close in value and in rank, and how many they are."""
    ranks = np.linspace(0, ordered.size, GROUPS, endpoint=False).astype(np.int64)
    grid = np.linspace(ordered[0], ordered[-1], GROUPS, dtype=np.float64)
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
