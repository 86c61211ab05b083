"""Intervals of the average precision and the ROC AUC."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from thresholds import PrecisionRecallCurve, ranking_intervals


@pytest.mark.parametrize(
    ("name", "figure"),
    [("average_precision", average_precision_score), ("roc_auc", roc_auc_score)],
)
@pytest.mark.parametrize("decimals", [1, 15])
def test_the_intervals_of_the_ranking_are_those_of_resamples(name, figure, decimals):
    random = np.random.default_rng(0)
    labels = np.repeat([1, 0], [60, 4000])
    scores = (random.normal(size=labels.size) + 2 * labels).round(decimals)
    drawn = []
    for _ in range(300):
        rows = np.r_[random.integers(0, 60, 60), random.integers(60, labels.size, 4000)]
        drawn.append(figure(labels[rows], scores[rows]))
    found = ranking_intervals(PrecisionRecallCurve.from_scores(labels, scores))[name]
    assert found == pytest.approx(
        np.quantile(drawn, [0.025, 0.975]), rel=0.1 if name != "roc_auc" else 0.01
    )


def test_the_ranking_of_very_many_frauds_has_intervals():
    random = np.random.default_rng(0)
    labels = np.repeat([1, 0], 5000)
    scores = random.normal(size=labels.size) + labels
    found = ranking_intervals(PrecisionRecallCurve.from_scores(labels, scores))
    for name, figure in (
        ("average_precision", average_precision_score),
        ("roc_auc", roc_auc_score),
    ):
        low, high = found[name]
        assert low < figure(labels, scores) < high < low + 0.05


@pytest.mark.parametrize("anomalies", [1, 4])
def test_of_few_anomalies_there_is_no_interval(anomalies):
    labels = np.repeat([1, 0], [anomalies, 100])
    scores = np.random.default_rng(0).normal(size=labels.size)
    found = ranking_intervals(PrecisionRecallCurve.from_scores(labels, scores))
    assert found == {"average_precision": None, "roc_auc": None}


def test_of_a_perfect_ranking_all_resamples_say_the_same():
    labels = np.repeat([1, 0], [20, 100])
    found = ranking_intervals(PrecisionRecallCurve.from_scores(labels, labels + 0.0))
    assert found == {"average_precision": None, "roc_auc": None}


def test_the_seed_and_the_replicates_decide_the_interval():
    random = np.random.default_rng(0)
    labels = np.repeat([1, 0], [20, 200])
    curve = PrecisionRecallCurve.from_scores(labels, random.normal(size=220) + labels)
    usual = ranking_intervals(curve)
    assert ranking_intervals(curve, replicates=1000, seed=0) == usual
    assert ranking_intervals(curve, seed=1) != usual
    low, high = ranking_intervals(curve, confidence=0.5)["roc_auc"]
    assert usual["roc_auc"][0] < low < high < usual["roc_auc"][1]
