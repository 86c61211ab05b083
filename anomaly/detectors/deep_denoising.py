"""Denoising networks trained over several levels of noise, and a memory."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.utils._param_validation import Interval

from anomaly.detectors.base import Inputs
from anomaly.detectors.exported import ops
from anomaly.detectors.exported.export import running
from anomaly.detectors.exported.layers import Standardize
from anomaly.detectors.exported.whitening import (
    NeighbourShares,
    SummedLogarithms,
    Whitened,
    distances_of_unseen,
)
from anomaly.detectors.networks.denoiser import Correcting, Denoiser
from anomaly.detectors.schedule import TrainedByVisits
from anomaly.detectors.sensitivity import effects_of_inputs
from anomaly.detectors.trained import Judged
from anomaly.detectors.trimming import isolation, without_strangest
from anomaly.features.matrix import FeatureRows, sample_of

# With more training rows the memory would hold too small a share of them.
_MOST_ROWS_TO_REMEMBER = 16_000
# A first short training, of so much of the usual length, tells which rows to leave out. It does
# without the share of the rows that an isolation forest finds the strangest.
_FIRST_LOOK = 1 / 16
_FIRST_LEFT_OUT = 0.2
_LEFT_OUT_OF_MANY = 0.02
# The memory counts in full while it holds half of the training rows, and less with more.
_WEIGHT_OF_MEMORY = 2.0


class DeepDenoisingAutoencoder(TrainedByVisits):
    """Denoising autoencoder scored by the Mahalanobis norm of its residuals.

    Networks without a bottleneck take noise out of rows, at any level of it [1]_. A row that is
    usual stays where it is; what they would change in an unusual one, measured in the covariance
    of ordinary residuals, is its score, as a sum of logarithms over levels.

    With up to 16,000 training rows there are two views. A network that gives the row from much
    noise tells what breaks the dependencies between features; one that corrects little noise,
    and the distance to a near neighbour among remembered training rows [2]_, tell what lies
    beside the data. The memory counts as much as both networks together. The second view counts
    in full while the memory holds half of the training rows, and less with more. With more than
    16,000 rows there are two networks of the first kind, and no memory.

    Parameters
    ----------
    width, depth : int, default=128, 3
        Units of a hidden layer, and their number.
    memory : int, default=2048
        At most so many training rows are remembered.
    neighbour : int, default=5
        Which of the nearest remembered rows counts.
    trim : float, optional
        Share of the training rows left out: the strangest after a first short training, which
        does without the fifth that an isolation forest finds the strangest [3]_. Rare clusters
        are among them, such as the frauds in unlabelled rows. By default 0.02 with more than
        16,000 rows; with fewer 0, as each of them counts if they are clean.
    epochs : int, optional
        By default as many as make 800 visits of each row, but no fewer than 128,000 and no more
        than 512,000 of all; with many rows 100 epochs, of up to 8 million visits.
    effort : float, default=1
        Times so many visits, where `epochs` is not given: 0.25 is fast, 4 is thorough.
    batch_size : int, default=128
    learning_rate : float, default=0.002
        Of AdamW, at its highest; it falls as a cosine to zero.
    patience : int, default=1000
        Epochs without a better validation loss before training stops; the best weights return.
    validation_fraction : float, default=0.2
        Share of the rows held back for the validation loss and for the covariance of the
        residuals, where `fit` is given none: at least 100 rows and five a feature, at most 20,000.
        With fewer than 1,000 rows, or fewer than 15 a feature, all serve for everything.
    clip : float, default=100
        Standardised inputs stay within plus and minus this.
    contamination : float, default=0.01
        Share of the training rows that `predict` calls outliers.
    random_state : int, RandomState or None, default=None
        Settles initial weights, noise, the rows held back and remembered, and the order of rows.

    References
    ----------
    .. [1] P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol, "Extracting and Composing Robust
       Features with Denoising Autoencoders", ICML 2008.
    .. [2] S. Ramaswamy, R. Rastogi, K. Shim, "Efficient Algorithms for Mining Outliers from
       Large Data Sets", SIGMOD 2000: the distance to the k-th nearest neighbour.
    .. [3] F. T. Liu, K. M. Ting, Z.-H. Zhou, "Isolation Forest", ICDM 2008. That rows kept by a
       robust start tell which others to keep is how the covariance of least determinant is
       found: P. J. Rousseeuw, K. Van Driessen, "A Fast Algorithm for the Minimum Covariance
       Determinant Estimator", Technometrics 41, 1999.

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly import DeepDenoisingAutoencoder
    >>> rng = np.random.default_rng(0)
    >>> latent = rng.normal(size=(2000, 2))
    >>> X = latent @ rng.normal(size=(2, 8)) + 0.1 * rng.normal(size=(2000, 8))
    >>> detector = DeepDenoisingAutoencoder(epochs=3, random_state=0).fit(X)
    >>> strange = X[:1] + [0, 0, 0, 0, 0, 0, 0, 3]
    >>> bool(detector.anomaly_score(strange)[0] > np.quantile(detector.anomaly_score(X), 0.99))
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **TrainedByVisits._parameter_constraints,
        "width": [Interval(Integral, 1, None, closed="left")],
        "depth": [Interval(Integral, 1, None, closed="left")],
        "memory": [Interval(Integral, 1, None, closed="left")],
        "neighbour": [Interval(Integral, 1, None, closed="left")],
        "trim": [Interval(Real, 0, 0.5, closed="left"), None],
    }

    def __init__(
        self,
        *,
        width: int = 128,
        depth: int = 3,
        memory: int = 2048,
        neighbour: int = 5,
        trim: float | None = None,
        epochs: int | None = None,
        effort: float = 1.0,
        batch_size: int = 128,
        learning_rate: float = 0.002,
        patience: int = 1000,
        validation_fraction: float = 0.2,
        clip: float = 100.0,
        contamination: float = 0.01,
        random_state: Any = None,
    ) -> None:
        self.width = width
        self.depth = depth
        self.memory = memory
        self.neighbour = neighbour
        self.trim = trim
        self.epochs = epochs
        self.effort = effort
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.clip = clip
        self.contamination = contamination
        self.random_state = random_state

    def _network(self, n_inputs: int, n_rows: int, seed: int) -> Any:
        second = "correcting" if _are_few(n_rows) else "direct"
        return Denoiser(
            n_inputs, ("direct", second), self.width, self.depth, seed=seed, name="network"
        )

    def _trimmed(
        self, rows: FeatureRows, held_back: FeatureRows | None, seed: int
    ) -> tuple[FeatureRows, FeatureRows | None]:
        share = self.trim
        if share is None:
            share = 0.0 if _are_few(len(rows)) else _LEFT_OUT_OF_MANY
        if not share:
            return rows, held_back
        parts = [rows] if held_back is None else [rows, held_back]
        usual = without_strangest(parts, isolation(rows, seed), _FIRST_LEFT_OUT)
        epochs = None if self.epochs is None else max(1, round(self.epochs * _FIRST_LOOK))
        first = clone(self).set_params(
            trim=0.0, epochs=epochs, effort=self.effort * _FIRST_LOOK, random_state=seed
        )
        first.fit(usual[0], validation_data=None if held_back is None else usual[1])
        if first.history_.interrupted:
            raise KeyboardInterrupt
        kept = without_strangest(parts, first._graph().scores, share)
        return kept[0], None if held_back is None else kept[1]

    def _judging(self, network: Any, n_inputs: int) -> Callable[[Inputs], Inputs]:
        """Return what gives the residuals of rows, of shape (n_rows, n_estimates, n_inputs)."""
        reconstructed = running(lambda rows: ops.apply(network, rows), n_inputs)
        return lambda rows: rows[:, None, :] - reconstructed(rows)

    def _calibrate(
        self, network: Any, standardize: Standardize, rows: FeatureRows, judged: Judged
    ) -> None:
        generator = np.random.default_rng(network.seed)
        usual, residuals = judged.inputs, judged.outputs
        residuals_of = self._judging(network, standardize.n_outputs)
        effects = effects_of_inputs(residuals_of, usual, generator)
        self._whitened = [
            Whitened(standardize.n_outputs, name=f"whitened_{index}").fit(residuals[:, index], of)
            for index, of in enumerate(effects)
        ]
        distances = [
            distances_of_unseen(residuals[:, index], generator)
            for index in range(residuals.shape[1])
        ]
        n_remembered = min(self.memory, len(rows))
        beside = min(1.0, _WEIGHT_OF_MEMORY * n_remembered / len(rows))
        weights = [
            (beside if isinstance(estimator, Correcting) else 1.0) / len(distances)
            for estimator in network.estimators
            for _ in estimator.judged_at
        ]
        self._near: NeighbourShares | None = None
        if _are_few(len(rows)):
            memory = standardize(sample_of(rows, n_remembered, generator)).numpy()
            near = self._remember(memory, usual, are_same=judged.are_training_rows)
            distances.append(np.asarray(near).sum(axis=1))
            weights.append(beside)
        self._summed = SummedLogarithms(weights, name="summed").fit(distances)
        scores = np.asarray(self._summed([each[:, None] for each in distances]))
        self._rare_score = float(np.quantile(scores, 0.999))

    def _remember(self, memory: Any, usual: Any, *, are_same: bool) -> Any:
        """Keep rows as the memory, and return the shares of usual rows' distances from it."""
        n_rows, n_inputs = memory.shape
        rank = max(1, min(self.neighbour, n_rows - are_same))
        self._near = NeighbourShares(n_rows, n_inputs, rank, name="near").fit(memory)
        # Where a row is its own nearest neighbour, the next one takes its place.
        return NeighbourShares(n_rows, n_inputs, min(rank + are_same, n_rows)).fit(memory)(usual)

    def _explained(self, network: Any, seen: Any) -> tuple[Any, Any]:
        reconstructions = ops.apply(network, seen)
        terms = [
            ops.apply(white, seen - reconstructions[:, index])
            for index, white in enumerate(self._whitened)
        ]
        if self._near is not None:
            terms.append(ops.apply(self._near, seen))
        return reconstructions[:, 0], ops.apply(self._summed, terms)

    def _share_of_missing(self, n_inputs: int) -> float:
        return self._rare_score


def _are_few(n_rows: int) -> bool:
    """Return whether so many training rows can be remembered in part, and what is beside them."""
    return n_rows <= _MOST_ROWS_TO_REMEMBER
