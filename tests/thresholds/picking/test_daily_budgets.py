"""The interval of the threshold for a budget of alerts a day."""

import numpy as np
import pytest
from scipy.stats import norm

from thresholds import pick

BUDGET, DAYS, A_DAY = 10, 14, 200


@pytest.mark.parametrize("kind", ["alike", "busy and quiet"])
def test_it_holds_the_threshold_of_the_population(kind):
    random = np.random.default_rng(0)
    truth, held = norm.isf(BUDGET / A_DAY), 0
    for _ in range(200):
        factors = random.lognormal(-0.125, 0.5, DAYS) if kind != "alike" else np.ones(DAYS)
        days = np.repeat(np.arange(DAYS), random.poisson(A_DAY * factors))
        scores = random.normal(size=days.size)
        found = pick(None, scores, "alerts", per_day=BUDGET, days=days, replicates=2)
        low, high = found.intervals["threshold"]
        held += low <= truth <= high
    assert 0.9 <= held / 200 <= 0.995


@pytest.mark.parametrize(
    ("days", "also"),
    [(np.arange(600) // 100, ()), (np.arange(600) // 50, [("alerts", {"share": 0.5})])],
)
def test_there_is_none_of_few_days_nor_beside_another_limit(days, also):
    scores = np.random.default_rng(0).normal(size=600)
    found = pick(None, scores, "alerts", per_day=5, days=days, also=also)
    assert found.intervals["threshold"] is None


def test_a_budget_above_all_rows_has_no_end_below():
    days, scores = np.arange(800) // 100, np.random.default_rng(0).normal(size=800)
    found = pick(None, scores, "alerts", per_day=1000, days=days)
    assert found.intervals["threshold"] is None
    assert found.alerts == 800
