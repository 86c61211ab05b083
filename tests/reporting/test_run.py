"""What a run hands to its report."""

import numpy as np
import pytest

import anomaly
from anomaly.reporting.run import report_of
from reports.explorer.explorer import explore


@pytest.fixture
def run(run_folder):
    return anomaly.load(run_folder)


def test_days_and_amounts_are_those_of_the_rows(run):
    report = report_of(run)
    for name in ("validation", "test"):
        part, table = getattr(report, name), run.scores(name)
        times = table.column("time").to_numpy().astype("datetime64[us]").astype(int)
        np.testing.assert_allclose(24 * part.days, times / 3.6e9)
        assert (part.amounts == table.column("amount").to_numpy()).all()


def test_the_explorer_begins_where_the_run_stands(run):
    run.pick_threshold("cost", false_alarm_cost=2, missed_cost=30)
    explorer = explore(report_of(run))
    assert explorer.cost_terms.missed_cost == 30
    assert explorer.thresholds[explorer.start] == run.threshold["threshold"]
    for split in explorer.splits:
        figures = run.threshold[split.name]
        assert split.tp[explorer.start] == figures["tp"]
        assert split.fp[explorer.start] == figures["fp"]
        alerts = figures["tp"] + figures["fp"]
        assert alerts / split.n_days == pytest.approx(figures["alerts_per_day"])


def test_a_run_without_a_threshold_is_explored_from_a_pick(run_folder):
    (run_folder / "threshold.json").unlink()
    explorer = explore(report_of(anomaly.load(run_folder)))
    assert explorer.picked is None
    assert np.isfinite(explorer.thresholds[explorer.start])


def test_numbers_that_were_expected_are_numbers(run):
    reasons = [reason for alert in report_of(run).alerts for reason in alert.reasons]
    of = {name: [r.expected for r in reasons if r.column == name] for name in ("amount", "channel")}
    assert of["amount"]
    assert all(isinstance(value, float) for value in of["amount"])
    assert all(isinstance(value, str) for value in of["channel"])


def test_columns_know_how_often_they_were_missing(run, transactions):
    missing = {column.name: column.missing for column in report_of(run).columns}
    assert missing["distance"] == pytest.approx(transactions.distance.isna().mean(), abs=0.02)
    assert missing["fraud"] is None
