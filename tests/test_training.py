"""The compiled epoch does the arithmetic of `keras.Model.fit`."""

import numpy as np
import pytest

from anomaly.backend import keras
from anomaly.training import train

ROWS, WIDTH, BATCH = 1003, 8, 32


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(ROWS, WIDTH)).astype(np.float32)


def network() -> keras.Model:
    dense = keras.layers.Dense

    def start(seed):
        return keras.initializers.GlorotUniform(seed=seed)

    model = keras.Sequential(
        [
            keras.Input((WIDTH,)),
            dense(4, "tanh", kernel_initializer=start(1), activity_regularizer="l1"),
            dense(WIDTH, kernel_initializer=start(2)),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mean_squared_error")
    return model


def orders(seed: int, epochs: int) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [generator.permutation(ROWS) for _ in range(epochs)]


def test_an_epoch_gives_the_loss_and_the_weights_of_fit(inputs):
    ours, theirs = network(), network()
    history = train(ours, inputs, inputs, epochs=1, batch_size=BATCH, seed=3)
    rows = inputs[orders(3, 1)[0]]
    fitted = theirs.fit(rows, rows, batch_size=BATCH, epochs=1, shuffle=False, verbose=0)
    assert history.losses["loss"][0] == pytest.approx(fitted.history["loss"][0], rel=1e-5)
    for weight, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(weight, other, atol=1e-5)


def test_the_losses_of_the_first_hundred_steps_are_those_of_train_on_batch(inputs):
    ours, theirs = network(), network()
    rows = inputs[:BATCH]
    history = train(ours, rows, rows, epochs=100, batch_size=BATCH, seed=0)
    expected = [theirs.train_on_batch(rows, rows) for _ in range(100)]
    np.testing.assert_allclose(history.losses["loss"], np.ravel(expected), atol=1e-5)


def test_the_validation_loss_is_that_of_evaluate(inputs):
    model = network()
    held_back = np.random.default_rng(1).normal(size=(9001, WIDTH)).astype(np.float32)
    history = train(
        model, inputs, inputs, validation=(held_back, held_back), epochs=1, batch_size=64, seed=0
    )
    expected = model.evaluate(held_back, held_back, batch_size=8192, verbose=0)
    assert history.losses["val_loss"][0] == pytest.approx(expected, rel=1e-5)


def test_one_seed_gives_one_model_and_another_seed_another(inputs):
    def weights(seed):
        model = network()
        train(model, inputs, inputs, epochs=2, batch_size=BATCH, seed=seed)
        return np.concatenate([w.ravel() for w in model.get_weights()])

    assert np.array_equal(weights(5), weights(5))
    assert not np.array_equal(weights(5), weights(6))


def test_early_stopping_stops_and_puts_the_best_weights_back(inputs):
    model = network()
    stop = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    noise = np.random.default_rng(2).normal(size=(50, WIDTH)).astype(np.float32)
    few = inputs[:40]
    history = train(
        model,
        few,
        few,
        validation=(noise, noise),
        epochs=500,
        batch_size=8,
        seed=0,
        callbacks=[stop],
    )
    assert history.epochs < 500
    best = min(history.losses["val_loss"])
    assert model.evaluate(noise, noise, verbose=0) == pytest.approx(best, rel=1e-5)


def test_callbacks_see_the_epochs_and_their_losses(inputs):
    seen = []
    callback = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: seen.append("begin"),
        on_epoch_end=lambda epoch, logs: seen.append((epoch, sorted(logs))),
        on_train_end=lambda logs: seen.append("end"),
    )
    train(
        network(),
        inputs,
        inputs,
        validation=(inputs, inputs),
        epochs=2,
        batch_size=BATCH,
        seed=0,
        callbacks=[callback],
    )
    assert seen == ["begin", (0, ["loss", "val_loss"]), (1, ["loss", "val_loss"]), "end"]


def test_a_batch_larger_than_the_data_is_one_step(inputs):
    model = network()
    train(model, inputs[:10], inputs[:10], epochs=3, batch_size=4096, seed=0)
    assert int(model.optimizer.iterations.numpy()) == 3
