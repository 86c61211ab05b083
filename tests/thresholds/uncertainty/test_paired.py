"""Figures on resamples: those of scikit-learn on the drawn rows, paired over methods and seeds."""

import numpy as np
import pytest
from sklearn import metrics

from thresholds import PairedFigures, Prices, difference, figures_on_resamples, over_seeds
from thresholds.uncertainty.paired import draw_weights


@pytest.fixture(scope="module")
def part():
    random = np.random.default_rng(0)
    labels = (random.random(500) < 0.1).astype(np.int8)
    scores = np.round(np.clip(random.normal(0.3 + 0.3 * labels, 0.2), 0, 1), 2)  # with ties
    return labels, scores


@pytest.fixture(scope="module")
def weights(part):
    return next(draw_weights({0: np.arange(500)}, part[0], 5))[0]


def test_figures_are_those_of_scikit_learn_on_the_drawn_rows(part, weights):
    labels, scores = part
    paired = PairedFigures(labels, scores, {"": 0.5}, is_probability=True)
    found = paired.figures(weights)
    for place, weight in enumerate(weights):
        drawn = np.repeat(np.arange(500), weight.astype(int))
        y, s = labels[drawn], scores[drawn]
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
    found = PairedFigures(labels, -np.arange(300.0), {}).observed()
    assert found["precision_at_100"][0] == pytest.approx(0.6)


def test_ties_in_the_top_hundred_do_not_favour_the_first_rows():
    labels = np.zeros(1000, dtype=np.int8)
    labels[:100] = 1
    found = PairedFigures(labels, np.zeros(1000), {}).observed()
    assert found["precision_at_100"][0] < 0.3


def test_the_cost_is_of_false_alarms_and_of_what_is_missed_or_not_recovered():
    prices = Prices(5.0, np.array([100.0, 40.0, 0, 0]), 0.8)
    rows = [1, 1, 0, 0], [0.9, 0.1, 0.8, 0.2]
    paired = PairedFigures(*rows, {}, prices=prices, cost_threshold=0.5)
    assert paired.observed()["least_cost"][0] == pytest.approx(5 + 40 + 20)
    assert "cost" not in paired.observed()


def test_the_cost_is_that_of_the_threshold_beside_it():
    prices = Prices(5.0, 100.0, 1.0)
    rows = [1, 1, 0, 0], [0.9, 0.1, 0.8, 0.2]
    paired = PairedFigures(*rows, {"": 0.85, "_at_half": 0.5}, prices=prices, cost_threshold=0.05)
    found = paired.observed()
    assert (found["recall"][0], found["cost"][0]) == (0.5, 100)
    assert found["least_cost"][0] == 2 * 5


def test_draws_keep_the_number_of_rows_of_each_class(part):
    for weights in draw_weights({0: np.arange(500)}, part[0], 20):
        drawn = weights[0]
        assert (drawn[:, part[0] == 1].sum(axis=1) == part[0].sum()).all()
        assert (drawn.sum(axis=1) == 500).all()


def test_a_row_has_the_same_weight_in_the_test_rows_of_every_seed(part):
    first, second = np.arange(0, 300), np.arange(200, 500)
    for weights in draw_weights({0: first, 1: second}, part[0], 10):
        np.testing.assert_array_equal(weights[0][:, 200:], weights[1][:, :100])


def test_several_seeds_are_drawn_too():
    values = np.array([[0.0] * 1000, [1.0] * 1000])
    found = over_seeds(values)
    assert set(found) == {0.0, 0.5, 1.0}
    np.testing.assert_array_equal(over_seeds(values[:1]), values[0])


def test_a_difference_is_that_of_the_better_one():
    drawn = np.array([[-0.2, -0.1, -0.3]])
    found = difference("f1", "a", "b", -0.2, drawn)
    assert (found.better, found.other, found.difference, found.is_clear) == ("b", "a", 0.2, True)
    assert found.interval == pytest.approx((0.105, 0.295))
    assert not difference("f1", "a", "b", 0.1, np.array([[-0.2, 0.3]])).is_clear
    assert difference("f1", "a", "b", 0.1, np.array([[np.nan]])) is None


def test_methods_are_drawn_on_the_same_rows(part):
    labels, scores = part
    methods = {name: {0: PairedFigures(labels, scores, {})} for name in ("a", "b")}
    drawn = figures_on_resamples(methods, {0: np.arange(500)}, labels, 30)
    np.testing.assert_array_equal(drawn["a"][0]["roc_auc"], drawn["b"][0]["roc_auc"])
    assert drawn["a"][0]["roc_auc"].shape == (30,)
