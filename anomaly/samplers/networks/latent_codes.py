"""The latent codes of a class, smoothed, to draw more like them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SmoothedCodes:
    """The aggregated posterior of a class [1]_, smoothed and of unchanged mean and variance.

    The codes of real rows seldom fill the standard normal that they are pulled towards, and rows
    decoded from where no code lies look like none. A code is drawn from the posterior of a real
    row that is drawn first, with a normal kernel around it whose width follows Scott's rule [2]_,
    so that codes lie between those of real rows too; then all are shrunk towards their mean, so
    that they vary no more than before: a smoothed bootstrap [3]_.

    Attributes
    ----------
    means, deviations : ndarray of shape (n_rows, latent), float32
        Of the posterior of each real row.

    References
    ----------
    .. [1] J. Tomczak, M. Welling, "VAE with a VampPrior", AISTATS 2018.
    .. [2] D. W. Scott, "Multivariate Density Estimation", Wiley 1992.
    .. [3] B. W. Silverman, "Density Estimation for Statistics and Data Analysis", Chapman and
       Hall 1986, section 6.4.
    """

    means: Floats
    deviations: Floats

    def draw(self, n_codes: int, generator: np.random.Generator) -> Floats:
        """Return codes of shape (n_codes, latent)."""
        n_rows, latent = self.means.shape
        rows = generator.integers(0, n_rows, n_codes)
        centre = self.means.mean(axis=0)
        variance = self.means.var(axis=0) + np.square(self.deviations).mean(axis=0)
        kernel = variance * n_rows ** (-2 / (latent + 4))
        width = np.sqrt(np.square(self.deviations[rows]) + kernel)
        noise = generator.standard_normal((n_codes, latent), dtype=np.float32)
        codes = self.means[rows] + width * noise
        shrink = np.sqrt(variance / (variance + kernel))
        return (centre + (codes - centre) * shrink).astype(np.float32)
