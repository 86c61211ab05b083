"""Training in memory: one epoch, and the whole classic recipe."""

from __future__ import annotations

from functools import partial
from typing import Any

from anomaly.training import Arrays, fit
from anomaly.utils.backend import keras
from benchmarks.speed import data, peers
from benchmarks.speed.networks import Rows, classic, epoch_of_keras, epoch_of_ours, seconds
from benchmarks.speed.results import Measured
from benchmarks.speed.rows import Row, take_turns
from benchmarks.speed.settings import Settings
from benchmarks.speed.table import shown

EPOCHS = 20
KERAS = "`keras.Model.fit`, same model"
COMPILED = "`keras.Model.fit`, `jit_compile=True`"


def measure(settings: Settings) -> Measured:
    """Measure the rows of this part."""
    normal = data.normal_rows()
    rows = normal[: settings.rows(data.TRAINING_ROWS)]
    held_back = normal[len(normal) - settings.rows(data.VALIDATION_ROWS) :]
    measured = [
        *_small_batches(rows, settings.turns),
        _large_batches(rows, settings.turns),
        _recipe(rows, held_back, settings.slow_turns),
        _recipe_in_large_batches(rows, held_back, settings.slow_turns),
    ]
    return Measured(measured, data.source(), versions=peers.versions())


def _small_batches(rows: Rows, turns: int) -> list[Row]:
    work = f"an epoch of the classic 29-14-7-7-29 network, batch 32, {len(rows):,} rows"
    pyod_is_there = peers.are_there("epoch-32-pyod")
    with peers.Pyod(rows) as pyod:
        contestants = {
            "ours": lambda: epoch_of_ours(classic(), rows, 32),
            "keras": lambda: epoch_of_keras(classic(), rows, 32),
        }
        found = take_turns(contestants | ({"pyod": pyod.epoch} if pyod_is_there else {}), turns)
    against_keras = Row("epoch-32", work, KERAS, "s", found["ours"], found["keras"], target=28)
    measured = [shown(against_keras)]
    if pyod_is_there:
        peer = "PyOD `AutoEncoder(hidden_neuron_list=[14, 7])`"
        row = Row("epoch-32-pyod", "the same", peer, "s", found["ours"], found["pyod"], target=100)
        measured.append(shown(row))
    return measured


def _large_batches(rows: Rows, turns: int) -> Row:
    contestants = {
        "ours": lambda: epoch_of_ours(classic(), rows, 1024),
        # As many epochs as ours: they are short here.
        "keras": lambda: epoch_of_keras(classic(jit_compile=True), rows, 1024, epochs=6),
    }
    found = take_turns(contestants, turns)
    work = "the same, batch 1024"
    return shown(Row("epoch-1024", work, COMPILED, "s", found["ours"], found["keras"], target=4))


def _recipe(rows: Rows, held_back: Rows, turns: int) -> Row:
    contestants = {
        "ours": partial(_whole_recipe_of_ours, rows, held_back, 32),
        "keras": partial(_whole_recipe_of_keras, rows, held_back, 32),
    }
    found = take_turns(contestants, turns)
    work = f"the whole recipe: {EPOCHS} epochs, batch 32, validation, early stopping, compiling"
    return shown(Row("recipe", work, KERAS, "s", found["ours"], found["keras"], target=20))


def _recipe_in_large_batches(rows: Rows, held_back: Rows, turns: int) -> Row:
    contestants = {
        "ours": partial(_whole_recipe_of_ours, rows, held_back, 1024),
        "keras": partial(_whole_recipe_of_keras, rows, held_back, 1024, jit_compile=True),
    }
    found = take_turns(contestants, turns)
    work = "the same, batch 1024"
    return shown(Row("recipe-1024", work, COMPILED, "s", found["ours"], found["keras"], target=4))


def _whole_recipe_of_ours(rows: Rows, held_back: Rows, batch_size: int) -> float:
    return seconds(
        lambda: fit(
            classic(),
            Arrays(rows, rows),
            validation=Arrays(held_back, held_back),
            epochs=EPOCHS,
            batch_size=batch_size,
            seed=0,
            callbacks=[_early_stopping()],
        )
    )


def _whole_recipe_of_keras(
    rows: Rows, held_back: Rows, batch_size: int, **compile_options: Any
) -> float:
    return seconds(
        lambda: classic(**compile_options).fit(
            rows,
            rows,
            validation_data=(held_back, held_back),
            epochs=EPOCHS,
            batch_size=batch_size,
            verbose=0,
            callbacks=[_early_stopping()],
        )
    )


def _early_stopping() -> Any:
    # So patient that every run has all the epochs.
    return keras.callbacks.EarlyStopping(patience=EPOCHS, restore_best_weights=True)
