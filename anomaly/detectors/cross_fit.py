"""Cross-fitting: each training row is judged by a network that was not trained on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.detectors.base import Inputs, Unseen
from anomaly.detectors.holding_back import folds
from anomaly.training import Arrays, History, Training
from anomaly.training.loop import has_batch_hooks
from anomaly.utils.backend import keras


class CrossFit:
    """The trainings of one network: without each part of the rows, then with all of them.

    Parameters
    ----------
    network : keras.Model
        Compiled and not trained. It is put back to its start before each training.
    judge : callable
        Gives, of standardised rows, what calibration needs to know of them.
    inputs : ndarray of shape (n_rows, n_inputs), float32
        All rows, standardised as for the network that is kept.
    visited : callable
        From rows, and the number of all, to what an epoch trains on: of one shape for any rows.
    early_stopping : callable
        Gives the callback that keeps the best weights.
    epochs, batch_size, seed : int
    """

    def __init__(
        self,
        network: Any,
        judge: Callable[[Inputs], Inputs],
        inputs: Inputs,
        visited: Callable[[Inputs, int], Arrays],
        early_stopping: Callable[[], Any],
        *,
        epochs: int,
        batch_size: int,
        seed: int,
    ) -> None:
        self._network = network
        self._judge = judge
        self._inputs = inputs
        self._visited = visited
        self._early_stopping = early_stopping
        self._epochs = epochs
        self._batch_size = batch_size
        self._seed = seed

    def run(self, callbacks: Sequence[Any], progress: Sequence[Any]) -> tuple[History, Any, Unseen]:
        """Train the networks; the last one, which sees all rows, is kept.

        Ctrl-C in an earlier one ends the training with that one.

        Returns
        -------
        History
            Of the network that is kept. Its `val_loss` is the mean over the others, each on the
            rows that it had not seen.
        keras.callbacks.EarlyStopping
            Of the network that is kept.
        Unseen
        """
        parts = folds(len(self._inputs), self._seed)
        shows_batches = any(map(has_batch_hooks, [*callbacks, *progress]))
        training = self._compiled(parts[0], shows_batches=shows_batches)
        start = _State(self._network)
        judged, losses = [], []
        for is_held_back in parts:
            start.restore()
            history, stopping = self._trained(training, is_held_back, progress)
            held_back = self._inputs[is_held_back]
            judged.append(self._judge(held_back))
            if history.interrupted:
                return history, stopping, Unseen(held_back, judged[-1])
            losses.append(history.losses["val_loss"])
        start.restore()
        held_back_loss, stopping = _HeldBackLoss(losses), self._early_stopping()
        history = training.run(
            self._visited(self._inputs, len(self._inputs)),
            epochs=held_back_loss.epochs,
            seed=self._seed,
            callbacks=[held_back_loss, stopping, *progress, *callbacks],
        )
        order = np.argsort(np.concatenate([np.flatnonzero(part) for part in parts]))
        unseen = Unseen(self._inputs, np.concatenate(judged)[order], are_training_rows=True)
        return history, stopping, unseen

    def _compiled(self, is_held_back: NDArray[np.bool_], *, shows_batches: bool) -> Training:
        held_back = self._inputs[is_held_back]
        return Training(
            self._network,
            self._visited(self._inputs, len(self._inputs)),
            validation=Arrays(held_back, held_back),
            batch_size=self._batch_size,
            shows_batches=shows_batches,
        )

    def _trained(
        self, training: Training, is_held_back: NDArray[np.bool_], progress: Sequence[Any]
    ) -> tuple[History, Any]:
        stopping = self._early_stopping()
        held_back = self._inputs[is_held_back]
        history = training.run(
            self._visited(self._inputs[~is_held_back], len(self._inputs)),
            validation=Arrays(held_back, held_back),
            epochs=self._epochs,
            seed=self._seed,
            callbacks=[stopping, *progress],
        )
        if history.interrupted and not history.epochs:
            raise KeyboardInterrupt
        return history, stopping


class _State:
    """The state of a network and of its optimizer, to come back to."""

    def __init__(self, network: Any) -> None:
        network.optimizer.build(network.trainable_variables)
        self._variables = [*network.variables, *network.optimizer.variables]
        self._values = [variable.numpy() for variable in self._variables]

    def restore(self) -> None:
        for variable, value in zip(self._variables, self._values, strict=True):
            variable.assign(value)


class _HeldBackLoss(keras.callbacks.Callback):
    """Adds to the logs of each epoch the mean loss of other networks on rows held back from them.

    Parameters
    ----------
    losses : sequence of sequence of float
        Of each network by epoch.

    Attributes
    ----------
    epochs : int
        How many all networks have.
    """

    def __init__(self, losses: Sequence[Sequence[float]]) -> None:
        super().__init__()
        self.epochs = min(map(len, losses))
        self._means = np.mean([each[: self.epochs] for each in losses], axis=0)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if logs is not None:
            logs["val_loss"] = float(self._means[epoch])
