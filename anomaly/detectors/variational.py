"""The variational autoencoder: a likelihood of rows, with its own variance for each value."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from anomaly.detectors.base import Inputs
from anomaly.detectors.exported import ops
from anomaly.detectors.exported.export import running
from anomaly.detectors.exported.layers import Standardize
from anomaly.detectors.networks.latent import AboveLeast, LatentModel
from anomaly.detectors.schedule import TrainedByVisits
from anomaly.detectors.trained import Judged
from anomaly.features.matrix import FeatureRows, sample_of

_MOST_SAMPLED = 20_000


class VariationalAutoencoder(TrainedByVisits):
    """Variational autoencoder scored by the evidence lower bound of a row's likelihood.

    Encoder and decoder are Gaussian; the decoder learns with what variance it can expect each
    value of each row [1]_. The score is in nats: by how much a row is less likely than one of
    which every value is as likely as the likeliest of its feature among training rows. The
    reconstruction probability [2]_ alone would miss rows that are reconstructed well from codes
    that no ordinary row has; the divergence of the code is part of the score, and of the shares
    of the values that the code makes it expect far from their means.

    Parameters
    ----------
    latent : int, optional
        Length of a code; by default half of the inputs, rounded up.
    width, depth : int, default=128, 2
        Units of a hidden layer, and their number in the encoder and in the decoder.
    draws : int, default=16
        Codes, drawn from a scrambled Sobol sequence once and for all, that a row is judged by.
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
    validation_fraction : float, default=0.1
        Share of the rows held back for the validation loss, where `fit` is given none: at least
        100 rows and five a feature, at most 20,000. With fewer than 1,000 rows, or fewer than 15
        a feature, all serve for everything.
    clip : float, default=100
        Standardised inputs stay within plus and minus this.
    contamination : float, default=0.01
        Share of the training rows that `predict` calls outliers.
    random_state : int, RandomState or None, default=None
        Settles initial weights, noise and draws, the rows held back, and the order of rows.

    References
    ----------
    .. [1] D. P. Kingma, M. Welling, "Auto-Encoding Variational Bayes", ICLR 2014.
    .. [2] J. An, S. Cho, "Variational Autoencoder based Anomaly Detection using Reconstruction
       Probability", SNU Data Mining Center, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly import VariationalAutoencoder
    >>> rng = np.random.default_rng(0)
    >>> latent = rng.normal(size=(2000, 2))
    >>> X = latent @ rng.normal(size=(2, 8)) + 0.1 * rng.normal(size=(2000, 8))
    >>> detector = VariationalAutoencoder(epochs=3, random_state=0).fit(X)
    >>> strange = X[:1] + [0, 0, 0, 0, 0, 0, 0, 3]
    >>> bool(detector.anomaly_score(strange)[0] > np.quantile(detector.anomaly_score(X), 0.99))
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **TrainedByVisits._parameter_constraints,
        "latent": [Interval(Integral, 1, None, closed="left"), None],
        "width": [Interval(Integral, 1, None, closed="left")],
        "depth": [Interval(Integral, 1, None, closed="left")],
        "draws": [Interval(Integral, 2, None, closed="left")],
    }

    def __init__(
        self,
        *,
        latent: int | None = None,
        width: int = 128,
        depth: int = 2,
        draws: int = 16,
        epochs: int | None = None,
        effort: float = 1.0,
        batch_size: int = 128,
        learning_rate: float = 0.002,
        patience: int = 1000,
        validation_fraction: float = 0.1,
        clip: float = 100.0,
        contamination: float = 0.01,
        random_state: Any = None,
    ) -> None:
        self.latent = latent
        self.width = width
        self.depth = depth
        self.draws = draws
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
        n_latent = -(-n_inputs // 2) if self.latent is None else self.latent
        return LatentModel(
            n_inputs, n_latent, self.width, self.depth, self.draws, seed=seed, name="network"
        )

    def _judging(self, network: Any, n_inputs: int) -> Callable[[Inputs], Inputs]:
        """Return what gives the surprise of each value of rows, of shape (n_rows, n_inputs)."""
        return running(lambda rows: ops.apply(network, rows)["surprise"], n_inputs)

    def _calibrate(
        self, network: Any, standardize: Standardize, rows: FeatureRows, judged: Judged
    ) -> None:
        generator = np.random.default_rng(network.seed)
        seen = standardize(sample_of(rows, _MOST_SAMPLED, generator)).numpy()
        surprise_of = self._judging(network, standardize.n_outputs)
        self._above_least = AboveLeast(standardize.n_outputs, name="above_least")
        self._above_least.fit(surprise_of(seen))
        scores = np.asarray(self._above_least(judged.outputs)).sum(axis=1)
        self._rare_score = float(np.quantile(scores, 0.999))

    def _explained(self, network: Any, seen: Any) -> tuple[Any, Any]:
        outputs = ops.apply(network, seen)
        return outputs["expected"], ops.apply(self._above_least, outputs["surprise"])

    def _share_of_missing(self, n_inputs: int) -> float:
        return self._rare_score
