"""Scores and alerts over time: drawn where times are known, right where they are drawn."""

from dataclasses import replace

import numpy as np
import pytest

from reports import Scores
from reports.charts.figure import styled
from reports.charts.over_time import alert_rate, course, score_course

START = np.datetime64("2026-03-01T00:00:00", "s")


def rows(seconds, scores=None, labels=None):
    """Scores at so many seconds after the start of March."""
    moments = START + np.asarray(seconds).astype("timedelta64[s]")
    values = np.ones(len(moments)) if scores is None else np.asarray(scores, dtype=float)
    return Scores(values, labels, moments=moments)


def days(*numbers):
    return [86_400 * number for number in numbers]


def test_the_alert_rate_of_a_day_is_that_of_its_rows():
    cuts = course([rows(days(0, 0.5, 0.9, 6.1)), rows(days(1.2, 1.3), scores=[5, 0])])
    assert (cuts.unit, cuts.size) == ("day", 7)
    rate = cuts.shares(cuts.scores.scores >= 1)
    assert rate.tolist()[:2] == [1.0, 0.5]
    assert np.isnan(rate[2:6]).all()
    assert rate[6] == 1.0


@pytest.mark.parametrize(
    ("last", "unit", "size"), [(1, "hour", 25), (4, "hour", 97), (5, "day", 6), (700, "week", 101)]
)
def test_the_unit_suits_the_span(last, unit, size):
    cuts = course([rows(days(0, last))])
    assert (cuts.unit, cuts.size) == (unit, size)


def test_quantiles_are_scores_of_the_day():
    cuts = course([rows(days(0, 0.1, 0.2, 8), scores=[3, 1, 2, 7])])
    median, high = cuts.quantiles((0.5, 0.99))
    assert (median[0], high[0], median[8]) == (2, 3, 7)
    assert np.isnan(median[1:8]).all()


@pytest.mark.parametrize(
    "parts",
    [
        [None, None],
        [Scores(np.ones(3))],
        [rows([])],
        [rows([5, 5, 5])],
        [rows([5, 600, 3599]), rows([1200])],
        [Scores(np.ones(2), moments=np.array([0.0, 1e300]))],
        [Scores(np.ones(2), moments=np.array([np.nan, np.inf]))],
        [Scores(np.ones(2), moments=np.array(["NaT", "NaT"], dtype="datetime64[s]"))],
    ],
)
def test_without_a_course_of_time_there_is_none(parts):
    assert course(parts) is None


def test_rows_without_a_time_or_a_score_are_left_out():
    moments = np.array([0.0, np.nan, 9e5, 9e5])
    cuts = course([Scores(np.array([1.0, 2.0, 3.0, np.nan]), moments=moments)])
    assert cuts.scores.scores.tolist() == [1, 3]
    assert not cuts.is_calendar


def drawn(chart):
    """The axes of a chart."""
    with styled():
        return chart.drawings[0].plot.figure()[1]


def words(axes):
    return [text.get_text() for text in axes.get_xticklabels()]


def test_a_cut_between_two_without_rows_is_a_dot():
    cuts = course([rows(days(0, 7, 7.5, 8.5, 20))])
    for chart in (alert_rate(cuts, 0.5, "fraud"), score_course(cuts, 0.5)):
        dots = [line for line in drawn(chart).lines if line.get_marker() == "o"]
        assert {x for line in dots for x in line.get_xdata()} == {0.5, 20.5}


@pytest.mark.parametrize(
    ("last", "label", "shown"),
    [
        (1.1, "time, 2026", ["1 Mar", "06:00", "12:00", "18:00", "2 Mar"]),
        (20, "date, 2026", ["2 Mar", "9 Mar", "16 Mar"]),
        (500, "date", ["Jul 2026", "Jan 2027", "Jul 2027"]),
    ],
)
def test_ticks_of_a_course_are_round_moments_of_the_calendar(last, label, shown):
    chart = score_course(course([rows(days(0, last))]), None)
    assert chart.drawings[0].plot.axis_labels[0] == label
    assert words(drawn(chart)) == shown


def test_the_page_has_a_section_of_them(page_of, report):
    size = report.test.scores.size
    random = np.random.default_rng(0)
    moments = rows(random.integers(0, 30 * 86_400, size)).moments
    known = {"amounts": random.lognormal(3, 1, size), "moments": moments}
    parts = {name: replace(getattr(report, name), **known) for name in ("validation", "test")}
    page = page_of(replace(report, **parts))
    charts = page.charts()
    first = charts.index(
        "Scores of each day: median; 99 % of scores are below; the run’s threshold."
    )
    assert charts[first : first + 4] == [
        "Scores of each day: median; 99 % of scores are below; the run’s threshold.",
        "Alert rate of each day: alerts at the run’s threshold; frauds.",
        "Amounts of the test split by class: normal, 3,960; fraud, 40.",
        "Hours of the test split by class: normal, 3,960; fraud, 40.",
    ]
    unpicked = page_of(replace(report, **parts, threshold=None)).charts()
    assert not any(label.startswith("Alert rate") for label in unpicked)
    assert page.elements("section", **{"aria-labelledby": "time-title"})
