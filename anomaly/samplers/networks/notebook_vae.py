"""The CVAE of a published notebook, as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.training import Arrays, History, fit
from anomaly.training.noise import standard_normal
from anomaly.utils.backend import keras

ops = keras.ops

_HELD_BACK = 1 / 9
_PATIENCE = 10
# Codes that rows are generated from lie on this line, with all their values the same.
_LINE = (-1.5, 1.5)


class NotebookVAE(keras.Model):
    """One hidden layer each way, told the class; a sigmoid for rows of unit norm.

    Parameters
    ----------
    n_inputs, n_classes, latent, width : int
    seed : int
    """

    def __init__(self, n_inputs: int, n_classes: int, latent: int, width: int, seed: int) -> None:
        super().__init__()
        self.latent = latent
        self._noise = keras.random.SeedGenerator(seed)
        self._seed = seed

        def network(n_given: int, n_given_back: int, activation: str | None, place: int) -> Any:
            starts = [keras.initializers.GlorotUniform(seed=seed + place + i) for i in range(2)]
            return keras.Sequential(
                [
                    keras.Input((n_given,)),
                    keras.layers.Dense(width, "relu", kernel_initializer=starts[0]),
                    keras.layers.Dense(n_given_back, activation, kernel_initializer=starts[1]),
                ]
            )

        self.encoder = network(n_inputs + n_classes, 2 * latent, None, 0)
        self.decoder = network(latent + n_classes, n_inputs, "sigmoid", 2)
        self.built = True

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the binary cross-entropy, summed over the columns, and the divergence."""
        rows, condition = x
        seeds = [self._noise] * 2 if training else [self._seed, self._seed + 1]
        encoded = self.encoder(ops.concatenate([rows, condition], axis=1))
        mean, log_variance = encoded[:, : self.latent], encoded[:, self.latent :]
        codes = mean + ops.exp(0.5 * log_variance) * standard_normal(mean, seeds)
        decoded = self.decoder(ops.concatenate([codes, condition], axis=1))
        entropy = ops.sum(ops.binary_crossentropy(rows, decoded), axis=1)
        divergence = 0.5 * ops.sum(
            ops.square(mean) + ops.exp(log_variance) - log_variance - 1.0, axis=1
        )
        return ops.mean(entropy + divergence)

    def call(self, given: Any, training: bool | None = None) -> Any:
        """Return rows decoded from the means of their codes."""
        rows, condition = given
        mean = self.encoder(ops.concatenate([rows, condition], axis=1))[:, : self.latent]
        return self.decoder(ops.concatenate([mean, condition], axis=1))


def trained(
    model: NotebookVAE,
    rows: NDArray[np.float64],
    condition: NDArray[np.float32],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
) -> History:
    """Train on rows scaled to unit norm, the last ninth of them held back to stop early."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled = (rows / np.where(norms > 0, norms, 1)).astype(np.float32)
    order = np.random.default_rng(seed).permutation(len(rows))
    n_held_back = max(1, round(_HELD_BACK * len(rows)))
    held_back, used = order[:n_held_back], order[n_held_back:]
    model.compile(optimizer=keras.optimizers.Adam(learning_rate))
    return fit(
        model,
        Arrays((scaled[used], condition[used])),
        validation=Arrays((scaled[held_back], condition[held_back])),
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        callbacks=[keras.callbacks.EarlyStopping(patience=_PATIENCE)],
    )


def on_the_line(n_codes: int, latent: int) -> NDArray[np.float32]:
    """Return evenly spaced codes, each of equal values, of shape (n_codes, latent)."""
    values = np.linspace(*_LINE, n_codes, dtype=np.float32)
    return np.repeat(values[:, None], latent, axis=1)
