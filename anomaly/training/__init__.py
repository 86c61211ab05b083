"""The training loop: whole epochs in one compiled function, with Keras callbacks around it.

`keras.Model.fit` spends over a millisecond a step on the work of microseconds that a small
dense network needs. `fit` of this package does the same arithmetic (the model's own `train_step`
on the same batches) with the loop over the batches inside one XLA-compiled function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomaly.utils.lazy import lazy_face

if TYPE_CHECKING:
    from anomaly.training.activation import silu
    from anomaly.training.data import Arrays, Data
    from anomaly.training.dropout import Dropout
    from anomaly.training.loop import History, fit
    from anomaly.training.loss_model import LossModel
    from anomaly.training.streamed import Streamed

# TensorFlow takes seconds to import, so each name is fetched when used.
_HOMES = {
    "Arrays": "anomaly.training.data",
    "Data": "anomaly.training.data",
    "Dropout": "anomaly.training.dropout",
    "History": "anomaly.training.loop",
    "LossModel": "anomaly.training.loss_model",
    "Streamed": "anomaly.training.streamed",
    "fit": "anomaly.training.loop",
    "silu": "anomaly.training.activation",
}

__all__ = [
    "Arrays",
    "Data",
    "Dropout",
    "History",
    "LossModel",
    "Streamed",
    "fit",
    "silu",
]

__getattr__, __dir__ = lazy_face(__name__, _HOMES)
