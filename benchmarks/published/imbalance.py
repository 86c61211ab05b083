"""The notebook on imbalance and deep learning: a dense net on rows sampled in six ways."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Self

import numpy as np
from imblearn.ensemble import BalancedBaggingClassifier
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray

from anomaly.classifiers import DeepMLP
from anomaly.utils.backend import keras
from benchmarks.published import rows
from benchmarks.published.judging import Scored, honest
from benchmarks.published.settings import Settings
from benchmarks.published.variants import FIVE_MORE, HONEST, MORE, PUBLISHED, TRIAL, Variant
from benchmarks.quality.data import LabelledRows, Labels, Matrix, counted
from benchmarks.shared.measurements import Measured

_EPOCHS, _BATCH, _MEMBERS = 10, 256, 10
_SAMPLERS_SEED = 42
_TRAINS = 0.8
_SAMPLERS: dict[str, Callable[..., Any]] = {
    "under": RandomUnderSampler,
    "over": RandomOverSampler,
    "SMOTE": SMOTE,
}
_BAGGING, _FOCAL = "balanced bagging", "focal loss"
_NAMES = ("baseline", *_SAMPLERS, _BAGGING, _FOCAL)


class ShuffledRows(DeepMLP):
    """The net trained on 80 % of the rows that it is given, at random."""

    def fit(self, X: Matrix, y: Labels, **more: Any) -> Self:
        """Train on some of the rows."""
        order = np.random.default_rng(0).permutation(len(X))[: int(len(X) * _TRAINS)]
        return super().fit(X[order], y[order], **more)


class FirstRows(DeepMLP):
    """The net as the notebook trains it: on the first 80 % of the rows that it is given.

    Keras's `validation_split=0.2` takes the last rows, before anything is shuffled. Samplers put
    frauds last, so that what it takes of their rows are frauds alone.
    """

    def fit(self, X: Matrix, y: Labels, **more: Any) -> Self:
        """Train on the first rows."""
        n_rows = int(len(X) * _TRAINS)
        return super().fit(X[:n_rows], y[:n_rows], **more)


class ByKeras:
    """The same net by Keras's own layers and `fit`.

    Parameters
    ----------
    epochs, seed : int
    """

    def __init__(self, epochs: int, seed: int) -> None:
        self._epochs, self._seed = epochs, seed

    def fit(self, X: Matrix, y: Labels) -> Self:
        """Train on the first rows, as Keras divides them."""
        keras.utils.set_random_seed(self._seed)
        layers: list[Any] = [keras.Input((X.shape[1],))]
        for units in (128, 64, 32):
            layers += [keras.layers.Dense(units, "relu"), keras.layers.Dropout(0.3)]
        self._network = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid")])
        self._network.compile("adam", "binary_crossentropy")
        self._network.fit(
            X.astype(np.float32),
            y.astype(np.float32),
            epochs=self._epochs,
            batch_size=_BATCH,
            validation_split=1 - _TRAINS,
            verbose=0,
        )
        return self

    def predict_proba(self, X: Matrix) -> NDArray[np.float64]:
        """Return the probabilities of both classes."""
        found = np.asarray(self._network(X.astype(np.float32)), dtype=np.float64)
        return np.hstack([1 - found, found])


def published(
    seed: int,
    settings: Settings,
    name: str,
    network: type[DeepMLP] = FirstRows,
    **changes: Any,
) -> Measured:
    """Repeat the notebook: its split, its samplers' seed, alerts above 0.5."""
    table = rows.table(settings)
    two = rows.halved(rows.with_scaled_amount(table, table))
    model, seconds = _trained(name, network, two.train, seed, settings, **changes)
    test = _scored(model, two.test)
    return Measured({**test.ranking, **test.above(0.5)}, seconds, 0.0, two.counts)


def with_five_more(seed: int, settings: Settings, name: str) -> Measured:
    """Repeat the notebook with other seeds."""
    return published(seed + MORE, settings, name)


def by_keras(seed: int, settings: Settings, name: str) -> Measured:
    """Repeat the notebook with nothing of this project in it."""
    table = rows.table(settings)
    two = rows.halved(rows.with_scaled_amount(table, table))
    started = time.perf_counter()
    model = ByKeras(settings.epochs(_EPOCHS), seed).fit(*_sampled(name, two.train))
    seconds = time.perf_counter() - started
    test = _scored(model, two.test)
    return Measured({**test.ranking, **test.above(0.5)}, seconds, 0.0, two.counts)


def honestly(seed: int, settings: Settings, name: str) -> Measured:
    """Stratify, scale by train, train on all its rows, pick the threshold on validation."""
    parts = rows.honest_parts(seed, settings)
    train, validation, test = (
        rows.with_scaled_amount(part, parts.train)
        for part in (parts.train, parts.validation, parts.test)
    )
    model, seconds = _trained(name, DeepMLP, train, seed, settings)
    scored = _scored(model, test)
    found = {**honest(_scored(model, validation), scored), **scored.above(0.5, " at 0.5")}
    return Measured(found, seconds, 0.0, counted(train.rows, test))


def _trained(
    name: str,
    network: type[DeepMLP],
    train: LabelledRows,
    seed: int,
    settings: Settings,
    **changes: Any,
) -> tuple[Any, float]:
    started = time.perf_counter()
    loss = {"loss": "focal", "reduction": "sum"} if name == _FOCAL else {}
    model = network(
        epochs=settings.epochs(_EPOCHS),
        batch_size=_BATCH,
        patience=None,
        validation_fraction=0,
        output_bias="zero",
        standardize=False,
        random_state=seed,
        **loss,
        **changes,
    )
    if name == _BAGGING:
        model = BalancedBaggingClassifier(model, n_estimators=_MEMBERS, random_state=seed)
    return model.fit(*_sampled(name, train)), time.perf_counter() - started


def _sampled(name: str, train: LabelledRows) -> tuple[Matrix, Labels]:
    if name not in _SAMPLERS:
        return train.rows, train.labels
    return _SAMPLERS[name](random_state=_SAMPLERS_SEED).fit_resample(train.rows, train.labels)


def _scored(model: Any, part: LabelledRows) -> Scored:
    return Scored(part.labels, model.predict_proba(part.rows)[:, 1])


VARIANTS = [
    *(Variant(PUBLISHED, name, partial(published, name=name)) for name in _NAMES),
    *(
        Variant(TRIAL, f"{name}, {FIVE_MORE}", partial(with_five_more, name=name))
        for name in ("baseline", "SMOTE")
    ),
    *(
        Variant(TRIAL, f"{name}, by Keras's own layers and fit", partial(by_keras, name=name))
        for name in ("baseline", "SMOTE")
    ),
    *(
        Variant(
            TRIAL,
            f"{name}, trained on all rows",
            partial(published, name=name, network=DeepMLP),
        )
        for name in ("baseline", "under", "SMOTE")
    ),
    *(
        Variant(
            TRIAL,
            f"{name}, 80 % of the rows at random",
            partial(published, name=name, network=ShuffledRows),
        )
        for name in ("under", _BAGGING)
    ),
    Variant(
        TRIAL,
        "focal loss, one alpha for both classes",
        partial(published, name=_FOCAL, alpha=0.5),
    ),
    *(Variant(HONEST, name, partial(honestly, name=name)) for name in _NAMES),
]
