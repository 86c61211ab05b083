"""Standardisation inside the graph."""

import numpy as np
import pytest

from anomaly.detectors.exported import layers
from anomaly.detectors.exported.layers import (
    MeanAbsoluteShares,
    MeanSquaredShares,
    Standardize,
    Unstandardize,
)
from anomaly.utils.backend import keras

NAN = np.float32("nan")


def fitted(values, clip=10.0):
    return Standardize.fit(np.asarray(values, dtype=np.float32), clip)


def test_values_are_standardised_by_their_mean_and_deviation():
    layer = fitted([[1.0], [3.0]])
    np.testing.assert_allclose(layer(np.array([[1.0], [3.0], [5.0]], "f4")), [[-1], [1], [3]])


def test_a_missing_value_becomes_the_median_and_is_indicated():
    layer = fitted([[1.0], [2.0], [9.0], [NAN]])
    known, missing = layer(np.array([[2.0], [NAN]], "f4")).numpy()
    assert known[0] == missing[0]
    assert known[1] < 0 < missing[1]


def test_a_feature_never_missing_in_training_has_no_indicator_but_may_be_missing_later():
    layer = fitted([[1.0], [2.0], [9.0]])
    assert np.array_equal(layer(np.array([[NAN]], "f4")), layer(np.array([[2.0]], "f4")))


def test_a_long_tail_goes_through_the_logarithm_and_a_symmetric_feature_does_not():
    generator = np.random.default_rng(0)
    tail, normal = np.exp(2 * generator.normal(size=2000)), generator.normal(size=2000)
    layer = fitted(np.column_stack([tail, normal]))
    assert layer.logged == [0]
    expected = (np.log1p(tail) - np.log1p(tail).mean()) / np.log1p(tail).std()
    found = layer(np.column_stack([tail, normal]).astype("f4")).numpy()
    np.testing.assert_allclose(found[:, 0], np.clip(expected, -10, 10), atol=1e-4)


def test_a_negative_value_in_a_logged_feature_is_far_from_normal_not_an_error():
    tail = np.exp(2 * np.random.default_rng(0).normal(size=(2000, 1)))
    layer = fitted(tail)
    refund, usual = layer(np.array([[-1000.0], [1.0]], "f4")).numpy().ravel()
    assert refund < usual - 3


def test_standardised_values_stay_within_the_clip():
    layer = fitted([[0.0], [1.0]], clip=5.0)
    np.testing.assert_array_equal(layer(np.array([[1e9], [-1e9]], "f4")), [[5], [-5]])


def test_what_never_varied_in_training_is_far_from_normal_when_it_does():
    layer = fitted([[7.0, 0.0], [7.0, 1.0]])
    np.testing.assert_allclose(layer(np.array([[7.0, 1.0]], "f4")), [[0.0, 1.0]], atol=1e-6)
    np.testing.assert_allclose(layer(np.array([[8.0, 0.0]], "f4")), [[10.0, -1.0]], atol=1e-6)


def test_unstandardize_gives_back_the_raw_values():
    generator = np.random.default_rng(1)
    raw = np.column_stack([np.exp(2 * generator.normal(size=500)), generator.normal(size=500)])
    layer = fitted(raw, clip=100.0)
    back = Unstandardize(layer)(layer(raw.astype("f4")))
    np.testing.assert_allclose(back, raw, rtol=1e-4, atol=1e-4)


def test_the_parts_of_the_mean_squared_error_sum_to_it():
    seen, expected = np.array([[1.0, 2.0]], "f4"), np.array([[0.0, 4.0]], "f4")
    np.testing.assert_allclose(MeanSquaredShares()([seen, expected]), [[0.5, 2.0]])


def test_the_parts_of_the_mean_absolute_error_sum_to_it():
    seen, expected = np.array([[1.0, 2.0]], "f4"), np.array([[0.0, 4.0]], "f4")
    np.testing.assert_allclose(MeanAbsoluteShares()([seen, expected]), [[0.5, 1.0]])


def test_the_layers_survive_saving_and_safe_loading(tmp_path):
    values = np.random.default_rng(2).lognormal(2, 2, size=(300, 3)).astype("f4")
    values[0, 1] = NAN
    layer = fitted(values)
    features = keras.Input((3,))
    model = keras.Model(features, Unstandardize(layer)(layer(features)))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert np.array_equal(loaded(values), model(values))


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_the_number_of_inputs_counts_the_indicators(share):
    values = np.arange(8, dtype="f4").reshape(4, 2)
    values[: int(4 * share), 0] = NAN
    assert fitted(values)(values).shape == (4, 3 if share else 2)


def test_long_tails_among_many_features_are_logged_as_among_few(monkeypatch):
    random = np.random.default_rng(3)
    values = random.normal(size=(500, 40))
    values[:, ::2] = np.exp(2 * values[:, ::2])
    values = values.astype("f4")
    layer = fitted(values)
    assert layer.logged == list(range(0, 40, 2))
    many = layer(values)
    back = Unstandardize(layer)(many)
    monkeypatch.setattr(layers, "_MOST_CUTS", 100)
    np.testing.assert_allclose(layer(values), many, atol=1e-5)
    np.testing.assert_allclose(Unstandardize(layer)(many), back, rtol=1e-4)
