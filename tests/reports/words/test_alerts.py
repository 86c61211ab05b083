"""The tables of transactions: what each line says, and what unfolds below it."""

from dataclasses import replace

import numpy as np
import pytest

import reports
from reports import Alert, Reason

THIN = " "  # Page.text makes every space a plain one


def lines(page, listing="alerts"):
    """The cells of each transaction's line, by the id of the table's frame."""
    [frame] = page.elements("div", id=listing)
    rows = [row for row in frame.iter("tr") if row.get("class") == "who"]
    return [[page.text(cell) for cell in row] for row in rows]


def test_a_line_names_the_transaction_and_what_became_of_it(page):
    assert lines(page) == [
        ["1", "T-77", "fraud, caught", "2025-05-25 03:12:00", "1,912.50", "31.50"],
        ["2", "row 9", "false alarm", "", "", "12.00"],
    ]


def test_below_it_stand_the_facts_and_the_shares_of_the_score(page):
    [first, second] = page.elements("details")
    assert page.text(first[0]) == (f"Reasons for number 1: amount 66.7{THIN}%, country 20.0{THIN}%")
    assert page.text(first[1]) == (
        "transaction T-77 time 2025-05-25 03:12:00 amount 1,912.50 row 1,204,311, test"
    )
    assert page.table("Reasons for the score of number 1") == [
        ["Column", "Share of score", "Seen", "Expected"],
        ["amount", f"66.7{THIN}% 21.00", "1,912.50", "40.25"],
        ["country", f"20.0{THIN}% 6.300", "NZ", "BE"],
        ["other columns", f"13.3{THIN}% 4.200", "", ""],
    ]
    bars = [
        float(rect.get("width")) for rect in first.iter("rect") if rect.get("class") != "f-hairline"
    ]
    assert bars == [66.7, 20.0, 13.3]
    assert page.text(second) == "Details of number 2 row 9, test"


def test_what_is_normal_stands_beside_what_was_seen(page_with):
    reasons = [
        Reason("amount", 21.0, 1000.0, "250", normal=(0.0, 500.0)),
        Reason("country", 6.0, "NZ", "BE", frequency=0.0),
        Reason("channel", 4.0, "web", "chip", frequency=0.331),
        Reason("age", 0.5, 3.0, "40"),
    ]
    page = page_with(alerts=[Alert(0, "test", 31.5, True, reasons=reasons)])
    normal = [row[-1] for row in page.table("Reasons for the score of number 1")]
    assert normal == ["Normal", "0 to 500", "rare", f"in 33.1{THIN}%", ""]
    [strip] = page.elements("svg", class_="strip")
    assert [(r.get("class"), r.get("x"), r.get("width")) for r in strip] == [
        ("f-hairline", None, "100"),
        ("f-normal", "0.0", "50.0"),
        ("f-muted", "25.0", "1"),
        ("f-accent", "98", "2"),
    ]


@pytest.mark.parametrize(
    ("seen", "normal"),
    [(np.inf, (0.0, 1.0)), ("x", (0.0, 1.0)), (None, (0.0, 1.0)), (3.0, (3.0, 3.0)), (1e308, (-1e308, 0.0))],
)  # fmt: skip
def test_a_value_that_is_on_no_strip_has_none(page_with, seen, normal):
    reason = Reason("amount", 1.0, seen, None, normal=normal)
    page = page_with(alerts=[Alert(0, "test", 1.0, True, reasons=[reason])])
    assert page.elements("svg", class_="strip") == []


def test_the_hundred_highest_scores_come_first(page_with):
    order = np.random.default_rng(1).permutation(130)
    page = page_with(alerts=[Alert(int(i), "test", float(i), i >= 90) for i in order])
    assert [float(line[-1]) for line in lines(page)] == list(range(129, 29, -1))
    assert "The 100 highest scores, 40 of them alerts" in page.text()


def test_the_worst_misses_are_a_table_of_their_own(page_with):
    missed = [Alert(row, "test", 0.1 * row, False, 1, amount=10.0 * row) for row in (3, 1, 2)]
    page = page_with(misses=missed)
    assert "The 3 worst misses" in page.text()
    assert "No reasons are kept for scores so low." in page.text()
    assert [line[1:] for line in lines(page, "misses")] == [
        ["row 1", "fraud, missed", "10.00", "0.1000"],
        ["row 2", "fraud, missed", "20.00", "0.2000"],
        ["row 3", "fraud, missed", "30.00", "0.3000"],
    ]


def test_without_a_threshold_nothing_is_missed_but_scored_low(page_with):
    page = page_with(threshold=None, misses=[Alert(3, "test", 0.1, None, 1)])
    assert "The fraud with the lowest score" in page.text()
    assert "The detector finds them" in page.text()


def test_without_misses_there_is_no_such_section(page):
    assert page.elements("div", id="misses") == []
    assert "Misses" not in page.text()


def test_keys_to_sort_by_are_exact(page_with):
    alerts = [
        Alert(0, "test", np.inf, True, time="2025-05-25 03:12:00", amount=float("nan")),
        Alert(1, "test", 0.1 + 0.2, True, time="94813.5", amount=1e-7),
    ]
    bodies = page_with(alerts=alerts).elements("tbody", class_="alert")
    keys = [{k: v for k, v in body.items() if k.startswith("data-")} for body in bodies]
    assert keys == [
        {"data-score": "Infinity", "data-time": "2025-05-25 03:12:00"},
        {"data-score": "0.30000000000000004", "data-amount": "1e-07", "data-time": "94813.5"},
    ]


def test_missing_values_are_named(page_with):
    reasons = [Reason("a", 1.0, None, float("nan")), Reason("b", 0.5, np.float32(2.5), True)]
    page = page_with(alerts=[Alert(0, "test", 1.5, True, reasons=reasons)])
    assert page.table("Reasons for the score of number 1")[1:] == [
        ["a", f"66.7{THIN}% 1.000", "missing", "missing"],
        ["b", f"33.3{THIN}% 0.5000", "2.500", "yes"],
    ]


def test_a_page_full_of_reasons_stays_small(report):
    words = "column-with-a-name-of-some-length-"
    reasons = [Reason(f"{words}{n}", 1.0, 1234.5, "40.25", (0.0, 100.0)) for n in range(30)]
    alerts = [
        Alert(row, "test", 31.0 + row, True, 1, "2025-05-25", 5.0, {"id": "T"}, reasons)
        for row in range(150)
    ]
    full = replace(report, alerts=alerts, misses=alerts)
    assert len(reports.render(full).encode()) < 1_500_000


def test_a_long_name_of_a_reason_is_cut_once(page_with, report):
    reasons = [Reason("x" * 10_000, 21.0, 1.0, 2.0)]
    page = page_with(alerts=[replace(report.alerts[0], reasons=reasons)])
    first = page.text(page.elements("details")[0][0])
    assert "x" * 39 + "… 66.7" in first
    assert "characters" not in first
