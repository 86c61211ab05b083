"""Intervals of sums over rows, and of alerts a day."""

import numpy as np
import pytest
from scipy.stats import chi2

from thresholds import evaluate
from thresholds.uncertainty.sums import FEWEST_DAYS, Sums, alerts_a_day_ends, ends_of_sum

DAYS = 14


def test_a_number_of_rows_has_the_exact_interval_of_poisson():
    low, high = ends_of_sum(Sums(total=np.array([7.0]), squares=np.array([7.0]), largest=1.0))
    assert (low[0], high[0]) == pytest.approx((chi2.ppf(0.025, 14) / 2, chi2.ppf(0.975, 16) / 2))


def test_of_nothing_seen_one_row_more_may_come():
    low, high = ends_of_sum(Sums(total=np.array([0.0]), squares=np.array([0.0]), largest=50.0))
    assert (low[0], high[0]) == pytest.approx((0.0, 50 * -np.log(0.025)))


def test_a_sum_in_another_unit_has_its_interval_in_that_unit():
    one = ends_of_sum(Sums(total=np.array([7.0]), squares=np.array([9.0]), largest=2.0))
    cents = ends_of_sum(Sums(total=np.array([700.0]), squares=np.array([90_000.0]), largest=200.0))
    np.testing.assert_allclose(cents, 100 * np.array(one))


@pytest.mark.parametrize("kind", ["alike", "busy and quiet"])
def test_alerts_a_day_hold_the_truth(kind):
    random = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        factors = random.lognormal(-0.125, 0.5, DAYS) if kind != "alike" else np.ones(DAYS)
        alerts = random.poisson(20 * factors)
        low, high = alerts_a_day_ends(alerts[:, None], np.ones(DAYS))
        held += bool(low[0] <= 20 <= high[0])
    assert 0.92 <= held / 400 <= 0.985


def test_days_that_differ_make_it_wider():
    alike, unlike = np.full((10, 1), 20), np.array([[2], [38]] * 5)
    widths = [np.ptp(alerts_a_day_ends(each, np.ones(10))) for each in (alike, unlike)]
    assert widths[1] > 2 * widths[0]


def test_a_day_that_is_half_looked_at_has_half_the_alerts():
    alerts = np.array([[10], *[[20]] * 8, [10]])
    whole = alerts_a_day_ends(np.full((9, 1), 20), np.ones(9))
    parts = alerts_a_day_ends(alerts, np.array([0.5, *[1.0] * 8, 0.5]))
    np.testing.assert_allclose(parts, whole, rtol=0.05)


def test_a_few_days_do_not_tell():
    assert np.isnan(
        alerts_a_day_ends(np.ones((FEWEST_DAYS - 1, 1)), np.ones(FEWEST_DAYS - 1))
    ).all()
    rows = [0, 0, 1, 0], [0.1, 0.2, 0.9, 0.8]
    figures = evaluate(0.5, *rows, days=[0, 1, 2, 3])
    assert figures.alerts_per_day == 0.5
    assert figures.intervals["alerts_per_day"] is None


def test_costs_hold_the_truth():
    random = np.random.default_rng(2)
    held, prices = 0, {"false_alarm_cost": 1.0, "missed_cost": 50.0}
    share, recall, fall_out, rows = 0.02, 0.8, 0.01, 2000
    truth = rows * (50 * share * (1 - recall) + (1 - share) * fall_out)
    for _ in range(400):
        labels = random.random(rows) < share
        scores = np.where(
            labels, random.random(rows) < recall, random.random(rows) < fall_out
        ).astype(float)
        low, high = evaluate(0.5, labels, scores, cost=prices).intervals["cost"]
        held += low <= truth <= high
    assert 0.93 <= held / 400 <= 0.995


def test_of_few_anomalies_a_cost_has_no_interval():
    labels = np.repeat([1, 0], [19, 500])
    scores = np.random.default_rng(0).normal(size=519) + 2 * labels
    prices = {"false_alarm_cost": 1.0, "missed_cost": 50.0}
    assert evaluate(1.0, labels, scores, cost=prices).intervals["cost"] is None
    labels = np.append(labels, 1)
    found = evaluate(1.0, labels, np.append(scores, 2.0), cost=prices)
    assert found.intervals["cost"][0] < found.cost < found.intervals["cost"][1]
