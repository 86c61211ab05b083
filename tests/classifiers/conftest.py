"""Rows of which few are positive."""

import numpy as np
import pytest


def rare_rows(n_rows, seed, share=0.05):
    """Eight values; a row is positive where the first two are large together."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n_rows, 8))
    strength = X[:, 0] + X[:, 1] + 0.3 * random.normal(size=n_rows)
    return X, (strength > np.quantile(strength, 1 - share)).astype(int)


@pytest.fixture(scope="session")
def rows():
    return rare_rows(3000, 0)


@pytest.fixture(scope="session")
def other_rows():
    return rare_rows(2000, 1)
