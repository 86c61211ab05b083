"""The default detector: a denoising autoencoder over several levels of noise, and a memory."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from anomaly.backend import keras
from anomaly.detectors.base import ReconstructionDetector
from anomaly.detectors.denoiser import Denoiser
from anomaly.detectors.layers import Standardize
from anomaly.detectors.surprise import NeighbourShares, SummedLogarithms, Whitened
from anomaly.matrices import FeatureRows, sample_of
from anomaly.training import Arrays, Data

# Below so many rows each is too precious to be kept out of training.
_FEWEST_TO_HOLD_BACK = 1000
_MOST_HELD_BACK = 20_000
_ROWS_AN_EPOCH = 4096
_VISITS_OF_A_ROW = 800
_FEWEST_VISITS, _MOST_VISITS = 128_000, 512_000
_VISITS_OF_ONE_AMONG_MANY, _MOST_VISITS_OF_MANY = 20, 4_000_000
_FEWEST_EPOCHS = 2
_WARM_UP_STEPS = 100
# The memory counts in full while it holds half of the training rows, and less with more.
_WEIGHT_OF_MEMORY = 2.0


class DenoisingAutoencoder(ReconstructionDetector):
    """Denoising autoencoder scored by the Mahalanobis norm of its residuals.

    Two networks without a bottleneck take out noise of any level. A row that is usual stays
    where it is; what they would change in an unusual one, at several levels and measured in the
    covariance of ordinary residuals, is its score. At low levels that tells what breaks
    the dependencies between features, at high ones what lies outside of the data. The distance
    to a near neighbour among remembered training rows is added, the less the smaller the share
    of the training rows that can be remembered.

    Parameters
    ----------
    levels : sequence of float, default=(0.1, 0.2, 0.4, 0.8)
        Standard deviations of the noise, on standardised inputs.
    width, depth : int, default=128, 3
        Units of a hidden layer, and their number.
    memory : int, default=2048
        At most so many training rows are remembered.
    neighbour : int, default=5
        Which of the nearest remembered rows counts.
    epochs : int, optional
        By default as many as make 800 visits of each row, but no fewer than 128,000 and no more
        than 512,000 of all; with many rows 20 epochs, of up to 4 million visits, and never
        fewer than two.
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
        **ReconstructionDetector._parameter_constraints,
        "levels": ["array-like"],
        "width": [Interval(Integral, 1, None, closed="left")],
        "depth": [Interval(Integral, 1, None, closed="left")],
        "memory": [Interval(Integral, 1, None, closed="left")],
        "neighbour": [Interval(Integral, 1, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(
        self,
        *,
        levels: Sequence[float] = (0.1, 0.2, 0.4, 0.8),
        width: int = 128,
        depth: int = 3,
        memory: int = 2048,
        neighbour: int = 5,
        epochs: int | None = None,
        batch_size: int = 128,
        learning_rate: float = 0.002,
        patience: int = 1000,
        validation_fraction: float = 0.2,
        clip: float = 100.0,
        contamination: float = 0.01,
        random_state: Any = None,
    ) -> None:
        self.levels = levels
        self.width = width
        self.depth = depth
        self.memory = memory
        self.neighbour = neighbour
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.clip = clip
        self.contamination = contamination
        self.random_state = random_state

    def planned_epochs(self, n_rows: int) -> int:
        if self.epochs is not None:
            return self.epochs
        many = min(_VISITS_OF_ONE_AMONG_MANY * n_rows, _MOST_VISITS_OF_MANY)
        most = max(_MOST_VISITS, many)
        visits = min(max(_VISITS_OF_A_ROW * n_rows, _FEWEST_VISITS), most)
        return max(_FEWEST_EPOCHS, -(-visits // (n_rows * self._repeats(n_rows))))

    def _repeats(self, n_rows: int) -> int:
        """Return how often an epoch goes over the rows; their noise is another each time."""
        return max(1, _ROWS_AN_EPOCH // n_rows)

    def _hold_back(
        self, rows: FeatureRows, validation_data: Any, seed: int
    ) -> tuple[FeatureRows, FeatureRows]:
        if validation_data is None and len(rows) < _FEWEST_TO_HOLD_BACK:
            return rows, rows
        return super()._hold_back(rows, validation_data, seed)

    def _data(self, rows: FeatureRows, standardize: Standardize) -> Data:
        data = super()._data(rows, standardize)
        repeats = self._repeats(len(rows))
        if not isinstance(data, Arrays) or repeats == 1:
            return data
        inputs = np.tile(data.template[0].numpy(), (repeats, 1))
        return Arrays(inputs, inputs)

    def _network(self, n_inputs: int, seed: int) -> Any:
        return Denoiser(n_inputs, self.levels, self.width, self.depth, seed=seed, name="network")

    def _compile(self, network: Any, n_rows: int) -> None:
        n_visits = n_rows * self._repeats(n_rows) * self.planned_epochs(n_rows)
        n_steps = max(2, n_visits // self.batch_size)
        n_warm = min(_WARM_UP_STEPS, n_steps // 2)
        schedule = keras.optimizers.schedules.CosineDecay(
            0.0, n_steps - n_warm, warmup_target=self.learning_rate, warmup_steps=n_warm
        )
        network.compile(optimizer=keras.optimizers.AdamW(schedule, 1e-4, beta_2=0.99))

    def _calibrate(
        self, network: Any, standardize: Standardize, rows: FeatureRows, held_back: FeatureRows
    ) -> None:
        generator = np.random.default_rng(network.seed)
        n_inputs = standardize.n_outputs
        usual = standardize(sample_of(held_back, _MOST_HELD_BACK, generator)).numpy()
        memory = standardize(sample_of(rows, self.memory, generator)).numpy()
        residuals = usual[:, None, :] - network.predict_on_batch(usual)
        self._whitened = [
            Whitened(n_inputs, name=f"whitened_{index}").fit(residuals[:, index])
            for index in range(residuals.shape[1])
        ]
        # Where a row may be its own nearest neighbour, the next one takes its place.
        is_own = held_back is rows
        rank = max(1, min(self.neighbour, len(memory) - is_own))
        near = NeighbourShares(len(memory), n_inputs, min(rank + is_own, len(memory)))
        self._near = NeighbourShares(len(memory), n_inputs, rank, name="near").fit(memory)
        terms = [white(residuals[:, index]) for index, white in enumerate(self._whitened)]
        terms.append(near.fit(memory)(usual))
        weights = [1 / len(self._whitened)] * len(self._whitened)
        weights.append(min(1.0, _WEIGHT_OF_MEMORY * len(memory) / len(rows)))
        distances = [np.asarray(term).sum(axis=1) for term in terms]
        self._summed = SummedLogarithms(weights, name="summed").fit(distances)
        scores = np.asarray(self._summed(terms)).sum(axis=1)
        self._rare_score = float(np.quantile(scores, 0.999))

    def _explained(self, network: Any, seen: Any) -> tuple[Any, Any]:
        found = network(seen)
        terms = [white(seen - found[:, i]) for i, white in enumerate(self._whitened)]
        shares = self._summed([*terms, self._near(seen)])
        return found[:, len(self._whitened) // 2], shares

    def _exported(self, network: Any) -> Any:
        return network

    def _share_of_missing(self, n_inputs: int) -> float:
        return self._rare_score
