import numpy as np
import pytest


@pytest.fixture(scope="session")
def many():
    """20,000 labelled scores with ties, 2 % anomalies."""
    random = np.random.default_rng(3)
    labels = (random.random(20_000) < 0.02).astype(np.int64)
    return labels, (random.normal(size=20_000) + 2 * labels).round(3)
