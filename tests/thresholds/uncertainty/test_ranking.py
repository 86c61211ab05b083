"""Intervals of the average precision and the ROC AUC."""

import numpy as np
import pytest
from scipy.stats import norm

from thresholds import PrecisionRecallCurve, ranking_intervals
from thresholds.counting.at_thresholds import curve_of
from thresholds.counting.rows import ScoredRows

ROWS, POSITIVES, SEPARATION = 3000, 60, 2.5


def draw(random, positives=POSITIVES):
    labels = random.random(ROWS) < positives / ROWS
    return labels, random.normal(size=ROWS) + SEPARATION * labels


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    random = np.random.default_rng(0)
    grid = np.linspace(-5, 10, 30_001)
    caught, alarms = POSITIVES * norm.sf(grid - SEPARATION), (ROWS - POSITIVES) * norm.sf(grid)
    truth = {
        "average_precision": np.trapezoid(
            caught / (caught + alarms) * norm.pdf(grid - SEPARATION), grid
        ),
        "roc_auc": norm.cdf(SEPARATION / np.sqrt(2)),
    }
    held = dict.fromkeys(truth, 0)
    for _ in range(400):
        found = ranking_intervals(PrecisionRecallCurve.from_scores(*draw(random)))
        for name, (low, high) in found.items():
            held[name] += low <= truth[name] <= high
    assert all(0.93 <= count / 400 <= 0.995 for count in held.values()), held


@pytest.mark.parametrize("anomalies", [1, 9])
def test_of_few_anomalies_there_is_no_interval(anomalies):
    labels = np.repeat([1, 0], [anomalies, 100])
    scores = np.random.default_rng(0).normal(size=labels.size)
    found = ranking_intervals(PrecisionRecallCurve.from_scores(labels, scores))
    assert found == {"average_precision": None, "roc_auc": None}


def test_a_perfect_ranking_is_not_certain():
    labels = np.repeat([1, 0], [20, 100])
    found = ranking_intervals(PrecisionRecallCurve.from_scores(labels, labels + 0.0))
    for low, high in found.values():
        assert 0.75 < low < 0.9
        assert high == 1


def test_more_confidence_is_a_wider_interval():
    curve = PrecisionRecallCurve.from_scores(*draw(np.random.default_rng(0)))
    usual = ranking_intervals(curve)
    for name, (low, high) in ranking_intervals(curve, confidence=0.5).items():
        assert usual[name][0] < low < high < usual[name][1]


def test_more_anomalies_are_a_narrower_interval():
    few, many = (
        ranking_intervals(PrecisionRecallCurve.from_scores(*draw(np.random.default_rng(0), each)))
        for each in (50, 1000)
    )
    assert all(np.ptp(many[name]) < np.ptp(few[name]) / 2 for name in few)


def test_rows_of_equal_weight_are_rows():
    labels, scores = draw(np.random.default_rng(0))
    scores = scores.round(1)
    plain = ranking_intervals(PrecisionRecallCurve.from_scores(labels, scores))
    rows = ScoredRows.checked(labels, scores, weights=np.full(ROWS, 3.0))
    weighed = ranking_intervals(curve_of(rows))
    assert all(weighed[name] == pytest.approx(plain[name]) for name in plain)
