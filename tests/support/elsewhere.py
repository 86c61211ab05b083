"""Scores that come from elsewhere: those of scikit-learn's IsolationForest for 1,200 payments."""

from functools import cache

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest

ROWS = 1_200
ROLES = {"score": "forest", "label": "fraud", "time": "time"}


@cache
def _scored() -> pd.DataFrame:
    random = np.random.default_rng(3)
    fraud = (random.random(ROWS) < 0.05).astype(np.int64)
    values = random.normal(size=(ROWS, 3)) + 2.5 * fraud[:, np.newaxis]
    forest = IsolationForest(n_estimators=20, random_state=0).fit(values)
    return pd.DataFrame(
        {
            "payment_id": [f"p{number:04d}" for number in range(ROWS)],
            "time": pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(ROWS) * 20, unit="min"),
            "amount": random.lognormal(3, 1, ROWS).round(2),
            "card": random.integers(0, 150, ROWS),
            "forest": -forest.score_samples(values),
            "norm": np.linalg.norm(values, axis=1) + random.normal(size=ROWS),
            "fraud": fraud,
        }
    )


def scored_payments(**columns: object) -> pd.DataFrame:
    """Return ids, times, amounts, cards, two columns of scores, and labels, or other columns."""
    return _scored().assign(**columns)
