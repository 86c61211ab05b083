import numpy as np
import pytest

from thresholds import ThresholdError, pick
from thresholds.counting.counts import Counts
from thresholds.uncertainty.bootstrap import Bootstrap

FIGURES = {
    "precision": lambda counts: counts.precision,
    "recall": lambda counts: counts.recall,
    "f1": lambda counts: counts.f_beta(1),
}


def intervals(tp, fp, positives, negatives, **settings):
    counts = Counts(tp=np.array([tp]), fp=np.array([fp]), positives=positives, negatives=negatives)
    return Bootstrap(**settings).intervals(counts, FIGURES)


def test_intervals_are_those_of_drawing_rows():
    random = np.random.default_rng(0)
    caught = np.arange(40) < 30
    false_alarms = np.arange(60) < 10
    tp = caught[random.integers(0, 40, (20_000, 40))].sum(axis=1)
    fp = false_alarms[random.integers(0, 60, (20_000, 60))].sum(axis=1)
    drawn = intervals(30, 10, 40, 60, replicates=20_000)
    for name, figures in {
        "precision": tp / (tp + fp),
        "recall": tp / 40,
        "f1": 2 * tp / (tp + fp + 40),
    }.items():
        assert drawn[name] == pytest.approx(np.quantile(figures, (0.025, 0.975)), abs=0.01)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    random = np.random.default_rng(1)
    positives, negatives, recall, fall_out = 200, 20_000, 0.7, 0.005
    truth = {
        "precision": positives * recall / (positives * recall + negatives * fall_out),
        "recall": recall,
        "f1": 2 * positives * recall / (positives * (1 + recall) + negatives * fall_out),
    }
    held = dict.fromkeys(truth, 0)
    for seed in range(500):
        tp, fp = random.binomial(positives, recall), random.binomial(negatives, fall_out)
        drawn = intervals(tp, fp, positives, negatives, seed=seed)
        for name, (low, high) in drawn.items():
            held[name] += low <= truth[name] <= high
    assert all(0.92 <= count / 500 <= 0.98 for count in held.values()), held


def test_more_confidence_is_a_wider_interval():
    wide, narrow = (intervals(50, 10, 100, 900, confidence=c)["f1"] for c in (0.99, 0.8))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_an_interval_holds_the_figure(many):
    picked = pick(*many)
    for name in FIGURES:
        low, high = picked.intervals[name]
        assert low < getattr(picked, name) < high
    low, high = picked.intervals["threshold"]
    assert low < picked.value < high


def test_catching_everything_has_an_interval_of_no_width():
    assert intervals(5, 0, 5, 100)["recall"] == (1.0, 1.0)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"confidence": 95}, "`confidence` is 95; give a number between 0 and 1"),
        ({"confidence": 0}, "`confidence` is 0;"),
        ({"replicates": 0}, "`replicates` is 0; give a whole number from 1"),
        ({"replicates": 10.5}, "`replicates` is 10.5;"),
        ({"seed": -1}, "`seed` is -1; give a whole number from 0"),
    ],
)
def test_a_setting_out_of_range_is_an_error(setting, message):
    with pytest.raises(ThresholdError, match=message):
        pick([0, 1], [1.0, 2.0], **setting)
