"""Numbers, dates and names as a reader wants to see them."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from numbers import Integral, Real

import numpy as np

LONGEST_TEXT = 120
NARROW_SPACE = "\u202f"  # does not break, so a unit stays with its number
MINUS = "\u2212"
NOTHING = "–"

# Not allowed in HTML, or (surrogates) not possible in UTF-8, or (embeddings, overrides and isolates
# of a direction) turning round the words and figures that stand beside them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Not the locale's names: the page is in English, and the same everywhere.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
#: From where ticks are told in these units.
_TICK_UNITS = ((1e9, 1e9, "bn"), (1e6, 1e6, "M"), (1e5, 1e3, "k"))
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    """Any text from the data: printable, and cut with its length named when it is too long."""
    words = str(value)
    shown = _UNPRINTABLE.sub("\ufffd", words[:longest])
    return shown if len(words) <= longest else f"{shown}… ({count(len(words))} characters)"


def short(value: object, longest: int) -> str:
    """Any text from the data for a place with room for so many letters: one line, cut with an ellipsis.

    Wide letters count as more than one.
    """
    words = " ".join(_UNPRINTABLE.sub("\ufffd", str(value)[: 4 * longest + 4]).split())
    if sum(map(_width, words)) <= longest:
        return words
    shown, room = "", longest - 1.0
    for letter in words:
        room -= _width(letter)
        if room < 0:
            break
        shown += letter
    return f"{shown.rstrip()}…"


def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 2.0
    return 1.25 if letter.isupper() or letter in "mw@%" else 1.0


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


def percent_tick(share: float) -> str:
    """A share at a tick of an axis as a whole percentage."""
    return f"{share:.0%}".replace("%", f"{NARROW_SPACE}%")


def ratio(value: float | None) -> str:
    """A figure between zero and one, such as an average precision."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return number(value, 2) if 0 < value < 0.01 else f"{value:.3f}"


def interval(ends: tuple[float, float] | None, in_words: Callable[[float], str]) -> str:
    """A 95 % interval; empty where there is none."""
    return "" if ends is None else f"{in_words(ends[0])} to {in_words(ends[1])}"


def duration(seconds: float) -> str:
    """A time span in the unit that suits it."""
    if not math.isfinite(seconds):
        return NOTHING
    if seconds < 60:
        return f"{number(seconds, 2 if seconds < 10 else 3)}{NARROW_SPACE}s"
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{count(hours)}{NARROW_SPACE}h {minutes}{NARROW_SPACE}min"
    return f"{minutes}{NARROW_SPACE}min {left}{NARROW_SPACE}s"


def moment(iso: str) -> str:
    """An ISO 8601 time as a date and a time of day; other text as it is."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return text(iso)
    zone = "" if when.tzinfo is None else " UTC"
    if zone:
        when = when.astimezone(UTC)
    return f"{date(when)}, {when:%H:%M}{zone}"


def date(when: datetime) -> str:
    """A date."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def month(when: datetime) -> str:
    """A month as short as an axis needs it, without the year."""
    return _MONTHS[when.month - 1][:3]


def day(when: datetime) -> str:
    """A date as short as an axis needs it, without the year."""
    return f"{when.day} {month(when)}"


def value(thing: object) -> str:
    """A value of a cell: number, text, or nothing."""
    if thing is None or thing == "" or thing != thing:
        return "missing"
    if isinstance(thing, (bool, np.bool)):
        return "yes" if thing else "no"
    if isinstance(thing, Integral):
        return count(int(thing))
    if isinstance(thing, Real):
        real = float(thing)
        if not 10 <= abs(real) < 1e9:
            # A float such as 2.0 is a whole number to a reader.
            return count(int(real)) if real.is_integer() and abs(real) < 10 else number(real)
        return count(int(real)) if real.is_integer() else money(real)
    return text(thing)


def setting(thing: object) -> str:
    """An option as it would be typed, digits and all."""
    if thing is None:
        return "none"
    if isinstance(thing, (bool, np.bool)):
        return "yes" if thing else "no"
    if isinstance(thing, Mapping):
        return text(", ".join(f"{key}: {setting(part)}" for key, part in thing.items())) or "none"
    if isinstance(thing, (list, tuple)):
        return text(", ".join(setting(part) for part in thing)) or "none"
    return text(thing)


def money(amount: float) -> str:
    """An amount in the unit of the data."""
    return f"{amount:,.2f}".replace("-", MINUS) if math.isfinite(amount) else number(amount)


def plural(number_of: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    return f"{count(number_of)} {one if number_of == 1 else many or one + 's'}"
