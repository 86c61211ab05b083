"""How many training rows are held back, and which."""

import numpy as np
import pytest

from anomaly.detectors.holding_back import (
    are_too_few_to_spare,
    drawn,
    n_for_statistics,
    n_held_back,
)


@pytest.mark.parametrize(
    ("n_rows", "n_held"),
    [(1_000_000, 20_000), (5_000, 500), (600, 100), (150, 50), (3, 1), (2, 1)],
)
def test_the_share_held_back_grows_where_rows_are_few(n_rows, n_held):
    assert n_held_back(n_rows, 0.1) == n_held


def test_statistics_need_five_rows_a_feature():
    assert n_held_back(10_000, 0.1, n_for_statistics(300)) == 1_500
    assert n_held_back(10_000, 0.1, n_for_statistics(3)) == 1_000


@pytest.mark.parametrize(
    ("n_rows", "n_features", "is_few"),
    [(999, 2, True), (1_000, 2, False), (1_000, 60, False), (1_000, 144, True), (900, 60, True)],
)
def test_rows_are_not_spared_where_a_third_is_too_few_for_statistics(n_rows, n_features, is_few):
    assert are_too_few_to_spare(n_rows, n_features) == is_few


def test_rows_are_drawn_by_the_seed():
    found = drawn(100, 30, seed=1)
    assert found.sum() == 30
    assert np.array_equal(found, drawn(100, 30, seed=1))
    assert not np.array_equal(found, drawn(100, 30, seed=2))
