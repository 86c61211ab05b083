"""The contract of a neural classifier: a subclass says what lies between inputs and log odds.

Everything else (standardisation, weights, batches, early stopping, curves) is here and the same
for all.
"""

from __future__ import annotations

import itertools
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import ClassifierMixin
from sklearn.preprocessing import StandardScaler
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    check_random_state,
    validate_data,
)

from anomaly.classifiers.epochs.batches import BalancedBatches
from anomaly.classifiers.epochs.curves import Curves, Watched
from anomaly.classifiers.epochs.forward import Forward
from anomaly.classifiers.epochs.losses import loss_named
from anomaly.classifiers.epochs.rows import LabelledRows, stratified_parts, weighted_by_class
from anomaly.classifiers.parameters import Parameters
from anomaly.training import Arrays, Data, History, fit
from anomaly.utils.backend import keras

_MOST_WATCHED = 50_000


class NeuralClassifier(ClassifierMixin, Parameters, ABC):
    """Base of the binary classifiers that are Keras networks with one sigmoid output.

    A subclass defines `_hidden`, `default_units` and `default_dropout`. The parameters are those
    of `anomaly.classifiers.parameters.Parameters`.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The second is the positive one.
    network_ : keras.Model
        Inputs, standardised where that was asked for, in; the probability of the positive class
        out.
    history_ : anomaly.training.History
        By epoch `loss`, `average_precision`, `roc_auc`, `precision` and `recall` (at 0.5), and the
        same with `val_`. `loss` is the mean over the epoch's batches, with weights and dropout.
        The other training figures are of the network at the end of the epoch, without dropout, on
        a sample of up to 50,000 training rows, drawn once, that has all positives (unless they
        are more than half of it) and in which each row stands for its share of its class.
        Validation figures are exact.
    initial_loss_ : float
        Loss of that sample before the first step.
    best_epoch_ : int
        The epoch whose weights are kept, counted from 1.
    scaler_ : sklearn.preprocessing.StandardScaler or None
    n_features_in_ : int
    """

    default_units: ClassVar[tuple[int, ...]]
    default_dropout: ClassVar[float]
    # Whether XLA can compile the training, and gains by it.
    _jit_compile: ClassVar[bool] = True

    @abstractmethod
    def _hidden(
        self, inputs: Any, units: Sequence[int], dropout: float, seeds: Iterator[int]
    ) -> Any:
        """Return what the log odds are a weighted sum of, for inputs of shape (n, n_features).

        Every layer that draws random numbers takes the next of the seeds.
        """

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        validation_data: tuple[Any, ...] | None = None,
        callbacks: Sequence[Any] = (),
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
            Two classes; the greater is the positive one.
        sample_weight : array-like of shape (n_rows,), optional
            Weights in the loss. Rows of weight 0 are as if left out.
        validation_data : tuple (X, y) or (X, y, sample_weight), optional
            Rows that the network is judged by after each epoch. By default
            `validation_fraction` of the rows given is held back for it.
        callbacks : sequence of keras.callbacks.Callback
            They find the figures of `history_` in the logs of each epoch.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            When X has missing or infinite values, there is one class only, a class has too few
            rows to be held back, or a parameter is out of its range.
        KeyboardInterrupt
            When Ctrl-C ends the training in its first epoch. Later it ends the training alone.
        """
        self._validate_params()
        self._refuse_contradictions(validation_data)
        rows = self._labelled(X, y, sample_weight, is_first=True)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        held_back: LabelledRows | None = None
        if validation_data is not None:
            held_back = self._labelled(*validation_data)
        elif self.validation_fraction:
            rows, held_back = stratified_parts(rows, self.validation_fraction, seed)
        self.scaler_ = StandardScaler().fit(rows.inputs) if self.standardize else None
        rows = rows.with_inputs(self._inputs(rows.inputs))
        if held_back is not None:
            held_back = held_back.with_inputs(self._inputs(held_back.inputs))
        self.network_ = self._network(rows.inputs.shape[1], self._first_bias(rows), seed)
        self._forward = Forward(self.network_)
        rows = weighted_by_class(rows, self.class_weight, self.classes_)
        self._train(rows, held_back, seed, callbacks)
        return self

    def _train(
        self,
        rows: LabelledRows,
        held_back: LabelledRows | None,
        seed: int,
        callbacks: Sequence[Any],
    ) -> None:
        curves = self._curves(rows, held_back, seed)
        stopping = self._early_stopping()
        self.history_: History = fit(
            self.network_,
            self._data(rows),
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=seed,
            callbacks=[curves, *stopping, *callbacks],
            jit_compile=self._jit_compile,
        )
        if self.history_.interrupted and not self.history_.epochs:
            raise KeyboardInterrupt
        self.initial_loss_ = curves.initial_loss
        self.best_epoch_ = stopping[0].best_epoch + 1 if stopping else self.history_.epochs
        if self.history_.interrupted:
            warnings.warn(
                f"the training was stopped after {self.history_.epochs} epochs; the weights of "
                f"epoch {self.best_epoch_} are kept",
                stacklevel=3,
            )

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the log odds of the positive class, of shape (n_rows,)."""
        check_is_fitted(self)
        checked = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return self._forward(self._inputs(checked)).astype(np.float64)

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the probabilities of both classes, of shape (n_rows, 2)."""
        log_odds = self.decision_function(X)
        return np.column_stack([expit(-log_odds), expit(log_odds)])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the class of each row: the positive one where its probability is above 0.5."""
        log_odds = self.decision_function(X)
        return self.classes_[(log_odds > 0).astype(int)]

    @property
    def _units(self) -> Sequence[int]:
        return self.default_units if self.units is None else np.atleast_1d(self.units).tolist()

    def _network(self, n_inputs: int, bias: float, seed: int) -> Any:
        seeds = itertools.count(seed)
        dropout = self.default_dropout if self.dropout is None else self.dropout
        inputs = keras.Input((n_inputs,), name="features")
        hidden = self._hidden(inputs, self._units, dropout, seeds)
        log_odds = keras.layers.Dense(
            1,
            kernel_initializer=keras.initializers.GlorotUniform(next(seeds)),
            bias_initializer=keras.initializers.Constant(bias),
            name="log_odds",
        )(hidden)
        probability = keras.layers.Activation("sigmoid", name="probability")(log_odds)
        network = keras.Model(inputs, probability, name=type(self).__name__.lower())
        network.compile(keras.optimizers.Adam(self.learning_rate), self._loss(self.reduction))
        return network

    def _loss(self, reduction: str | None, *, from_logits: bool = False) -> Any:
        return loss_named(
            self.loss,
            gamma=self.gamma,
            alpha=self.alpha,
            reduction=reduction,
            from_logits=from_logits,
        )

    def _first_bias(self, rows: LabelledRows) -> float:
        if self.output_bias == "prior":
            is_even = self.balanced_batches
            return 0.0 if is_even else float(np.log(rows.total(1) / rows.total(0)))
        return 0.0 if self.output_bias == "zero" else float(self.output_bias)

    def _data(self, rows: LabelledRows) -> Data:
        if not self.balanced_batches:
            return Arrays(rows.inputs, rows.labels, rows.weights)
        return BalancedBatches(
            rows.inputs,
            rows.labels,
            rows.weights,
            batch_size=self.batch_size,
            steps_per_epoch=self.steps_per_epoch,
        )

    def _curves(self, rows: LabelledRows, held_back: LabelledRows | None, seed: int) -> Curves:
        n_of_batch = min(self.batch_size, len(rows))
        return Curves(
            self._forward,
            self._loss(None, from_logits=True),
            scale=n_of_batch if self.reduction == "sum" else 1,
            training=Watched.sample(rows, _MOST_WATCHED, np.random.default_rng(seed)),
            validation=None if held_back is None else Watched(held_back),
        )

    def _early_stopping(self) -> list[Any]:
        if self.patience is None:
            return []
        stopping = keras.callbacks.EarlyStopping(
            monitor=f"val_{self.monitor}",
            mode="min" if self.monitor == "loss" else "max",
            patience=self.patience,
            restore_best_weights=True,
        )
        return [stopping]

    def _inputs(self, X: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return what the network is given for checked rows."""
        if self.scaler_ is None:
            return X.astype(np.float32)
        scaled = self.scaler_.transform(X).astype(np.float32)
        return scaled if self.clip is None else np.clip(scaled, -self.clip, self.clip, out=scaled)

    def _refuse_contradictions(self, validation_data: Any) -> None:
        if self.patience is not None and validation_data is None and not self.validation_fraction:
            raise ValueError(
                "early stopping needs validation rows: give validation_data, or a "
                "validation_fraction above 0, or patience=None"
            )
        if not all(self._units) or not self._units:
            raise ValueError(f"units are 1 or more in each layer, not {self.units}")
        if self.steps_per_epoch is not None and not self.balanced_batches:
            raise ValueError("steps_per_epoch goes with balanced_batches=True alone")

    def _labelled(
        self, X: Any, y: Any, sample_weight: Any = None, *, is_first: bool = False
    ) -> LabelledRows:
        """Return checked rows with labels 0 and 1, without those of weight 0."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], reset=is_first)
        check_classification_targets(y)
        if is_first:
            self.classes_ = np.unique(y)
            if len(self.classes_) > 2:
                raise ValueError(
                    "Only binary classification is supported. The type of the target is "
                    f"{type_of_target(y)}."
                )
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise ValueError(f"validation_data has classes that y has not: {unknown.tolist()}")
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, X, dtype=np.float32, ensure_non_negative=True
            )
        labels = (y == self.classes_[-1]).astype(np.float32)
        rows = LabelledRows(X, labels, sample_weight).with_a_say()
        if len(np.unique(rows.labels)) < 2:
            of_what = "y" if is_first else "validation_data"
            raise ValueError(f"{of_what} has rows of one class only; a classifier needs both")
        return rows

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
