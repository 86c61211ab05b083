"""Days may come as numbers, dates and times, with or without a zone."""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from thresholds import ScoredRows, ThresholdError

# Before and after two midnights in Berlin, between which summer time begins.
IN_UTC = pd.to_datetime(
    ["2026-03-28T22:30", "2026-03-28T23:30", "2026-03-29T21:30", "2026-03-29T22:30"], utc=True
)
IN_BERLIN = IN_UTC.tz_convert("Europe/Berlin")
ARROW = pa.array(IN_BERLIN)


def rows_of(days):
    return ScoredRows.checked(None, np.zeros(4), days=days)


@pytest.mark.parametrize(
    "days",
    [
        [5, 5, 6, 8],
        [5.0, 5.0, 6.0, 8.0],
        np.array([5, 5, 6, 8], np.uint8),
        np.array([5, 5, 6, 8], object),
        pd.Series([5, 5, 6, 8], dtype="Int64"),
        ["2024-02-27", "2024-02-27", "2024-02-28", "2024-03-01"],
        [datetime.date(2024, 1, day) for day in (5, 5, 6, 8)],
        np.array(["2024-01-05", "2024-01-05", "2024-01-06", "2024-01-08"], "datetime64[D]"),
        pd.to_datetime(["2024-01-05", "2024-01-05", "2024-01-06", "2024-01-08"]),
        pa.array([datetime.date(2024, 1, day) for day in (5, 5, 6, 8)]),
    ],
)
def test_days_may_be_numbers_or_dates(days):
    rows = rows_of(days)
    assert rows.days.tolist() == [0, 0, 1, 3]
    assert (rows.times, rows.n_days) == (None, 4)


@pytest.mark.parametrize(
    "days",
    [
        [2.25, 2.75, 3.0, 5.5],
        np.array(["2024-02-27T06", "2024-02-27T18", "2024-02-28", "2024-03-01T12"], "M8[ns]"),
        ["2024-02-27T06:00", "2024-02-27 18:00:00.0", "2024-02-28", "2024-03-01T12:00"],
        ["2024-02-27T06:00Z", "2024-02-27T18:00+02:00", "2024-02-28", "2024-03-01T12-0500"],
        [datetime.datetime(2024, 2, d, h) for d, h in ((26, 6), (26, 18), (27, 0), (29, 12))],
    ],
)
def test_times_are_kept(days):
    rows = rows_of(days)
    assert rows.days.tolist() == [0, 0, 1, 3]
    assert rows.times.tolist() == [0.25, 0.75, 1.0, 3.5]


@pytest.mark.parametrize(
    "days",
    [
        IN_BERLIN,
        pd.Series(IN_BERLIN),
        pd.Series(IN_BERLIN).astype("datetime64[s, Europe/Berlin]"),
        pd.Series(ARROW, dtype=pd.ArrowDtype(ARROW.type)),
        IN_BERLIN.to_pydatetime(),
        list(IN_BERLIN),
        ARROW,
        pa.chunked_array([ARROW]),
        [moment.isoformat() for moment in IN_BERLIN],
        pa.array([str(moment) for moment in IN_BERLIN]),
    ],
    ids=[
        "index",
        "series",
        "seconds",
        "ArrowDtype",
        "objects",
        "list",
        "arrow",
        "chunked",
        "text",
        "arrow-text",
    ],
)
def test_in_a_zone_days_are_those_of_its_clocks(days):
    rows = rows_of(days)
    assert rows.days.tolist() == [0, 1, 1, 2]
    np.testing.assert_allclose(24 * rows.times, [23.5, 24.5, 47.5, 48.5])


def test_a_zone_may_be_a_fixed_difference_to_utc():
    fixed = ARROW.cast(pa.timestamp("us", "+01:00"))
    assert rows_of(fixed).days.tolist() == [0, 1, 1, 1]


def test_an_unknown_zone_is_one_line():
    with pytest.raises(ThresholdError, match="time zone Moon/Tycho, which is not known"):
        rows_of(pa.array([0, 1, 2, 3], pa.timestamp("us", "Moon/Tycho")))


def test_a_missing_time_of_a_zone_is_named():
    for days in (IN_BERLIN.insert(2, pd.NaT)[:4], ARROW.take(pa.array([0, 1, None, 3]))):
        with pytest.raises(ThresholdError, match=r"days\[2\] is missing"):
            rows_of(days)
