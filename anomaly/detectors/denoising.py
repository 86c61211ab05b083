"""The default detector: denoising networks that are solved in closed form, and a memory."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from anomaly.detectors.base import Inputs, ReconstructionDetector
from anomaly.detectors.covariance import Gaussian, trimmed_gaussian
from anomaly.detectors.exported import ops
from anomaly.detectors.exported.export import running
from anomaly.detectors.exported.layers import Standardize
from anomaly.detectors.exported.whitening import (
    HandicappedNeighbour,
    RelativeDistances,
    Whitened,
)
from anomaly.detectors.networks.solved_denoiser import SolvedDenoiser
from anomaly.detectors.sensitivity import effects_of_inputs
from anomaly.features.matrix import FeatureRows, sample_of

_LEVELS = (0.1, 0.2, 0.4, 0.8)
# More rows would change nothing that can be seen.
_MOST_LOOKED_AT, _MOST_JUDGED, _MOST_COMPARED = 100_000, 20_000, 4_000
# Which rows are the strangest is told by the normal distribution without the 2 % farthest from it.
_TRIMMED = 0.02
# Of many rows the strangest are left out. Of fewer each counts, if they are clean.
_MANY, _LEFT_OUT_OF_MANY = 16_000, 0.02
# With more training rows the memory would hold too small a share of them.
_MOST_ROWS_TO_REMEMBER = 60_000
# The memory counts in full while it holds half of the training rows, and less with more.
_WEIGHT_OF_MEMORY = 2.0
_TINY = 1e-9


class DenoisingAutoencoder(ReconstructionDetector):
    """Denoising autoencoder solved in closed form, beside a memory of training rows.

    Networks without a bottleneck take Gaussian noise of several levels out of rows [1]_. A row that
    is usual stays where it is; what they would change in an unusual one, measured in the covariance
    of ordinary residuals, is its distance. The hidden layer of each network is drawn and its last
    layer is the ridge regression on the rows without noise [2]_, so that there is nothing to train
    in epochs: it takes a second where gradients took a minute.

    With up to 60,000 training rows the distance to the nearest of some remembered rows counts beside
    them [3]_. A remembered row has a handicap, the greater the farther it lies from the trimmed normal
    distribution of the rows: one that is itself an anomaly vouches for no other. Each distance is
    divided by its mean over ordinary rows; the score is the logarithm of one plus their mean, of
    which the networks are one half and the memory the other, or less where it holds less than half
    of the training rows.

    Parameters
    ----------
    units : int, default=512
        Hidden units of each network.
    noisy_rows : int, default=16384
        Rows that each network is solved on; the same with other noise again where there are fewer.
    memory : int, default=2048
        At most so many training rows are remembered.
    trim : float, optional
        Share of the training rows left out: those whose quantities lie farthest from the trimmed
        normal distribution, as those of rare frauds among unlabelled rows do; a rare category alone
        is no reason. By default 0.02 with more than 16,000 rows; with
        fewer 0, as each of them counts if they are clean.
    effort : float, default=1
        Times so many noisy rows, and the root of it times so many hidden units.
    clip : float, default=100
        Standardised inputs stay within plus and minus this.
    contamination : float, default=0.01
        Share of the training rows that `predict` calls outliers.
    random_state : int, RandomState or None, default=None
        Settles hidden units, noise, and the rows that are looked at and remembered.

    References
    ----------
    .. [1] P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol, "Extracting and Composing Robust
       Features with Denoising Autoencoders", ICML 2008.
    .. [2] G.-B. Huang, Q.-Y. Zhu, C.-K. Siew, "Extreme Learning Machine: Theory and
       Applications", Neurocomputing 70, 2006.
    .. [3] S. Ramaswamy, R. Rastogi, K. Shim, "Efficient Algorithms for Mining Outliers from
       Large Data Sets", SIGMOD 2000: the distance to a near neighbour.

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly import DenoisingAutoencoder
    >>> rng = np.random.default_rng(0)
    >>> latent = rng.normal(size=(2000, 2))
    >>> X = latent @ rng.normal(size=(2, 8)) + 0.1 * rng.normal(size=(2000, 8))
    >>> detector = DenoisingAutoencoder(random_state=0).fit(X)
    >>> strange = X[:1] + [0, 0, 0, 0, 0, 0, 0, 3]
    >>> bool(detector.anomaly_score(strange)[0] > np.quantile(detector.anomaly_score(X), 0.99))
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ReconstructionDetector._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
        "noisy_rows": [Interval(Integral, 1, None, closed="left")],
        "memory": [Interval(Integral, 1, None, closed="left")],
        "trim": [Interval(Real, 0, 0.5, closed="left"), None],
        "effort": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        *,
        units: int = 512,
        noisy_rows: int = 16_384,
        memory: int = 2048,
        trim: float | None = None,
        effort: float = 1.0,
        clip: float = 100.0,
        contamination: float = 0.01,
        random_state: Any = None,
    ) -> None:
        self.units = units
        self.noisy_rows = noisy_rows
        self.memory = memory
        self.trim = trim
        self.effort = effort
        self.clip = clip
        self.contamination = contamination
        self.random_state = random_state

    def _learn(self, rows: FeatureRows, seed: int) -> None:
        generator = np.random.default_rng(seed)
        self._standardize = standardize = Standardize.fit(rows, self.clip)
        sample = standardize(sample_of(rows, _MOST_LOOKED_AT, generator)).numpy()
        usual = trimmed_gaussian(sample, lambda block: block, _TRIMMED, seed)
        sample = sample[generator.permutation(len(sample))]
        share = self._share_left_out(len(rows))
        if share:
            sample = sample[_is_kept(sample, _strangeness(sample, usual, seed), share)]
        self.network_ = self._solved(sample, generator)
        distances = self._calibrate_networks(sample[:_MOST_JUDGED], generator)
        weights = [1 / len(_LEVELS)] * len(_LEVELS)
        self._near: HandicappedNeighbour | None = None
        if len(rows) <= _MOST_ROWS_TO_REMEMBER:
            distances.append(self._remember(sample, usual))
            n_remembered = min(self.memory, len(sample))
            weights.append(min(1.0, _WEIGHT_OF_MEMORY * n_remembered / len(sample)))
        self._relative = RelativeDistances(len(weights), name="relative").fit(distances, weights)
        scores = self._rare_scores(sample[:_MOST_JUDGED])
        self._rare_score = float(np.quantile(scores, 0.999))

    def _share_left_out(self, n_rows: int) -> float:
        if self.trim is not None:
            return float(self.trim)
        return _LEFT_OUT_OF_MANY if n_rows > _MANY else 0.0

    def _solved(self, sample: Inputs, generator: np.random.Generator) -> SolvedDenoiser:
        n_units = max(1, round(self.units * self.effort**0.5))
        network = SolvedDenoiser(sample.shape[1], n_units, _LEVELS, name="network")
        network.solve(sample, max(1, round(self.noisy_rows * self.effort)), generator)
        return network

    def _calibrate_networks(
        self, usual: Inputs, generator: np.random.Generator
    ) -> list[NDArray[np.float64]]:
        """Learn the covariance of ordinary residuals, and return their distances by level."""
        n_inputs = usual.shape[1]
        estimates = running(lambda rows: ops.apply(self.network_, rows), n_inputs)

        def residuals_of(rows: Inputs) -> Inputs:
            return np.asarray(rows[:, None, :] - estimates(rows))

        effects = effects_of_inputs(residuals_of, usual, generator)
        residuals = residuals_of(usual)
        self._whitened = [
            Whitened(n_inputs, name=f"whitened_{index}").fit(residuals[:, index], of)
            for index, of in enumerate(effects)
        ]
        return [
            np.asarray(white(residuals[:, index]), dtype=np.float64).sum(axis=1)
            for index, white in enumerate(self._whitened)
        ]

    def _remember(self, sample: Inputs, usual: Gaussian) -> NDArray[np.float64]:
        """Keep the first rows as the memory, and return how far some rows are from all others of it."""
        remembered, compared = sample[: self.memory], sample[:_MOST_COMPARED]
        nothing = np.zeros(len(remembered))
        nearest = _distances_of_others(compared, remembered, nothing)
        scale = np.median(nearest) + 1e-3 * nearest.mean() + _TINY
        strangeness = np.square((remembered - usual.mean) @ usual.root)
        typical = np.median(usual.distances(sample)) + _TINY
        handicaps = strangeness * (scale / typical)
        self._near = HandicappedNeighbour(*remembered.shape, name="near")
        self._near.fit(remembered, handicaps)
        return _distances_of_others(compared, remembered, handicaps.sum(axis=1))

    def _rare_scores(self, usual: Inputs) -> NDArray[np.float64]:
        scored = running(lambda seen: self._explained(self.network_, seen)[1], usual.shape[1])
        return np.asarray(scored(usual), dtype=np.float64).sum(axis=1)

    def _explained(self, network: Any, seen: Any) -> tuple[Any, Any]:
        estimates = ops.apply(network, seen)
        terms = [
            ops.apply(white, seen - estimates[:, index])
            for index, white in enumerate(self._whitened)
        ]
        if self._near is not None:
            terms.append(ops.apply(self._near, seen))
        # The most noise: there a value is told from the others rather than from itself.
        return estimates[:, len(_LEVELS) - 1], ops.apply(self._relative, terms)

    def _share_of_missing(self, n_inputs: int) -> float:
        return self._rare_score


