"""Every score has its place on the axis."""

import numpy as np
import pytest

from reports import Scores
from reports.charts.histograms import BINS, histogram, score_axis

EXTREMES = [
    [0.01, 0.5, 80.0],
    [0.0, 1.0],
    [-2.0, 3.0],
    [5e-324, 1.7e308],
    [-1.7e308, 1.7e308],
    [4.0],
    [0.0],
    [-7.0],
    [3.0, np.inf],
]


@pytest.mark.parametrize("scores", EXTREMES)
def test_every_score_falls_into_a_bin(scores):
    values = np.array(scores)
    axis = score_axis([Scores(values)], None)
    assert axis.low < axis.high
    assert histogram(values, axis).shape == (BINS,)
    assert histogram(values, axis).sum() == values.size


@pytest.mark.parametrize("scores", EXTREMES)
def test_ticks_lie_on_the_axis(scores):
    axis = score_axis([Scores(np.array(scores))], None)
    ticks = axis.ticks(6)
    assert 1 <= ticks.size <= 14
    assert (axis.low <= ticks).all()
    assert (ticks <= axis.high).all()


def test_the_scale_is_logarithmic_unless_a_score_is_negative():
    assert score_axis([Scores(np.array([0.0, 2.0]))], None).is_log
    assert not score_axis([Scores(np.array([-1.0, 2.0]))], None).is_log


def test_places_grow_with_the_score():
    axis = score_axis([Scores(np.array([0.01, 100.0]))], None)
    places = axis.place(np.array([0.01, 1.0, 100.0]))
    assert 0 < places[0] < places[1] < places[2] < 1
    assert places[1] == pytest.approx(0.5)


def test_the_threshold_and_both_splits_are_on_the_axis():
    axis = score_axis([Scores(np.array([1.0])), None, Scores(np.array([50.0]))], 900.0)
    assert axis.low < 1
    assert axis.high > 900


def test_a_few_tiny_scores_do_not_stretch_the_axis():
    values = np.append(np.linspace(1, 10, 5000), 1e-200)
    axis = score_axis([Scores(values)], None)
    assert axis.low > 1e-3
    assert histogram(values, axis)[0] == 1


def test_without_a_finite_score_there_is_no_axis():
    assert score_axis([Scores(np.array([np.inf, np.nan])), None], 1.0) is None
