"""The networks that are trained, and the seconds of their epochs here and in Keras."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.training import Arrays, fit
from anomaly.utils.backend import keras

Rows = NDArray[np.float32]


def classic(**compile_options: Any) -> Any:
    """Return the published 29-14-7-7-29 network, compiled."""
    dense = keras.layers.Dense
    penalty = keras.regularizers.L1(1e-4)
    layers = [dense(14, "tanh", activity_regularizer=penalty), dense(7, "relu"), dense(7, "tanh")]
    model = keras.Sequential([keras.Input((29,)), *layers, dense(29, "relu")])
    model.compile(optimizer="adam", loss="mean_squared_error", **compile_options)
    return model


def layered(columns: int, widths: Sequence[int]) -> Any:
    """Return a network of hidden layers of these widths, compiled."""
    dense = keras.layers.Dense
    hidden = [dense(width, "relu") for width in widths]
    model = keras.Sequential([keras.Input((columns,)), *hidden, dense(columns)])
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model


def seconds(work: Callable[[], Any]) -> float:
    """Return how long the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class EpochSeconds(keras.callbacks.Callback):
    """Seconds of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seconds.append(time.perf_counter() - self._started)

    @property
    def median(self) -> float:
        """Median seconds without the first epoch, which pays for tracing and compiling."""
        return statistics.median(self.seconds[1:])


def epoch_of_ours(model: Any, rows: Rows, batch_size: int, epochs: int = 6) -> float:
    """Return the seconds of an epoch of `anomaly.training.fit`."""
    watch = EpochSeconds()
    fit(model, Arrays(rows, rows), epochs=epochs, batch_size=batch_size, seed=0, callbacks=[watch])
    return watch.median


def epoch_of_keras(model: Any, rows: Rows, batch_size: int, epochs: int = 2) -> float:
    """Return the seconds of an epoch of `keras.Model.fit`."""
    watch = EpochSeconds()
    model.fit(rows, rows, epochs=epochs, batch_size=batch_size, verbose=0, callbacks=[watch])
    return watch.median
