"""Batches that are half positives, half negatives, however rare the positives are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.training import Arrays, Data
from anomaly.training.data import Chunk
from anomaly.utils.backend import tf

Integers = NDArray[np.int32]


class BalancedBatches(Data):
    """Rows in batches of which half are positives, drawn with replacement.

    The other half are negatives, each as often as any other. An epoch is long enough for every
    negative to be seen once, ``ceil(2 * negatives / batch_size)`` steps, as in TensorFlow's
    tutorial on imbalanced data, or as long as it is asked to be.

    Parameters
    ----------
    inputs : ndarray of shape (n_rows, n_features), float32
    labels : ndarray of shape (n_rows,)
        0 and 1, both of them there.
    sample_weight : ndarray of shape (n_rows,), optional
    batch_size : int
        At least 2. Of an odd number the odd row is a negative.
    steps_per_epoch : int, optional
    """

    def __init__(
        self,
        inputs: NDArray[np.float32],
        labels: NDArray[np.float32],
        sample_weight: NDArray[np.float32] | None = None,
        *,
        batch_size: int,
        steps_per_epoch: int | None = None,
    ) -> None:
        self._positives, self._negatives = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
        self._batch_size = batch_size
        self.steps_per_epoch = steps_per_epoch or -(-2 * len(self._negatives) // batch_size)
        self.n_rows = self.steps_per_epoch * batch_size
        self._arrays = (inputs, labels, sample_weight)
        self._rows = Arrays(inputs, labels, sample_weight).template

    def chunks(self, batch_size: int, generator: np.random.Generator | None) -> Iterator[Chunk]:
        if batch_size != self._batch_size:
            raise ValueError(f"the batches are of {self._batch_size} rows, not of {batch_size}")
        yield Chunk(self._rows, self._order(generator or np.random.default_rng(0)))

    def _order(self, generator: np.random.Generator) -> Integers:
        """Return the rows of an epoch, batch after batch."""
        n_steps, n_positives = self.steps_per_epoch, self._batch_size // 2
        order = np.empty((n_steps, self._batch_size), dtype=np.int32)
        order[:, :n_positives] = generator.choice(self._positives, (n_steps, n_positives))
        n_wanted = n_steps * (self._batch_size - n_positives)
        n_rounds = -(-n_wanted // len(self._negatives))
        rounds = [generator.permutation(self._negatives) for _ in range(n_rounds)]
        order[:, n_positives:] = np.concatenate(rounds)[:n_wanted].reshape(n_steps, -1)
        return order.ravel()

    @property
    def template(self) -> tuple[Any, ...]:
        return self._rows

    def for_keras(self, batch_size: int, seed: int | None) -> dict[str, Any]:
        generator = np.random.default_rng(seed)
        arrays = tuple(array for array in self._arrays if array is not None)

        def batches() -> Iterator[tuple[Any, ...]]:
            for batch in self._order(generator).reshape(-1, self._batch_size):
                yield tuple(array[batch] for array in arrays)

        specs = tuple(tf.TensorSpec((None, *a.shape[1:]), a.dtype) for a in arrays)
        dataset = tf.data.Dataset.from_generator(batches, output_signature=specs)
        # Without their number Keras warns that the batches came to an end.
        dataset = dataset.apply(tf.data.experimental.assert_cardinality(self.steps_per_epoch))
        return {"x": dataset, "shuffle": False}
