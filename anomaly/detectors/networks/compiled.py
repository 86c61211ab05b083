"""A network compiled into one TensorFlow function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anomaly.utils.backend import tf


def traced(network: Any, n_inputs: int) -> Callable[[Any], Any]:
    """Return what gives a network's outputs for rows of shape (n, n_inputs), as tensors.

    A concrete function: TensorFlow warns when many networks have theirs traced, as in `predict`.
    """
    function = tf.function(lambda rows: network(rows, training=False), autograph=False)
    return function.get_concrete_function(tf.TensorSpec((None, n_inputs), tf.float32))
