"""The base of samplers whose network learns encoded rows of all classes."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.samplers.base import GenerativeSampler
from anomaly.samplers.encoding import ClassTable
from anomaly.training import Arrays, silu
from anomaly.utils.backend import keras

# Of a larger class, so many rows are learned from.
_MOST_ROWS_OF_A_CLASS = 10_000
_ROWS_AN_EPOCH = 16_384
_ROWS_TO_CALIBRATE = 8_192
_BLOCK = 16_384
_WARM_UP = 0.02

Floats = NDArray[np.float32]


class TabularSampler(GenerativeSampler):
    """Base of the samplers whose network generates encoded rows on condition of the class.

    Every class is learned from, as often as each other.
    """

    _table: ClassTable

    @abstractmethod
    def _train(self, inputs: Floats, codes: NDArray[np.intp], seed: int) -> None:
        """Train the network on encoded rows and their classes."""

    @abstractmethod
    def _drawn(self, code: int, n_rows: int, generator: np.random.Generator) -> Floats:
        """Return encoded rows of a class from the trained network."""

    def _learn(self, X: NDArray[Any], codes: NDArray[np.intp], seed: int) -> None:
        generator = np.random.default_rng(seed)
        self._table = ClassTable.fit(X, codes, self.categorical_features_)
        rows = np.concatenate(
            [
                generator.permutation(np.flatnonzero(codes == code))[:_MOST_ROWS_OF_A_CLASS]
                for code in range(len(self.classes_))
            ]
        )
        codes = codes[rows]
        self._train(self._table.encode(X[rows], codes, generator), codes, seed)
        for code in range(len(self.classes_)):
            self._table.calibrate(code, self._drawn(code, _ROWS_TO_CALIBRATE, generator))

    def _generated(self, code: int, n_rows: int, generator: np.random.Generator) -> NDArray[Any]:
        blocks = [min(_BLOCK, n_rows - start) for start in range(0, n_rows, _BLOCK)]
        decoded = [self._table.decode(self._drawn(code, n, generator), code) for n in blocks]
        return np.concatenate(decoded)


def conditions(codes: NDArray[np.intp], n_classes: int) -> Floats:
    """Return classes as indicators, of shape (n_rows, n_classes)."""
    return np.eye(n_classes, dtype=np.float32)[codes]


def in_turn(
    inputs: Floats, codes: NDArray[np.intp], n_classes: int, batch_size: int, seed: int
) -> Arrays:
    """Return the rows of an epoch: whole batches, with as many of each class."""
    generator = np.random.default_rng(seed)
    n_rows = max(1, _ROWS_AN_EPOCH // batch_size) * batch_size
    share = -(-n_rows // n_classes)
    order = np.concatenate(
        [
            np.resize(generator.permutation(np.flatnonzero(codes == code)), share)
            for code in range(n_classes)
        ]
    )
    order = order.reshape(n_classes, share).T.ravel()[:n_rows]
    return Arrays((inputs[order], conditions(codes[order], n_classes)))


def falling_rate(learning_rate: float, n_steps: int) -> Any:
    """Return a rate of learning that rises for a short time and falls as a cosine to zero."""
    n_warm = max(1, int(_WARM_UP * n_steps))
    return keras.optimizers.schedules.CosineDecay(
        0.0, max(1, n_steps - n_warm), warmup_target=learning_rate, warmup_steps=n_warm
    )


def dense_network(name: str, sizes: list[int], seed: int, last_scale: float = 1.0) -> Any:
    """Return a dense network with silu between its layers."""
    n_layers = len(sizes) - 1
    layers = [
        keras.layers.Dense(
            sizes[index + 1],
            None if index == n_layers - 1 else silu,
            kernel_initializer=keras.initializers.VarianceScaling(
                last_scale if index == n_layers - 1 else 1.0,
                "fan_avg",
                "uniform",
                seed=seed + index,
            ),
        )
        for index in range(n_layers)
    ]
    return keras.Sequential([keras.Input((sizes[0],)), *layers], name=name)


def drawn_categories(logits: NDArray[Any], generator: np.random.Generator) -> NDArray[Any]:
    """Return logits plus Gumbel noise: the largest is drawn from the distribution they say [1]_.

    References
    ----------
    .. [1] C. J. Maddison, D. Tarlow, T. Minka, "A* Sampling", NIPS 2014.
    """
    return logits + generator.gumbel(size=logits.shape)
