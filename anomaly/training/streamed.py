"""Rows to train on that are read as they are needed, since they do not fit into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from anomaly.training.data import Chunk, Data
from anomaly.utils.backend import tf
from anomaly.utils.parallel import one_ahead

_BUFFER_BYTES = 1 << 24

Floats = NDArray[np.float32]


class Blocks(Protocol):
    """Rows that can be read again and again, in blocks.

    Attributes
    ----------
    shape : tuple of two int
        (n_rows, n_features).
    """

    shape: tuple[int, int]

    def blocks(self, generator: np.random.Generator | None = None) -> Iterator[Floats]:
        """Go through the rows once, the blocks in random order where a generator is given."""


class Streamed(Data):
    """Rows that a network learns to give back, read in blocks.

    Blocks that come in random order are shuffled together in a buffer of bounded size, so that
    a batch mixes rows from as many places as the buffer holds blocks.

    Parameters
    ----------
    rows : Blocks
    transform : callable
        From raw rows of shape (n, n_features) to inputs of shape (n, n_inputs), both float32.
        The inputs are the targets too.
    batch_size : int
        What the rows are trained with.
    buffer_bytes : int, optional
        Size of the raw rows in the buffer, by default 16 MiB; at least a batch.
    """

    def __init__(
        self,
        rows: Blocks,
        transform: Callable[[Floats], Floats],
        batch_size: int,
        buffer_bytes: int | None = None,
    ) -> None:
        if buffer_bytes is None:
            buffer_bytes = _BUFFER_BYTES
        self.n_rows, self._n_features = rows.shape
        self._source = rows
        self._transform = transform
        n_batches = max(1, buffer_bytes // (4 * self._n_features * batch_size))
        self._buffer_rows = min(n_batches * batch_size, self.n_rows)

    def chunks(self, batch_size: int, generator: np.random.Generator | None) -> Iterator[Chunk]:
        if self._buffer_rows % batch_size and self._buffer_rows < self.n_rows:
            raise ValueError(f"the buffer of {self._buffer_rows} rows holds no whole batches")
        return one_ahead(self._chunks(generator))

    def _chunks(self, generator: np.random.Generator | None) -> Iterator[Chunk]:
        for rows in _regrouped(self._source.blocks(generator), self._buffer_rows):
            n_used = len(rows)
            order = np.arange(n_used) if generator is None else generator.permutation(n_used)
            if n_used < self._buffer_rows:
                padding = np.zeros((self._buffer_rows - n_used, self._n_features), np.float32)
                rows = np.concatenate([rows, padding])
            inputs = tf.convert_to_tensor(self._transform(rows))
            yield Chunk((inputs, inputs, None), order.astype(np.int32))

    @property
    def template(self) -> tuple[Any, ...]:
        rows = np.zeros((self._buffer_rows, self._n_features), np.float32)
        inputs = tf.convert_to_tensor(self._transform(rows))
        return (inputs, inputs, None)

    @property
    def n_rows_of_a_chunk(self) -> int:
        return self._buffer_rows

    def for_keras(self, batch_size: int, seed: int | None) -> dict[str, Any]:
        # One generator over all epochs, so that each has an order of its own.
        generator = None if seed is None else np.random.default_rng(seed)

        def batches() -> Iterator[tuple[Any, Any]]:
            for chunk in self._chunks(generator):
                inputs = chunk.rows[0].numpy()
                for start in range(0, len(chunk.order), batch_size):
                    batch = inputs[chunk.order[start : start + batch_size]]
                    yield batch, batch

        spec = tf.TensorSpec((None, self.template[0].shape[1]), tf.float32)
        dataset = tf.data.Dataset.from_generator(batches, output_signature=(spec, spec))
        # Without their number Keras warns that the batches came to an end.
        dataset = dataset.apply(
            tf.data.experimental.assert_cardinality(self._n_batches(batch_size))
        )
        return {"x": dataset, "shuffle": False}

    def _n_batches(self, batch_size: int) -> int:
        n_full_chunks, n_left = divmod(self.n_rows, self._buffer_rows)
        return n_full_chunks * -(-self._buffer_rows // batch_size) + -(-n_left // batch_size)


def _regrouped(blocks: Iterator[Floats], size: int) -> Iterator[Floats]:
    """Join and cut blocks so that each but the last has so many rows."""
    waiting: list[Floats] = []
    n_waiting = 0
    for block in blocks:
        waiting.append(block)
        n_waiting += len(block)
        if n_waiting >= size:
            rows = np.concatenate(waiting)
            whole = n_waiting - n_waiting % size
            for start in range(0, whole, size):
                yield rows[start : start + size]
            waiting, n_waiting = [rows[whole:]], n_waiting - whole
    if n_waiting:
        yield np.concatenate(waiting)
