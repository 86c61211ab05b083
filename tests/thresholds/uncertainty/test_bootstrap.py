"""Settings of resamples, and what is picked on them."""

import numpy as np
import pytest

from thresholds import ThresholdError, pick
from thresholds.counting.counts import Counts
from thresholds.uncertainty.bootstrap import Bootstrap


def test_resamples_are_those_of_drawing_rows_with_their_labels():
    random = np.random.default_rng(0)
    points = Counts(tp=np.array([5, 12]), fp=np.array([3, 30]), positives=20, negatives=80)
    labels = np.repeat([1, 0], [20, 80])
    places = np.repeat([0, 1, 2, 0, 1, 2], [5, 7, 8, 3, 27, 50])
    rows = random.integers(0, 100, (4000, 100))
    is_positive, at = labels[rows] == 1, places[rows]
    drawn = list(Bootstrap(replicates=4000, seed=1).resamples(points))
    for name, expected in {
        "tp": [(is_positive & (at <= place)).sum(axis=1) for place in (0, 1)],
        "fp": [(~is_positive & (at <= place)).sum(axis=1) for place in (0, 1)],
        "positives": [is_positive.sum(axis=1)],
    }.items():
        found = np.concatenate([getattr(each, name) for each in drawn])
        np.testing.assert_allclose(found.mean(axis=0), np.mean(expected, axis=1), rtol=0.03)
        np.testing.assert_allclose(found.std(axis=0), np.std(expected, axis=1), rtol=0.08)
    whole = np.concatenate([each.positives + each.negatives for each in drawn])
    assert (whole == 100).all()


def test_a_resample_has_rows_of_both_classes():
    points = Counts(tp=np.array([1]), fp=np.array([0]), positives=1, negatives=1)
    for each in Bootstrap(replicates=200).resamples(points):
        assert (each.positives == 1).all()
        assert (each.negatives == 1).all()


def test_an_interval_holds_the_pick(many):
    picked = pick(*many)
    low, high = picked.intervals["threshold"]
    assert low < picked.value < high


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
