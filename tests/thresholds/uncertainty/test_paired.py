"""Figures of methods: those of scikit-learn, with intervals that are paired over rows and seeds."""

import numpy as np
import pytest
from sklearn import metrics

from thresholds import MethodFigures, Prices, difference, evaluate, mean_interval, ranking_intervals
from thresholds.counting.curve import PrecisionRecallCurve

ROWS = 500
PLACES = {0: np.arange(ROWS)}


def draw(seed=0):
    random = np.random.default_rng(seed)
    labels = (random.random(ROWS) < 0.1).astype(np.int8)
    scores = np.clip(random.normal(0.3 + 0.3 * labels, 0.2), 0, 1)
    return labels, np.round(scores, 2)  # with ties


@pytest.fixture(scope="module")
def part():
    return draw()


@pytest.fixture(scope="module")
def judged(part):
    prices = Prices(5.0, 100.0, 0.8)
    places = {"cost": 0.5, "least_cost": 0.4}
    return MethodFigures(
        *part, {"": 0.5}, is_probability=True, prices=prices, cost_thresholds=places
    )


def expected_figures(labels, scores, weights=None):
    alerts, of = scores >= 0.5, {"sample_weight": weights}
    return {
        "average_precision": metrics.average_precision_score(labels, scores, **of),
        "roc_auc": metrics.roc_auc_score(labels, scores, **of),
        "precision": metrics.precision_score(labels, alerts, **of),
        "recall": metrics.recall_score(labels, alerts, **of),
        "f1": metrics.f1_score(labels, alerts, **of),
        "mcc": metrics.matthews_corrcoef(labels, alerts, **of),
        "brier": metrics.brier_score_loss(labels, scores, **of),
    }


def test_figures_are_those_of_scikit_learn(part, judged):
    for name, figure in expected_figures(*part).items():
        assert judged.figures[name].value == pytest.approx(figure), name


def test_influences_are_derivatives_by_the_weights_of_rows(part, judged):
    step = 1e-5
    plain = expected_figures(*part)
    places = [
        place
        for is_positive in (0, 1)
        for alerts in (False, True)
        for place in np.flatnonzero((part[0] == is_positive) & ((part[1] >= 0.5) == alerts))[:2]
    ]
    for place in places:
        weights = np.ones(ROWS)
        weights[place] += step
        for name, moved in expected_figures(*part, weights).items():
            slope = (moved - plain[name]) / step
            assert judged.figures[name].influence[place] == pytest.approx(slope, abs=1e-5), name


def test_the_precision_of_the_top_hundred():
    labels = np.zeros(300, dtype=np.int8)
    labels[:60] = 1
    found = MethodFigures(labels, -np.arange(300.0), {}).figures
    assert found["precision_at_100"].value == pytest.approx(0.6)


def test_ties_in_the_top_hundred_do_not_favour_the_first_rows():
    labels = np.zeros(1000, dtype=np.int8)
    labels[:100] = 1
    assert MethodFigures(labels, np.zeros(1000), {}).figures["precision_at_100"].value < 0.3


def test_the_cost_is_of_false_alarms_and_of_what_is_missed_or_not_recovered():
    prices = Prices(5.0, np.array([100.0, 40.0, 0, 0]), 0.8)
    rows = [1, 1, 0, 0], [0.9, 0.1, 0.8, 0.2]
    found = MethodFigures(*rows, {}, prices=prices, cost_thresholds={"cost": 0.5, "least_cost": 1})
    assert found.figures["cost"].value == pytest.approx(5 + 40 + 20)
    assert found.figures["least_cost"].value == pytest.approx(140)


def test_of_one_seed_the_intervals_are_those_of_a_run(part, judged):
    alone = evaluate(
        0.5, *part, cost={"false_alarm_cost": 5.0, "missed_cost": 100.0, "recovered": 0.8}
    ).intervals
    alone = alone | ranking_intervals(PrecisionRecallCurve.from_scores(*part))
    for name in ("precision", "recall", "f1", "cost", "average_precision", "roc_auc"):
        assert mean_interval(name, {0: judged}, PLACES) == pytest.approx(alone[name]), name


def test_seeds_that_differ_make_it_wider(part):
    other = part[0], np.random.default_rng(5).permutation(part[1])
    alike, unlike = (
        {seed: MethodFigures(*each, {}) for seed, each in enumerate(pair)}
        for pair in ((part, part), (part, other))
    )
    rows = {0: PLACES[0], 1: PLACES[0]}
    widths = [np.ptp(mean_interval("roc_auc", each, rows)) for each in (alike, unlike)]
    assert widths[1] > 1.5 * widths[0]
    alone = mean_interval("roc_auc", {0: alike[0]}, PLACES)
    assert mean_interval("roc_auc", alike, rows) == pytest.approx(alone)


def test_other_rows_in_another_seed_make_it_narrower(part):
    methods = {seed: MethodFigures(*part, {}) for seed in (0, 1)}
    same, other = ({0: PLACES[0], 1: PLACES[0] + shift} for shift in (0, ROWS))
    widths = [np.ptp(mean_interval("average_precision", methods, each)) for each in (same, other)]
    assert widths[0] > 1.1 * widths[1]


def test_a_difference_is_that_of_the_better_one(part):
    labels, scores = part
    worse = scores + np.random.default_rng(0).normal(0, 0.3, ROWS)
    good, bad = ({0: MethodFigures(labels, each, {"": 0.5})} for each in (scores, worse))
    found = difference("average_precision", ("a", "b"), (bad, good), PLACES)
    assert (found.better, found.other, found.is_clear) == ("b", "a", True)
    gap = good[0].figures["average_precision"].value - bad[0].figures["average_precision"].value
    assert found.difference == pytest.approx(gap)
    assert found.interval[0] < gap < found.interval[1]


def test_a_difference_is_paired(part):
    """Much less sure than each method by itself is what they have not in common."""
    labels, scores = part
    close = scores + np.random.default_rng(0).normal(0, 0.01, ROWS)
    methods = tuple({0: MethodFigures(labels, each, {})} for each in (scores, close))
    paired = difference("roc_auc", ("a", "b"), methods, PLACES)
    assert np.ptp(paired.interval) < np.ptp(mean_interval("roc_auc", methods[0], PLACES)) / 5
    assert not paired.is_clear


def test_methods_that_agree_on_every_row_tell_nothing_of_others(part):
    methods = tuple({0: MethodFigures(*part, {})} for _ in range(2))
    assert difference("average_precision", ("a", "b"), methods, PLACES) is None


def test_of_few_anomalies_there_is_no_difference(part):
    labels = part[0].copy()
    labels[np.flatnonzero(labels)[19:]] = 0
    methods = tuple({0: MethodFigures(labels, part[1] * sign, {})} for sign in (1, -1))
    assert difference("average_precision", ("a", "b"), methods, PLACES) is None
