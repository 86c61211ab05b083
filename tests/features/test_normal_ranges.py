"""A run keeps what is normal of each column, and its report says it of each reason."""

import json

import numpy as np
import pytest

import anomaly
from anomaly.features.normal_ranges import frequency, normal_range
from anomaly.reporting.run import report_of


@pytest.fixture
def run(run_folder):
    return anomaly.load(run_folder)


def test_ranges_are_those_of_the_normal_training_rows(run, transactions):
    rows = run.metrics["rows"]["train"]
    train = transactions.sort_values("time", kind="stable")[:rows]
    normal = train[train.fraud == 0]
    told = run.details["normal"]
    assert told["rows"] == len(normal)
    low, high = normal_range(told["columns"]["amount"])
    assert (low, high) == pytest.approx(normal.amount.quantile([0.05, 0.95]), rel=0.01)
    assert told["columns"]["distance"]["missing"] == pytest.approx(normal.distance.isna().mean())


def test_shares_are_those_of_the_normal_training_rows(run, transactions):
    rows = run.metrics["rows"]["train"]
    train = transactions.sort_values("time", kind="stable")[:rows]
    countries = train[train.fraud == 0].country
    told = run.details["normal"]["columns"]["country"]
    for name, share in countries.value_counts(normalize=True, dropna=False).items():
        is_missing = not isinstance(name, str)
        seen = "(missing)" if is_missing else name
        assert frequency(told, seen, is_missing=is_missing) == pytest.approx(share, abs=1e-5)
    assert frequency(told, "NZ", is_missing=False) == 0


def test_reasons_of_the_report_know_it(run):
    reasons = [reason for alert in report_of(run).alerts for reason in alert.reasons]
    known = {r.column: r for r in reasons}
    assert known["amount"].normal == normal_range(run.details["normal"]["columns"]["amount"])
    assert known["channel"].frequency > 0.2
    assert known["channel"].normal is None


def test_a_run_that_kept_none_has_a_report(run_folder):
    path = run_folder / "run.json"
    details = json.loads(path.read_text())
    del details["normal"]
    path.write_text(json.dumps(details))
    report = report_of(anomaly.load(run_folder))
    assert all(r.normal is r.frequency is None for a in report.alerts for r in a.reasons)


def test_the_positive_rows_are_listed_the_lowest_first(run):
    run.pick_threshold(objective="alerts", total=3)
    report = report_of(run)
    table = run.scores("test").to_pandas()
    positive = table[table.label == 1]
    assert [alert.score for alert in report.misses] == sorted(positive.score)
    is_missed = [alert.score < run.threshold["threshold"] for alert in report.misses]
    assert [not alert.is_alert for alert in report.misses] == is_missed
    assert any(is_missed)
    assert any(alert.reasons for alert in report.misses)


def test_alerts_beyond_a_hundred_are_listed_too(run):
    table = run.scores("test").to_pandas()
    found = [alert.score for alert in report_of(run).alerts]
    assert found == sorted(table.score, reverse=True)[:3000]
    assert len(found) > 100


def test_moments_are_those_of_the_rows(run):
    report = report_of(run)
    times = run.scores("test").column("time").to_numpy()
    assert (report.test.moments == times.astype("datetime64[s]")).all()
    assert np.issubdtype(report.test.moments.dtype, np.datetime64)
