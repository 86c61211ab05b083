"""Digits a reader can use."""

import numpy as np
import pytest

from reports import formats

THIN = "\u202f"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (9.52512, "9.525"),
        (-0.012345, "−0.01235"),
        (284807.4, "284,807"),
        (0.99996, "1.000"),
        (99999.6, "100,000"),
        (1.5e-9, "1.500×10⁻⁹"),
        (-2e300, "−2.000×10³⁰⁰"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "not a number"),
    ],
)
def test_numbers_have_four_significant_digits(value, shown):
    assert formats.number(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0"),
        (1, "100"),
        (0.5, "50.0"),
        (0.00173, "0.173"),
        (0.000012, "0.0012"),
        (0.9996, "99.96"),
        (0.99999, "99.9990"),
    ],
)
def test_only_whole_shares_read_0_or_100_percent(share, shown):
    assert formats.percent(share) == f"{shown}{THIN}%"


@pytest.mark.parametrize(
    ("thing", "shown"),
    [
        (None, "missing"),
        ("", "missing"),
        (np.float32("nan"), "missing"),
        (np.datetime64("NaT"), "missing"),
        (np.int64(12345), "12,345"),
        (np.float32(2.5), "2.500"),
        (25691.16, "25,691.16"),
        (250.0, "250"),
        (True, "yes"),
        (np.False_, "no"),
        ("NZ", "NZ"),
        (1e-12, "1.000×10⁻¹²"),
        (3e12, "3.000×10¹²"),
    ],
)
def test_values_of_cells(thing, shown):
    assert formats.value(thing) == shown


@pytest.mark.parametrize(
    ("thing", "shown"),
    [
        (0.001, "0.001"),
        (2048, "2048"),
        ([0.6, 0.2, 0.2], "0.6, 0.2, 0.2"),
        ([], "none"),
        (None, "none"),
        ({"at_least": 0.9, "robust": True}, "at_least: 0.9, robust: yes"),
    ],
)
def test_options_keep_the_digits_that_were_typed(thing, shown):
    assert formats.setting(thing) == shown


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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("groceries", "groceries"),
        ("groceries and more", "groceries…"),
        ("a\n b", "a b"),
        ("x" * 10_000, "x" * 9 + "…"),
        ("量量量量量量", "量量量量…"),
        ("a\u202eb", "a\ufffdb"),
        ("", ""),
    ],
)
def test_short_texts_are_never_longer_than_asked_for(name, shown):
    assert formats.short(name, 10) == shown


@pytest.mark.parametrize(
    ("value", "step", "largest", "shown"),
    [
        (0, 5, 10, "0"),
        (99_999, 1, 99_999, "99,999"),
        (250_000, 50_000, 300_000, "250k"),
        (-500_000, 500_000, 2e6, "−0.5M"),
        (1e7, 1e7, 1e7, "10M"),
        (2e9, 1e9, 3e9, "2bn"),
        (1_000_002, 2, 1_000_010, "1,000,002"),
        (3e12, 1e12, 5e12, "3×10¹²"),
        (2.5e-5, 5e-6, 3e-5, "2.5×10⁻⁵"),
        (0.05, 0.05, 0.2, "0.05"),
    ],
)
def test_ticks_with_little_room(value, step, largest, shown):
    assert formats.tick(value, step, largest) == shown
