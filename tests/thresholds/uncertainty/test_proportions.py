"""Exact intervals of proportions, and of what varies as they do."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from thresholds import evaluate
from thresholds.counting.counts import Counts
from thresholds.uncertainty.proportions import (
    binomial_ends,
    ends_of_mean,
    f1_ends,
    precision_ends,
    recall_ends,
)

HOW_OFTEN = 400


@pytest.mark.parametrize(("part", "rest"), [(0, 3), (3, 0), (7, 2), (1, 400)])
def test_an_exact_interval_is_that_of_scipy(part, rest):
    low, high = binomial_ends([part], [rest])
    expected = binomtest(part, part + rest).proportion_ci(method="exact")
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high))


def test_of_nothing_counted_there_is_no_interval():
    assert np.isnan(binomial_ends([0], [0])).all()


def test_three_of_three_is_not_certain():
    figures = evaluate(0.5, [1, 1, 1, 0, 0], [0.9, 0.8, 0.7, 0.1, 0.2])
    assert figures.recall == figures.precision == 1
    for name in ("precision", "recall", "f1"):
        low, high = figures.intervals[name]
        assert low < 0.5
        assert high == 1


def test_more_confidence_is_a_wider_interval():
    wide, narrow = (binomial_ends([50], [10], confidence) for confidence in (0.99, 0.8))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_a_mean_with_the_binomial_variance_has_the_binomial_interval():
    low, high = ends_of_mean([0.3], [0.3 * 0.7 / 40], [40])
    expected = binomial_ends([12], [28])
    assert (low[0], high[0]) == pytest.approx((expected[0][0], expected[1][0]))


def test_a_mean_that_strays_more_has_a_wider_interval():
    ends = [ends_of_mean(0.3, variance, 40) for variance in (0.002, 0.02)]
    assert ends[1][0] < ends[0][0] < ends[0][1] < ends[1][1]


def test_a_mean_without_variance_counts_its_rows():
    low, high = ends_of_mean(1.0, 0.0, 20)
    assert (float(low), float(high)) == pytest.approx((0.025 ** (1 / 20), 1.0))


def test_f1_holds_the_truth_at_least_as_often_as_it_says():
    """Its interval is exact: the truth lies in it for 95 % of all draws of as many rows."""
    tp, fp, fn = np.array([0.3, 0.45, 0.25])
    m = 30
    drawn = np.arange(m + 1)
    counts = Counts(tp=drawn, fp=m - drawn, positives=drawn, negatives=1000)
    low, high = f1_ends(counts)
    truth = 2 * tp / (2 * tp + fp + fn)
    held = (low <= truth) & (truth <= high)
    assert binom.pmf(drawn, m, tp / (tp + fp + fn))[held].sum() >= 0.95


@pytest.mark.parametrize("ends", [precision_ends, recall_ends, f1_ends])
def test_rows_of_equal_weight_are_rows(ends):
    plain = Counts(tp=np.array([7]), fp=np.array([4]), positives=9, negatives=50)
    heavy = Counts(
        tp=np.array([21.0]),
        fp=np.array([12.0]),
        positives=27.0,
        negatives=150.0,
        squares=Counts(tp=np.array([63.0]), fp=np.array([36.0]), positives=81.0, negatives=450.0),
        n_rows=(9, 50),
    )
    np.testing.assert_allclose(ends(heavy), ends(plain))


def test_rows_of_unequal_weight_are_fewer():
    random = np.random.default_rng(0)
    labels, scores = np.repeat([1, 0], 100), random.random(200)
    plain = evaluate(0.5, labels, scores)
    weighed = evaluate(0.5, labels, scores, weights=random.lognormal(0, 1, 200))
    for name in ("precision", "recall", "f1"):
        widths = [np.ptp(each.intervals[name]) for each in (plain, weighed)]
        assert widths[0] < widths[1]


def test_precision_and_recall_hold_the_truth_with_labels_that_vary():
    random = np.random.default_rng(1)
    held = {"precision": 0, "recall": 0, "f1": 0}
    share, recall, fall_out = 0.01, 0.7, 0.004
    caught, alarms = share * recall, (1 - share) * fall_out
    truth = {
        "precision": caught / (caught + alarms),
        "recall": recall,
        "f1": 2 * caught / (caught + alarms + share),
    }
    for _ in range(HOW_OFTEN):
        positives = random.binomial(2000, share)
        tp, fp = random.binomial(positives, recall), random.binomial(2000 - positives, fall_out)
        counts = Counts(
            tp=np.array([tp]), fp=np.array([fp]), positives=positives, negatives=2000 - positives
        )
        for name, ends in zip(held, (precision_ends, recall_ends, f1_ends), strict=True):
            low, high = ends(counts)
            held[name] += bool(low[0] <= truth[name] <= high[0])
    assert all(count / HOW_OFTEN >= 0.93 for count in held.values()), held
