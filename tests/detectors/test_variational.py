"""The variational autoencoder: what it finds, and what its score is made of."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import average_precision_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from anomaly import VariationalAutoencoder
from anomaly.detectors.networks.latent import AboveLeast, LatentModel, standard_normal_draws

# The smallest network: depth and width cost time alone here.
SMALL = {"epochs": 1, "width": 8, "depth": 1, "batch_size": 16_384, "random_state": 0}


@pytest.mark.usefixtures("uncompiled")
@parametrize_with_checks([VariationalAutoencoder(**SMALL)])
def test_it_passes_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


def rows_on_a_curve(n_rows, seed):
    """Four values that depend on each other, and one that varies less on the curve's left."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0, 2 * np.pi, n_rows)
    curve = [np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)]
    rows = np.column_stack([*curve, np.zeros(n_rows)])
    deviations = np.full(rows.shape, 0.05)
    deviations[:, 4] = np.where(rows[:, 0] < 0, 0.3, 1.0)
    return random.normal(rows, deviations).astype("f4")


@pytest.fixture(scope="module")
def detector():
    options = {"epochs": 60, "width": 48, "random_state": 0}
    return VariationalAutoencoder(**options).fit(rows_on_a_curve(4000, 1))


def test_a_row_whose_values_do_not_belong_together_scores_high(detector):
    usual = rows_on_a_curve(1000, 2)
    mixed = usual * np.array([1, 1, -1, -1, 1], "f4")
    labels = np.repeat([0, 1], 1000)
    scores = detector.anomaly_score(np.concatenate([usual, mixed]))
    assert average_precision_score(labels, scores) > 0.95


def test_the_same_difference_weighs_more_where_a_value_varies_less(detector):
    rows = np.array([[-1, 0, 1, 0, 0], [1, 0, 1, 0, 0]], "f4")
    further = rows + np.array([0, 0, 0, 0, 1], "f4")
    on_the_left, on_the_right = detector.anomaly_score(further) - detector.anomaly_score(rows)
    assert on_the_left > 3 * on_the_right > 0


def test_the_value_that_was_changed_has_the_largest_share(detector):
    rows = rows_on_a_curve(400, 3)
    changed = np.arange(400) % 5
    rows[np.arange(400), changed] += 4
    assert (detector.explain(rows).shares.argmax(axis=1) == changed).mean() > 0.8


def test_a_missing_value_that_never_was_raises_the_score(detector):
    rows = rows_on_a_curve(50, 5)
    empty = rows.copy()
    empty[:, 1] = np.nan
    assert (detector.anomaly_score(empty) > detector.anomaly_score(rows)).all()


def test_the_same_seed_gives_the_same_graph():
    rows = rows_on_a_curve(500, 7)
    options = SMALL | {"batch_size": 128}
    graphs = [VariationalAutoencoder(**options).fit(rows).onnx_ for _ in range(2)]
    assert graphs[0] == graphs[1]


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("n_rows", [2, 80])
def test_few_rows_of_which_some_values_are_constant_or_missing_are_enough(n_rows):
    rows = rows_on_a_curve(n_rows, 8)
    rows[:, 2] = 1
    rows[0, 3] = np.nan
    detector = VariationalAutoencoder(**SMALL).fit(rows)
    usual = detector.anomaly_score(rows)
    assert np.isfinite(usual).all()
    assert (detector.anomaly_score(rows + np.array([0, 0, 1, 0, 0], "f4")) > usual).all()


def test_a_code_is_half_as_long_as_the_inputs():
    for n_inputs, n_latent in ((1, 1), (7, 4), (30, 15)):
        network = VariationalAutoencoder()._network(n_inputs, 100, seed=0)
        assert network.n_latent == n_latent
    assert VariationalAutoencoder(latent=3)._network(30, 100, seed=0).n_latent == 3


@pytest.mark.parametrize(("effort", "visits"), [(0.25, 250_000), (1, 1_000_000), (4, 4_000_000)])
def test_effort_is_in_proportion_to_the_visits(effort, visits):
    planned = VariationalAutoencoder(effort=effort).planned_epochs(10_000) * 10_000
    assert visits <= planned < visits + 10_000


def test_epochs_go_before_effort():
    assert VariationalAutoencoder(epochs=7, effort=4).planned_epochs(10_000) == 7


# What the score is made of.


@pytest.fixture
def model():
    return LatentModel(3, 2, width=8, seed=1)


def test_surprise_sums_to_minus_the_bound_over_the_draws(model):
    rows = np.random.default_rng(0).normal(size=(5, 3)).astype("f4")
    mean, log_variance = (np.asarray(part, "f8") for part in model.encode(rows))
    deviation = np.exp(log_variance / 2)
    bound = np.zeros(5)
    for draw in np.asarray(model.draws):
        means, log_variances = model.decode((mean + deviation * draw).astype("f4"))
        likelihood = norm.logpdf(rows, means, np.exp(np.asarray(log_variances) / 2))
        bound += likelihood.sum(axis=1) / model.n_draws
    # The divergence as an integral over each dimension of the code.
    grid = np.linspace(-12, 12, 20_001)[:, None, None]
    log_q = norm.logpdf(grid, mean, deviation)
    bound -= np.trapezoid(np.exp(log_q) * (log_q - norm.logpdf(grid)), grid, axis=0).sum(axis=1)
    found = np.asarray(model(rows)["surprise"]).sum(axis=1)
    np.testing.assert_allclose(found, -bound, rtol=1e-4)


def test_the_cost_of_a_code_is_charged_by_what_it_makes_expected(model):
    last = model.decoder.layers[-1]
    last.set_weights([np.zeros((8, 6), "f4"), np.array([0, 0, 5, 0, 0, 0], "f4")])
    rows = np.array([[0, 0, 5]], "f4")
    mean, log_variance = (np.asarray(part) for part in model.encode(rows))
    cost = 0.5 * np.sum(mean**2 + np.exp(log_variance) - log_variance - 1)
    first, second, third = np.asarray(model(rows)["surprise"])[0]
    # All three are as expected, and differ in their charges alone: 1, 1 and 26 of 28.
    assert first == second
    assert third - first == pytest.approx(cost * 25 / 28, rel=1e-4)


def test_the_variance_of_a_constant_feature_does_not_fall_to_nothing(model):
    codes = np.zeros((1, 2), "f4")
    model.decoder.layers[-1].bias.assign(np.full(6, -1e6, "f4"))
    _, log_variances = model.decode(codes)
    np.testing.assert_allclose(np.exp(log_variances), 0.05, rtol=1e-3)


@pytest.mark.parametrize("n_draws", [2, 10, 16])
def test_draws_have_the_moments_of_the_standard_normal(n_draws):
    draws = standard_normal_draws(n_draws, 40, seed=0)
    np.testing.assert_allclose(draws.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(draws.std(axis=0), 1, rtol=1e-5)


def test_shares_count_from_the_least_in_training():
    layer = AboveLeast(2).fit(np.array([[1, -3], [2, -5]], "f4"))
    np.testing.assert_allclose(layer(np.array([[1.5, -4], [0, -6]], "f4")), [[0.5, 1], [0, 0]])
