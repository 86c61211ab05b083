"""The default detector: what it finds, what its score is made of, and that its graph says the same."""

import numpy as np
import pytest
from sklearn.covariance import ledoit_wolf
from sklearn.linear_model import Ridge
from sklearn.metrics import average_precision_score
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.estimator_checks import parametrize_with_checks
from weighted import BY_CHANCE

from anomaly import DenoisingAutoencoder
from anomaly.detectors import denoising
from anomaly.detectors.exported.whitening import HandicappedNeighbour, RelativeDistances
from anomaly.detectors.networks.solved_denoiser import SolvedDenoiser, SolvedLevel
from anomaly.features import matrix as matrices
from anomaly.features.matrix import ChosenRows, SpooledMatrix

# The smallest networks: units and rows cost time alone here.
SMALL = {"units": 8, "noisy_rows": 256, "random_state": 0}
VALUES = np.random.default_rng(0).normal(size=(300, 5)).astype("f4")


@parametrize_with_checks(
    [DenoisingAutoencoder(**SMALL)], expected_failed_checks=lambda _: BY_CHANCE
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
    return DenoisingAutoencoder(random_state=0).fit(rows_on_a_curve(3000, 1))


@pytest.mark.parametrize("memory", [1, 2048])
def test_a_row_whose_values_do_not_belong_together_scores_high(memory):
    detector = DenoisingAutoencoder(memory=memory, random_state=0).fit(rows_on_a_curve(3000, 1))
    usual = rows_on_a_curve(1000, 2)
    mixed = np.column_stack([usual[:, :2], np.roll(usual[:, 2:], 1, axis=0)])
    labels = np.repeat([0, 1], 1000)
    scores = detector.anomaly_score(np.concatenate([usual, mixed]))
    assert average_precision_score(labels, scores) > 0.9


def test_an_ordinary_row_scores_the_logarithm_of_two(detector):
    scores = detector.anomaly_score(rows_on_a_curve(2000, 3))
    assert np.expm1(scores).mean() == pytest.approx(1, rel=0.2)


def test_the_value_that_was_changed_has_the_largest_share(detector):
    rows = rows_on_a_curve(400, 5)
    changed = np.arange(400) % 4
    rows[np.arange(400), changed] += 3
    assert (detector.explain(rows).shares.argmax(axis=1) == changed).mean() > 0.9


def test_a_missing_value_that_never_was_raises_the_score(detector):
    rows = rows_on_a_curve(50, 5)
    empty = rows.copy()
    empty[:, 1] = np.nan
    assert (detector.anomaly_score(empty) > detector.anomaly_score(rows)).all()


def test_the_same_seed_gives_the_same_graph():
    rows = rows_on_a_curve(500, 7)
    graphs = [DenoisingAutoencoder(**SMALL).fit(rows).onnx_ for _ in range(2)]
    assert graphs[0] == graphs[1]
    other = DenoisingAutoencoder(**SMALL | {"random_state": 1}).fit(rows)
    assert other.onnx_ != graphs[0]


def test_effort_is_more_units_and_more_rows():
    rows = rows_on_a_curve(100, 7)
    network = DenoisingAutoencoder(**SMALL, effort=4).fit(rows).network_
    assert network.n_units == 16


@pytest.mark.parametrize("n_rows", [2, 3, 30])
def test_few_rows_of_which_some_values_are_constant_or_missing_are_enough(n_rows):
    rows = rows_on_a_curve(n_rows, 8)
    rows[:, 2] = 1
    rows[0, 3] = np.nan
    detector = DenoisingAutoencoder(**SMALL).fit(rows)
    usual = detector.anomaly_score(rows)
    assert np.isfinite(usual).all()
    assert (detector.anomaly_score(rows + np.array([0, 0, 1, 0], "f4")) > usual).all()


@pytest.mark.parametrize("most", [400, 0])
def test_very_many_rows_are_not_remembered(monkeypatch, most):
    monkeypatch.setattr(denoising, "_MOST_ROWS_TO_REMEMBER", most)
    detector = DenoisingAutoencoder(**SMALL).fit(rows_on_a_curve(400, 8))
    layers = {layer.name for layer in detector.model_.layers}
    assert ("near" in layers) == (most == 400)


def test_memory_weighs_less_the_smaller_its_share_of_the_rows():
    rows = rows_on_a_curve(600, 9)
    options = SMALL | {"random_state": 0}
    factors = [
        DenoisingAutoencoder(**options, memory=memory).fit(rows)._relative.factors.numpy()
        for memory in (300, 30)
    ]
    # Four levels that share one half, and the memory: 1 to 1, then 1 to 0.1.
    ratios = factors[0][:4] / factors[1][:4]
    np.testing.assert_allclose(ratios, (1 / 2) / (1 / 1.1), rtol=1e-5)


def test_a_remembered_anomaly_vouches_for_no_other():
    usual = rows_on_a_curve(1000, 10)
    cluster = np.tile([3.0, -3.0, 3.0, -3.0], (15, 1)).astype("f4") + 0.05 * usual[:15]
    rows = np.concatenate([usual, cluster])
    detector = DenoisingAutoencoder(random_state=0).fit(rows)
    is_anomaly = np.arange(len(rows)) >= 1000
    assert average_precision_score(is_anomaly, detector.anomaly_score(rows)) > 0.95


def test_of_many_rows_the_strangest_are_left_out(monkeypatch):
    rows = rows_on_a_curve(2000, 12)
    fitted = {}
    for many, trims in ((1000, (None, 0.0, 0.02)), (2000, (None, 0.0))):
        monkeypatch.setattr(denoising, "_MANY", many)
        for trim in trims:
            detector = DenoisingAutoencoder(**SMALL, trim=trim)
            fitted[many, trim] = detector.fit(rows).anomaly_score(rows)
    assert np.array_equal(fitted[2000, None], fitted[2000, 0.0])
    assert np.array_equal(fitted[1000, None], fitted[1000, 0.02])
    assert not np.array_equal(fitted[1000, 0.0], fitted[1000, 0.02])


def test_a_rare_category_is_no_reason_to_leave_a_row_out(monkeypatch):
    monkeypatch.setattr(denoising, "_MANY", 0)
    rare = np.zeros((1000, 1), "f4")
    rare[:8] = 1
    rows = np.hstack([rows_on_a_curve(1000, 15), rare])
    scores = DenoisingAutoencoder(**SMALL).fit(rows).anomaly_score(rows)
    # As the one value in 125 that it is: the logarithm of a hundred or so, and not of a million.
    assert scores[:8].max() < 6


def test_rows_of_a_file_give_nearly_what_rows_in_memory_give(tmp_path, monkeypatch):
    monkeypatch.setattr(matrices, "rows_of_a_block", lambda *_: 100)
    rows = rows_on_a_curve(1000, 13)
    spooled = SpooledMatrix(*rows.shape, tmp_path)
    spooled.append(rows)
    read = DenoisingAutoencoder(**SMALL).fit(ChosenRows(spooled, np.ones(1000, bool)))
    held = DenoisingAutoencoder(**SMALL).fit(rows)
    found, expected = (each.anomaly_score(rows) for each in (read, held))
    assert np.corrcoef(found, expected)[0, 1] > 0.95


# What the score is made of.


def test_without_hidden_units_that_matter_a_level_is_the_ridge_regression():
    generator = np.random.default_rng(0)
    rows = (generator.normal(size=(4000, 3)) @ generator.normal(size=(3, 3))).astype("f4")
    level = SolvedLevel(3, 1, 0.5)
    level.solve(rows, np.random.default_rng(1))
    noise = np.random.default_rng(1).standard_normal(rows.shape, dtype=np.float32)
    noisy = (rows + 0.5 * noise) / np.sqrt(1.25)
    linear = Ridge(1e-4 * len(rows)).fit(noisy, rows)
    found = level(rows).numpy()
    expected = linear.predict(rows / np.sqrt(1.25))
    assert np.abs(found - expected).max() < 0.1 * rows.std()


def test_hidden_units_follow_what_no_straight_line_does():
    rows = rows_on_a_curve(2000, 14)
    errors = []
    for n_units in (1, 256):
        network = SolvedDenoiser(4, n_units, [0.4])
        network.solve(rows, 4096, np.random.default_rng(0))
        noisy = rows + 0.4 * np.random.default_rng(1).normal(size=rows.shape).astype("f4")
        errors.append(np.square(network(noisy).numpy()[:, 0] - rows).mean())
    assert errors[1] < 0.8 * errors[0]


def test_a_handicap_is_added_to_the_distance_and_settles_which_row_is_the_nearest():
    memory, rows = VALUES[:200], VALUES[200:]
    nothing = np.zeros_like(memory)
    nearest, places = NearestNeighbors(n_neighbors=1).fit(memory).kneighbors(rows)
    layer = HandicappedNeighbour(200, 5)
    found = np.asarray(layer.fit(memory, nothing)(rows)).sum(axis=1)
    np.testing.assert_allclose(found, nearest[:, 0] ** 2, rtol=1e-3, atol=1e-5)
    handicaps = nothing.copy()
    handicaps[places[:, 0], 2] = 100
    found = np.asarray(layer.fit(memory, handicaps)(rows)).sum(axis=1)
    others = np.delete(memory, np.unique(places), axis=0)
    further, _ = NearestNeighbors(n_neighbors=1).fit(others).kneighbors(rows)
    np.testing.assert_allclose(found, further[:, 0] ** 2, rtol=1e-3)


def test_rows_are_not_their_own_neighbours():
    distances = denoising._distances_of_others(VALUES, VALUES[:200], np.zeros(200))
    expected, _ = NearestNeighbors(n_neighbors=2).fit(VALUES[:200]).kneighbors(VALUES)
    np.testing.assert_allclose(distances[:200], expected[:200, 1] ** 2, rtol=1e-3)
    np.testing.assert_allclose(distances[200:], expected[200:, 0] ** 2, rtol=1e-3)


def test_relative_distances_are_the_logarithm_of_one_plus_their_weighted_mean():
    terms = [np.square(VALUES[:, :2]), np.square(VALUES[:, 2:4])]
    distances = [term.sum(axis=1, dtype=np.float64) for term in terms]
    layer = RelativeDistances(2).fit(distances, [3.0, 1.0])
    means = [distance / distance.mean() for distance in distances]
    expected = np.log1p((3 * means[0] + means[1]) / 4)
    np.testing.assert_allclose(np.asarray(layer(terms)).sum(axis=1), expected, rtol=1e-4)


def test_the_distance_of_a_linear_level_is_the_mahalanobis_distance():
    """Of normal rows, the best linear estimate leaves residuals whose distance is the row's own."""
    mixing = [[1, 0.6, 0], [0, 1, 0.5], [0, 0, 1]]
    rows = (np.random.default_rng(2).normal(size=(5000, 3)) @ mixing).astype("f4")
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    detector = DenoisingAutoencoder(units=1, memory=1, random_state=0).fit(rows)
    precision = np.linalg.inv(ledoit_wolf(rows, assume_centered=True)[0])
    distances = np.einsum("ij,jk,ik->i", rows, precision, rows)
    scores = np.expm1(detector.anomaly_score(rows))
    assert np.corrcoef(distances, scores)[0, 1] > 0.99
