"""Few rows of a rare class, in numbers and in a data frame with categories."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def rare():
    """200 ordinary rows and 40 rare ones, whose columns depend on each other the other way."""
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [200, 40])
    first = random.normal(size=240)
    second = np.where(y == 1, -first, first) + 0.1 * random.normal(size=240)
    return np.column_stack([first, second, random.exponential(size=240)]), y


@pytest.fixture(scope="session")
def payments():
    """80 payments with a category that tells the class, a whole number and a flag."""
    random = np.random.default_rng(1)
    fraud = pd.Series(np.repeat(["no", "yes"], [60, 20]), name="fraud")
    frame = pd.DataFrame(
        {
            "amount": random.lognormal(3, 1, 80).round(2),
            "channel": np.where(fraud == "yes", "web", random.choice(["chip", "swipe"], 80)),
            "items": random.integers(1, 9, 80),
            "online": random.random(80) < 0.5,
        }
    )
    return frame.astype({"channel": "category"}), fraud
