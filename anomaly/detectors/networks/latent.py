"""A latent variable model of rows: encoder, decoder, and how unlikely each value is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from anomaly.detectors.exported import ops
from anomaly.detectors.exported.ops import GraphLayer
from anomaly.training import LossModel, silu
from anomaly.training.noise import standard_normal
from anomaly.utils.backend import keras

# Logarithms of variances. That of a decoded value, which is standardised, has a floor: what is
# constant or a category could be made likelier without end, and would outweigh all the rest.
_DECODED = (np.log(0.05), np.log(100.0))
_ENCODED = (-10.0, 4.0)


@keras.saving.register_keras_serializable(package="anomaly")
class LatentModel(LossModel):
    """Variational autoencoder with Gaussian encoder and decoder, each of learned variances [1]_.

    It is trained on the evidence lower bound of the likelihood of a row: how unlikely its values
    are when they are decoded from a draw of its code, and the Kullback-Leibler divergence of the
    code's distribution from the standard normal, in closed form.

    Called, it gives minus that bound with draws that are spread out and always the same, as the
    sum of what each value adds to it, in nats. The first part, the reconstruction probability
    [2]_, is a sum over the values. The divergence is what the code costs. A code that is unusual
    makes some values be expected where they seldom are, so its cost is charged to the values in
    proportion to the mean squared difference of what is expected from the values of training
    rows; standardised, that is one plus the square of what is expected.

    Parameters
    ----------
    n_inputs : int
    n_latent : int
        Length of a code.
    width, depth : int
        Units of a hidden layer, and their number in the encoder and in the decoder.
    n_draws : int
        Draws of the code that a row is judged by; at least two.
    seed : int
        Of the initial weights and of all draws.

    References
    ----------
    .. [1] D. P. Kingma, M. Welling, "Auto-Encoding Variational Bayes", ICLR 2014.
    .. [2] J. An, S. Cho, "Variational Autoencoder based Anomaly Detection using Reconstruction
       Probability", SNU Data Mining Center, 2015.
    """

    is_written = True

    def __init__(
        self,
        n_inputs: int,
        n_latent: int,
        width: int = 128,
        depth: int = 2,
        n_draws: int = 16,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.n_inputs = n_inputs
        self.n_latent = n_latent
        self.width = width
        self.depth = depth
        self.n_draws = n_draws
        self.seed = seed
        self._noise = keras.random.SeedGenerator(seed)
        hidden = [width] * depth
        self.encoder = _network("encoder", [n_inputs, *hidden, 2 * n_latent], seed)
        self.decoder = _network("decoder", [n_latent, *hidden, 2 * n_inputs], seed + depth + 1)
        self.draws = self.add_weight(
            shape=(n_draws, n_latent), initializer="zeros", trainable=False, name="draws"
        )
        self.draws.assign(standard_normal_draws(n_draws, n_latent, seed))
        self.built = True

    def encode(self, rows: Any) -> tuple[Any, Any]:
        """Return means and logarithms of variances of codes, each of shape (n, n_latent)."""
        # Logarithms of large values: one that is far out must not throw the others about.
        encoded = ops.apply(self.encoder, ops.arcsinh(rows))
        return encoded[:, : self.n_latent], _between(*_ENCODED, encoded[:, self.n_latent :])

    def decode(self, codes: Any) -> tuple[Any, Any]:
        """Return means and logarithms of variances of rows, each of shape (n, n_inputs)."""
        decoded = ops.apply(self.decoder, codes)
        return decoded[:, : self.n_inputs], _between(*_DECODED, decoded[:, self.n_inputs :])

    def call(self, rows: Any, training: bool | None = None) -> dict[str, Any]:
        """Return what is expected in place of rows, and how unlikely each of their values is.

        Parameters
        ----------
        rows : tensor of shape (n, n_inputs)
            Standardised.

        Returns
        -------
        dict of str to tensor of shape (n, n_inputs)
            `expected`, and `surprise` in nats, whose rows sum to minus the bound.
        """
        mean, log_variance = self.encode(rows)
        codes = mean[:, None] + ops.exp(0.5 * log_variance)[:, None] * self.draws
        by_draw = (-1, self.n_draws, self.n_inputs)
        means, log_variances = (
            ops.reshape(tensor, by_draw)
            for tensor in self.decode(ops.reshape(codes, (-1, self.n_latent)))
        )
        surprises = _gaussian_surprise(rows[:, None], means, log_variances)
        expected = _mean_of_draws(means)
        cost = _sum(_divergences(mean, log_variance))
        differences = 1.0 + ops.square(expected)
        charged = differences * (cost / _sum(differences))
        return {"expected": expected, "surprise": _mean_of_draws(surprises) + charged}

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return minus the evidence lower bound, in nats a value."""
        # Evaluated on the same noise each time, so that epochs can be compared.
        seeds = [self._noise] * 2 if training else [self.seed, self.seed + 1]
        mean, log_variance = self.encode(x)
        noise = standard_normal(mean, seeds)
        surprises = _gaussian_surprise(x, *self.decode(mean + ops.exp(0.5 * log_variance) * noise))
        divergences = _divergences(mean, log_variance)
        return keras.ops.mean(_sum(surprises) + _sum(divergences)) / self.n_inputs

    def get_config(self) -> dict[str, Any]:
        own = {
            "n_inputs": self.n_inputs,
            "n_latent": self.n_latent,
            "width": self.width,
            "depth": self.depth,
            "n_draws": self.n_draws,
            "seed": self.seed,
        }
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="anomaly")
class AboveLeast(GraphLayer):
    """By how much values exceed the least that their columns had in training, else zero.

    Parameters
    ----------
    n_inputs : int
    """

    def __init__(self, n_inputs: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_inputs = n_inputs
        self.least = self.add_weight(
            shape=(n_inputs,), initializer="zeros", trainable=False, name="least"
        )
        self.built = True

    def fit(self, values: NDArray[np.float32]) -> AboveLeast:
        """Take the least of each column of an array of shape (n_rows, n_inputs)."""
        self.set_weights([values.min(axis=0)])
        return self

    def call(self, values: Any) -> Any:
        return ops.maximum(values - self.least, 0.0)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n_inputs": self.n_inputs}


def standard_normal_draws(n_draws: int, n_dimensions: int, seed: int) -> NDArray[np.float32]:
    """Return spread-out draws of a standard normal: a scrambled Sobol sequence.

    In each dimension their mean is 0 and their variance 1.

    Returns
    -------
    ndarray of shape (n_draws, n_dimensions), float32
    """
    engine = qmc.MultivariateNormalQMC(np.zeros(n_dimensions), rng=np.random.default_rng(seed))
    # The sequence is balanced where its length is a power of two.
    draws = engine.random(1 << (n_draws - 1).bit_length())[:n_draws]
    return ((draws - draws.mean(axis=0)) / draws.std(axis=0)).astype(np.float32)


def _network(name: str, sizes: Sequence[int], seed: int) -> Any:
    """Return a dense network with silu between layers and a small start of the last one."""
    *others, last = range(len(sizes) - 1)
    layers = [
        keras.layers.Dense(
            sizes[index + 1],
            None if index == last else silu,
            kernel_initializer=keras.initializers.VarianceScaling(
                0.1 if index == last else 1.0, "fan_avg", "uniform", seed=seed + index
            ),
        )
        for index in (*others, last)
    ]
    return keras.Sequential([keras.Input((sizes[0],)), *layers], name=name)


def _between(low: float, high: float, values: Any) -> Any:
    """Return values that stay between two bounds, which they near without a bend."""
    above = low + ops.softplus(values - low)
    return high - ops.softplus(high - above)


def _gaussian_surprise(values: Any, means: Any, log_variances: Any) -> Any:
    """Return minus the logarithm of the normal density of each value, in nats."""
    squares = ops.square(values - means) * ops.exp(-log_variances)
    return 0.5 * (squares + log_variances + np.log(2 * np.pi))


def _divergences(means: Any, log_variances: Any) -> Any:
    """Return the Kullback-Leibler divergence of each normal from the standard one, in nats."""
    return 0.5 * (ops.square(means) + ops.exp(log_variances) - log_variances - 1.0)


def _sum(values: Any) -> Any:
    """Return sums of rows, of shape (n, 1): products with ones, for the reason in `RowSum`."""
    return ops.matmul(values, np.ones((values.shape[-1], 1), dtype=np.float32))


def _mean_of_draws(values: Any) -> Any:
    """Return means over the draws of values of shape (n, n_draws, n_inputs)."""
    n_draws = values.shape[1]
    weights = np.full((1, n_draws), 1 / n_draws, dtype=np.float32)
    return ops.squeeze(ops.matmul(weights, values), axis=1)
