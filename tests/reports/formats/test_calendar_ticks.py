"""Moments along an axis: round ones of the calendar, within it, that say which they are."""

import numpy as np
import pytest

from reports.formats.calendar_ticks import calendar_ticks, common


def ticks(start, end, most):
    ends = [np.datetime64(moment, "s").astype(float) for moment in (start, end)]
    found = calendar_ticks(*ends, most)
    assert all(ends[0] <= place <= ends[1] for place, _ in found)
    return [words for _, words in found], common(*ends)


@pytest.mark.parametrize(
    ("start", "end", "most", "words", "shared"),
    [
        ("2026-03-01T22:13:05", "2026-03-01T22:14:05", 5, ["22:13:15", "22:13:30", "22:13:45", "22:14:00"], "1 March 2026"),
        ("2026-03-01T22:13", "2026-03-01T22:43", 5, ["22:20", "22:30", "22:40"], "1 March 2026"),
        ("2026-03-01T20:00", "2026-03-02T05:00", 3, ["21:00", "2 Mar", "03:00"], "2026"),
        ("2026-03-01", "2026-03-05", 5, ["1 Mar", "2 Mar", "3 Mar", "4 Mar", "5 Mar"], "2026"),
        ("2026-03-01", "2026-03-25", 5, ["2 Mar", "9 Mar", "16 Mar", "23 Mar"], "2026"),
        ("2025-12-30", "2026-01-01", 3, ["30 Dec 2025", "31 Dec 2025", "1 Jan 2026"], ""),
        ("2026-02-10", "2026-06-20", 5, ["Mar", "Apr", "May", "Jun"], "2026"),
        ("2025-02-10", "2026-06-20", 3, ["Jul 2025", "Jan 2026"], ""),
        ("1965-02-10", "2026-06-20", 5, ["1980", "2000", "2020"], ""),
    ],
)  # fmt: skip
def test_ticks_are_round_moments(start, end, most, words, shared):
    assert ticks(start, end, most) == (words, shared)


def test_a_single_moment_has_one_tick():
    moment = np.datetime64("2026-03-01T22:13:05").astype(float)
    assert calendar_ticks(moment - 0.5, moment + 0.5, 5) == [(moment, "22:13:05")]


@pytest.mark.parametrize("end", [1e13, 1e300])
def test_beyond_the_calendar_there_is_none(end):
    assert calendar_ticks(0.0, end, 5) == []
    assert common(0.0, end) == ""


@pytest.mark.parametrize("most", [1, 2, 5])
@pytest.mark.parametrize("span", [10.0**power for power in range(11)])
def test_any_range_has_a_tick_or_more_and_no_more_than_asked_for(span, most):
    found = calendar_ticks(1.7e9, 1.7e9 + span, most)
    assert 1 <= len(found) <= most
