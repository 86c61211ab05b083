"""The forward pass: log odds of rows from a network."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.utils.backend import keras, tf

_BATCH_ROWS = 1024


class Forward:
    """Log odds of rows, computed in batches of one size.

    Batches of another size would be multiplied in another order, and a row's result would depend
    on how many others are asked for with it. Unlike probabilities log odds tell apart the surest
    rows: in float32 every probability above 1 - 3e-8 is 1.

    Parameters
    ----------
    network : keras.Model
        With a layer `log_odds` before the sigmoid. Its weights may still change.
    """

    def __init__(self, network: Any) -> None:
        self._network = network
        self._function: Any = None

    def __call__(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the log odds, of shape (n_rows,), of inputs of shape (n_rows, n_features)."""
        if self._function is None:
            self._function = self._traced(inputs.shape[1])
        n_batches = -(-len(inputs) // _BATCH_ROWS)
        log_odds = np.empty(n_batches * _BATCH_ROWS, dtype=np.float32)
        for start in range(0, len(log_odds), _BATCH_ROWS):
            batch = inputs[start : start + _BATCH_ROWS]
            if len(batch) < _BATCH_ROWS:
                batch = np.pad(batch, ((0, _BATCH_ROWS - len(batch)), (0, 0)))
            log_odds[start : start + _BATCH_ROWS] = self._function(tf.constant(batch)).numpy()[:, 0]
        return log_odds[: len(inputs)]

    def _traced(self, n_features: int) -> Any:
        log_odds = keras.Model(
            self._network.inputs, self._network.get_layer("log_odds").output, name="forward"
        )
        traced = tf.function(lambda batch: log_odds(batch, training=False), autograph=False)
        # A concrete function: TensorFlow warns when many networks have theirs traced.
        return traced.get_concrete_function(tf.TensorSpec((_BATCH_ROWS, n_features), tf.float32))

    def __getstate__(self) -> dict[str, Any]:
        return {"_network": self._network, "_function": None}
