"""The denoising autoencoder: what it finds, and that its graph says what Keras says."""

import numpy as np
import pytest
from sklearn.covariance import ledoit_wolf
from sklearn.metrics import average_precision_score
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.estimator_checks import parametrize_with_checks
from weighted import BY_CHANCE

from anomaly import DeepDenoisingAutoencoder
from anomaly.detectors import deep_denoising
from anomaly.detectors.exported.whitening import (
    NeighbourShares,
    SummedLogarithms,
    Whitened,
    distances_of_unseen,
)
from anomaly.detectors.networks.denoiser import ESTIMATORS, Correcting, Direct
from anomaly.detectors.sensitivity import effects_of_inputs

RANDOM = np.random.default_rng(0)
VALUES = RANDOM.normal(size=(300, 5)).astype("f4")


# The smallest network: depth and width cost time alone here.
SMALL = {"epochs": 1, "width": 8, "depth": 1, "batch_size": 16_384, "random_state": 0}


@pytest.mark.usefixtures("uncompiled")
@parametrize_with_checks(
    [DeepDenoisingAutoencoder(**SMALL)], expected_failed_checks=lambda _: BY_CHANCE
)
def test_it_passes_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


def rows_on_a_curve(n_rows, seed):
    """Rows with dependencies that no straight line has."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0, 2 * np.pi, n_rows)
    rows = np.column_stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])
    return (rows + 0.05 * random.normal(size=rows.shape)).astype("f4")


@pytest.fixture(scope="module")
def detector():
    return DeepDenoisingAutoencoder(epochs=15, random_state=0).fit(rows_on_a_curve(3000, 1))


def test_a_row_whose_values_do_not_belong_together_scores_high(detector):
    usual = rows_on_a_curve(1000, 2)
    mixed = np.column_stack([usual[:, :2], np.roll(usual[:, 2:], 1, axis=0)])
    labels = np.repeat([0, 1], 1000)
    scores = detector.anomaly_score(np.concatenate([usual, mixed]))
    assert average_precision_score(labels, scores) > 0.9


def test_a_missing_value_that_never_was_raises_the_score(detector):
    rows = rows_on_a_curve(50, 5)
    empty = rows.copy()
    empty[:, 1] = np.nan
    assert (detector.anomaly_score(empty) > detector.anomaly_score(rows)).all()


def test_the_same_seed_gives_the_same_graph():
    rows = rows_on_a_curve(500, 7)
    options = SMALL | {"batch_size": 128}
    graphs = [DeepDenoisingAutoencoder(**options).fit(rows).onnx_ for _ in range(2)]
    assert graphs[0] == graphs[1]


@pytest.mark.parametrize(
    ("n_rows", "visits"),
    [(80, 128_000), (5_000, 512_000), (20_000, 2_000_000), (1_000_000, 8_000_000)],
)
def test_training_length_follows_the_number_of_rows(n_rows, visits):
    detector = DeepDenoisingAutoencoder()
    rows_an_epoch = n_rows * max(1, 16_384 // n_rows)
    planned = detector.planned_epochs(n_rows) * rows_an_epoch
    assert visits <= planned < visits + rows_an_epoch


def test_80_million_rows_are_seen_once():
    assert DeepDenoisingAutoencoder().planned_epochs(80_000_000) == 1


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("most", [400, 0])
def test_many_rows_are_not_remembered(monkeypatch, most):
    monkeypatch.setattr(deep_denoising, "_MOST_ROWS_TO_REMEMBER", most)
    detector = DeepDenoisingAutoencoder(**SMALL)
    detector.fit(rows_on_a_curve(400, 8))
    layers = {layer.name for layer in detector.model_.layers}
    assert ("near" in layers) == (most == 400)
    second = detector.network_.estimators[1]
    assert isinstance(second, Correcting if most else Direct)


def average_precision_after_dirty_rows(trim):
    usual = rows_on_a_curve(1000, 10)
    cluster = np.tile([3.0, -3.0, 3.0, -3.0], (15, 1)).astype("f4") + 0.05 * usual[:15]
    rows = np.concatenate([usual, cluster])
    options = SMALL | {"epochs": 16, "width": 32, "batch_size": 128}
    detector = DeepDenoisingAutoencoder(**options, trim=trim).fit(rows)
    return average_precision_score(np.arange(len(rows)) >= 1000, detector.anomaly_score(rows))


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("most", [0, 16_000])
def test_anomalies_among_the_training_rows_are_left_out(monkeypatch, most):
    monkeypatch.setattr(deep_denoising, "_MOST_ROWS_TO_REMEMBER", most)
    assert average_precision_after_dirty_rows(0.05) > 0.95
    assert average_precision_after_dirty_rows(0.0) < 0.9


@pytest.mark.usefixtures("uncompiled")
def test_few_rows_are_kept_and_of_many_the_strangest_left_out(monkeypatch):
    rows = rows_on_a_curve(2000, 12)
    fitted = {}
    for most, trims in ((1000, (None, 0.0, 0.02)), (2000, (None, 0.0))):
        monkeypatch.setattr(deep_denoising, "_MOST_ROWS_TO_REMEMBER", most)
        for trim in trims:
            detector = DeepDenoisingAutoencoder(**SMALL, trim=trim)
            fitted[most, trim] = detector.fit(rows).anomaly_score(rows)
    assert np.array_equal(fitted[2000, None], fitted[2000, 0.0])
    assert np.array_equal(fitted[1000, None], fitted[1000, 0.02])
    assert not np.array_equal(fitted[1000, 0.0], fitted[1000, 0.02])


@pytest.mark.usefixtures("uncompiled")
def test_rows_that_serve_for_both_are_trimmed_once():
    rows = rows_on_a_curve(300, 13)
    kept, held_back = DeepDenoisingAutoencoder(**SMALL, trim=0.1)._trimmed(rows, None, 0)
    assert len(kept) == 270
    assert held_back is None


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("n_rows", [999, 1000])
def test_few_rows_all_serve_for_training_and_of_more_a_fifth_is_held_back(n_rows):
    rows = rows_on_a_curve(n_rows, 14)
    detector = DeepDenoisingAutoencoder(**SMALL).fit(rows)
    standardize = detector.model_.get_layer("standardize")
    is_fitted_on_all = np.allclose(standardize.mean.numpy(), rows.mean(axis=0), atol=1e-6)
    assert is_fitted_on_all == (n_rows < 1000)


@pytest.mark.usefixtures("uncompiled")
def test_ctrl_c_in_the_first_look_ends_the_training(monkeypatch):
    fit = DeepDenoisingAutoencoder.fit

    def interrupted(self, *arguments, **options):
        fitted = fit(self, *arguments, **options)
        self.history_.interrupted = not self.trim
        return fitted

    monkeypatch.setattr(DeepDenoisingAutoencoder, "fit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        DeepDenoisingAutoencoder(**SMALL, trim=0.1).fit(rows_on_a_curve(200, 11))


@pytest.mark.usefixtures("uncompiled")
def test_memory_weighs_less_the_smaller_its_share_of_the_rows():
    rows = rows_on_a_curve(600, 9)
    fitted = [DeepDenoisingAutoencoder(**SMALL, memory=memory).fit(rows) for memory in (300, 30)]
    weights = [each.model_.get_layer("summed").weights_of_terms for each in fitted]
    # Two levels of the direct network, two of the correcting one, the memory.
    assert weights[0] == [0.25, 0.25, 0.25, 0.25, 1.0]
    np.testing.assert_allclose(weights[1], [0.25, 0.25, 0.025, 0.025, 0.1])


# What the networks are trained on.


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_that_knows_the_row_has_no_loss(name):
    estimator = ESTIMATORS[name](5, width=4, depth=1, seed=0)
    levels = np.full((300, 1), 0.5, dtype="f4")
    assert float(estimator.loss(VALUES, VALUES, levels)) == 0
    assert float(estimator.loss(VALUES, VALUES + 1, levels)) > 0


def test_what_would_be_answered_without_training_costs_a_correction_one():
    """Of standard normal rows, the untrained answer is the best linear one, and the loss its unit."""
    rows = np.random.default_rng(0).normal(size=(50_000, 2)).astype("f4")
    noise = np.random.default_rng(1).normal(size=rows.shape).astype("f4")
    levels = np.full((len(rows), 1), 0.7, dtype="f4")
    estimator = Correcting(2, width=4, depth=1, seed=0)
    loss = estimator.loss(rows, estimator(rows + levels * noise, levels), levels)
    assert float(loss) == pytest.approx(1.0, abs=0.02)


# What the score is made of.


def test_whitened_squares_sum_to_the_mahalanobis_distance():
    residuals = VALUES @ RANDOM.normal(size=(5, 5)).astype("f4")
    mean = residuals.mean(axis=0)
    precision = np.linalg.inv(ledoit_wolf(residuals - mean, assume_centered=True)[0])
    expected = np.einsum("ij,jk,ik->i", residuals - mean, precision, residuals - mean)
    found = np.asarray(Whitened(5).fit(residuals, np.eye(5))(residuals))
    np.testing.assert_allclose(found.sum(axis=1), expected, rtol=1e-3)


def test_rows_are_as_far_from_others_among_them_as_new_ones_are():
    random = np.random.default_rng(0)
    rows, new = random.normal(size=(2, 300, 40)).astype("f4") @ random.normal(size=(40, 40))
    layer = Whitened(40).fit(rows, np.eye(40))
    seen, unseen = (np.asarray(layer(each)).sum(axis=1).mean() for each in (rows, new))
    found = distances_of_unseen(rows, np.random.default_rng(0)).mean()
    assert unseen > 1.1 * seen
    assert found == pytest.approx(unseen, rel=0.1)


@pytest.mark.parametrize("n_rows", [2, 5])
def test_a_few_rows_have_distances_too(n_rows):
    assert np.isfinite(distances_of_unseen(VALUES[:n_rows], np.random.default_rng(0))).all()


def test_the_largest_share_is_that_of_the_value_altered_though_others_changed_with_it():
    effects = np.eye(5) + 0.8 * np.roll(np.eye(5), 1, axis=1)
    layer = Whitened(5).fit(VALUES, effects)
    shares = np.asarray(layer((10 * effects).astype("f4")))
    assert shares.argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_the_effect_of_an_input_is_the_slope_of_the_residuals():
    slopes = RANDOM.normal(size=(2, 5, 5)).astype("f4")
    slopes[:, 3] = np.eye(5)[3]
    usual = VALUES.copy()
    usual[:, 3] = 0.5  # never varies
    found = effects_of_inputs(
        lambda rows: np.einsum("ni,kij->nkj", rows, slopes), usual, np.random.default_rng(0)
    )
    np.testing.assert_allclose(found, slopes, atol=1e-4)


@pytest.mark.parametrize("rank", [1, 3])
def test_neighbour_shares_sum_to_the_squared_distance(rank):
    memory, rows = VALUES[:200], VALUES[200:]
    distances, _ = NearestNeighbors(n_neighbors=rank).fit(memory).kneighbors(rows)
    found = np.asarray(NeighbourShares(200, 5, rank).fit(memory)(rows))
    np.testing.assert_allclose(found.sum(axis=1), distances[:, -1] ** 2, rtol=1e-3)


def test_the_shares_of_summed_logarithms_are_in_proportion_to_those_of_each_term():
    terms = [np.square(VALUES[:, :2]), np.square(VALUES[:, 2:4])]
    layer = SummedLogarithms([1.0, 0.5]).fit([term.sum(axis=1) for term in terms])
    expected = 0.0
    for term, weight in zip(terms, (1.0, 0.5), strict=True):
        distance = term.sum(axis=1, keepdims=True)
        logarithm = np.log1p(distance / np.median(distance))
        expected = expected + weight * logarithm / logarithm.std() * term / distance
    np.testing.assert_allclose(layer(terms), expected, rtol=1e-3, atol=1e-5)
