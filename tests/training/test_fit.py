"""`anomaly.training.fit` does what `keras.Model.fit` does, on the same rows in the same order."""

import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from branching import branching

from anomaly.training import Arrays, fit
from anomaly.utils.backend import keras

ROWS, WIDTH, BATCH, EPOCHS = 1003, 8, 32, 3
layers = keras.layers


@pytest.fixture(scope="module")
def inputs() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(ROWS, WIDTH)).astype(np.float32)


@pytest.fixture(scope="module")
def classes(inputs) -> np.ndarray:
    return (inputs[:, 0] + inputs[:, 1] > 1).astype(np.int32)


def dense(units: int, activation: str | None = None, seed: int = 0, **more: Any) -> Any:
    start = keras.initializers.GlorotUniform(seed=seed)
    return layers.Dense(units, activation, kernel_initializer=start, **more)


def autoencoder(optimizer: Any = None, middle: Any = None, metrics: Any = None) -> keras.Model:
    stack = [dense(4, "tanh", 1, activity_regularizer="l1"), dense(WIDTH, seed=2)]
    if middle is not None:
        stack.insert(1, middle)
    model = keras.Sequential([keras.Input((WIDTH,)), *stack])
    model.compile(optimizer or keras.optimizers.Adam(0.01), "mean_squared_error", metrics=metrics)
    return model


def classifier(weighted: bool = False) -> keras.Model:
    model = keras.Sequential([keras.Input((WIDTH,)), dense(4, "relu", 1), dense(1, "sigmoid", 2)])
    model.compile(
        keras.optimizers.Adam(0.01),
        "binary_crossentropy",
        metrics=["accuracy"],
        weighted_metrics=[keras.metrics.AUC(name="auc")] if weighted else None,
    )
    return model


