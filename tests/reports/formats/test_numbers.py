"""Digits a reader can use."""

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
