"""The conditional variational autoencoder that `CVAESampler` trains."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.samplers.encoded import dense_network
from anomaly.samplers.encoding import Layout
from anomaly.training import LossModel
from anomaly.training.noise import standard_normal
from anomaly.utils.backend import keras

ops = keras.ops

# Normal scores have the variance 1. Below the floor a value would be a copy.
_LEAST_VARIANCE = 0.01
_CODE_BOUNDS = (-8.0, 3.0)


class ConditionalVAE(LossModel):
    """Variational autoencoder whose encoder and decoder are both told the class.

    It is trained on the evidence lower bound: numbers are Gaussian with a variance that the
    decoder learns for each value of each row, categories have the softmax of their logits. The
    divergence of the codes counts little at first and in full after a part of the steps.

    Parameters
    ----------
    layout : Layout
    n_classes : int
    latent, width, depth : int
        Length of a code; units of a hidden layer, and their number.
    n_warm : int
        Steps until the divergence counts in full.
    seed : int
    """

    def __init__(
        self,
        layout: Layout,
        n_classes: int,
        latent: int,
        width: int,
        depth: int,
        n_warm: int,
        seed: int,
    ) -> None:
        super().__init__()
        self.layout = layout
        self.latent = latent
        self.n_warm = n_warm
        self._noise = keras.random.SeedGenerator(seed)
        hidden = [width] * depth
        n_outputs = layout.n_inputs + layout.n_numbers
        self.encoder = dense_network(
            "encoder", [layout.n_inputs + n_classes, *hidden, 2 * latent], seed, 0.1
        )
        self.decoder = dense_network(
            "decoder", [latent + n_classes, *hidden, n_outputs], seed + depth + 1, 0.1
        )
        self.built = True

    def encode(self, inputs: Any, condition: Any) -> tuple[Any, Any]:
        """Return means and logarithms of variances of codes, each of shape (n, latent)."""
        encoded = self.encoder(ops.concatenate([inputs, condition], axis=1))
        return encoded[:, : self.latent], ops.clip(encoded[:, self.latent :], *_CODE_BOUNDS)

    def call(self, given: Any, training: bool | None = None) -> Any:
        """Return what the decoder says of rows, from the means of their codes."""
        inputs, condition = given
        return self.decoder(ops.concatenate([self.encode(inputs, condition)[0], condition], axis=1))

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return minus the evidence lower bound, in nats a column of the input."""
        inputs, condition = x
        mean, log_variance = self.encode(inputs, condition)
        noise = standard_normal(mean, [self._noise] * 2)
        codes = mean + ops.exp(0.5 * log_variance) * noise
        decoded = self.decoder(ops.concatenate([codes, condition], axis=1))
        divergence = 0.5 * ops.sum(
            ops.square(mean) + ops.exp(log_variance) - log_variance - 1.0, axis=1
        )
        done = ops.cast(self.optimizer.iterations, "float32") / self.n_warm
        bound = self._surprise(inputs, decoded) + ops.minimum(1.0, done) * divergence
        return ops.mean(bound) / self.layout.n_inputs

    def _surprise(self, inputs: Any, found: Any) -> Any:
        n_numbers, n_inputs = self.layout.n_numbers, self.layout.n_inputs
        log_variance = log_variances(found[:, n_inputs:])
        squares = ops.square(inputs[:, :n_numbers] - found[:, :n_numbers])
        surprise = 0.5 * ops.sum(squares * ops.exp(-log_variance) + log_variance, axis=1)
        for where in self.layout.categories:
            logits = ops.log_softmax(found[:, where], axis=1)
            surprise -= ops.sum(inputs[:, where] * logits, axis=1)
        return surprise


def log_variances(found: Any) -> Any:
    """Return logarithms of variances that stay above the floor."""
    least = np.log(_LEAST_VARIANCE)
    return least + ops.softplus(found - least)


def drawn_numbers(
    found: NDArray[np.float32], layout: Layout, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Return numbers drawn from what the decoder says of rows."""
    variances = np.asarray(log_variances(found[:, layout.n_inputs :]))
    deviations = np.exp(0.5 * variances).astype(np.float32)
    means = found[:, : layout.n_numbers]
    return means + deviations * generator.standard_normal(means.shape, dtype=np.float32)
