"""What holds for every detector: its graph says what Keras says, rows do not mix, and it can be saved."""

import numpy as np
import pytest

from anomaly import (
    Autoencoder,
    DeepDenoisingAutoencoder,
    DenoisingAutoencoder,
    TrimmedGaussian,
    VariationalAutoencoder,
)
from anomaly.detectors import DETECTORS
from anomaly.utils.backend import keras

# The smallest networks: depth and width cost time alone here.
SMALL = {"epochs": 1, "width": 8, "depth": 1, "batch_size": 16_384}
QUICK = {
    Autoencoder: {"epochs": 1, "batch_size": 1024},
    DeepDenoisingAutoencoder: SMALL,
    DenoisingAutoencoder: {"units": 8, "noisy_rows": 256},
    TrimmedGaussian: {},
    VariationalAutoencoder: SMALL,
}


def correlated(n_rows, seed):
    mixing = np.random.default_rng(0).normal(size=(4, 4))
    return (np.random.default_rng(seed).normal(size=(n_rows, 4)) @ mixing).astype("f4")


@pytest.fixture(scope="module", params=DETECTORS)
def detector(request):
    kind = DETECTORS[request.param]
    return kind(**QUICK[kind], random_state=0).fit(correlated(1500, 1))


def test_the_exported_graph_scores_as_the_keras_model(detector):
    rows = correlated(100, 3)
    outputs = detector.model_.predict(rows, verbose=0)
    np.testing.assert_allclose(detector.anomaly_score(rows), outputs["score"], rtol=1e-3)
    found = detector.explain(rows)
    np.testing.assert_allclose(found.shares.sum(axis=1), found.scores, rtol=1e-4)
    assert (found.shares >= 0).all()


def test_a_score_does_not_depend_on_the_rows_around_it(detector):
    rows = correlated(5000, 4)
    scores = detector.anomaly_score(rows)
    assert np.array_equal(scores[:7], detector.anomaly_score(rows[:7]))
    assert np.array_equal(scores[2049:2050], detector.anomaly_score(rows[2049:2050]))


def test_the_model_survives_saving_and_safe_loading(detector, tmp_path):
    detector.model_.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    rows = correlated(20, 6)
    expected = detector.model_.predict(rows, verbose=0)
    np.testing.assert_allclose(
        loaded.predict(rows, verbose=0)["score"], expected["score"], rtol=1e-5
    )
