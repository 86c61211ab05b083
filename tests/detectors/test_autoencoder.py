"""The classic autoencoder, as a scikit-learn outlier estimator."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks
from weighted import BY_CHANCE

from anomaly import Autoencoder
from anomaly.utils.backend import keras

# So few steps that none is compiled.
QUICK = {"epochs": 1, "batch_size": 1024, "random_state": 0}


@pytest.mark.usefixtures("uncompiled")
@parametrize_with_checks([Autoencoder(**QUICK)], expected_failed_checks=lambda _: BY_CHANCE)
def test_it_passes_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    generator = np.random.default_rng(0)
    latent = generator.normal(size=(3000, 2))
    mixed = latent @ generator.normal(size=(2, 29)) + 0.1 * generator.normal(size=(3000, 29))
    return mixed.astype(np.float32)


@pytest.fixture(scope="module")
def detector(rows) -> Autoencoder:
    return Autoencoder(epochs=5, random_state=0).fit(rows)


def test_the_network_is_that_of_the_published_notebooks(detector):
    layers = detector.network_.layers
    assert [(layer.units, layer.activation.__name__) for layer in layers] == [
        (14, "tanh"),
        (7, "relu"),
        (7, "tanh"),
        (29, "relu"),
    ]
    assert detector.network_.count_params() == 813
    assert float(layers[0].activity_regularizer.l1) == pytest.approx(1e-4)


def test_a_row_out_of_line_scores_higher_than_every_row_in_line(detector, rows):
    strange = np.random.default_rng(1).normal(scale=6, size=(20, 29))
    assert detector.anomaly_score(strange).min() > np.quantile(detector.anomaly_score(rows), 0.99)


def test_scores_of_scikit_learn_run_the_other_way(detector, rows):
    assert np.array_equal(detector.score_samples(rows), -detector.anomaly_score(rows))


def test_predict_calls_the_contaminated_share_outliers(rows):
    detector = Autoencoder(**QUICK, contamination=0.05).fit(rows)
    assert np.mean(detector.predict(rows) == -1) == pytest.approx(0.05, abs=0.001)


def test_the_score_is_the_mean_squared_error_of_the_standardised_row(detector, rows):
    standardize = detector.model_.get_layer("standardize")
    seen = standardize(rows).numpy()
    residual = seen - detector.network_.predict(seen, verbose=0)
    np.testing.assert_allclose(
        detector.anomaly_score(rows), np.mean(residual**2, axis=1), rtol=1e-5
    )


def test_the_mean_absolute_error_is_trained_on_and_scored_with(rows):
    detector = Autoencoder(loss="mean_absolute_error", activity_l1=1e-9, **QUICK).fit(
        rows[300:], validation_data=rows[:300]
    )
    seen = detector.model_.get_layer("standardize")(rows[:300]).numpy()
    residual = np.abs(seen - detector.network_.predict(seen, verbose=0))
    found = detector.explain(rows[:300])
    np.testing.assert_allclose(found.scores, residual.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(found.shares, residual / 29, rtol=1e-4, atol=1e-6)
    assert detector.history_.losses["val_loss"][-1] == pytest.approx(residual.mean(), rel=1e-3)


def test_a_missing_value_counts_as_one_at_the_clip_whatever_the_loss(rows):
    emptied = rows[:50].copy()
    emptied[:, 3] = np.nan
    for loss, share in (("mean_squared_error", 25 / 29), ("mean_absolute_error", 5 / 29)):
        detector = Autoencoder(loss=loss, **QUICK).fit(rows)
        assert detector.explain(emptied).shares[:, 3] == pytest.approx(share)


def test_another_loss_is_refused(rows):
    with pytest.raises(ValueError, match="'loss' parameter of Autoencoder must be a str among"):
        Autoencoder(loss="huber").fit(rows)


@pytest.mark.parametrize(
    ("options", "epochs"),
    [
        ({}, 100),
        ({"effort": 0.25}, 25),
        ({"effort": 4}, 400),
        ({"effort": 1e-3}, 1),
        ({"epochs": 7, "effort": 4}, 7),
    ],
)
def test_effort_is_in_proportion_to_the_epochs_where_they_are_not_given(options, epochs):
    assert Autoencoder(**options).planned_epochs(1000) == epochs


def test_training_again_with_the_same_seed_gives_the_same_graph(rows):
    detector = Autoencoder(epochs=2, random_state=7)
    first, second = clone(detector).fit(rows), clone(detector).fit(rows)
    assert first.onnx_ == second.onnx_


def test_rows_held_back_are_not_trained_on(rows):
    held_back = rows[:10] + 100
    alone = Autoencoder(**QUICK).fit(rows[10:], validation_data=rows[:10])
    other = Autoencoder(**QUICK).fit(rows[10:], validation_data=held_back)
    assert alone.onnx_ == other.onnx_
    assert alone.history_.losses["val_loss"] != other.history_.losses["val_loss"]


def test_callbacks_of_keras_take_part(rows, tmp_path):
    log = tmp_path / "log.csv"
    Autoencoder(**QUICK).fit(rows, callbacks=[keras.callbacks.CSVLogger(log)])
    assert log.read_text().splitlines()[0] == "epoch,loss,val_loss"


def test_infinite_values_are_refused(rows):
    with pytest.raises(ValueError, match="infinity"):
        Autoencoder(epochs=1).fit(np.where(rows == rows[0, 0], np.inf, rows))


def test_leaving_a_field_empty_does_not_lower_the_score(detector, rows):
    # A field that never was empty in training: the median alone would make the row ordinary.
    whole = detector.anomaly_score(rows[:200])
    for column in range(0, 29, 7):
        emptied = rows[:200].copy()
        emptied[:, column] = np.nan
        assert (detector.anomaly_score(emptied) > whole).mean() > 0.95
        shares = detector.explain(emptied).shares
        assert shares[:, column].min() >= 25 / 29 - 1e-6


def test_a_category_never_seen_scores_no_lower_than_the_rarest(rows):
    rare = np.zeros((len(rows), 2), dtype=np.float32)
    rare[:5, 0] = 1
    detector = Autoencoder(epochs=3, random_state=0).fit(np.hstack([rows[:, :6], rare]))
    row = np.hstack([rows[100:101, :6], [[1, 0]]]), np.hstack([rows[100:101, :6], [[0, 1]]])
    rarest, unseen = (detector.anomaly_score(r.astype(np.float32))[0] for r in row)
    assert unseen >= 0.99 * rarest
