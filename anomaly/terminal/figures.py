"""How figures read on a terminal: the digits of `reports.formats`, which writes them for the page."""

from __future__ import annotations

import math

NOTHING = "-"


def count(value: float) -> str:
    """Return a whole number with thousands separators."""
    return f"{value:,}"


def number(value: float, digits: int = 4) -> str:
    """Return a number with so many significant digits, as 1.234e-05 where zeros would hide it."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    power = int(f"{value:.{digits - 1}e}".partition("e")[2])
    if power < -4 or power > 8:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{max(digits - 1 - power, 0)}f}"


def threshold(value: float) -> str:
    """Return a threshold: a number with as many digits as tell it from one."""
    told = (number(value, digits) for digits in range(4, 17))
    return next((words for words in told if value == 1 or words.strip("0") != "1."), f"{value}")


def ratio(value: float | None) -> str:
    """Return a figure between zero and one, such as precision, with three decimals."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return number(value, 2) if 0 < value < 0.01 else f"{value:.3f}"


def difference(value: float) -> str:
    """Return how much higher one such figure is than another."""
    return f"{value:+.3f}" if abs(value) >= 0.0005 else "0.000"


def money(value: float | None) -> str:
    """Return a cost in the unit of its prices."""
    return NOTHING if value is None else f"{value:,.2f}"
