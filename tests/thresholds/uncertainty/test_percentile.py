"""The middle of what resamples gave."""

import numpy as np
import pytest

from thresholds.uncertainty.percentile import interval_of, middle


@pytest.mark.parametrize("rows", [1, 2, 999, 1000])
def test_the_middle_is_that_of_numpy(rows):
    figures = np.random.default_rng(0).normal(size=(rows, 7))
    low, high = middle(figures, 0.9)
    tail = (1 - 0.9) / 2
    np.testing.assert_array_equal([low, high], np.quantile(figures, (tail, 1 - tail), axis=0))


def test_undefined_figures_are_left_out_column_by_column():
    figures = np.random.default_rng(0).normal(size=(200, 3))
    figures[:50, 1], figures[:, 2] = np.nan, np.nan
    low, high = middle(figures)
    for column in (0, 1):
        defined = figures[~np.isnan(figures[:, column]), column]
        ends = np.quantile(defined, (0.025, 0.975))
        assert (low[column], high[column]) == pytest.approx(ends)
    assert np.isnan([low[2], high[2]]).all()


def test_an_interval_leaves_out_resamples_without_the_figure():
    assert interval_of([np.nan, 0.5, 0.5]) == (0.5, 0.5)
    assert interval_of([np.nan]) is None
    assert interval_of([]) is None


def test_the_ends_of_a_sample_are_of_it_and_hold_no_less():
    assert interval_of(np.arange(10), 0.5, of_sample=True) == (2, 7)
    assert interval_of(np.arange(9), 0.5, of_sample=True) == (2, 6)


def test_infinite_figures_are_ends():
    assert interval_of([1.0, np.inf, np.inf], 0.5) == (np.inf, np.inf)
