"""Networks that take noise out of rows, told how much noise there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from anomaly.backend import keras

ops = keras.ops

_FREQUENCIES = np.exp(np.linspace(0.0, np.log(8.0), 8)).astype(np.float32)


@keras.saving.register_keras_serializable(package="anomaly")
class Denoiser(keras.Model):
    """Two estimates of a standardised row from the row with Gaussian noise of a known level [1]_.

    Trained on noise drawn anew for each row and step, at levels drawn between the least and the
    greatest. Called, it takes a row as it is and gives what it would make of it at each of some
    levels: at a low level only the nearest surroundings of the row count, at a high one the
    whole of the data.

    The first network sees the values as they are, and can follow dependencies between large
    ones. But it learns to hand on whatever comes, however far from all training rows; what the
    second sees grows as the logarithm of large values, so that it cannot.

    Parameters
    ----------
    n_inputs : int
    levels : sequence of float
        Standard deviations of the noise to reconstruct at.
    width, depth : int
        Units of a hidden layer, and their number.
    least, greatest : float
        Range of the levels to train at, equally likely on a logarithmic scale.
    seed : int
        Of the initial weights and of the noise.

    References
    ----------
    .. [1] T. Karras, M. Aittala, T. Aila, S. Laine, "Elucidating the Design Space of
       Diffusion-Based Generative Models", 2022: the scaling of input, output and loss by level.
    """

    def __init__(
        self,
        n_inputs: int,
        levels: Sequence[float],
        width: int = 128,
        depth: int = 3,
        least: float = 0.05,
        greatest: float = 2.0,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.n_inputs = n_inputs
        self.levels = [float(level) for level in levels]
        self.width = width
        self.depth = depth
        self.least = least
        self.greatest = greatest
        self.seed = seed
        self._noise = keras.random.SeedGenerator(seed)
        self._networks = [self._built_network(number) for number in range(2)]
        self.built = True

    def _built_network(self, number: int) -> list[Any]:
        first_seed = self.seed + number * (self.depth + 1)
        layers = [
            keras.layers.Dense(
                self.width,
                "silu",
                kernel_initializer=_initial(first_seed + i),
                name=f"{number}_{i}",
            )
            for i in range(self.depth)
        ]
        start = _initial(first_seed + self.depth, 0.01)
        layers.append(
            keras.layers.Dense(self.n_inputs, kernel_initializer=start, name=f"{number}_last")
        )
        sizes = [self.n_inputs + 2 * len(_FREQUENCIES), *[self.width] * self.depth]
        for layer, size in zip(layers, sizes, strict=True):
            layer.build((None, size))
        return layers

    def call(self, rows: Any, training: bool | None = None) -> Any:
        """Return reconstructions of shape (n_rows, 2 * n_levels, n_inputs), level by level."""
        found = []
        for level in self.levels:
            variance = level**2 + 1.0
            levels = ops.full_like(rows[:, :1], level)
            for correction in self._corrections(rows / variance**0.5, levels):
                found.append(rows / variance + correction * (level / variance**0.5))
        return ops.stack(found, axis=1)

    def _corrections(self, scaled: Any, levels: Any) -> list[Any]:
        """Return what each network makes of rows scaled to unit variance."""
        phases = ops.log(levels) * 0.25 * _FREQUENCIES
        found = []
        for seen, layers in zip((scaled, ops.arcsinh(scaled)), self._networks, strict=True):
            values = ops.concatenate([seen, ops.sin(phases), ops.cos(phases)], axis=1)
            for layer in layers:
                values = layer(values)
            found.append(values)
        return found

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the mean squared error of the corrections, in units of their expected size."""
        # Evaluated on the same noise each time, so that epochs can be compared.
        seeds = (self._noise, self._noise) if training else (self.seed, self.seed + 1)
        span = np.log(self.greatest / self.least)
        shares = keras.random.uniform(ops.shape(x[:, :1]), seed=seeds[0])
        levels = self.least * ops.exp(span * shares)
        noisy = x + levels * keras.random.normal(ops.shape(x), seed=seeds[1])
        variance = ops.square(levels) + 1.0
        wanted = (x - noisy / variance) * ops.sqrt(variance) / levels
        found = self._corrections(noisy / ops.sqrt(variance), levels)
        return sum(ops.mean(ops.square(each - wanted)) for each in found) / len(found)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (input_shape[0], 2 * len(self.levels), self.n_inputs)

    def get_config(self) -> dict[str, Any]:
        own = {
            "n_inputs": self.n_inputs,
            "levels": self.levels,
            "width": self.width,
            "depth": self.depth,
            "least": self.least,
            "greatest": self.greatest,
            "seed": self.seed,
        }
        return {**super().get_config(), **own}


def _initial(seed: int, scale: float = 1.0) -> Any:
    return keras.initializers.VarianceScaling(scale, "fan_avg", "uniform", seed=seed)
