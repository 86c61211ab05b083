"""The training loop: epochs, callbacks, validation, and what to do when a model cannot be compiled."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from anomaly.training.compiled import MOST_STEPS, Call, Steps
from anomaly.training.data import Data
from anomaly.utils.backend import keras
from anomaly.utils.interruption import interruption_held_back

_EVALUATION_ROWS = 8192
# Compiling takes as long as so many steps that are taken one by one.
_FEW_STEPS = 8


@dataclass(slots=True)
class History:
    """What happened in training.

    Attributes
    ----------
    losses : dict of str to list of float
        `loss`, every metric, and with validation data each of them again under `val_`: one
        value an epoch.
    interrupted : bool
        Whether Ctrl-C ended it.
    """

    losses: dict[str, list[float]] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def epochs(self) -> int:
        return len(self.losses.get("loss", ()))

    def add(self, logs: dict[str, float]) -> None:
        for name, value in logs.items():
            self.losses.setdefault(name, []).append(value)


def fit(
    model: Any,
    data: Data,
    *,
    validation: Data | None = None,
    epochs: int,
    initial_epoch: int = 0,
    batch_size: int,
    seed: int,
    callbacks: Sequence[Any] = (),
    jit_compile: bool = True,
) -> History:
    """Train a compiled Keras model in place, as `keras.Model.fit` does and much faster.

    Parameters
    ----------
    model : keras.Model
        Compiled with an optimizer and a loss, or with a `train_step` of its own.
    data : Data
        Rows to train on; `Arrays` for rows in memory.
    validation : Data, optional
        Rows that the `val_` losses and metrics are computed on after each epoch.
    epochs : int
        At most up to this epoch; a callback may stop earlier.
    initial_epoch : int, default=0
        The epoch to begin with.
    batch_size : int
        Rows a step. The last batch of an epoch has the rows that are left.
    seed : int
        Settles the order of the rows in each epoch.
    callbacks : sequence of keras.callbacks.Callback
        They see the hooks, logs and `stop_training` of `fit`. One that has hooks for batches
        makes each step a call of its own, which is slower.
    jit_compile : bool, default=True
        Whether XLA compiles the steps. Without it the loop over them is compiled alone, which a
        network with a loop of its own, such as a recurrent one, needs.

    Returns
    -------
    History

    Notes
    -----
    A model that cannot be compiled is trained by `keras.Model.fit`, with a warning that says
    why. Ctrl-C ends the training after the call or the callbacks under way; callbacks still see
    its end, so that `EarlyStopping(restore_best_weights=True)` puts the best weights back.
    """
    batch_size = min(batch_size, data.n_rows)
    n_steps = (epochs - initial_epoch) * -(-data.n_rows // batch_size)
    loop = _Loop(
        model,
        data,
        validation,
        batch_size,
        seed,
        callbacks,
        jit_compile=jit_compile,
        is_eager=n_steps <= _FEW_STEPS,
    )
    try:
        loop.compile()
    except Exception as error:  # noqa: BLE001 - whatever it is, `fit` will do or say it better
        reason = " ".join(str(error).split())[:200]
        warnings.warn(
            f"training through the slower keras.Model.fit, since {type(model).__name__} cannot "
            f"be compiled: {reason}",
            stacklevel=2,
        )
        return loop.run_with_keras(epochs, initial_epoch)
    return loop.run(epochs, initial_epoch)


class _Recorder(keras.callbacks.Callback):
    """Keeps the logs of each epoch.

    As the first callback it has every epoch that another one saw. What later ones add to the
    logs, as `ReduceLROnPlateau` does, it has too: all are handed the same dict.
    """

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = False
        self._epochs: list[dict[str, float]] = []

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self.has_begun = True

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epochs.append({} if logs is None else logs)

    def history(self, *, was_interrupted: bool) -> History:
        history = History(interrupted=was_interrupted)
        for logs in self._epochs:
            history.add(logs)
        return history


class _Hooks(keras.callbacks.CallbackList):
    """Callbacks of which all or none see the end of an epoch, whenever Ctrl-C comes.

    Else `EarlyStopping` could lack the weights of an epoch that the history has.
    """

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        with interruption_held_back():
            super().on_epoch_end(epoch, logs)


class _Loop:
    def __init__(
        self,
        model: Any,
        data: Data,
        validation: Data | None,
        batch_size: int,
        seed: int,
        callbacks: Sequence[Any],
        *,
        jit_compile: bool,
        is_eager: bool,
    ) -> None:
        self._model = model
        self._data = data
        self._validation = validation
        self._batch_size = batch_size
        self._seed = seed
        self._jit_compile = jit_compile
        self._is_eager = is_eager
        self._recorder = _Recorder()
        self._callbacks = [self._recorder, *callbacks]
        self._shows_batches = any(has_batch_hooks(callback) for callback in callbacks)

    def compile(self) -> None:
        """Build the model and compile its steps, leaving its state as it was."""
        model = self._model
        if model.optimizer is None and type(model).train_step is keras.Model.train_step:
            raise ValueError("compile the model with an optimizer and a loss first")
        if type(model).train_step is keras.Model.train_step:
            # Metrics make their variables when they first see outputs.
            model.test_step(
                keras.tree.map_structure(lambda t: t[:1], self._data.template, none_is_leaf=False)
            )
            model.reset_metrics()
        if model.optimizer is not None and not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        most_steps = 1 if self._shows_batches else MOST_STEPS
        self._train = Steps(
            model,
            is_training=True,
            batch_size=self._batch_size,
            most_steps=most_steps,
            jit_compile=self._jit_compile,
            is_eager=self._is_eager,
        )
        template = self._data.template
        self._train.trace(template)
        # XLA compiles the training while TensorFlow traces the evaluation.
        with ThreadPoolExecutor(1) as thread:
            n_rows = self._data.n_rows_of_a_chunk
            compiling = thread.submit(self._train.compile, template, n_rows)
            if self._validation is not None:
                self._evaluate = self._compiled_evaluation(self._validation)
            compiling.result()

    def _compiled_evaluation(self, validation: Data) -> Steps:
        size = min(max(self._batch_size, _EVALUATION_ROWS), validation.n_rows)
        steps = Steps(self._model, is_training=False, batch_size=size, is_eager=self._is_eager)
        steps.trace(validation.template)
        steps.compile(validation.template, validation.n_rows_of_a_chunk)
        return steps

    def run(self, epochs: int, initial_epoch: int) -> History:
        """Train with the compiled steps."""
        model = self._model
        hooks = self._hooks(epochs)
        generator = np.random.default_rng(self._seed)
        model.stop_training = False
        logs: dict[str, float] = {}
        was_interrupted = False
        hooks.on_train_begin()
        try:
            calls_of_epochs = self._train.epochs(self._data, epochs - initial_epoch, generator)
            for epoch, calls in enumerate(calls_of_epochs, start=initial_epoch):
                hooks.on_epoch_begin(epoch)
                logs = self._train_epoch(hooks, calls)
                logs |= self._validate(hooks)
                hooks.on_epoch_end(epoch, logs)
                if model.stop_training:
                    break
        except KeyboardInterrupt:
            was_interrupted = True
        if model.optimizer is not None:
            # Averages of the weights take their place, where the optimizer keeps them.
            model.optimizer.finalize_variable_values(model.trainable_weights)
        hooks.on_train_end(logs)
        return self._recorder.history(was_interrupted=was_interrupted)

    def run_with_keras(self, epochs: int, initial_epoch: int) -> History:
        """Train with `keras.Model.fit`."""
        keras.utils.set_random_seed(self._seed)
        held_back = None
        if self._validation is not None:
            arguments = self._validation.for_keras(self._batch_size, None)
            held_back = (arguments["x"], arguments.get("y"), arguments.get("sample_weight"))
        hooks = self._hooks(epochs)
        was_interrupted = False
        try:
            self._model.fit(
                **self._data.for_keras(self._batch_size, self._seed),
                validation_data=held_back,
                epochs=epochs,
                initial_epoch=initial_epoch,
                callbacks=hooks,
                verbose=0,
            )
        except KeyboardInterrupt:
            if not self._recorder.has_begun:
                raise
            was_interrupted = True
            hooks.on_train_end()
        return self._recorder.history(was_interrupted=was_interrupted)

    def _hooks(self, epochs: int) -> Any:
        return _Hooks(
            self._callbacks,
            add_history=True,
            model=self._model,
            epochs=epochs,
            steps=-(-self._data.n_rows // self._batch_size),
            verbose=0,
        )

    def _train_epoch(self, hooks: Any, calls: Iterator[Call]) -> dict[str, float]:
        self._model.reset_metrics()
        step = 0
        for count, take in calls:
            if self._shows_batches:
                hooks.on_train_batch_begin(step)
            take()
            if self._shows_batches:
                hooks.on_train_batch_end(step, self._results())
            step += count
            if self._model.stop_training:
                break
        return self._results()

    def _validate(self, hooks: Any) -> dict[str, float]:
        if self._validation is None:
            return {}
        self._model.reset_metrics()
        hooks.on_test_begin()
        for calls in self._evaluate.epochs(self._validation, 1):
            for _, take in calls:
                take()
        logs = self._results()
        hooks.on_test_end(logs)
        return {f"val_{name}": value for name, value in logs.items()}

    def _results(self) -> dict[str, float]:
        results = self._model.get_metrics_result()
        return {name: float(value) for name, value in results.items()}


def has_batch_hooks(callback: Any) -> bool:
    """Return whether a callback wants to see every batch."""
    if isinstance(callback, keras.callbacks.TensorBoard):
        return callback.update_freq != "epoch"
    if isinstance(callback, keras.callbacks.ModelCheckpoint | keras.callbacks.BackupAndRestore):
        return callback.save_freq != "epoch"
    base = keras.callbacks.Callback
    names = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
    return any(
        getattr(getattr(callback, name), "__func__", None) is not getattr(base, name)
        for name in names
    )
