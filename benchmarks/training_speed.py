"""How long the classic recipe trains, against `keras.Model.fit` on the same rows in one run.

The contestants take turns, so that a busy machine disturbs all alike; medians are compared. An
epoch is that of the 29-14-7-7-29 network on 226,381 simulated rows, compile time excluded; the
whole recipe is 20 epochs with validation and early stopping, compile time included.

    python benchmarks/training_speed.py [--runs N] [--out FILE]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from recording import FOLDER, record

from anomaly.backend import keras
from anomaly.training import Arrays, fit

ROWS, WIDTH = 226_381, 29
HELD_BACK_ROWS = 56_587
EPOCHS = 20


def network(**compile_options: Any) -> Any:
    """Return the published network, compiled."""
    dense = keras.layers.Dense
    penalty = keras.regularizers.L1(1e-4)
    model = keras.Sequential(
        [
            keras.Input((WIDTH,)),
            dense(14, "tanh", activity_regularizer=penalty),
            dense(7, "relu"),
            dense(7, "tanh"),
            dense(WIDTH, "relu"),
        ]
    )
    model.compile(optimizer="adam", loss="mean_squared_error", **compile_options)
    return model


class EpochSeconds(keras.callbacks.Callback):
    """Seconds of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seconds.append(time.perf_counter() - self._started)


def epochs_of_ours(rows: np.ndarray, batch_size: int, epochs: int) -> list[float]:
    """Return the seconds of each epoch; compiling comes before the first."""
    watch = EpochSeconds()
    data = Arrays(rows, rows)
    fit(network(), data, epochs=epochs, batch_size=batch_size, seed=0, callbacks=[watch])
    return watch.seconds


def epochs_of_keras(rows: np.ndarray, batch_size: int, **compile_options: Any) -> list[float]:
    """Return the seconds of an epoch of `fit`, after one that pays for tracing and compiling."""
    watch = EpochSeconds()
    network(**compile_options).fit(
        rows, rows, epochs=2, batch_size=batch_size, verbose=0, callbacks=[watch]
    )
    return watch.seconds[1:]


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def whole_recipe(rows: np.ndarray, held_back: np.ndarray, is_ours: bool) -> float:
    """Return the seconds of 20 epochs with everything around them."""
    stop = keras.callbacks.EarlyStopping(patience=EPOCHS, restore_best_weights=True)
    if is_ours:
        return seconds(
            lambda: fit(
                network(),
                Arrays(rows, rows),
                validation=Arrays(held_back, held_back),
                epochs=EPOCHS,
                batch_size=32,
                seed=0,
                callbacks=[stop],
            )
        )
    return seconds(
        lambda: network().fit(
            rows,
            rows,
            validation_data=(held_back, held_back),
            epochs=EPOCHS,
            batch_size=32,
            verbose=0,
            callbacks=[stop],
        )
    )


def compared(name: str, ours: list[float], theirs: list[float]) -> dict[str, Any]:
    """Print and return the medians and their ratio."""
    median, other = statistics.median(ours), statistics.median(theirs)
    print(f"{name:<46}{median:>10.3f}{other:>10.3f}{other / median:>10.1f}", flush=True)
    return {"name": name, "seconds": ours, "keras_seconds": theirs, "times_faster": other / median}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path, default=FOLDER / "training_speed.json")
    arguments = parser.parse_args()
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(ROWS, WIDTH)).astype(np.float32)
    held_back = generator.normal(size=(HELD_BACK_ROWS, WIDTH)).astype(np.float32)
    print(f"{'':<46}{'anomaly':>10}{'Keras':>10}{'times':>10}")
    results = []
    for batch_size, options in ((32, {}), (1024, {"jit_compile": True})):
        ours, theirs = [], []
        for _ in range(arguments.runs):
            ours += epochs_of_ours(rows, batch_size, 5)
            theirs += epochs_of_keras(rows, batch_size, **options)
        suffix = ", Keras with jit_compile" if options else ""
        results.append(compared(f"epoch, batch {batch_size}{suffix}", ours, theirs))
    name = f"whole recipe, {EPOCHS} epochs, batch 32"
    ours, theirs = (
        [whole_recipe(rows, held_back, is_ours=True) for _ in range(arguments.runs)],
        [whole_recipe(rows, held_back, is_ours=False)],
    )
    results.append(compared(name, ours, theirs))
    record(arguments.out, {"results": results}, ("tensorflow", "keras", "numpy"))


if __name__ == "__main__":
    main()
