"""Statistics of columns in two passes over blocks: the same as of the whole at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from anomaly.detectors.statistics import column_statistics

NAN = np.float32("nan")


def statistics_of(values, block_rows=7):
    def blocks():
        return (values[start : start + block_rows] for start in range(0, len(values), block_rows))

    return column_statistics(blocks, values.shape[1])


def wide_values():
    random = np.random.default_rng(0)
    values = random.normal(size=(5000, 6)).astype("f4")
    values[:, 1] = np.exp(2 * values[:, 1])
    values[:, 2] = 1e6 + values[:, 2]
    values[:, 3] = values[:, 3].round()
    values[:, 4] = 0.1
    values[random.random(values.shape) < 0.2] = NAN
    return values


@pytest.mark.parametrize("block_rows", [1, 7, 999, 5000])
def test_moments_are_those_of_the_columns_with_medians_filled_in(block_rows):
    values = wide_values()
    found = statistics_of(values, block_rows)
    median = np.nanmedian(values.astype("f8"), axis=0)
    filled = np.where(np.isnan(values), median, values.astype("f8"))
    assert found.n_rows == 5000
    np.testing.assert_array_equal(found.missing, np.isnan(values).sum(axis=0))
    np.testing.assert_array_equal(found.minimum, np.nanmin(values, axis=0))
    np.testing.assert_array_equal(found.median, median)
    np.testing.assert_allclose(found.values.mean, filled.mean(axis=0), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.values.deviation, filled.std(axis=0), rtol=1e-9, atol=1e-12)
    varied = [0, 1, 2, 3, 5]
    expected = stats.skew(filled[:, varied])
    np.testing.assert_allclose(found.values.skewness[varied], expected, rtol=1e-6, atol=1e-9)


def test_logarithms_are_of_the_filled_column():
    values = wide_values()[:, 1:2]
    filled = np.where(np.isnan(values), np.nanmedian(values.astype("f8")), values.astype("f8"))
    found = statistics_of(values).logarithms
    np.testing.assert_allclose(found.mean, np.log1p(filled).mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.deviation, np.log1p(filled).std(axis=0), rtol=1e-10)


def test_a_column_without_a_value_is_as_if_it_held_zeros():
    found = statistics_of(np.full((9, 1), NAN))
    assert (found.minimum, found.median, found.values.mean, found.values.deviation) == (0, 0, 0, 0)
    assert found.missing == 9


@settings(max_examples=200, deadline=None)
@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 40), st.integers(1, 3)),
        elements=st.floats(width=32, allow_infinity=False, allow_nan=True),
    ),
    st.integers(1, 50),
)
def test_medians_are_exact(values, block_rows):
    with np.errstate(all="ignore"):
        found = statistics_of(values, block_rows).median
    for median, column in zip(found, values.T.astype("f8"), strict=True):
        present = column[~np.isnan(column)]
        assert median == (np.median(present) if present.size else 0.0)
