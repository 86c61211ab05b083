"""Times and spans of time as a reader reads them."""

import pytest

from reports import formats

THIN = "\u202f"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.4, f"0.40{THIN}s"),
        (41.04, f"41.0{THIN}s"),
        (59.99, f"60.0{THIN}s"),
        (61, f"1{THIN}min 1{THIN}s"),
        (7322, f"2{THIN}h 2{THIN}min"),
        (float("nan"), "–"),
    ],
)
def test_durations(seconds, shown):
    assert formats.duration(seconds) == shown


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2025-11-21T20:24:11+01:00", "21 November 2025, 19:24 UTC"),
        ("2025-03-01 08:05", "1 March 2025, 08:05"),
        ("yesterday", "yesterday"),
    ],
)
def test_moments(iso, shown):
    assert formats.moment(iso) == shown
