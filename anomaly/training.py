"""The training loop: a whole epoch in one compiled function, with Keras callbacks around it.

`keras.Model.fit` spends over a millisecond a step on the work of microseconds that a small
dense network needs. Here one XLA-compiled function goes through all batches of an epoch; the
arithmetic (loss, optimizer, order of rows, last short batch) is that of `fit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.backend import keras, tf

_EVALUATION_ROWS = 8192


@dataclass(frozen=True, slots=True)
class History:
    """What happened in training.

    Attributes
    ----------
    losses : dict of str to list of float
        `loss` and, with validation data, `val_loss`: one value an epoch.
    """

    losses: dict[str, list[float]] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        return len(self.losses.get("loss", ()))


def train(
    model: Any,
    inputs: NDArray[np.float32],
    targets: NDArray[np.float32],
    *,
    validation: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None,
    epochs: int,
    batch_size: int,
    seed: int,
    callbacks: Sequence[Any] = (),
) -> History:
    """Train a compiled Keras model in place.

    Parameters
    ----------
    model : keras.Model
        Compiled with an optimizer and a loss.
    inputs, targets : ndarray of shape (n_rows, ...), float32
        For an autoencoder the same array.
    validation : tuple of two ndarrays, optional
        Inputs and targets that `val_loss` is computed on after each epoch.
    epochs : int
        At most so many; a callback may stop earlier.
    batch_size : int
        Rows a step. The last batch of an epoch has the rows that are left.
    seed : int
        Settles the order of the rows in each epoch.
    callbacks : sequence of keras.callbacks.Callback
        Their epoch and train hooks are called as `fit` calls them; batches have no hooks,
        since a whole epoch is one call.

    Returns
    -------
    History
    """
    batch_size = min(batch_size, len(inputs))
    hooks = keras.callbacks.CallbackList(
        list(callbacks), model=model, epochs=epochs, steps=-(-len(inputs) // batch_size), verbose=0
    )
    data = _tensors(inputs, targets)
    held_back = _tensors(*validation) if validation is not None else None
    run_epoch = _epoch_function(model, batch_size, *data)
    evaluate = _evaluation_function(model, *held_back) if held_back is not None else None
    order = np.random.default_rng(seed)
    history = History()
    model.stop_training = False
    hooks.on_train_begin()
    for epoch in range(epochs):
        hooks.on_epoch_begin(epoch)
        rows = order.permutation(len(inputs)).astype(np.int32)
        logs = {"loss": float(run_epoch(*data, tf.constant(rows)))}
        if evaluate is not None and held_back is not None:
            logs["val_loss"] = float(evaluate(*held_back))
        for name, value in logs.items():
            history.losses.setdefault(name, []).append(value)
        hooks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    hooks.on_train_end()
    return history


def _tensors(inputs: NDArray[np.float32], targets: NDArray[np.float32]) -> tuple[Any, Any]:
    """Hand the arrays to TensorFlow; an autoencoder's inputs and targets stay one tensor."""
    first = tf.convert_to_tensor(inputs)
    return first, first if targets is inputs else tf.convert_to_tensor(targets)


def _epoch_function(model: Any, batch_size: int, inputs: Any, targets: Any) -> Any:
    """Return the compiled function that trains one epoch on tensors like these.

    It takes inputs, targets and the order of the rows, and returns the mean loss.
    """
    variables = model.trainable_variables
    model.optimizer.build(variables)

    def step(inputs: Any, targets: Any) -> Any:
        with tf.GradientTape() as tape:
            outputs = model(inputs, training=True)
            loss = model.compute_loss(inputs, targets, outputs, training=True)
        model.optimizer.apply(tape.gradient(loss, variables), variables)
        return tf.cast(loss, tf.float64)

    @tf.function(jit_compile=True, autograph=False)
    def run_epoch(inputs: Any, targets: Any, order: Any) -> Any:
        n_rows = inputs.shape[0]
        n_full, n_left = divmod(n_rows, batch_size)

        def body(index: Any, total: Any) -> tuple[Any, Any]:
            rows = tf.slice(order, [index * batch_size], [batch_size])
            loss = step(tf.gather(inputs, rows), tf.gather(targets, rows))
            return index + 1, total + loss * batch_size

        start = (tf.constant(0), tf.constant(0.0, tf.float64))
        _, total = tf.while_loop(lambda index, _: index < n_full, body, start)
        if n_left:
            rows = order[n_full * batch_size :]
            total += step(tf.gather(inputs, rows), tf.gather(targets, rows)) * n_left
        return total / n_rows

    order = tf.TensorSpec([inputs.shape[0]], tf.int32)
    return run_epoch.get_concrete_function(_spec(inputs), _spec(targets), order)


def _evaluation_function(model: Any, inputs: Any, targets: Any) -> Any:
    """Return the compiled function from tensors like these to the mean loss on them."""

    def loss_of(inputs: Any, targets: Any) -> Any:
        outputs = model(inputs, training=False)
        return tf.cast(model.compute_loss(inputs, targets, outputs, training=False), tf.float64)

    @tf.function(jit_compile=True, autograph=False)
    def evaluate(inputs: Any, targets: Any) -> Any:
        n_rows = inputs.shape[0]
        size = min(_EVALUATION_ROWS, n_rows)
        n_full, n_left = divmod(n_rows, size)

        def body(index: Any, total: Any) -> tuple[Any, Any]:
            start = index * size
            part = tf.slice(inputs, [start, 0], [size, inputs.shape[1]])
            wanted = tf.slice(targets, [start, 0], [size, targets.shape[1]])
            return index + 1, total + loss_of(part, wanted) * size

        start = (tf.constant(0), tf.constant(0.0, tf.float64))
        _, total = tf.while_loop(lambda index, _: index < n_full, body, start)
        if n_left:
            total += loss_of(inputs[n_full * size :], targets[n_full * size :]) * n_left
        return total / n_rows

    return evaluate.get_concrete_function(_spec(inputs), _spec(targets))


def _spec(tensor: Any) -> Any:
    return tf.TensorSpec(tensor.shape, tensor.dtype)
