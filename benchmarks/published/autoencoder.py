"""The Keras autoencoder notebook: reconstruction error, thresholds by eye on the test part."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.training import Arrays, History, fit
from anomaly.utils.backend import keras
from benchmarks.published import rows
from benchmarks.published.judging import Scored, honest
from benchmarks.published.settings import Settings
from benchmarks.published.variants import FIVE_MORE, HONEST, MORE, PUBLISHED, TRIAL, Variant
from benchmarks.quality.data import Matrix, counted
from benchmarks.shared.measurements import Measured

THRESHOLDS = (2.9, 60.0)
_LARGEST_AMOUNT = 1500
_EPOCHS, _BATCH = 100, 32
_PENALTY = 1e-4


def published(
    seed: int,
    settings: Settings,
    penalty: float = _PENALTY * _BATCH,
    *,
    scaled_first: bool = False,
) -> Measured:
    """Repeat the notebook.

    Keras of that time summed the penalty of activities over a batch; today's divides the sum by
    the rows of the batch, so that the penalty is to be as many times as large. `scaled_first`
    standardises amounts with the large ones still there.
    """
    whole = rows.table(settings)
    table = whole.chosen(np.flatnonzero(whole.rows[:, rows.AMOUNT] < _LARGEST_AMOUNT))
    two = rows.halved(rows.with_scaled_amount(table, whole if scaled_first else table))
    started = time.perf_counter()
    network, history = _trained(two.train.normal, two.test.rows, seed, settings, penalty)
    seconds = time.perf_counter() - started
    test = Scored(two.test.labels, _errors(network, two.test.rows))
    found = {
        "loss": history.losses["loss"][-1],
        "validation loss": history.losses["val_loss"][-1],
        "best validation loss": min(history.losses["val_loss"]),
        **_described(test.scores),
        **test.ranking,
    }
    for threshold in THRESHOLDS:
        found |= test.above(threshold, f" at {threshold:g}")
    return Measured(found, seconds, 0.0, counted(two.train.normal, two.test))


def with_five_more(seed: int, settings: Settings) -> Measured:
    """Repeat the notebook with other seeds."""
    return published(seed + MORE, settings)


def honestly(seed: int, settings: Settings) -> Measured:
    """Keep validation and test apart; keep every row; fit the scaling on train alone."""
    parts = rows.honest_parts(seed, settings)
    train, validation, test = (
        rows.with_scaled_amount(part, parts.train)
        for part in (parts.train, parts.validation, parts.test)
    )
    started = time.perf_counter()
    network, _ = _trained(train.normal, validation.normal, seed, settings, _PENALTY * _BATCH)
    seconds = time.perf_counter() - started
    scored = [Scored(each.labels, _errors(network, each.rows)) for each in (validation, test)]
    return Measured(honest(*scored), seconds, 0.0, counted(train.normal, test))


def _trained(
    training: Matrix, validation: Matrix, seed: int, settings: Settings, penalty: float
) -> tuple[Any, History]:
    """Return the network with the weights of the least validation loss, and all its losses."""
    network = _network(training.shape[1], penalty, seed)
    network.compile(keras.optimizers.Adam(), "mse")
    epochs = settings.epochs(_EPOCHS)
    first, second = (each.astype(np.float32) for each in (training, validation))
    # A checkpoint of the best epoch, without a file.
    best = keras.callbacks.EarlyStopping(patience=epochs, restore_best_weights=True)
    history = fit(
        network,
        Arrays(first, first),
        validation=Arrays(second, second),
        epochs=epochs,
        batch_size=_BATCH,
        seed=seed,
        callbacks=[best],
    )
    return network, history


def _network(n_inputs: int, penalty: float, seed: int) -> Any:
    starts = [keras.initializers.GlorotUniform(seed=4 * seed + place) for place in range(4)]
    dense = keras.layers.Dense
    return keras.Sequential(
        [
            keras.Input((n_inputs,)),
            dense(
                14,
                "tanh",
                kernel_initializer=starts[0],
                activity_regularizer=keras.regularizers.L1(penalty),
            ),
            dense(7, "relu", kernel_initializer=starts[1]),
            dense(7, "tanh", kernel_initializer=starts[2]),
            dense(n_inputs, "relu", kernel_initializer=starts[3]),
        ]
    )


def _errors(network: Any, rows: Matrix) -> NDArray[np.float64]:
    decoded = np.asarray(network(rows.astype(np.float32)))
    return np.square(rows - decoded).mean(axis=1)


def _described(scores: NDArray[np.float64]) -> dict[str, float]:
    """Return what pandas's `describe` says of scores."""
    first, median, third = np.quantile(scores, (0.25, 0.5, 0.75))
    return {
        "mean score": scores.mean(),
        "deviation of the scores": scores.std(ddof=1),
        "first quartile": first,
        "median score": median,
        "third quartile": third,
        "largest score": scores.max(),
    }


VARIANTS = [
    Variant(PUBLISHED, "autoencoder", published),
    Variant(
        TRIAL, "autoencoder, penalty divided by the batch", partial(published, penalty=_PENALTY)
    ),
    Variant(TRIAL, f"autoencoder, {FIVE_MORE}", with_five_more),
    Variant(
        TRIAL,
        "autoencoder, standardised before rows are dropped",
        partial(published, scaled_first=True),
    ),
    Variant(HONEST, "autoencoder", honestly),
]
