"""Networks that take noise out of rows, told how much noise there is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from anomaly.detectors.exported import ops
from anomaly.detectors.exported.ops import GraphLayer
from anomaly.training import LossModel
from anomaly.training.noise import standard_normal
from anomaly.utils.backend import keras

_FREQUENCIES = np.exp(np.linspace(0.0, np.log(8.0), 8)).astype(np.float32)


class Estimator(GraphLayer, ABC):
    """A dense network that estimates standardised rows from rows with noise of a known level.

    Parameters
    ----------
    n_inputs : int
    width, depth : int
        Units of a hidden layer, and their number.
    seed : int
        Of the initial weights.

    Attributes
    ----------
    trained_at : tuple of float
        Range of the levels to train at, equally likely on a logarithmic scale.
    judged_at : tuple of float
        Levels to reconstruct at.
    """

    trained_at: ClassVar[tuple[float, float]]
    judged_at: ClassVar[tuple[float, ...]]
    _initial_scale: ClassVar[float]

    def __init__(self, n_inputs: int, width: int, depth: int, seed: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        sizes = [n_inputs + 2 * len(_FREQUENCIES), *[width] * depth]
        scales = [*[1.0] * depth, self._initial_scale]
        self._stack = [
            keras.layers.Dense(
                width if index < depth else n_inputs,
                kernel_initializer=keras.initializers.VarianceScaling(
                    scale, "fan_avg", "uniform", seed=seed + index
                ),
                name=f"{self.name}_{index}",
            )
            for index, scale in enumerate(scales)
        ]
        for layer, size in zip(self._stack, sizes, strict=True):
            layer.build((None, size))
        self.built = True

    @abstractmethod
    def call(self, noisy: Any, levels: Any) -> Any:
        """Return the estimates of rows of shape (n, n_inputs) with noise of (n, 1) levels."""

    @abstractmethod
    def _activated(self, values: Any) -> Any:
        """Return what follows a hidden layer."""

    @abstractmethod
    def loss(self, rows: Any, estimates: Any, levels: Any) -> Any:
        """Return the mean squared error, at each level in units of what can be expected there."""

    def _answer(self, values: Any, levels: Any) -> Any:
        phases = ops.log(levels) * 0.25 * _FREQUENCIES
        first, *others = self._stack
        activations = ops.dense(first, [values, ops.sin(phases), ops.cos(phases)])
        for layer in others:
            activations = ops.apply(layer, self._activated(activations))
        return activations


class Direct(Estimator):
    """Gives the row itself, at levels so high that all features are needed to tell it.

    It sees the values as they are, and can follow dependencies between large ones. Where it has
    to give a row from scratch it cannot hand on what comes, as one could that corrects it.
    """

    trained_at = (0.2, 2.0)
    judged_at = (0.8, 1.2)
    _initial_scale = 0.1

    def call(self, noisy: Any, levels: Any) -> Any:
        return self._answer(noisy / ops.sqrt(ops.square(levels) + 1.0), levels)

    def _activated(self, values: Any) -> Any:
        return ops.gelu(values)

    def loss(self, rows: Any, estimates: Any, levels: Any) -> Any:
        return keras.ops.mean(ops.square(estimates - rows))


class Correcting(Estimator):
    """Corrects the row that comes, at levels so low that its nearest surroundings count [1]_.

    What it sees grows as the logarithm of large values, so that it cannot learn to leave
    everything as it is, however far from all training rows.

    References
    ----------
    .. [1] T. Karras, M. Aittala, T. Aila, S. Laine, "Elucidating the Design Space of
       Diffusion-Based Generative Models", 2022: the scaling of input, output and loss by level.
    """

    trained_at = (0.05, 2.0)
    judged_at = (0.2, 0.4)
    _initial_scale = 0.01

    def call(self, noisy: Any, levels: Any) -> Any:
        variance = ops.square(levels) + 1.0
        root = ops.sqrt(variance)
        return noisy / variance + self._answer(ops.arcsinh(noisy / root), levels) * (levels / root)

    def _activated(self, values: Any) -> Any:
        return ops.silu(values)

    def loss(self, rows: Any, estimates: Any, levels: Any) -> Any:
        expected = ops.square(levels) / (ops.square(levels) + 1.0)
        return keras.ops.mean(ops.square(estimates - rows) / expected)


ESTIMATORS: dict[str, type[Estimator]] = {"direct": Direct, "correcting": Correcting}


@keras.saving.register_keras_serializable(package="anomaly")
class Denoiser(LossModel):
    """Several estimates of a standardised row from the row with Gaussian noise of a known level.

    Trained on noise drawn anew for each row and step, at levels drawn anew too. Called, it takes
    a row as it is and gives what it would make of it at each of its estimators' levels.

    Parameters
    ----------
    n_inputs : int
    estimators : sequence of str
        Names of `ESTIMATORS`; the same may come several times.
    width, depth : int
        Units of a hidden layer, and their number.
    seed : int
        Of the initial weights and of the noise.
    """

    is_written = True

    def __init__(
        self,
        n_inputs: int,
        estimators: Sequence[str],
        width: int = 128,
        depth: int = 3,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.n_inputs = n_inputs
        self.names = list(estimators)
        self.width = width
        self.depth = depth
        self.seed = seed
        self._noise = keras.random.SeedGenerator(seed)
        self.estimators = [
            ESTIMATORS[name](
                n_inputs, width, depth, seed + index * (depth + 1), name=f"{name}_{index}"
            )
            for index, name in enumerate(self.names)
        ]
        self.built = True

    def call(self, rows: Any, training: bool | None = None) -> Any:
        """Return reconstructions of shape (n_rows, n_estimates, n_inputs).

        They come estimator by estimator, and for each in the order of its levels.
        """
        estimates = [
            ops.apply(estimator, rows, ops.full_column(rows, level))
            for estimator in self.estimators
            for level in estimator.judged_at
        ]
        return ops.stack(estimates)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the mean of the estimators' losses."""
        # Evaluated on the same noise each time, so that epochs can be compared.
        seeds = [self._noise] * 3 if training else [self.seed, self.seed + 1, self.seed + 2]
        shares = keras.random.uniform(keras.ops.shape(x[:, :1]), seed=seeds[0])
        noise = standard_normal(x, seeds[1:])
        losses = []
        for estimator in self.estimators:
            least, greatest = estimator.trained_at
            levels = least * ops.exp(np.log(greatest / least) * shares)
            losses.append(estimator.loss(x, estimator(x + levels * noise, levels), levels))
        return sum(losses) / len(losses)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        n_estimates = sum(len(estimator.judged_at) for estimator in self.estimators)
        return (input_shape[0], n_estimates, self.n_inputs)

    def get_config(self) -> dict[str, Any]:
        own = {
            "n_inputs": self.n_inputs,
            "estimators": self.names,
            "width": self.width,
            "depth": self.depth,
            "seed": self.seed,
        }
        return {**super().get_config(), **own}
