"""Whatever is missing or extreme, the page stands, says why, and names the command that helps."""

from dataclasses import replace

import numpy as np
import pytest

import reports
from reports import Alert, Reason, Report, Scores, Split, Threshold, ThresholdFigures


def hints(page):
    """The words and the command of each hint."""
    return [page.text(hint) for hint in page.elements("div", class_="hint")]


def test_without_a_threshold_the_command_that_picks_one(page_with, report):
    alerts = [replace(alert, is_alert=None) for alert in report.alerts]
    page = page_with(threshold=None, alerts=alerts)
    assert hints(page) == [
        "No threshold is picked yet, so nothing is an alert. Pick one and write the report anew: "
        "anomaly pick-threshold runs/may"
    ]
    assert "an average precision of 0.388, 39 times what chance would reach" in page.text()
    assert "The 2 highest scores" in page.text()
    assert page.elements("div", class_="outcome") == []
    assert len(page.charts()) == 8


def test_the_command_is_safe_to_paste(page_with):
    page = page_with(threshold=None, run="my runs/May; rm")
    assert hints(page)[0].endswith("anomaly pick-threshold 'my runs/May; rm'")


def test_without_labels_the_page_shows_scores_and_alerts(page_with, report):
    page = page_with(
        splits=[Split(split.name, split.rows) for split in report.splits],
        validation=Scores(report.validation.scores),
        test=Scores(report.test.scores),
        metrics={},
        threshold=Threshold("contamination", 9.0, {"test": ThresholdFigures(alerts=40)}),
        alerts=[replace(alert, label=None) for alert in report.alerts],
    )
    assert (
        "On 4,000 test transactions the threshold raises 40 alerts. There are no labels"
        in page.text()
    )
    assert [hint.rsplit(": ")[-1] for hint in hints(page)] == [
        "anomaly pick-threshold runs/may --labels FILE"
    ]
    assert page.charts()[1] == "Histogram of the test scores: transactions, 4,000."
    assert len(page.charts()) == 4
    assert page.elements("table", class_="confusion") == []


def test_without_labels_and_threshold_the_share_is_picked(page_with, report):
    page = page_with(
        validation=Scores(report.validation.scores),
        test=Scores(report.test.scores),
        metrics={},
        threshold=None,
    )
    assert any("--objective contamination --share 0.01" in hint for hint in hints(page))


def test_without_history_a_sentence_stands_for_the_curve(page_with):
    page = page_with(history={})
    assert hints(page) == ["This detector keeps no loss by epoch, so there is no curve to draw."]
    assert len(page.charts()) == 7


@pytest.mark.parametrize(
    "history",
    [
        {"loss": [0.5]},
        {"val_loss": [0.5, float("nan"), float("inf")]},
        {"loss": [1e300, 1e-300, 1.0]},
        {"loss": [2.0] * 5000, "val_loss": [2.0] * 5000},
        {"loss": [0.0, 0.0]},
    ],
)
def test_any_history_with_a_finite_loss_is_drawn(page_with, history):
    charts = page_with(history=history).charts()
    assert any(label.startswith("Loss over") for label in charts)


def test_without_any_alert_the_page_says_so(page_with, report):
    figures = ThresholdFigures(0, 0.0, 0.0, 0.0, 0, 0, 40, 3960)
    page = page_with(
        threshold=Threshold("f1", 1e9, {"test": figures, "validation": figures}),
        alerts=[replace(alert, is_alert=False) for alert in report.alerts],
    )
    assert "catches 0 of 40 frauds: it raises no alert." in page.text()
    assert "None of them reaches the threshold, so there is no alert." in page.text()
    assert "fraud, missed" in page.text()


def test_without_listed_transactions(page_with):
    assert "No transaction is listed." in page_with(alerts=[]).text()


def test_without_a_test_split_validation_heads_the_page(page_with, report):
    page = page_with(test=None)
    assert "On 4,000 validation transactions the threshold catches" in page.text()
    assert "on which the threshold is picked: new data may do worse" in page.text()


def test_without_any_scores(page_with):
    page = page_with(validation=None, test=None, metrics={}, threshold=None, alerts=[])
    assert "There are no scores to draw." in hints(page)
    assert len(page.charts()) == 1


def test_one_fraud_is_drawn(page_with, report):
    labels = np.zeros(4000, dtype=np.int8)
    labels[17] = 1
    page = page_with(test=Scores(report.test.scores, labels))
    assert len(page.charts()) == 8


