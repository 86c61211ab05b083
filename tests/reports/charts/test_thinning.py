"""Thinned lines look like the whole ones."""

import numpy as np
import pytest

from reports import Scores
from reports.charts.thinning import MOST_POINTS, SCREEN_COLUMNS, curve, thin


def noisy_walk(points):
    random = np.random.default_rng(5)
    return np.linspace(0, 1, points), np.cumsum(random.normal(size=points))


def test_a_short_line_stays_whole():
    x, y = noisy_walk(MOST_POINTS)
    assert thin(x, [y]).size == MOST_POINTS


@pytest.mark.parametrize("direction", [1, -1])
def test_a_long_line_keeps_its_ends_and_extremes_in_every_column(direction):
    x, y = (values[::direction] for values in noisy_walk(200_000))
    shown = thin(x, [y])
    assert shown.size <= 4 * SCREEN_COLUMNS
    assert (np.diff(shown) > 0).all()
    assert shown[[0, -1]].tolist() == [0, x.size - 1]
    column = np.minimum(x * SCREEN_COLUMNS, SCREEN_COLUMNS - 1).astype(int)
    for number in range(SCREEN_COLUMNS):
        whole, kept = y[column == number], y[shown][column[shown] == number]
        assert (kept.min(), kept.max()) == (whole.min(), whole.max())


def test_lines_that_share_x_keep_the_extremes_of_each():
    x, y = noisy_walk(50_000)
    other = -(y**2)
    shown = thin(x, [y, other])
    assert other[shown].min() == other.min()
    assert y[shown].max() == y.max()


def test_a_vertical_line_is_thinned_to_its_ends_and_extremes():
    y = np.sin(np.arange(5000))
    shown = thin(np.zeros(5000), [y])
    assert shown.tolist() == sorted({0, int(y.argmin()), int(y.argmax()), 4999})


def test_rows_without_a_score_are_left_out_of_the_curve():
    labels = np.array([1, 0, 1, 0])
    found = curve(Scores(np.array([3.0, 2.0, np.nan, 1.0]), labels))
    assert found.positives == 1
    assert found.thresholds.tolist() == [1.0, 2.0, 3.0]


def test_one_class_or_no_label_has_no_curve():
    assert curve(Scores(np.array([1.0, np.nan]), np.array([0, 1]))) is None
    assert curve(Scores(np.array([1.0, 2.0]))) is None
    assert curve(None) is None
