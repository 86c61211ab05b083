"""Denoising networks whose last layer is solved for, not trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.detectors.exported import ops
from anomaly.detectors.exported.ops import GraphLayer
from anomaly.utils.backend import keras

# Of the squares of weights, for each row.
_RIDGE = 1e-4
# How fast a hidden unit goes from one end to the other, for a step of 1.
_SLOPES = (0.5, 3.0)
_SHARE_OF_NOISE = 0.1

Matrix = NDArray[np.float32]


@keras.saving.register_keras_serializable(package="anomaly")
class SolvedLevel(GraphLayer):
    """Estimates rows from rows with Gaussian noise of one level: linearly, and by hidden units.

    The hidden units are drawn, the layer behind them is the ridge regression on the rows without
    noise: an extreme learning machine [1]_. Each hidden unit looks along the difference of two rows,
    from a third one. Without hidden units it would be the best linear estimate, whose residuals have
    the Mahalanobis distance of the row.

    Parameters
    ----------
    n_inputs, n_units : int
    level : float
        Standard deviation of the noise.

    References
    ----------
    .. [1] G.-B. Huang, Q.-Y. Zhu, C.-K. Siew, "Extreme Learning Machine: Theory and
       Applications", Neurocomputing 70, 2006.
    """

    def __init__(self, n_inputs: int, n_units: int, level: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_inputs, self.n_units, self.level = n_inputs, n_units, level
        dense = keras.layers.Dense
        self.hidden = dense(n_units, "tanh", name=f"{self.name}_hidden")
        self.read_out = dense(n_inputs, name=f"{self.name}_read_out")
        self.skip = dense(n_inputs, use_bias=False, name=f"{self.name}_skip")
        for layer, size in (
            (self.hidden, n_inputs),
            (self.read_out, n_units),
            (self.skip, n_inputs),
        ):
            layer.build((None, size))
        self.built = True

    @property
    def _scale(self) -> float:
        return float(1 / np.sqrt(1 + self.level**2))

    def solve(self, rows: Matrix, generator: np.random.Generator) -> None:
        """Draw the hidden units and solve for the rest.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_inputs), float32
            Standardised; each gets noise of its own.
        generator : numpy.random.Generator
        """
        n_rows, n_inputs = rows.shape
        noise = generator.standard_normal(rows.shape, dtype=np.float32)
        noisy = (rows + np.float32(self.level) * noise) * np.float32(self._scale)
        one, other = generator.integers(n_rows, size=(2, self.n_units))
        directions = (noisy[one] - noisy[other]).T
        directions += _SHARE_OF_NOISE * generator.standard_normal(directions.shape)
        directions /= np.linalg.norm(directions, axis=0) + 1e-9
        directions *= generator.uniform(*_SLOPES, size=self.n_units)
        origins = noisy[generator.integers(n_rows, size=self.n_units)]
        kernel = directions.astype(np.float32)
        threshold = -(origins * kernel.T).sum(axis=1)
        hidden = np.tanh(noisy @ kernel + threshold)
        inputs = np.hstack([noisy, hidden, np.ones((n_rows, 1), dtype=np.float32)])
        gram = (inputs.T @ inputs).astype(np.float64)
        gram[np.diag_indices_from(gram)] += _RIDGE * n_rows
        weights = np.linalg.solve(gram, (inputs.T @ rows).astype(np.float64))
        self.hidden.set_weights([kernel, threshold])
        self.skip.set_weights([weights[:n_inputs]])
        self.read_out.set_weights([weights[n_inputs:-1], weights[-1]])

    def call(self, rows: Any) -> Any:
        """Return the estimates of rows of shape (n, n_inputs) that are taken for noisy ones."""
        seen = rows * self._scale
        hidden = ops.apply(self.hidden, seen)
        return ops.apply(self.skip, seen) + ops.apply(self.read_out, hidden)

    def get_config(self) -> dict[str, Any]:
        own = {"n_inputs": self.n_inputs, "n_units": self.n_units, "level": self.level}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="anomaly")
class SolvedDenoiser(keras.Model):
    """Several estimates of a standardised row from the row, each for another level of noise.

    Parameters
    ----------
    n_inputs, n_units : int
    levels : sequence of float
    """

    is_written = True

    def __init__(self, n_inputs: int, n_units: int, levels: Sequence[float], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_inputs, self.n_units = n_inputs, n_units
        self.noise_levels = list(levels)
        self.parts = [
            SolvedLevel(n_inputs, n_units, level, name=f"level_{index}")
            for index, level in enumerate(self.noise_levels)
        ]
        self.built = True

    def solve(self, rows: Matrix, n_noisy: int, generator: np.random.Generator) -> None:
        """Solve each level on so many noisy rows, which are the same rows again where they are few.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_inputs), float32
            Standardised.
        n_noisy : int
        generator : numpy.random.Generator
        """
        for part in self.parts:
            part.solve(rows[np.resize(generator.permutation(len(rows)), n_noisy)], generator)

    def call(self, rows: Any, training: bool | None = None) -> Any:
        """Return estimates of shape (n_rows, n_levels, n_inputs)."""
        return ops.stack([ops.apply(part, rows) for part in self.parts])

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (input_shape[0], len(self.parts), self.n_inputs)

    def get_config(self) -> dict[str, Any]:
        own = {"n_inputs": self.n_inputs, "n_units": self.n_units, "levels": self.noise_levels}
        return {**super().get_config(), **own}
