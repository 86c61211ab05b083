"""Statistics of columns: exact, in memory or read in blocks."""

import tempfile
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from anomaly.detectors.exported import statistics
from anomaly.detectors.exported.statistics import column_statistics
from anomaly.features import matrix as matrices
from anomaly.features.matrix import ChosenRows, SpooledMatrix

NAN = np.float32("nan")


@pytest.fixture(params=["memory", "blocks"])
def statistics_of(request, tmp_path, monkeypatch):
    """Statistics of values in memory, or read in blocks of seven rows."""
    if request.param == "memory":
        return column_statistics
    monkeypatch.setattr(matrices, "rows_of_a_block", lambda *_: 7)
    return lambda values: column_statistics(in_a_file(values, tmp_path))


def in_a_file(values, folder):
    spooled = SpooledMatrix(*values.shape, folder)
    spooled.append(values)
    return ChosenRows(spooled, np.ones(len(values), bool))


def wide_values():
    random = np.random.default_rng(0)
    values = random.normal(size=(5000, 6)).astype("f4")
    values[:, 1] = np.exp(2 * values[:, 1])
    values[:, 2] = 1e6 + values[:, 2]
    values[:, 3] = values[:, 3].round()
    values[:, 4] = 0.1
    values[random.random(values.shape) < 0.2] = NAN
    return values


def test_moments_are_those_of_the_columns_with_medians_filled_in(statistics_of):
    values = wide_values()
    found = statistics_of(values)
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


def test_logarithms_are_of_the_filled_column(statistics_of):
    values = wide_values()[:, 1:2]
    filled = np.where(np.isnan(values), np.nanmedian(values.astype("f8")), values.astype("f8"))
    found = statistics_of(values).logarithms
    np.testing.assert_allclose(found.mean, np.log1p(filled).mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.deviation, np.log1p(filled).std(axis=0), rtol=1e-10)


def test_a_column_without_a_value_is_as_if_it_held_zeros(statistics_of):
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
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrices, "rows_of_a_block", lambda *_: block_rows)
        patch.setattr(statistics, "_COLUMNS_AT_ONCE", 2)
        with np.errstate(all="ignore"):
            found = [column_statistics(rows).median for rows in (values, in_a_file(values, folder))]
    columns = [column[~np.isnan(column)] for column in values.T.astype("f8")]
    expected = [np.median(column) if column.size else 0.0 for column in columns]
    assert np.array_equal(found, [expected, expected])


def test_memory_does_not_grow_with_the_columns_of_a_small_table():
    values = np.random.default_rng(0).normal(size=(50, 400)).astype("f4")
    tracemalloc.start()
    column_statistics(values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * values.nbytes
