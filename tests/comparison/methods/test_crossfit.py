"""A detector's score as a feature: of each row by a detector that has not seen it."""

from types import SimpleNamespace

import numpy as np
import pytest

from anomaly.comparison.methods.crossfit import cross_fitted

RANDOM = np.random.default_rng(0)
TRAIN = np.arange(200, dtype=np.float32)[:, None]
LABELS = (RANDOM.random(200) < 0.1).astype(np.int8)
OTHERS = np.arange(1000, 1100, dtype=np.float32)[:, None]


class Distance:
    """Scores a row by its distance to the nearest one that it was trained on."""

    made: list = []  # noqa: RUF012 - the tests read it

    def fit(self, rows):
        self.rows = rows[:, 0]
        self.history_ = SimpleNamespace(interrupted=False)
        self.made.append(self)
        return self

    def anomaly_score(self, rows):
        return np.abs(rows[:, :1] - self.rows).min(axis=1).astype(float)


@pytest.fixture
def fitted():
    Distance.made = []
    return cross_fitted(Distance, TRAIN, LABELS, OTHERS, seed=0)


def test_detectors_see_normal_training_rows_once_each(fitted):
    first, second = (set(detector.rows) for detector in Distance.made)
    assert not first & second
    assert first | second == set(TRAIN[LABELS == 0, 0])


def test_no_training_row_is_scored_by_a_detector_that_knows_it(fitted):
    # One that knew them would give the same lowest score to every normal row.
    usual = fitted.of_train[LABELS == 0]
    assert usual.mean() == pytest.approx(0, abs=1e-5)
    assert usual.std() == pytest.approx(1, abs=1e-5)


def test_other_rows_have_the_mean_of_both(fitted):
    assert fitted.of_others.shape == (100,)
    assert (fitted.of_others > fitted.of_train.max()).all()


def test_negative_scores_are_scores_too(monkeypatch):
    monkeypatch.setattr(Distance, "anomaly_score", lambda self, rows: -rows[:, 0].astype(float))
    found = cross_fitted(Distance, TRAIN, LABELS, OTHERS, seed=0)
    assert np.isfinite(found.of_train).all()
    assert (np.diff(found.of_others) < 0).all()


def test_a_detector_that_was_stopped_stops_the_comparison(monkeypatch):
    def stopped(self, rows):
        self.history_ = SimpleNamespace(interrupted=True)
        return self

    monkeypatch.setattr(Distance, "fit", stopped)
    with pytest.raises(KeyboardInterrupt):
        cross_fitted(Distance, TRAIN, LABELS, OTHERS, seed=0)
