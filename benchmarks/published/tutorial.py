"""TensorFlow's tutorial on imbalanced data: class weights, and batches that are half frauds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.classifiers import MLP
from anomaly.utils.backend import keras
from benchmarks.published import rows
from benchmarks.published.judging import Scored, honest
from benchmarks.published.settings import Settings
from benchmarks.published.variants import FIVE_MORE, HONEST, MORE, PUBLISHED, TRIAL, Variant
from benchmarks.quality.data import LabelledRows, counted
from benchmarks.shared.measurements import Measured

_EPOCHS, _PATIENCE, _CLIP = 100, 10, 5.0
_LITTLE = 0.001
_BIAS_EPOCHS = 20
_OVERSAMPLED = {"balanced_batches": True, "output_bias": "zero"}
_VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "baseline": {},
    "class weights": {"class_weight": "balanced"},
    # Short epochs, so that early stopping reacts in time; ten times as many of them.
    "oversampled": {**_OVERSAMPLED, "steps_per_epoch": 20, "epochs": 10 * _EPOCHS},
}
_WHOLE_EPOCHS = "oversampled, 278 steps an epoch"


@dataclass(frozen=True, slots=True)
class Three:
    """Scaled rows: those that train, those that stop the training, those of the test."""

    train: LabelledRows
    validation: LabelledRows
    test: LabelledRows


class RocAuc(keras.callbacks.Callback):
    """Adds to the logs the AUROC of the validation rows as Keras's metric has it."""

    def __init__(self, validation: LabelledRows) -> None:
        super().__init__()
        self._validation = validation

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        assert logs is not None
        scores = self.model.predict_on_batch(self._validation.rows.astype(np.float32))
        logs["val_roc_auc_of_keras"] = roc_auc_of_keras(self._validation.labels, scores)


def roc_auc_of_keras(labels: NDArray[Any], probabilities: NDArray[Any]) -> float:
    """Return the AUROC at 200 evenly spaced thresholds, with straight lines between them."""
    metric = keras.metrics.AUC()
    metric.update_state(labels.reshape(-1, 1), probabilities.reshape(-1, 1))
    return float(metric.result())


def published(
    seed: int,
    settings: Settings,
    changes: Mapping[str, Any],
    watched: str | None = "val_roc_auc_of_keras",
) -> Measured:
    """Repeat the tutorial; the seed draws the split."""
    three = _at_random(seed, settings)
    network, seconds = _trained(three, changes, seed, settings, watched)
    test = _scored(network, three.test)
    found = {
        **test.ranking,
        **test.above(0.5),
        "roc_auc of 200 thresholds": roc_auc_of_keras(test.labels, test.scores),
        "epochs": network.history_.epochs,
    }
    return Measured(found, seconds, 0.0, counted(three.train.rows, three.test))


def with_five_more(seed: int, settings: Settings) -> Measured:
    """Repeat the baseline with other seeds, and so with other splits."""
    return published(seed + MORE, settings, _VARIANTS["baseline"])


def honestly(seed: int, settings: Settings, changes: Mapping[str, Any]) -> Measured:
    """Stratify the split, and pick the threshold on validation."""
    parts = rows.honest_parts(seed, settings)
    three = _scaled(Three(parts.train, parts.validation, parts.test))
    network, seconds = _trained(three, changes, seed, settings, "val_roc_auc_of_keras")
    test = _scored(network, three.test)
    found = honest(_scored(network, three.validation), test)
    return Measured(
        {**found, **test.above(0.5, " at 0.5")},
        seconds,
        0.0,
        counted(three.train.rows, three.test),
    )


