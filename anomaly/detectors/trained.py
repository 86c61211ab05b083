"""The contract of a detector whose network is trained in epochs.

A subclass says what its network is and how it is trained; standardisation, the rows held back and
early stopping are here and the same for all.
"""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils._param_validation import Interval

from anomaly.detectors.base import Inputs, ReconstructionDetector
from anomaly.detectors.exported.layers import Standardize
from anomaly.detectors.holding_back import drawn, n_held_back
from anomaly.detectors.weighting import repeated
from anomaly.features.matrix import ChosenRows, FeatureRows, by_blocks, sample_of
from anomaly.training import Arrays, Data, History, Streamed, fit
from anomaly.utils.backend import keras

_MOST_JUDGED = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Ordinary rows, and what a trained network makes of them.

    Attributes
    ----------
    inputs : ndarray of shape (n_rows, n_inputs), float32
        Standardised.
    outputs : ndarray of shape (n_rows, ...), float32
        What calibration needs to know of them; see `ReconstructionDetector._judging`.
    are_training_rows : bool
        Whether the network was trained on them: where rows are too few to spare any.
    """

    inputs: Inputs
    outputs: Inputs
    are_training_rows: bool


class TrainedDetector(ReconstructionDetector):
    """Base of the detectors whose network is trained in epochs.

    A subclass defines `_network` and, where they differ, the methods around it.

    Attributes
    ----------
    history_ : anomaly.training.History
        Losses by epoch.
    best_epoch_ : int
        The epoch whose weights are kept, counted from 1.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ReconstructionDetector._parameter_constraints,
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "effort": [Interval(Real, 0, None, closed="neither")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "patience": [Interval(Integral, 1, None, closed="left")],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
    }

    @abstractmethod
    def _network(self, n_inputs: int, n_rows: int, seed: int) -> Any:
        """Return the untrained network from standardised inputs to as many.

        `n_rows` is the number of training rows.
        """

    def _compile(self, network: Any, n_rows: int) -> None:
        """Give the network its optimizer and loss, for so many training rows."""
        network.compile(
            optimizer=keras.optimizers.Adam(self.learning_rate), loss="mean_squared_error"
        )

    def planned_epochs(self, n_rows: int) -> int:
        """Return how many epochs there will be at most, with so many training rows."""
        return int(self.epochs)

    def _learn(self, rows: FeatureRows, seed: int) -> None:
        self._train(*self._hold_back(rows, None, None, seed), seed, ())

    def _judging(self, network: Any, n_inputs: int) -> Callable[[Inputs], Inputs]:
        """Return what gives, of standardised rows, what calibration needs to know of them."""
        return lambda inputs: inputs

    def _calibrate(
        self, network: Any, standardize: Standardize, rows: FeatureRows, judged: Judged
    ) -> None:
        """Learn what the score needs beside the trained network."""

    def fit(
        self,
        X: ArrayLike | ChosenRows,
        y: Any = None,
        *,
        sample_weight: ArrayLike | None = None,
        validation_data: ArrayLike | ChosenRows | None = None,
        callbacks: Sequence[Any] = (),
    ) -> Self:
        """Train on rows that are held to be normal.

        Early stopping and the calibration of the score look at rows that the network was not
        trained on: some of X are held back, a larger share of them where there are few. A detector
        may do without where they are too few to spare any.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features), or anomaly.features.matrix.ChosenRows
            Raw features; NaN where missing. Rows of a file are read in blocks, again in each
            epoch.
        y : ignored
            Present for scikit-learn's sake.
        sample_weight : array-like of shape (n_rows,), optional
            How often each row of X counts, as so many copies of it would; 0 leaves it out. Chance
            settles fractions, by the seed. Copies are held back with their row.
        validation_data : like X, of shape (n_validation_rows, n_features), optional
            Normal rows to look at instead of held-back rows of X. The detector knows them then:
            a threshold picked on them would not hold on other rows.
        callbacks : sequence of keras.callbacks.Callback
            Called as `keras.Model.fit` calls them at each epoch.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            When X is empty, infinite, not numeric, or a parameter is out of its range.
        KeyboardInterrupt
            When Ctrl-C ends the training in its first epoch. Later it ends the training alone:
            the weights of the best epoch so far are kept, and `history_.interrupted` is true.
        """
        features, copies, seed = self._accepted(X, sample_weight)
        parts = self._hold_back(features, copies, validation_data, seed)
        rows, held_back = self._trimmed(*parts, seed)
        self._train(rows, held_back, seed, callbacks)
        return self._finished(repeated(features, copies))

    def _train(
        self,
        rows: FeatureRows,
        held_back: FeatureRows | None,
        seed: int,
        callbacks: Sequence[Any],
    ) -> None:
        """Train the network, and calibrate the score."""
        self._standardize = standardize = Standardize.fit(rows, self.clip)
        self.network_ = self._network(standardize.n_outputs, len(rows), seed)
        self._compile(self.network_, len(rows))
        stopping = self._early_stopping()
        watched = rows if held_back is None else held_back
        self.history_: History = fit(
            self.network_,
            self._training_data(rows, standardize),
            validation=self._data(watched, standardize),
            epochs=self.planned_epochs(len(rows)),
            batch_size=self.batch_size,
            seed=seed,
            callbacks=[stopping, *callbacks],
        )
        if self.history_.interrupted and not self.history_.epochs:
            raise KeyboardInterrupt
        self.best_epoch_ = stopping.best_epoch + 1
        if self.history_.interrupted:
            warnings.warn(
                f"the training was stopped after {self.history_.epochs} epochs; the weights of "
                f"epoch {self.best_epoch_}, the best so far, are kept",
                stacklevel=2,
            )
        judged = self._judged(rows, held_back, standardize, seed)
        self._calibrate(self.network_, standardize, rows, judged)

    def _judged(
        self, rows: FeatureRows, held_back: FeatureRows | None, standardize: Standardize, seed: int
    ) -> Judged:
        """Return what the network makes of rows held back, or else of those that trained it."""
        ordinary = rows if held_back is None else held_back
        sample = sample_of(ordinary, _MOST_JUDGED, np.random.default_rng(seed))
        inputs = standardize(sample).numpy()
        judge = self._judging(self.network_, standardize.n_outputs)
        return Judged(inputs, judge(inputs), are_training_rows=held_back is None)

    def _training_data(self, rows: FeatureRows, standardize: Standardize) -> Data:
        return self._data(rows, standardize)

    def _data(self, rows: FeatureRows, standardize: Standardize) -> Data:
        if isinstance(rows, ChosenRows):
            return Streamed(rows, lambda block: standardize(block).numpy(), self.batch_size)
        # Block by block, since each step inside makes a copy.
        shape = (len(rows), standardize.n_outputs)
        inputs = by_blocks(standardize, rows, np.empty(shape, dtype=np.float32))
        return Arrays(inputs, inputs)

    def _hold_back(
        self,
        rows: FeatureRows,
        copies: NDArray[np.int64] | None,
        validation_data: ArrayLike | ChosenRows | None,
        seed: int,
    ) -> tuple[FeatureRows, FeatureRows | None]:
        """Return the rows to train on and those held back; None where all serve for both."""
        if copies is not None:
            rows, copies = rows[copies > 0], copies[copies > 0]
        if validation_data is not None:
            return repeated(rows, copies), self._checked(validation_data)
        if self._spares_none(rows):
            return repeated(rows, copies), None
        is_held_back = drawn(len(rows), self._n_held_back(*rows.shape), seed)
        parts = (~is_held_back, is_held_back)
        of_parts = [None if copies is None else copies[part] for part in parts]
        trained, held_back = (repeated(rows[p], of) for p, of in zip(parts, of_parts, strict=True))
        return trained, held_back

    def _spares_none(self, rows: FeatureRows) -> bool:
        """Return whether all rows serve for training and for what is judged."""
        return False

    def _n_held_back(self, n_rows: int, n_features: int) -> int:
        """Return how many of so many rows to hold back."""
        return n_held_back(n_rows, self.validation_fraction)

    def _trimmed(
        self, rows: FeatureRows, held_back: FeatureRows | None, seed: int
    ) -> tuple[FeatureRows, FeatureRows | None]:
        """Return the rows without those that training should not see."""
        return rows, held_back

    def _early_stopping(self) -> Any:
        return keras.callbacks.EarlyStopping(
            monitor="val_loss", patience=self.patience, restore_best_weights=True
        )
