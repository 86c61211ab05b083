"""The default detector: a denoising autoencoder over several levels of noise, and a memory."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from anomaly.detectors.denoiser import Denoiser, Direct
from anomaly.detectors.layers import Standardize
from anomaly.detectors.length import TrainedByVisits
from anomaly.detectors.surprise import NeighbourShares, SummedLogarithms, Whitened
from anomaly.matrices import FeatureRows, sample_of

# With more training rows the memory would hold too small a share of them.
_MOST_ROWS_TO_REMEMBER = 16_000
_MOST_HELD_BACK = 20_000
# The memory counts in full while it holds half of the training rows, and less with more.
_WEIGHT_OF_MEMORY = 2.0


class DenoisingAutoencoder(TrainedByVisits):
    """Denoising autoencoder scored by the Mahalanobis norm of its residuals.

    Networks without a bottleneck take noise out of rows, at any level of it [1]_. A row that is
    usual stays where it is; what they would change in an unusual one, measured in the covariance
    of ordinary residuals, is its score, as a sum of logarithms over levels.

    With up to 16,000 training rows there are two views. A network that gives the row from much
    noise tells what breaks the dependencies between features; one that corrects little noise,
    and the distance to a near neighbour among remembered training rows [2]_, tell what lies
    beside the data. The second view counts in full while the memory holds half of the training
    rows, and less with more. With more rows than that there are two networks of the first kind.

    Parameters
    ----------
    width, depth : int, default=128, 3
        Units of a hidden layer, and their number.
    memory : int, default=2048
        At most so many training rows are remembered.
    neighbour : int, default=5
        Which of the nearest remembered rows counts.
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
        Share of the rows held back for the validation loss, where `fit` is given none, and for
        the covariance of the residuals. With fewer than 1,000 rows all serve for everything.
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

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly import DenoisingAutoencoder
    >>> rng = np.random.default_rng(0)
    >>> latent = rng.normal(size=(2000, 2))
    >>> X = latent @ rng.normal(size=(2, 8)) + 0.1 * rng.normal(size=(2000, 8))
    >>> detector = DenoisingAutoencoder(epochs=3, random_state=0).fit(X)
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
    }

    def __init__(
        self,
        *,
        width: int = 128,
        depth: int = 3,
        memory: int = 2048,
        neighbour: int = 5,
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
        self.epochs = epochs
        self.effort = effort
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.clip = clip
        self.contamination = contamination
        self.random_state = random_state

    def _network(self, n_inputs: int, seed: int) -> Any:
        estimators = ("direct", "correcting") if self._remembers else ("direct", "direct")
        return Denoiser(n_inputs, estimators, self.width, self.depth, seed=seed, name="network")

    def _hold_back(
        self, rows: FeatureRows, validation_data: Any, seed: int
    ) -> tuple[FeatureRows, FeatureRows]:
        rows, held_back = super()._hold_back(rows, validation_data, seed)
        self._remembers = len(rows) <= _MOST_ROWS_TO_REMEMBER
        return rows, held_back

    def _calibrate(
        self, network: Any, standardize: Standardize, rows: FeatureRows, held_back: FeatureRows
    ) -> None:
        generator = np.random.default_rng(network.seed)
        n_inputs = standardize.n_outputs
        usual = standardize(sample_of(held_back, _MOST_HELD_BACK, generator)).numpy()
        residuals = usual[:, None, :] - network.predict_on_batch(usual)
        self._whitened = [
            Whitened(n_inputs, name=f"whitened_{index}").fit(residuals[:, index])
            for index in range(residuals.shape[1])
        ]
        terms = [white(residuals[:, index]) for index, white in enumerate(self._whitened)]
        self._near = None
        beside = 1.0
        if self._remembers:
            memory = standardize(sample_of(rows, self.memory, generator)).numpy()
            # Where a row may be its own nearest neighbour, the next one takes its place.
            is_own = held_back is rows
            rank = max(1, min(self.neighbour, len(memory) - is_own))
            near = NeighbourShares(len(memory), n_inputs, min(rank + is_own, len(memory)))
            self._near = NeighbourShares(len(memory), n_inputs, rank, name="near").fit(memory)
            terms.append(near.fit(memory)(usual))
            beside = min(1.0, _WEIGHT_OF_MEMORY * len(memory) / len(rows))
        weights = [
            (1.0 if isinstance(estimator, Direct) else beside) / len(estimator.judged_at)
            for estimator in network.estimators
            for _ in estimator.judged_at
        ]
        weights += [beside] * (len(terms) - len(weights))
        distances = [np.asarray(term).sum(axis=1) for term in terms]
        self._summed = SummedLogarithms(weights, name="summed").fit(distances)
        scores = np.asarray(self._summed(terms)).sum(axis=1)
        self._rare_score = float(np.quantile(scores, 0.999))

    def _explained(self, network: Any, seen: Any) -> tuple[Any, Any]:
        found = network(seen)
        terms = [white(seen - found[:, i]) for i, white in enumerate(self._whitened)]
        if self._near is not None:
            terms.append(self._near(seen))
        return found[:, 0], self._summed(terms)

    def _exported(self, network: Any) -> Any:
        return network

    def _share_of_missing(self, n_inputs: int) -> float:
        return self._rare_score
