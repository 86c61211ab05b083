import numpy as np
import pytest

from thresholds.counting.boundary import above, between

DTYPES = [np.float16, np.float32, np.float64]


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_threshold_stands_midway_between_two_scores(dtype):
    assert between(dtype(1), dtype(2)) == 1.5


@pytest.mark.parametrize("dtype", DTYPES)
def test_adjacent_scores_leave_the_upper_one(dtype):
    upper = np.nextafter(dtype(1), dtype(2))
    assert between(dtype(1), upper) == upper


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_largest_scores_do_not_overflow(dtype):
    largest = np.finfo(dtype).max
    assert between(-largest, largest) == 0
    assert between(dtype(largest / 2), largest) == pytest.approx(0.75 * float(largest), rel=1e-3)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_smallest_scores_are_kept_apart(dtype):
    smallest = np.nextafter(dtype(0), dtype(1))
    assert between(dtype(0), smallest) == smallest
    assert between(-smallest, smallest) > -smallest


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_infinite_alert_gives_the_largest_finite_threshold(dtype):
    assert between(dtype(1), dtype(np.inf)) == np.finfo(dtype).max


@pytest.mark.parametrize("dtype", DTYPES)
def test_infinity_is_the_threshold_where_the_largest_number_is_a_quiet_score(dtype):
    assert between(np.finfo(dtype).max, dtype(np.inf)) == np.inf


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_infinite_quiet_score_gives_the_lowest_alert(dtype):
    assert between(dtype(-np.inf), dtype(1)) == 1


@pytest.mark.parametrize("dtype", DTYPES)
def test_above_a_score_is_the_next_number(dtype):
    assert above(dtype(1)) == np.nextafter(dtype(1), dtype(2))
    assert above(np.finfo(dtype).max) == np.inf
