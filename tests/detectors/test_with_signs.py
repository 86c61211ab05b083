"""A detector beside one-sided signs."""

import numpy as np
import pytest

from anomaly.detectors import DETECTORS, TrimmedGaussian
from anomaly.detectors.with_signs import DetectorWithSigns, Sign, positive_weights
from anomaly.features.matrix import ChosenRows, SpooledMatrix
from anomaly.utils.backend import keras

SIGNS = [
    Sign("pace", False, "pace"),
    None,
    Sign("share", True, "share"),
    Sign("more", False, "pace"),
]


def rows(n_rows=600, seed=0):
    """Two own features, of which one may be missing, and four of history."""
    generator = np.random.default_rng(seed)
    own = generator.normal(size=(n_rows, 2))
    own[generator.random(n_rows) < 0.05, 1] = np.nan
    history = generator.exponential(1, (n_rows, 4))
    history[:, 2] = generator.uniform(0.2, 1, n_rows)
    history[generator.random(n_rows) < 0.1, 0] = np.nan
    return np.column_stack([own, history]).astype(np.float32)


def frauds(n_rows=60):
    found = rows(n_rows, seed=5)
    found[:, 2] = 12 + found[:, 0]
    return found


def fitted(**options):
    detector = DetectorWithSigns(TrimmedGaussian(random_state=0), 2, SIGNS)
    return detector.fit(rows(), **options)


@pytest.mark.parametrize("known", [None, frauds()])
def test_shares_sum_to_the_score_and_context_has_none(known):
    detector = fitted(frauds=known)
    found = detector.explain(np.concatenate([rows(200, seed=1), frauds()]))
    assert found.shares.sum(axis=1) == pytest.approx(found.scores, rel=1e-4, abs=1e-4)
    assert (found.shares[:, 3] == 0).all()
    assert (found.shares >= 0).all()


@pytest.mark.parametrize("known", [None, frauds()])
def test_a_strong_sign_is_not_drowned(known):
    detector = fitted(frauds=known)
    usual, strange = detector.anomaly_score(rows(500, seed=1)), detector.anomaly_score(frauds())
    assert np.median(strange) > np.quantile(usual, 0.99)


def test_known_frauds_settle_what_counts():
    weights = fitted(frauds=frauds()).weights_
    assert max(weights, key=weights.get) == "pace"
    assert fitted(frauds=frauds(29)).weights_ is None
    assert fitted().weights_ is None


def test_signs_that_say_the_contrary_are_not_turned_round():
    quiet = rows(60, seed=5)
    quiet[:, 2:] = [0.0, 0.0, 1.0, 0.0]
    quiet[:, :2] = 0.0
    detector = fitted(frauds=quiet)
    assert detector.weights_ is None
    assert detector.anomaly_score(frauds()).std() > 0


def test_weights_are_those_of_a_logistic_regression():
    generator = np.random.default_rng(0)
    signs = generator.exponential(1, (20_000, 3))
    logits = 1.5 * signs[:, 0] + 0.5 * signs[:, 1] - 6
    is_fraud = (generator.random(len(signs)) < 1 / (1 + np.exp(-logits))).astype(float)
    weights = positive_weights(signs, is_fraud, np.ones(len(signs)))
    assert weights == pytest.approx([1.5, 0.5, 0.0], abs=0.12)


def test_the_model_is_saved_and_scores_as_the_graph(tmp_path):
    detector = fitted(frauds=frauds())
    detector.model_.save(tmp_path / "model.keras")
    model = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    seen = rows(50, seed=3)
    scores = np.asarray(model(seen)["score"])
    assert scores == pytest.approx(detector.anomaly_score(seen), rel=1e-4, abs=1e-4)


def test_rows_of_a_file_give_the_same(tmp_path):
    held = rows()
    with SpooledMatrix(len(held), held.shape[1], tmp_path) as matrix:
        matrix.append(held)
        spooled = ChosenRows(matrix, np.ones(len(held), bool))
        detector = DetectorWithSigns(TrimmedGaussian(random_state=0), 2, SIGNS).fit(spooled)
    assert detector.anomaly_score(held) == pytest.approx(fitted().anomaly_score(held), rel=1e-3)


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_any_detector_may_stand_beside_signs(name, uncompiled):
    kind = DETECTORS[name]
    short = {"epochs": 1} if "epochs" in kind().get_params() else {}
    detector = DetectorWithSigns(kind(random_state=0, **short), 2, SIGNS).fit(rows())
    found = detector.explain(frauds())
    assert found.shares.sum(axis=1) == pytest.approx(found.scores, rel=1e-3, abs=1e-3)
