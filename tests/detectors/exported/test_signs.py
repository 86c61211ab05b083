"""Surprises of single features, on one side: their tails, and the graph beside Keras."""

import numpy as np
import pytest

from anomaly.detectors.exported import ops
from anomaly.detectors.exported.export import running
from anomaly.detectors.exported.signs import Surprise, WeighedSigns


def surprises(usual, values, *, lower=False):
    layer = Surprise([lower]).fit(np.asarray(usual, np.float32).reshape(-1, 1))
    return np.asarray(layer(np.asarray(values, np.float32).reshape(-1, 1)))[:, 0]


def test_a_surprise_is_minus_the_logarithm_of_the_share_at_or_beyond():
    usual = np.random.default_rng(0).exponential(10, 100_000)
    at = np.quantile(usual, [0.5, 0.8, 0.9, 0.95, 0.98, 0.99])
    expected = -np.log([0.5, 0.2, 0.1, 0.05, 0.02, 0.01])
    assert surprises(usual, at) == pytest.approx(expected, abs=0.01)


def test_beyond_the_last_percent_the_tail_goes_on():
    generator = np.random.default_rng(0)
    usual = generator.pareto(3, 100_000)  # exponential in the logarithm of one plus the value
    far = np.array([10.0, 30.0, 100.0])
    assert surprises(usual, far) == pytest.approx(3 * np.log1p(far), rel=0.1)


def test_low_values_may_be_the_suspicious_ones():
    usual = np.random.default_rng(0).uniform(0.1, 1, 10_000)
    found = surprises(usual, [0.9, 0.15, 0.01, 0.0], lower=True)
    assert (np.diff(found) > 0).all()
    assert found[0] < 0.3
    assert found[2] > 7


@pytest.mark.parametrize(
    ("usual", "value", "expected"),
    [
        ([0.0] * 990 + [1.0] * 10, 1.0, -np.log(0.01)),
        ([0.0] * 1_000, 1.0, np.log(1_001)),
        ([0.0] * 1_000, 0.0, 0.0),
        ([np.nan] * 10, 5.0, 0.0),
        ([0.0, 1.0, 2.0] * 300, np.nan, 0.0),
    ],
)
def test_few_values_and_none(usual, value, expected):
    assert surprises(usual, [value])[0] == pytest.approx(expected, rel=1e-3)


def test_more_is_never_less_surprising():
    generator = np.random.default_rng(1)
    for usual in (generator.poisson(0.02, 5_000), generator.lognormal(0, 2, 5_000), [3.0] * 50):
        found = surprises(usual, np.linspace(0, 1e4, 2_000))
        assert (np.diff(found) >= -1e-5).all()
        assert np.isfinite(found).all()


def test_the_graph_computes_what_keras_does():
    generator = np.random.default_rng(2)
    usual = generator.lognormal(0, 1, (2_000, 3)).astype(np.float32)
    layer = Surprise([False, True, False]).fit(usual)
    rows = usual[:64] * 3
    rows[::7, 1] = np.nan
    by_graph = running(lambda seen: ops.apply(layer, seen), 3)(rows)
    assert by_graph == pytest.approx(np.asarray(layer(rows)), rel=1e-5, abs=1e-5)


def test_of_signs_of_one_subject_the_strongest_counts_beyond_the_threshold():
    layer = WeighedSigns([[0, 2], [1]], threshold=5.0)
    rows = np.array([[6, 7, 8], [9, 1, 2], [4, 4, 4]], np.float32)
    expected = [[0, 2, 3], [4, 0, 0], [0, 0, 0]]
    assert np.asarray(layer(rows)).tolist() == expected
    by_graph = running(lambda seen: ops.apply(layer, seen), 3)(rows)
    assert by_graph.tolist() == expected
