"""Dropout with masks that are hashes."""

import numpy as np
import pytest

from anomaly.training import Arrays, Dropout, fit
from anomaly.utils.backend import keras, tf


def masks(n_steps, shape, rate=0.3, seed=0):
    layer = Dropout(rate, seed=seed)
    return np.stack([layer(tf.ones(shape), training=True).numpy() for _ in range(n_steps)]) > 0


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_a_share_of_the_values_is_left_out_and_the_mean_stays(rate):
    dropped = Dropout(rate, seed=0)(tf.ones((1000, 100)), training=True).numpy()
    assert (dropped == 0).mean() == pytest.approx(rate, abs=0.005)
    assert dropped.mean() == pytest.approx(1, abs=0.05)


def test_no_step_row_unit_or_seed_tells_of_another():
    kept = np.concatenate([masks(100, (60, 40)), masks(100, (60, 40), seed=1)]).astype(float) - 0.7
    for axis in range(3):
        for distance in (1, 2, 16, 32):
            moved = np.roll(kept, distance, axis)
            assert abs((kept * moved).mean()) < 5 * 0.21 / np.sqrt(kept.size)
    assert abs((kept[:100] * kept[100:]).mean()) < 5 * 0.21 / np.sqrt(kept.size / 2)


def test_the_shares_by_row_vary_as_those_of_independent_draws():
    for axis in (0, 1, 2):
        shares = masks(200, (64, 32), rate=0.5).mean(axis=axis)
        expected = 0.5 / np.sqrt((200, 64, 32)[axis])
        assert shares.std() == pytest.approx(expected, rel=0.1)


def test_nothing_is_left_out_without_training():
    values = tf.random.normal((10, 3))
    assert np.array_equal(Dropout(0.5, seed=0)(values, training=False), values)
    assert np.array_equal(Dropout(0.0, seed=0)(values, training=True), values)


def test_it_survives_saving(tmp_path):
    model = keras.Sequential([keras.Input((3,)), Dropout(0.5, seed=1)])
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert isinstance(again.layers[0], Dropout)
    assert again.layers[0].rate == 0.5


@pytest.mark.parametrize("jit_compile", [True, False])
def test_two_trainings_with_one_seed_are_the_same(jit_compile):
    random = np.random.default_rng(0)
    data = Arrays(random.normal(size=(300, 4)).astype("f4"), np.ones(300, "f4"))

    def weights():
        start = keras.initializers.GlorotUniform(0)
        layers = [Dropout(0.5, seed=0), keras.layers.Dense(1, kernel_initializer=start)]
        model = keras.Sequential([keras.Input((4,)), *layers])
        model.compile("adam", "mean_squared_error")
        fit(model, data, epochs=3, batch_size=32, seed=0, jit_compile=jit_compile)
        return model.get_weights()[0]

    assert np.array_equal(weights(), weights())
