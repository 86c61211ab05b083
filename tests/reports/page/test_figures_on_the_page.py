"""What the page says is what the data say."""

from dataclasses import replace

import pytest

from reports import Split, formats
from thresholds import evaluate

THIN = " "  # Page.text makes every space a plain one


def tiles(page):
    """Each tile's lines by its name."""
    found = page.elements("dl", class_="tiles")[0]
    return {
        page.text(tile.find("dt")): [page.text(line) for line in tile.findall("dd")]
        for tile in found
    }


def test_the_headline_says_what_is_caught_and_what_it_costs(page):
    assert page.text(page.elements("p", class_="verdict")[0]) == (
        "On 4,000 test transactions the threshold catches 18 of 40 frauds and raises "
        "40 false alarms: 3.2 alerts to look at for each fraud found."
    )
    assert page.text(page.elements("p", class_="learned")[0]) == (
        "The detector autoencoder learned what is normal from 11,976 normal transactions of "
        f"cards.csv, by 6 features from 4 columns, in 1{THIN}min 31{THIN}s."
    )


def test_tiles_show_the_figures_of_test_with_their_intervals(page):
    assert tiles(page) == {
        "Frauds caught": [f"45.0{THIN}%", "18 of 40 frauds", f"95 % interval 31.0{THIN}% to 60.0{THIN}%"],
        "Alerts": ["58", f"1.5{THIN}% of transactions"],
        "Precision": [
            f"31.0{THIN}%", "40 false alarms among 58 alerts", f"95 % interval 20.0{THIN}% to 43.0{THIN}%",
        ],
    }  # fmt: skip
    assert page.text(page.elements("p", class_="origin")[0]).startswith(
        "Threshold 7.250 for f1, picked on validation."
    )


def test_money_is_told_where_amounts_are_known(page_of, explorable, figures_at):
    shown = tiles(page_of(explorable))
    assert list(shown) == [
        "Frauds caught",
        "Alerts a day",
        "Precision",
        "Money saved",
        "Money lost",
    ]
    rows, value = explorable.test, explorable.threshold.value
    amounts, is_alert = rows.amounts[rows.labels == 1], rows.scores[rows.labels == 1] >= value
    stake = f"of {amounts.sum():,.2f} at stake"
    saved, lost = amounts[is_alert].sum(), amounts[~is_alert].sum()
    assert shown["Money saved"][:2] == [f"{saved:,.2f}", stake]
    assert shown["Money lost"][:2] == [f"{lost:,.2f}", stake]
    a_day = figures_at(value, rows)
    assert shown["Alerts a day"][0] == formats.number(a_day.alerts_per_day)
    ends = evaluate(
        value, rows.labels, rows.scores, amounts=rows.amounts, cost={"false_alarm_cost": 0}
    ).intervals["cost"]
    told = [float(end.replace(",", "")) for end in shown["Money lost"][2][14:].split(" to ")]
    assert told == pytest.approx(ends, abs=0.006)


def test_class_balance_of_each_split(page):
    assert page.table("Transactions in each split") == [
        ["Split", "Transactions", "Frauds", "Fraud rate"],
        ["train 2025-05-01 to 2025-05-18", "12,000", "24", f"0.200{THIN}% 1 in 500"],
        ["validation 2025-05-18 to 2025-05-24", "4,000", "40", f"1.0{THIN}% 1 in 100"],
        ["test 2025-05-24 to 2025-05-31", "4,000", "40", f"1.0{THIN}% 1 in 100"],
    ]


def test_confusion_matrix_of_test_and_validation(page):
    for split in ("test", "validation"):
        assert page.table(f"Confusion matrix of the {split} split") == [
            ["", "Alert", "No alert"],
            ["Fraud", "18 caught", "22 missed"],
            ["Normal", "40 false alarms", "3,920 left alone"],
        ]


def test_figures_at_the_threshold_with_their_intervals(page):
    assert page.table("Figures of the test split at the threshold") == [
        ["Figure", "Value", "95 % interval"],
        ["Precision", "0.310", "0.200 to 0.430"],
        ["Recall", "0.450", "0.310 to 0.600"],
        ["F1", "0.367", "0.250 to 0.480"],
        ["Alerts", "58", ""],
    ]


def test_columns_are_grouped_by_role_and_kind(page):
    assert page.table("Columns by role and kind") == [
        ["Role", "Kind", "Number", "Columns"],
        ["time", "time", "1", "when"],
        ["feature", "number", "1", "amount long tail: logarithm"],
        ["feature", "category", "2", "country , channel"],
        ["label", "flag", "1", "fraud"],
    ]


def test_how_it_was_made(page):
    facts = {
        page.text(row.find("dt")): page.text(row.find("dd"))
        for row in page.elements("div")
        if row.find("dt") is not None
    }
    expected = {
        "Data": "cards.csv",
        "Fingerprint": "sha256:6f1c0c6f",
        "Seed": "42",
        "Run": "runs/may",
        "Trained": "21 November 2025, 20:24 UTC",
        "Time taken": f"read 0.40{THIN}s, fit 1{THIN}min 31{THIN}s",
        "Made with": "anomaly 0.1.0",
        "epochs": "100",
        "learning_rate": "0.001",
        "drop": "none",
        "overwrite": "no",
        "numpy": "2.4.6",
    }
    assert {name: facts[name] for name in expected} == expected


def test_charts_say_what_they_show(page):
    assert page.charts() == [
        "Histogram of the test scores: normal, 3,960; fraud, 40.",
        "Histogram of the test scores: normal, 3,960; fraud, 40.",
        "Precision-recall curves: validation, AP 0.412; test, AP 0.388.",
        "Cost of the test split at every threshold.",
        "Alerts of the test split at every threshold.",
        "Loss over 4 epochs; lowest 0.7500 at epoch 3.",
        "Precision and recall of the validation split at every threshold.",
        "ROC curves: validation, AUC 0.951; test, AUC 0.944.",
    ]


def test_warnings_stand_first_under_trust_and_the_badge_leads_there(page):
    [trust] = page.elements("section", **{"aria-labelledby": "trust-title"})
    assert page.text(trust[1]) == "Before you rely on this 81 transactions appear twice."
    [badge] = page.elements("p", class_="badge")
    assert page.text(badge) == "With caution 81 transactions appear twice."
    assert page.elements("h3", id=badge.find("a").get("href")[1:])


def test_times_that_are_numbers_are_told_by_the_clock(page_with):
    splits = [
        Split("train", 10, start="28.113820726397165", end="103019.9"),
        Split("test", 10, start="0.0", end="120394.0"),
        Split("none", 10),
        Split("late", 10, start="1700000000.0", end="1700086400.0"),
    ]
    rows = page_with(splits=splits).table("Transactions in each split")[1:]
    assert [row[0] for row in rows] == [
        f"train 28.1{THIN}s to 28{THIN}h 37{THIN}min after the clock’s start",
        f"test 0{THIN}s to 33{THIN}h 26{THIN}min after the clock’s start",
        "none",
        "late second 1,700,000,000 to 1,700,086,400",
    ]


def test_one_is_no_plural(page_with, report):
    figures = replace(report.threshold.splits["test"], fp=1)
    page = page_with(threshold=replace(report.threshold, splits={"test": figures}))
    assert page.table("Confusion matrix of the test split")[2][1] == "1 false alarm"


def test_alerts_that_are_all_frauds_are_one_for_each(page_with, report):
    figures = replace(report.threshold.splits["test"], alerts=18, fp=0)
    page = page_with(threshold=replace(report.threshold, splits={"test": figures}))
    assert "0 false alarms: one alert to look at for each fraud found." in page.text()
