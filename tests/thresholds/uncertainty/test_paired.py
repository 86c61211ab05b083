"""Figures on resamples: those of scikit-learn on the drawn rows, paired over methods and seeds."""

import numpy as np
import pytest
from sklearn import metrics

from anomaly.comparison.folder.store import Part
from thresholds.uncertainty.paired import Judged, Prices, draws, interval_of, over_seeds


@pytest.fixture(scope="module")
def part():
    random = np.random.default_rng(0)
    labels = (random.random(500) < 0.1).astype(np.int8)
    scores = np.round(np.clip(random.normal(0.3 + 0.3 * labels, 0.2), 0, 1), 2)  # with ties
    return Part(np.arange(500), labels, scores)


@pytest.fixture(scope="module")
def weights(part):
    return next(draws({0: part.rows}, part.labels, 5))[0]


def test_figures_are_those_of_scikit_learn_on_the_drawn_rows(part, weights):
    judged = Judged(part, {"": 0.5}, is_probability=True)
    found = judged.figures(weights)
    for place, weight in enumerate(weights):
        drawn = np.repeat(np.arange(500), weight.astype(int))
        y, s = part.labels[drawn], part.scores[drawn]
        expected = {
            "average_precision": metrics.average_precision_score(y, s),
            "roc_auc": metrics.roc_auc_score(y, s),
            "precision": metrics.precision_score(y, s >= 0.5),
            "recall": metrics.recall_score(y, s >= 0.5),
            "f1": metrics.f1_score(y, s >= 0.5),
            "mcc": metrics.matthews_corrcoef(y, s >= 0.5),
            "brier": metrics.brier_score_loss(y, s),
        }
        for name, figure in expected.items():
            assert found[name][place] == pytest.approx(figure), name


def test_the_precision_of_the_top_hundred():
    labels = np.zeros(300, dtype=np.int8)
    labels[:60] = 1
    judged = Judged(Part(np.arange(300), labels, -np.arange(300.0)), {}, is_probability=False)
    found = judged.figures(np.ones((1, 300), dtype=np.float32))
    assert found["precision_at_100"][0] == pytest.approx(0.6)


def test_ties_in_the_top_hundred_do_not_favour_the_first_rows():
    labels = np.zeros(1000, dtype=np.int8)
    labels[:100] = 1
    judged = Judged(Part(np.arange(1000), labels, np.zeros(1000)), {}, is_probability=False)
    found = judged.figures(np.ones((1, 1000), dtype=np.float32))
    assert found["precision_at_100"][0] < 0.3


def test_the_cost_is_of_false_alarms_and_of_what_is_missed_or_not_recovered():
    part = Part(np.arange(4), np.array([1, 1, 0, 0], np.int8), np.array([0.9, 0.1, 0.8, 0.2]))
    prices = Prices(5.0, np.array([100.0, 40.0, 0, 0]), 0.8)
    judged = Judged(part, {}, is_probability=False, prices=prices, cost_threshold=0.5)
    found = judged.figures(np.ones((1, 4), dtype=np.float32))
    assert found["cost"][0] == pytest.approx(5 + 40 + 20)


def test_draws_keep_the_number_of_rows_of_each_class(part):
    for weights in draws({0: part.rows}, part.labels, 20):
        drawn = weights[0]
        assert (drawn[:, part.labels == 1].sum(axis=1) == part.labels.sum()).all()
        assert (drawn.sum(axis=1) == 500).all()


def test_a_row_has_the_same_weight_in_the_test_rows_of_every_seed(part):
    first, second = np.arange(0, 300), np.arange(200, 500)
    for weights in draws({0: first, 1: second}, part.labels, 10):
        np.testing.assert_array_equal(weights[0][:, 200:], weights[1][:, :100])


def test_several_seeds_are_drawn_too():
    values = np.array([[0.0] * 1000, [1.0] * 1000])
    found = over_seeds(values)
    assert set(found) == {0.0, 0.5, 1.0}
    np.testing.assert_array_equal(over_seeds(values[:1]), values[0])


def test_an_interval_leaves_out_resamples_without_the_figure():
    assert interval_of([np.nan, 0.5, 0.5]) == (0.5, 0.5)
    assert interval_of([np.nan]) is None
