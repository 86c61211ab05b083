"""Keras's own steps, repeated inside XLA-compiled functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.backend import keras, tf
from anomaly.training.data import Chunk

# Steps in one call: long enough to forget the call, short enough that Ctrl-C is heard.
MOST_STEPS = 4096


class Steps:
    """Runs a model's `train_step` or `test_step` over the rows of chunks.

    The step is the model's own: losses, metrics, optimizer and any override come with it.

    Parameters
    ----------
    model : keras.Model
        Built and compiled.
    is_training : bool
        Whether to train or to evaluate.
    batch_size : int
    most_steps : int
        At most so many steps in one call.
    """

    def __init__(
        self, model: Any, *, is_training: bool, batch_size: int, most_steps: int = MOST_STEPS
    ) -> None:
        self._step = model.train_step if is_training else model.test_step
        self._batch_size = batch_size
        self._most_steps = most_steps
        self._functions: dict[tuple[int, int], Any] = {}

    def compile(self, rows: tuple[Any, ...], n_rows: int) -> None:
        """Compile what `calls` will need for chunks like these rows, without taking a step."""
        n_full, n_left = divmod(n_rows, self._batch_size)
        if n_full:
            self._take(rows, np.zeros(0, np.int32), self._batch_size, self._width(n_full))
        if n_left:
            self._take(rows, np.zeros(0, np.int32), n_left, 1)

    def calls(self, chunk: Chunk) -> Iterator[tuple[int, Callable[[], None]]]:
        """Yield the calls that go through the chunk's rows, each with the steps it takes."""
        size = self._batch_size
        n_full, n_left = divmod(len(chunk.order), size)
        width = self._width(n_full)
        for start in range(0, n_full, width):
            count = min(width, n_full - start)
            order = chunk.order[start * size : (start + count) * size]
            yield count, partial(self._take, chunk.rows, order, size, width)
        if n_left:
            yield 1, partial(self._take, chunk.rows, chunk.order[n_full * size :], n_left, 1)

    def _width(self, n_steps: int) -> int:
        return max(1, min(self._most_steps, n_steps))

    def _take(self, rows: tuple[Any, ...], order: NDArray[np.int32], size: int, width: int) -> None:
        """Take the steps of `size` rows that `order` has, of at most `width`, in one call."""
        if (size, width) not in self._functions:
            self._functions[size, width] = self._function(rows, size, width)
        padded = np.zeros(size * width, dtype=np.int32)
        padded[: len(order)] = order
        count = tf.constant(len(order) // size)
        self._functions[size, width](rows, tf.constant(padded), count)

    def _function(self, rows: tuple[Any, ...], size: int, width: int) -> Any:
        @tf.function(jit_compile=True, autograph=False)
        def take_steps(rows: tuple[Any, ...], order: Any, count: Any) -> None:
            def body(index: Any) -> tuple[Any]:
                chosen = tf.slice(order, [index * size], [size])
                self._step(_map(lambda tensor: tf.gather(tensor, chosen), rows))
                return (index + 1,)

            tf.while_loop(lambda index: index < count, body, (tf.constant(0),))

        specs = _map(lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype), rows)
        order = tf.TensorSpec([size * width], tf.int32)
        # A concrete function: TensorFlow warns when a function is traced for many shapes.
        return take_steps.get_concrete_function(specs, order, tf.TensorSpec([], tf.int32))


def _map(function: Callable[[Any], Any], rows: tuple[Any, ...]) -> Any:
    return keras.tree.map_structure(function, rows, none_is_leaf=False)
