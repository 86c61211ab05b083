"""The middle of what resamples gave."""

import numpy as np
import pytest

from thresholds.uncertainty.percentile import interval_of


@pytest.mark.parametrize("rows", [1, 2, 999, 1000])
def test_the_ends_are_those_of_numpy_or_the_next_ones_outwards(rows):
    figures = np.random.default_rng(0).normal(size=rows)
    assert interval_of(figures, 0.9) == (
        np.quantile(figures, 0.05, method="lower"),
        np.quantile(figures, 0.95, method="higher"),
    )


def test_the_ends_hold_no_less_than_was_asked():
    assert interval_of(np.arange(10), 0.5) == (2, 7)
    assert interval_of(np.arange(9), 0.5) == (2, 6)


def test_resamples_without_the_figure_are_left_out():
    assert interval_of([np.nan, 0.5, 0.5]) == (0.5, 0.5)
    assert interval_of([np.nan]) is None
    assert interval_of([]) is None


def test_infinite_figures_are_ends():
    assert interval_of([1.0, np.inf, np.inf], 0.5) == (1.0, np.inf)