def bias(seed: int, settings: Settings) -> Measured:
    """Begin with the log odds of the frauds as the output's bias, and with zero."""
    three = _at_random(seed, settings)
    networks, seconds = {}, 0.0
    for start in ("zero", "prior"):
        began = time.perf_counter()
        networks[start] = _new(seed, settings, {"epochs": _BIAS_EPOCHS, "output_bias": start})
        networks[start].fit(
            three.train.rows,
            three.train.labels,
            validation_data=(three.validation.rows, three.validation.labels),
        )
        seconds += time.perf_counter() - began
    zero, prior = networks["zero"], networks["prior"]
    found = {
        "first loss lower, times": zero.initial_loss_ / prior.initial_loss_,
        "first loss from zero": zero.initial_loss_,
        "first loss from the log odds": prior.initial_loss_,
        "validation loss after 20 epochs from zero": zero.history_.losses["val_loss"][-1],
        "validation loss after 20 epochs from the log odds": prior.history_.losses["val_loss"][-1],
        **_scored(prior, three.test).ranking,
    }
    return Measured(found, seconds, 0.0, counted(three.train.rows, three.test))


def _at_random(seed: int, settings: Settings) -> Three:
    """Return 64 % to train, 16 % to stop the training, 20 % to test, at random."""
    outer = rows.halved(rows.table(settings), seed)
    inner = rows.halved(outer.train, seed)
    return _scaled(Three(inner.train, inner.test, outer.test))


def _scaled(three: Three) -> Three:
    parts = [_with_log_amount(part) for part in (three.train, three.validation, three.test)]
    scaled = rows.standardised(parts[0].rows, parts)
    return Three(*(rows.with_rows(each, np.clip(each.rows, -_CLIP, _CLIP)) for each in scaled))


def _with_log_amount(part: LabelledRows) -> LabelledRows:
    changed = part.rows.copy()
    changed[:, rows.AMOUNT] = np.log(changed[:, rows.AMOUNT] + _LITTLE)
    return rows.with_rows(part, changed)


def _new(seed: int, settings: Settings, changes: Mapping[str, Any]) -> MLP:
    given = {"epochs": _EPOCHS, **changes}
    given["epochs"] = settings.epochs(given["epochs"])
    # The rows are scaled already, and a callback stops the training.
    own = {"standardize": False, "patience": None, "batch_size": 2048}
    return MLP(**own, **given, random_state=seed)


def _trained(
    three: Three, changes: Mapping[str, Any], seed: int, settings: Settings, watched: str | None
) -> tuple[MLP, float]:
    callbacks: list[Any] = []
    if watched is not None:
        stopping = keras.callbacks.EarlyStopping(
            watched, mode="max", patience=_PATIENCE, restore_best_weights=True
        )
        callbacks = [RocAuc(three.validation), stopping]
    started = time.perf_counter()
    network = _new(seed, settings, changes).fit(
        three.train.rows,
        three.train.labels,
        validation_data=(three.validation.rows, three.validation.labels),
        callbacks=callbacks,
    )
    return network, time.perf_counter() - started


def _scored(network: MLP, part: LabelledRows) -> Scored:
    return Scored(part.labels, network.predict_proba(part.rows)[:, 1])


VARIANTS = [
    *(
        Variant(PUBLISHED, name, partial(published, changes=changes))
        for name, changes in _VARIANTS.items()
    ),
    Variant(PUBLISHED, "output bias", bias),
    Variant(TRIAL, f"baseline, {FIVE_MORE}", with_five_more),
    Variant(
        TRIAL,
        "baseline, weights of epoch 3",
        partial(published, changes={"epochs": 3}, watched=None),
    ),
    Variant(TRIAL, _WHOLE_EPOCHS, partial(published, changes=_OVERSAMPLED)),
    # Stopped at epoch 21 with a patience of 10, the tutorial's weights were those of epoch 11.
    *(
        Variant(
            TRIAL,
            f"oversampled, weights of epoch {epochs}",
            partial(
                published, changes={**_VARIANTS["oversampled"], "epochs": epochs}, watched=None
            ),
        )
        for epochs in (7, 11)
    ),
    *(
        Variant(
            TRIAL,
            f"{name}, stopped by the exact AUROC",
            partial(published, changes=changes, watched="val_roc_auc"),
        )
        for name, changes in _VARIANTS.items()
    ),
    *(
        Variant(HONEST, name, partial(honestly, changes=changes))
        for name, changes in _VARIANTS.items()
    ),
]
