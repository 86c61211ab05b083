"""The tables of transactions: what each line says, and what unfolds below it."""

import json
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
        ["1", "T-77", "fraud, caught", "25 May 2025, 03:12", "1,912.50", "31.50"],
        ["2", "row 9", "false alarm", "", "", "12.00"],
    ]


def test_below_it_stand_the_facts_and_the_shares_of_the_score(page):
    first, second = [each for each in page.elements("details") if each.get("class") is None]
    assert page.text(first[0]) == (
        "Reasons for number 1: amount 1,912.50: 40.2 expected; country: NZ, expected BE"
    )
    assert page.text(first[1]) == (
        "transaction T-77 time 25 May 2025, 03:12 amount 1,912.50 row 1,204,311, test"
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
    caught = Alert(4, "test", 99.0, True, 1, amount=900.0)
    page = page_with(misses=[*missed, caught])
    assert "3 frauds missed" in page.text()
    assert "No reasons are kept for scores so low." in page.text()
    assert [line[1:] for line in lines(page, "misses")] == [
        ["row 3", "fraud, missed", "30.00", "0.3000"],
        ["row 2", "fraud, missed", "20.00", "0.2000"],
        ["row 1", "fraud, missed", "10.00", "0.1000"],
    ]


def test_without_amounts_the_lowest_scores_are_missed_first(page_with):
    page = page_with(misses=[Alert(row, "test", 0.1 * row, False, 1) for row in (3, 1, 2)])
    assert [line[1] for line in lines(page, "misses")] == ["row 1", "row 2", "row 3"]


SENTENCES = [
    (Reason("country", 1.0, "TR", "TR", frequency=0.0015), f"country TR: 0.150{THIN}% of normal transactions"),
    (Reason("country", 1.0, "TR", "DE", frequency=0.0), "country TR: rare among normal transactions, usually DE"),
    (Reason("card_age", 1.0, "(missing)", 40.0), "card age missing"),
    (Reason("card_age", 1.0, None, 4.0, frequency=0.009), f"card age missing, as in 0.900{THIN}% of normal transactions"),
    (Reason("amount", 1.0, 1912.5, 40.0, (1.0, 90.25)), "amount 1,912.50: usually 1 to 90.2"),
    (Reason("amount", 1.0, 40.5, 55.0, (1.0, 90.0)), "amount 40.5: ordinary alone, here 55 is expected"),
    (Reason("amount", 1.0, 5.0, 5.0, (1.0, 90.0)), "amount 5: ordinary alone"),
    (Reason("against the usual", 1.0, "53 times", "1 times", (0.2, 4.0)), "against the usual: 53 times, expected 1 times"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "words"), SENTENCES)
def test_a_reason_is_a_sentence(page_with, reason, words):
    page = page_with(alerts=[Alert(0, "test", 1.0, True, reasons=[reason])])
    [summary] = [each for each in page.elements("summary") if "Reasons" in page.text(each)]
    assert page.text(summary) == f"Reasons for number 1: {words}"


def test_what_is_unusual_by_itself_leads(page_with):
    reasons = [Reason("a", 5.0, 2.0, 9.0, (1.0, 3.0)), Reason("b", 3.0, 7.0, 2.0, (1.0, 3.0))]
    page = page_with(alerts=[Alert(0, "test", 8.0, True, reasons=reasons)])
    assert "b 7: usually 1 to 3; a 2: ordinary alone" in page.text()


def test_without_a_threshold_nothing_is_missed_but_scored_low(page_with):
    page = page_with(threshold=None, misses=[Alert(3, "test", 0.1, None, 1)])
    assert "The fraud with the lowest score" in page.text()
    assert "The detector finds them" in page.text()


def test_without_misses_there_is_no_such_section(page):
    assert page.elements("div", id="misses") == []
    assert "Misses" not in page.text()


def listed(page, name="alerts"):
    """The rows that the script lists, by the names of their parts."""
    [data] = page.elements("script", id="listed-data")
    content = json.loads(data.text)[name]
    return [dict(zip(content["names"], row, strict=True)) for row in content["rows"]]


def test_what_the_script_sorts_by_is_exact(page_with):
    alerts = [
        Alert(0, "test", np.inf, True, time="2025-05-25 03:12:00", amount=float("nan")),
        Alert(1, "test", 0.1 + 0.2, True, time="94813.5", amount=1e-7),
    ]
    found = listed(page_with(alerts=alerts))
    assert [(row["score"], row["amount"], row["moment"]) for row in found] == [
        ("Infinity", None, "2025-05-25 03:12:00"),
        (0.1 + 0.2, 1e-7, "94813.5"),
    ]


def test_rows_without_room_are_left_out_the_lowest_first(page_with):
    names = {"id": "x" * 100}
    alerts = [Alert(row, "test", float(row), True, 0, ids=names) for row in range(5000)]
    found = listed(page_with(alerts=alerts))
    assert 2000 < len(found) < 5000
    assert [row["row"] for row in found] == list(range(4999, 4999 - len(found), -1))


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
    first = next(
        page.text(each) for each in page.elements("summary") if "Reasons" in page.text(each)
    )
    assert "x" * 59 + "… 1: 2 expected" in first
    assert "characters" not in first
