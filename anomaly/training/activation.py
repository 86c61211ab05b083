"""The activation silu, in a form that leaves no graph behind in memory."""

from __future__ import annotations

from typing import Any

from anomaly.utils.backend import keras


@keras.saving.register_keras_serializable(package="anomaly")
def silu(values: Any) -> Any:
    """Return each value times its sigmoid.

    Keras's own has a gradient of its own in TensorFlow, which keeps each graph that it was traced
    in for as long as the process lives.
    """
    return values * keras.ops.sigmoid(values)