class Epochs(keras.callbacks.Callback):
    """Gives `fit` of Keras the rows of each epoch in the order that ours takes them."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: list[dict[str, float]] = []

    def on_epoch_end(self, epoch, logs=None):
        self.logs.append(dict(logs))


def keras_fit(model, arrays, seed, epochs=EPOCHS, validation=None, callbacks=(), **more):
    """Train with Keras, an epoch at a time on rows already shuffled as ours are."""
    recorder = Epochs()
    generator = np.random.default_rng(seed)
    for epoch in range(epochs):
        order = generator.permutation(ROWS)
        x, y, weight = (None if a is None else a[order] for a in arrays)
        model.fit(
            x,
            y,
            sample_weight=weight,
            batch_size=BATCH,
            shuffle=False,
            verbose=0,
            initial_epoch=epoch,
            epochs=epoch + 1,
            validation_data=validation,
            callbacks=[recorder, *callbacks],
            **more,
        )
    return recorder.logs


def assert_same(build: Callable[[], keras.Model], arrays: tuple, rtol=2e-5, **more: Any) -> None:
    ours, theirs = build(), build()
    x, y, weight = arrays
    history = fit(
        ours,
        Arrays(x, y, weight, more.get("class_weight")),
        epochs=EPOCHS,
        batch_size=BATCH,
        seed=4,
    )
    for epoch, logs in enumerate(keras_fit(theirs, arrays, seed=4, **more)):
        for name, value in logs.items():
            assert history.losses[name][epoch] == pytest.approx(value, rel=rtol), (name, epoch)
    for weight, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(weight, other, atol=1e-4)


def test_an_autoencoder_with_a_penalty_on_activity_is_trained_alike(inputs):
    assert_same(autoencoder, (inputs, inputs, None))


def test_metrics_are_reported_alike(inputs):
    assert_same(lambda: autoencoder(metrics=["mae"]), (inputs, inputs, None))


def test_batch_statistics_are_kept_alike(inputs):
    assert_same(lambda: autoencoder(middle=layers.BatchNormalization()), (inputs, inputs, None))


def test_dropout_is_drawn_as_keras_draws_it_when_it_compiles(inputs):
    # XLA has its own random numbers, so only a compiled `fit` draws the same.
    def build():
        model = autoencoder(middle=layers.Dropout(0.3, seed=5))
        model.compile(keras.optimizers.Adam(0.01), "mean_squared_error", jit_compile=True)
        return model

    assert_same(build, (inputs, inputs, None))


def test_learning_rate_schedules_move_alike(inputs):
    def build():
        schedule = keras.optimizers.schedules.CosineDecay(0.05, decay_steps=60)
        return autoencoder(keras.optimizers.AdamW(schedule, weight_decay=0.01))

    assert_same(build, (inputs, inputs, None))


@pytest.mark.parametrize("optimizer", ["SGD", "RMSprop", "Nadam", "Lion"])
def test_optimizers_step_alike(inputs, optimizer):
    assert_same(
        lambda: autoencoder(getattr(keras.optimizers, optimizer)(0.001)), (inputs, inputs, None)
    )


def test_sample_weights_count_alike(inputs, classes):
    weight = np.random.default_rng(1).uniform(0, 2, ROWS).astype(np.float32)
    assert_same(lambda: classifier(weighted=True), (inputs, classes, weight))


def test_class_weights_count_alike(inputs, classes):
    assert_same(classifier, (inputs, classes, None), class_weight={0: 0.5, 1: 5.0})


def test_sample_and_class_weights_together_are_refused(inputs, classes):
    with pytest.raises(ValueError, match="not both"):
        Arrays(inputs, classes, np.ones(ROWS), {0: 1.0, 1: 2.0})


def test_a_train_step_of_the_models_own_is_used(inputs):
    class Doubled(keras.Model):
        def train_step(self, data):
            x, y, _ = data
            return super().train_step((2 * x, y, None))

    def build():
        features = keras.Input((WIDTH,))
        model = Doubled(features, dense(WIDTH, seed=1)(features))
        model.compile(keras.optimizers.SGD(0.1), "mse")
        return model

    ours, theirs = build(), build()
    fit(ours, Arrays(inputs, inputs), epochs=1, batch_size=BATCH, seed=0)
    order = np.random.default_rng(0).permutation(ROWS)
    for start in range(0, ROWS, BATCH):
        rows = inputs[order[start : start + BATCH]]
        theirs.train_step((keras.ops.convert_to_tensor(rows), rows, None))
    np.testing.assert_allclose(ours.get_weights()[0], theirs.get_weights()[0], atol=1e-5)


def test_the_losses_of_the_first_hundred_steps_are_those_of_train_on_batch(inputs):
    ours, theirs = autoencoder(), autoencoder()
    batches = Batches()
    fit(ours, Arrays(inputs, inputs), epochs=4, batch_size=BATCH, seed=3, callbacks=[batches])
    means = iter(batches.losses)
    found, expected, generator = [], [], np.random.default_rng(3)
    for _ in range(4):
        order = generator.permutation(ROWS)
        total = 0.0
        for start in range(0, ROWS, BATCH):
            rows = inputs[order[start : start + BATCH]]
            expected.append(float(np.ravel(theirs.train_on_batch(rows, rows))[0]))
            before, total = total, next(means) * (start + len(rows))  # means of the epoch so far
            found.append((total - before) / len(rows))
    assert len(found) == 128
    np.testing.assert_allclose(found[:100], expected[:100], atol=1e-5)


class Batches(keras.callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.losses: list[float] = []
        self.began: list[int] = []

    def on_train_batch_begin(self, batch, logs=None):
        self.began.append(batch)

    def on_train_batch_end(self, batch, logs=None):
        assert self.began[-1] == batch
        self.losses.append(logs["loss"])


def test_hooks_for_batches_change_no_weight(inputs):
    seen, unseen = autoencoder(), autoencoder()
    data = Arrays(inputs, inputs)
    fit(seen, data, epochs=2, batch_size=BATCH, seed=0, callbacks=[Batches()])
    fit(unseen, data, epochs=2, batch_size=BATCH, seed=0)
    for weight, other in zip(seen.get_weights(), unseen.get_weights(), strict=True):
        np.testing.assert_allclose(weight, other, atol=1e-6)


def test_the_validation_loss_is_that_of_evaluate(inputs):
    model = autoencoder(metrics=["mae"])
    held_back = np.random.default_rng(1).normal(size=(9001, WIDTH)).astype(np.float32)
    history = fit(
        model,
        Arrays(inputs, inputs),
        validation=Arrays(held_back, held_back),
        epochs=2,
        batch_size=64,
        seed=0,
    )
    loss, error = model.evaluate(held_back, held_back, batch_size=8192, verbose=0)
    assert history.losses["val_loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert history.losses["val_mae"][-1] == pytest.approx(error, rel=1e-5)


def test_averages_of_the_weights_take_their_place_at_the_end(inputs):
    ours, theirs = (
        autoencoder(keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.9)) for _ in range(2)
    )
    rows = len(inputs)
    fit(ours, Arrays(inputs, inputs), epochs=5, batch_size=rows, seed=0)
    theirs.fit(inputs, inputs, epochs=5, batch_size=rows, verbose=0)
    for weight, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(weight, other, atol=1e-5)


def test_one_seed_gives_one_model_and_another_seed_another(inputs):
    def weights(seed):
        model = autoencoder()
        fit(model, Arrays(inputs, inputs), epochs=2, batch_size=BATCH, seed=seed)
        return np.concatenate([weight.ravel() for weight in model.get_weights()])

    assert np.array_equal(weights(5), weights(5))
    assert not np.array_equal(weights(5), weights(6))


def test_early_stopping_stops_and_puts_the_best_weights_back(inputs):
    model = autoencoder()
    stop = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    noise = np.random.default_rng(2).normal(size=(50, WIDTH)).astype(np.float32)
    history = fit(
        model,
        Arrays(inputs[:40], inputs[:40]),
        validation=Arrays(noise, noise),
        epochs=500,
        batch_size=8,
        seed=0,
        callbacks=[stop],
    )
    assert history.epochs < 500
    best = min(history.losses["val_loss"])
    assert model.evaluate(noise, noise, verbose=0) == pytest.approx(best, rel=1e-5)


def test_callbacks_of_keras_see_what_fit_shows_them(inputs, tmp_path):
    def callbacks(folder):
        return [
            keras.callbacks.CSVLogger(folder / "log.csv"),
            keras.callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=1, min_delta=10),
            keras.callbacks.ModelCheckpoint(folder / "{epoch}.weights.h5", save_weights_only=True),
        ]

    ours, theirs = autoencoder(), autoencoder()
    (tmp_path / "ours").mkdir()
    (tmp_path / "theirs").mkdir()
    data = Arrays(inputs, inputs)
    fit(ours, data, epochs=3, batch_size=BATCH, seed=0, callbacks=callbacks(tmp_path / "ours"))
    theirs.fit(
        inputs,
        inputs,
        epochs=3,
        batch_size=BATCH,
        verbose=0,
        callbacks=callbacks(tmp_path / "theirs"),
    )
    names = sorted(path.name for path in (tmp_path / "theirs").iterdir())
    assert sorted(path.name for path in (tmp_path / "ours").iterdir()) == names
    heads = [(tmp_path / who / "log.csv").read_text().splitlines()[0] for who in ("ours", "theirs")]
    assert heads[0] == heads[1]
    assert float(ours.optimizer.learning_rate) == float(theirs.optimizer.learning_rate)


def hooks_seen(train: Callable[[Any], Any]) -> list[tuple]:
    seen: list[tuple] = []

    def note(name):
        return lambda *arguments: seen.append(
            (name, *(sorted(a) if isinstance(a, dict) else a for a in arguments))
        )

    names = ("train_begin", "train_end", "epoch_begin", "epoch_end", "test_begin", "test_end")
    callback = keras.callbacks.Callback()
    for name in names:
        setattr(callback, f"on_{name}", note(name))
    train(callback)
    return seen


def test_hooks_come_in_the_order_and_with_the_logs_of_fit(inputs):
    ours = hooks_seen(
        lambda callback: fit(
            autoencoder(),
            Arrays(inputs, inputs),
            validation=Arrays(inputs, inputs),
            initial_epoch=1,
            epochs=3,
            batch_size=BATCH,
            seed=0,
            callbacks=[callback],
        )
    )
    theirs = hooks_seen(
        lambda callback: autoencoder().fit(
            inputs,
            inputs,
            validation_data=(inputs, inputs),
            initial_epoch=1,
            epochs=3,
            batch_size=BATCH,
            verbose=0,
            callbacks=[callback],
        )
    )
    assert [hook[:2] for hook in ours] == [hook[:2] for hook in theirs]
    assert ours[-2][-1] == theirs[-2][-1] == ["loss", "val_loss"]


def test_stop_training_ends_after_the_epoch(inputs):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True

    history = fit(
        autoencoder(),
        Arrays(inputs, inputs),
        epochs=9,
        batch_size=BATCH,
        seed=0,
        callbacks=[Stop()],
    )
    assert history.epochs == 1


def test_a_batch_larger_than_the_data_is_one_step(inputs):
    model = autoencoder()
    fit(model, Arrays(inputs[:10], inputs[:10]), epochs=3, batch_size=4096, seed=0)
    assert int(model.optimizer.iterations.numpy()) == 3


def test_a_model_that_cannot_be_compiled_is_trained_by_keras_with_a_line_that_says_why(inputs):
    model = branching(WIDTH)
    few = Arrays(inputs[:64], inputs[:64])
    with pytest.warns(UserWarning, match=r"slower keras.Model.fit, since Branching cannot"):
        history = fit(model, few, validation=few, epochs=5, batch_size=BATCH, seed=0)
    assert len(history.losses["val_loss"]) == 5
    assert int(model.optimizer.iterations.numpy()) == 10


def test_a_few_steps_are_taken_as_they_come_and_are_those_of_keras(inputs):
    few, ours, theirs = inputs[:90], autoencoder(), autoencoder()
    history = fit(
        ours, Arrays(few, few), validation=Arrays(few, few), epochs=2, batch_size=90, seed=0
    )
    theirs.train_on_batch(few, few)
    theirs.train_on_batch(few, few)
    for weight, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(weight, other, rtol=1e-4, atol=1e-6)
    val_loss = history.losses["val_loss"][-1]
    np.testing.assert_allclose(val_loss, ours.evaluate(few, few, verbose=0), rtol=1e-5)


class Press(keras.callbacks.Callback):
    """Ctrl-C in the fourth epoch, when its first batch has moved the weights."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.epoch == 3:
            signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("ignore:training through the slower")
