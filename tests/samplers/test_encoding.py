"""Rows to what networks learn, and back."""

import numpy as np
import pytest
from scipy.stats import kstest, skewnorm

from anomaly.samplers.encoding import ClassTable


@pytest.fixture
def random():
    return np.random.default_rng(0)


def test_every_number_column_of_a_class_becomes_standard_normal(random):
    X = np.column_stack([random.exponential(size=500), np.round(random.exponential(size=500))])
    codes = np.arange(500) % 2
    encoded = ClassTable.fit(X, codes, np.zeros(2, bool)).encode(X, codes, random)
    for column in encoded[codes == 1].T:
        assert kstest(column, "norm").pvalue > 0.1


def test_decoded_columns_have_the_real_distribution_whatever_the_generator_made(random):
    X = skewnorm(5).rvs((1000, 1), random_state=random)
    table = ClassTable.fit(X, np.zeros(1000, int), np.zeros(1, bool))
    table.calibrate(0, random.normal(3, 0.2, size=(5000, 1)))
    decoded = table.decode(random.normal(3, 0.2, size=(1000, 1)), 0)
    assert kstest(decoded[:, 0], X[:, 0]).pvalue > 0.1


def test_a_value_that_many_rows_have_comes_back_as_often(random):
    X = np.where(random.random((1000, 1)) < 0.3, 1.0, random.random((1000, 1)))
    table = ClassTable.fit(X, np.zeros(1000, int), np.zeros(1, bool))
    values = random.normal(size=(5000, 1))
    table.calibrate(0, values)
    assert (table.decode(values, 0) == 1).mean() == pytest.approx((X == 1).mean(), abs=0.03)


def test_the_category_of_the_largest_indicator_is_decoded():
    X = np.array([["a", 1.0], ["b", 2.0], ["a", 3.0]], dtype=object)
    table = ClassTable.fit(X, np.zeros(3, int), np.array([True, False]))
    assert (table.layout.n_inputs, table.layout.categories) == (3, [slice(1, 3)])
    values = np.array([[0.0, 0.1, 0.9], [0.0, 2.0, -1.0]])
    table.calibrate(0, values)
    assert table.decode(values, 0)[:, 0].tolist() == ["b", "a"]


def test_a_class_of_many_rows_is_known_by_quantiles(random):
    X = random.normal(size=(30_000, 1))
    table = ClassTable.fit(X, np.zeros(30_000, int), np.zeros(1, bool))
    assert len(table.quantiles[0]) < 30_000
    encoded = table.encode(X, np.zeros(30_000, int), random)
    inner = np.abs(X) < 3
    np.testing.assert_allclose(encoded[inner], X[inner], atol=0.1)
