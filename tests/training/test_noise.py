"""The noise that networks are trained with."""

import numpy as np
from scipy.stats import kstest

from anomaly.training.noise import standard_normal
from anomaly.utils.backend import keras


def test_noise_isstandard_normal():
    like = np.zeros((20_000, 5), dtype="f4")
    noise = np.asarray(standard_normal(like, [1, 2]))
    assert all(kstest(column, "norm").pvalue > 0.001 for column in noise.T)
    np.testing.assert_allclose(np.corrcoef(noise.T), np.eye(5), atol=0.03)


def test_a_generator_draws_other_noise_each_time():
    generator = keras.random.SeedGenerator(0)
    like = np.zeros((10, 3), dtype="f4")
    first, second = (np.asarray(standard_normal(like, [generator] * 2)) for _ in range(2))
    assert not np.array_equal(first, second)