def test_ctrl_c_ends_a_training_by_keras_and_keeps_the_best_weights(inputs):
    model = branching(WIDTH)
    stop = keras.callbacks.EarlyStopping("loss", patience=9, restore_best_weights=True)
    few = Arrays(inputs[:64], inputs[:64])
    history = fit(model, few, epochs=9, batch_size=BATCH, seed=0, callbacks=[stop, Press()])
    assert (history.interrupted, history.epochs) == (True, 3)
    assert_weights(model, stop.best_weights)


@pytest.mark.filterwarnings("ignore:training through the slower")
def test_ctrl_c_before_a_training_by_keras_has_begun_goes_through(inputs):
    class Interrupted(Arrays):
        def for_keras(self, batch_size, seed):
            raise KeyboardInterrupt

    few = Interrupted(inputs[:64], inputs[:64])
    with pytest.raises(KeyboardInterrupt):
        fit(branching(WIDTH), few, epochs=5, batch_size=BATCH, seed=0)


def interrupted_after_two_epochs(inputs, interrupt):
    """Return the history, and the epochs that the callbacks before and after it saw."""
    before, after = Epochs(), Epochs()
    press = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _: epoch < 2 or interrupt())
    callbacks = [before, press, after]
    data = Arrays(inputs, inputs)
    history = fit(autoencoder(), data, epochs=9, batch_size=BATCH, seed=0, callbacks=callbacks)
    assert history.interrupted
    return history.epochs, len(before.logs), len(after.logs)