def _is_kept(sample: Inputs, strangeness: NDArray[np.float64], share: float) -> NDArray[np.bool_]:
    """Return which rows are not among that share of the strangest."""
    is_kept: NDArray[np.bool_] = strangeness <= np.quantile(strangeness, 1 - share)
    kept = sample[is_kept]
    # A value that only strange rows have would else be one that cannot be.
    is_lost = (kept.min(axis=0) == kept.max(axis=0)) & (sample != kept[0]).any(axis=0)
    return is_kept | (sample[:, is_lost] != kept[0, is_lost]).any(axis=1)


def _strangeness(sample: Inputs, usual: Gaussian, seed: int) -> NDArray[np.float64]:
    """Return how far rows lie from the others by their quantities.

    Indicators take no part: a rare category is no error, and must be known.
    """
    is_quantity = np.array([len(np.unique(column)) > 2 for column in sample.T])
    if is_quantity.all():
        return usual.distances(sample)
    if not is_quantity.any():
        return np.zeros(len(sample))
    quantities = sample[:, is_quantity]
    of_quantities = trimmed_gaussian(quantities, lambda block: block, _TRIMMED, seed)
    return of_quantities.distances(quantities)


def _distances_of_others(
    rows: Inputs, remembered: Inputs, handicaps: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the distance of each row to the nearest remembered one but itself.

    The remembered rows are the first ones of the rows.
    """
    squares = np.square(rows).sum(axis=1, dtype=np.float64)
    far = squares[:, None] + squares[: len(remembered)] - 2.0 * (rows @ remembered.T)
    far = np.maximum(far, 0.0) + handicaps
    both = np.arange(min(len(rows), len(remembered)))
    if len(remembered) > 1:
        far[both, both] = np.inf
    return np.asarray(far.min(axis=1))
