"""Which intervals hold where few anomalies are known."""

import numpy as np
import pytest
from scipy.stats import binomtest

from thresholds import ends_that_hold, intervals_that_hold
from thresholds.uncertainty.exact import exact

DRAWN = dict.fromkeys(("precision", "recall", "f1", "alerts_per_day"), (0.4, 0.6))


@pytest.mark.parametrize(("part", "rest"), [(0, 3), (3, 0), (7, 2), (1, 400)])
def test_an_exact_interval_is_that_of_scipy(part, rest):
    low, high = exact([part], [rest])
    expected = binomtest(part, part + rest).proportion_ci(method="exact")
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high))


def test_of_nothing_counted_there_is_no_exact_interval():
    assert np.isnan(exact([0], [0])).all()


def test_of_many_anomalies_resamples_hold():
    assert intervals_that_hold(DRAWN, tp=20, fp=20, fn=20) == DRAWN


def test_of_few_anomalies_proportions_are_exact_and_alerts_alone_hold():
    held = intervals_that_hold(DRAWN, tp=2, fp=2, fn=2)
    assert held.keys() == {"precision", "recall", "alerts_per_day"}
    low, high = exact([2], [2])
    assert held["recall"] == held["precision"] == (low[0], high[0])
    assert held["alerts_per_day"] == DRAWN["alerts_per_day"]


def test_without_labels_and_without_width():
    drawn = {"alerts": (3.0, 3.0), "alerts_per_day": (1.0, 2.0), "cost": None}
    assert intervals_that_hold(drawn, None, None, None) == {"alerts_per_day": (1.0, 2.0)}


def test_each_threshold_has_the_interval_that_holds_there():
    drawn = {"recall": (np.array([0.5, 1.0]), np.array([0.9, 1.0]))}
    low, high = ends_that_hold(drawn, [9, 10], [0, 5], [1, 0])["recall"]
    assert (low[0], high[0]) == (0.5, 0.9)
    assert (low[1], high[1]) == pytest.approx((0.025**0.1, 1.0))