def test_ctrl_c_lets_all_callbacks_see_the_epoch_that_one_saw(inputs):
    def press():
        signal.raise_signal(signal.SIGINT)

    assert interrupted_after_two_epochs(inputs, press) == (3, 3, 3)


def test_ctrl_c_pressed_twice_waits_for_no_callback(inputs):
    def press_twice():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    assert interrupted_after_two_epochs(inputs, press_twice) == (3, 3, 2)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_training_in_another_thread_is_left_to_it(inputs):
    with ThreadPoolExecutor(1) as thread:
        data = Arrays(inputs, inputs)
        history = thread.submit(fit, autoencoder(), data, epochs=2, batch_size=BATCH, seed=0)
    assert history.result().epochs == 2


def test_what_callbacks_add_to_the_logs_is_in_the_history(inputs):
    plateau = keras.callbacks.ReduceLROnPlateau("loss")
    data = Arrays(inputs, inputs)
    history = fit(autoencoder(), data, epochs=2, batch_size=BATCH, seed=0, callbacks=[plateau])
    assert history.losses["learning_rate"] == pytest.approx([0.01, 0.01])


def assert_weights(model, expected):
    for weight, other in zip(model.get_weights(), expected, strict=True):
        assert np.array_equal(weight, other)


def test_ctrl_c_ends_the_training_and_keeps_the_best_weights(inputs):
    model = autoencoder()
    stop = keras.callbacks.EarlyStopping("loss", patience=10**6, restore_best_weights=True)
    begun = threading.Event()
    tell = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _: epoch < 3 or begun.set())

    def press():
        begun.wait()
        time.sleep(0.05)
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    history = fit(
        model,
        Arrays(inputs, inputs),
        epochs=10**6,
        batch_size=BATCH,
        seed=0,
        callbacks=[stop, tell],
    )
    thread.join()
    assert history.interrupted
    assert 3 < history.epochs < 10**6
    assert_weights(model, stop.best_weights)
