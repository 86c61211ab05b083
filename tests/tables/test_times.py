"""Times in every spelling are times in UTC; each other value is named with its row."""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anomaly.tables import kinds
from anomaly.tables.kinds import TIME
from anomaly.tables.times import DAY, is_time_text, seconds

NOON = "2026-01-31T12:00:00.000000"
NAT = np.datetime64("NaT")


@pytest.mark.parametrize(
    "array",
    [
        pa.array([datetime.datetime(2026, 1, 31, 12), None]),
        pa.array([datetime.datetime(2026, 1, 31, 12), None], pa.timestamp("s")),
        pa.array(pd.to_datetime(["2026-01-31 13:00+01:00", None])),
        pa.array(pd.to_datetime(["2026-01-31 12:00:00.000000001", None])),
        pa.array(["2026-01-31 12:00:00", None]),
        pa.array(["2026-01-31T12:00", ""]),
        pa.array(["2026-01-31T12", "NA"]),
        pa.array(["2026-01-31T12:00:00Z", None]),
        pa.array(["2026-01-31 12:00:00 UTC", None]),
        pa.array(["2026-01-31 14:00:00+02:00", None]),
        pa.array(["2026-01-31 14:00:00 +0200", None]),
        pa.array(["2026-01-31 07 -05", None]),
        pa.array(["2026-01-31 12:00:00.000000999", None]),
    ],
    ids=lambda array: f"{array.type} {array[0]}",
)
def test_times_of_every_spelling_are_times_in_utc(array):
    found = kinds.convert(array, TIME, "x")
    np.testing.assert_array_equal(found.values, np.array([NOON, NAT], "datetime64[us]"))
    assert found.problems == {}


def test_days_are_times():
    for array in (pa.array([datetime.date(2026, 1, 31)]), pa.array(["2026-01-31"])):
        assert kinds.convert(array, TIME, "x").values[0] == np.datetime64("2026-01-31")


def test_times_with_and_without_a_zone_may_mix():
    found = kinds.convert(pa.array(["2026-01-31 12:00", "2026-01-31T13:00+01:00"]), TIME, "x")
    assert (found.values == np.datetime64(NOON)).all()


def test_times_far_away_are_times():
    found = kinds.convert(pa.array(["0001-01-01 10:00Z", "9999-12-31 23:59:59.5"]), TIME, "x")
    assert found.values.astype(str).tolist() == [
        "0001-01-01T10:00:00.000000",
        "9999-12-31T23:59:59.500000",
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("soon", "31/01/2026", "2026-02-30", "2026-13-01", "0000-00-01", "2026-01", "20260131"),
        *("2026-01-31 25:00", "2026-01-31Z", "2026-01-31 12:00:00+99:00", "2026-01-31 12:00:60"),
    ],
)
def test_what_is_no_time_is_named_with_its_row(text):
    found = kinds.convert(pa.array([NOON, None, text, "2026-01-31T12:00Z"]), TIME, "when")
    expected = f"{text!r} in column 'when' is not a time such as 2026-01-31 12:00:00"
    assert found.problems == {2: expected}
    expected_values = np.array([NOON, NAT, NAT, NOON], "datetime64[us]")
    np.testing.assert_array_equal(found.values, expected_values)


_ZONES = st.sampled_from(["", "Z", " UTC", "+02:00", "-0530", "+01", " +02:00"])
_CLOCKS = st.sampled_from(["%H", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f"])


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.datetimes(), st.sampled_from("T "), _CLOCKS, _ZONES), min_size=1, max_size=5
    )
)
def test_every_iso_time_is_recognised_and_read_as_python_reads_it(parts):
    texts, expected = [], []
    for moment, separator, clock, zone in parts:
        text = moment.date().isoformat() + separator + moment.strftime(clock) + zone
        texts.append(text)
        found = datetime.datetime.fromisoformat(text.replace(" UTC", "Z").replace(" +", "+"))
        offset = found.utcoffset() or datetime.timedelta()
        expected.append(np.datetime64(found.replace(tzinfo=None), "us") - np.timedelta64(offset))
    assert is_time_text(pa.array(texts)).to_pylist() == [True] * len(texts)
    converted = kinds.convert(pa.array(texts), TIME, "x")
    assert converted.problems == {}
    assert converted.values.tolist() == np.array(expected).tolist()


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            "20{:02}-{:02}-{:02}{}".format,
            st.integers(0, 99),
            st.integers(0, 13),
            st.integers(0, 32),
            st.sampled_from(["", " 9", " 09", " 09:5", "T09:59", " 24:00", " 23:59:60", "Z"]),
        )
    )
)
def test_a_text_is_a_time_exactly_where_it_is_recognised_as_one(texts):
    array = pa.array(texts, pa.string())
    problems = kinds.convert(array, TIME, "x").problems
    assert [row not in problems for row in range(len(texts))] == (is_time_text(array).to_pylist())


# Seconds.


def test_seconds_of_times_and_of_numbers():
    times = np.array(["1970-01-02", "NaT"], "datetime64[us]")
    np.testing.assert_array_equal(seconds(times), [DAY, np.nan])
    np.testing.assert_array_equal(seconds(np.array([5, 6])), [5.0, 6.0])


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000, 1_000_000_000])
def test_epochs_in_any_unit_are_the_same_seconds(unit):
    found = seconds(np.array([1_800_000_000.0, -1_800_000_000.0]) * unit)
    np.testing.assert_allclose(found, [1.8e9, -1.8e9])
