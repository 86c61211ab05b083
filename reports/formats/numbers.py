"""Numbers: counts, figures, shares, amounts, intervals, and ticks of an axis."""

import math
from collections.abc import Callable

NARROW_SPACE = "\u202f"  # does not break, so a unit stays with its number
MINUS = "\u2212"
NOTHING = "–"

#: From where ticks are told in these units.
_TICK_UNITS = ((1e9, 1e9, "bn"), (1e6, 1e6, "M"), (1e5, 1e3, "k"))
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def count(value: int) -> str:
    """A whole number with thousands separators."""
    return f"{value:,}".replace("-", MINUS)


def number(value: float, digits: int = 4) -> str:
    """A number with `digits` significant digits; powers of ten where zeros would hide it."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if power < -4 or power > 8:
        return f"{mantissa}×10{superscript(power)}".replace("-", MINUS)
    return f"{value:,.{max(digits - 1 - power, 0)}f}".replace("-", MINUS)


def even(tick: float, step: float) -> str:
    """A tick of an axis with as many decimals as its neighbours, `step` away, need."""
    if not 1e-6 <= step <= 1e8:
        return number(tick, 3)
    decimals = max(-math.floor(math.log10(step) + 1e-9), 0)
    # Adding zero takes the sign from a negative one.
    return f"{round(tick, decimals) + 0.0:,.{decimals}f}".replace("-", MINUS)


def tick(value: float, step: float, largest: float) -> str:
    """A tick where there is little room: thousands, millions and billions as 100k, 1M and 1bn.

    Parameters
    ----------
    value, step : float
        The tick, and how far its neighbours are.
    largest : float
        Of all ticks, so that they have the same unit.
    """
    if value == 0:
        return "0"
    size = max(abs(largest), abs(value))
    if size >= 1e12 or size < 1e-3:
        power = math.floor(math.log10(abs(value)) + 1e-9)
        digits = max(power - math.floor(math.log10(step) + 1e-9), 0)
        mantissa = f"{value / 10.0**power:.{digits}f}" if power > -308 else number(value, 1)
        return f"{mantissa}×10{superscript(power)}".replace("-", MINUS)
    for least, unit, name in _TICK_UNITS:
        if size >= least and step / unit > 0.0099:
            return f"{even(value / unit, step / unit)}{name}"
    return even(value, step)


def superscript(power: int) -> str:
    """A whole number in superscript digits."""
    return str(power).translate(_SUPERSCRIPTS)


def percent(share: float) -> str:
    """A share of one as a percentage; only a share that is zero or one reads 0 % or 100 %."""
    if not math.isfinite(share):
        return NOTHING
    points = 100 * share
    size = abs(points)
    if points in (0, 100):
        digits = f"{points:.0f}"
    elif size < 0.01:
        digits = number(points, 2)
    else:
        decimals = 3 if size < 1 else 1 if size < 99.95 else 2 if size < 99.995 else 4
        digits = f"{points:.{decimals}f}".replace("-", MINUS)
    return f"{digits}{NARROW_SPACE}%"


def ratio(value: float | None) -> str:
    """A figure between zero and one, such as an average precision, with three decimals."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return number(value, 2) if 0 < value < 0.01 else f"{value:.3f}"


def threshold(value: float) -> str:
    """A threshold: a number with as many digits as tell it from one."""
    told = (number(value, digits) for digits in range(4, 17))
    return next((words for words in told if value == 1 or words.strip("0") != "1."), f"{value}")


def difference(value: float) -> str:
    """How much higher one figure between zero and one is than another."""
    return f"{value:+.3f}".replace("-", MINUS) if abs(value) >= 0.0005 else "0.000"


def interval(ends: tuple[float, float] | None, in_words: Callable[[float], str]) -> str:
    """A 95 % interval; empty where there is none."""
    return "" if ends is None else f"{in_words(ends[0])} to {in_words(ends[1])}"


def money(amount: float) -> str:
    """An amount in the unit of the data, or a cost in that of its prices."""
    return f"{amount:,.2f}".replace("-", MINUS) if math.isfinite(amount) else number(amount)