@pytest.mark.parametrize("label", [0, 1])
def test_a_single_class_has_no_curves(page_with, report, label):
    one = Scores(report.test.scores, np.full(4000, label))
    page = page_with(validation=one, test=one)
    assert any("do not have both" in hint for hint in hints(page))
    assert len(page.charts()) == 5


def test_equal_scores_are_drawn(page_with, report):
    constant = Scores(np.full(4000, 3.0), report.test.labels)
    page = page_with(validation=constant, test=constant)
    assert len(page.charts()) == 8


@pytest.mark.parametrize("value", [0.0, -4.0, 1e308, -1.7e308, 5e-324])
def test_equal_scores_of_any_size_are_drawn(page_with, report, value):
    constant = Scores(np.full(4000, value), report.test.labels)
    page = page_with(validation=constant, test=constant, threshold=None)
    assert page.charts()[1] == "Histogram of the test scores: normal, 3,960; fraud, 40."


@pytest.mark.parametrize(
    "extremes",
    [
        [np.inf, 1e-300],
        [-np.inf, np.inf],
        [1.7e308, -1.7e308],
        [1.7e308, 5e-324],
        [0.0, 0.0],
        [-3.0, -2.0],
    ],
)
def test_extreme_scores_all_count(page_with, report, extremes):
    scores = report.test.scores.copy()
    scores[100:102] = extremes
    page = page_with(test=Scores(scores, report.test.labels))
    assert page.charts()[1] == "Histogram of the test scores: normal, 3,960; fraud, 40."


@pytest.mark.parametrize("threshold", [np.inf, -np.inf, np.nan, 0.0, -5.0, 1e300])
def test_any_threshold_is_drawn_or_left_out(page_with, report, threshold):
    page = page_with(threshold=replace(report.threshold, value=threshold))
    lines = [text for text in page.elements("text") if page.text(text).startswith("threshold ")]
    marks = [text for text in lines if "score" not in page.text(text)]
    assert len(marks) == (5 if np.isfinite(threshold) else 0)


def test_an_alert_with_an_infinite_score_has_no_percentages(page_with):
    reason = Reason("amount", np.inf, np.inf, 3.0)
    page = page_with(alerts=[Alert(0, "test", np.inf, True, 1, reasons=[reason])])
    assert page.table("Reasons for the score of number 1")[1:] == [["amount", "– ∞", "∞", "3"]]


def test_transactions_without_a_score_are_left_out(page_with, report):
    scores = report.test.scores.copy()
    scores[:3] = np.nan
    page = page_with(test=Scores(scores, report.test.labels))
    assert page.charts()[1] == "Histogram of the test scores: normal, 3,960; fraud, 37."


def test_the_smallest_report_is_a_page(page_of):
    smallest = Report(
        title="", detector="", data_name="", created="", version="", seed=0, fingerprint="",
        splits=[], split_method="random", validation=Scores(np.array([])),
    )  # fmt: skip
    page = page_of(smallest)
    assert "There are no scores to draw." in hints(page)


def test_thousands_of_columns_are_named_up_to_a_number(page_with):
    columns = [reports.Column(f"c{i}", "feature", "number") for i in range(10_000)]
    row = page_with(columns=columns).table("Columns by role and kind")[1]
    assert row[2] == "10,000"
    assert row[3].endswith("c399 , and 9,600 more")


@pytest.mark.parametrize(
    ("scores", "labels", "words"),
    [
        (np.zeros((2, 2)), None, "one dimension"),
        (np.zeros(3), np.zeros(2), "same shape"),
        (np.zeros(2), np.array([0, 2]), "0 or 1"),
    ],
)
def test_scores_that_cannot_be_right_are_refused(scores, labels, words):
    with pytest.raises(ValueError, match=words):
        Scores(scores, labels)


def many(rows: int) -> Scores:
    """So many lognormal scores, 0.2 % of them frauds."""
    random = np.random.default_rng(0)
    labels = random.random(rows) < 0.002
    return Scores(np.exp(random.normal(size=rows) + 2 * labels), labels)


def test_a_page_of_300_000_scores_is_small(report):
    large = replace(report, validation=many(150_000), test=many(150_000))
    source = reports.render(large)
    assert len(source.encode()) < 500_000


@pytest.mark.slow
def test_a_page_of_two_million_scores_is_small(report):
    large = replace(report, validation=many(1_000_000), test=many(1_000_000))
    source = reports.render(large)
    assert len(source.encode()) < 500_000
