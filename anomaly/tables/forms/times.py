"""Times as people write them: dates of every order, month names, clocks, epochs, serial days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.utils.arrow import from_texts, pc, to_numpy

ORDERS: Final = ("dmy", "mdy", "ymd")
ORDER_WORDS: Final = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}

#: Seconds of the units in which numbers count time from a start of their own.
COUNTED: Final[Mapping[str, float]] = {
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3600.0,
    "days": 86_400.0,
    "weeks": 604_800.0,
}
#: Ticks a second of the numbers that count from 1970.
EPOCHS: Final[Mapping[str, float]] = {
    "epoch-seconds": 1.0,
    "epoch-milliseconds": 1e3,
    "epoch-microseconds": 1e6,
    "epoch-nanoseconds": 1e9,
}
EXCEL, COMPACT, DURATION = "excel", "compact", "duration"
#: What `--time-unit` takes.
UNITS: Final = (*COUNTED, *EPOCHS, EXCEL, COMPACT)

_MICROSECONDS = 1_000_000
# The serial day of 1970-01-01: day 1 was 1900-01-01, and 1900 is counted as a leap year.
_SERIAL_OF_1970 = 25_569
# A number may well be a serial day from 1990 to 2049, or ticks from 2001 to 2033.
_SERIALS = (32_874, 54_789)
_EPOCH_SECONDS = (1e9, 2e9)
_YEARS = (1900, 2100)
# Texts that show the order of a column.
_ENOUGH = 20_000
#: Whole numbers that say that there is no date, among compact ones.
NO_DATE: Final = (0.0, 99_991_231.0)

_MONTHS = {
    1: "january januar janvier enero gennaio janeiro januari ene janv gen",
    2: "february februar fevrier febrero febbraio fevereiro februari fevr fev febr",
    3: "march maerz marz mars marzo marco maart mrz mrt mar",
    4: "april avril abril aprile abr avr",
    5: "may mai mayo maggio maio mei mag",
    6: "june juni juin junio giugno junho giu",
    7: "july juli juillet julio luglio julho juil lug",
    8: "august aout agosto augustus ago",
    9: "september septembre septiembre settembre setembro sept set",
    10: "october oktober octobre octubre ottobre outubro okt oct out ott",
    11: "november novembre noviembre novembro nov",
    12: "december dezember decembre diciembre dicembre dezembro dez dec dic",
}
_MONTH_OF: Final[dict[str, int]] = {}
for _month, _words in _MONTHS.items():
    for _word in _words.split():
        _MONTH_OF[_word] = _month
        _MONTH_OF.setdefault(_word[:3], _month)

# Zones whose names mean one thing nearly everywhere, with the hours that their clocks are ahead.
_HOURS_AHEAD: Final[Mapping[str, float]] = {
    **{
        "WEST": 1,
        "WET": 0,
        "BST": 1,
        "CEST": 2,
        "CET": 1,
        "MEST": 2,
        "MET": 1,
        "EEST": 3,
        "EET": 2,
    },
    **{"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8},
    **{"MSK": 3, "JST": 9, "SGT": 8, "AEDT": 11, "AEST": 10},
}
_WEEKDAY = r"(?:\pL{2,12}\.?,? +)?"
_CLOCK = (
    r"(?:[ T,:]+|$)(?:(?:um|at|à) +)?"
    r"(?:(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,:](?P<fraction>\d{1,9}))?)?"
    r" *(?P<half>[AaPp]\.?[Mm]\.?)?(?: Uhr)?)?"
)
_ZONE = (
    rf" *(?P<zone>Z|UTC|GMT|{'|'.join(_HOURS_AHEAD)}"
    r"|[+-]\d{2}:?\d{2}(?:\[\w+/[\w/+-]+\])?|[+-]\d{2})?"
)
_DIGITS_ONLY = (
    rf"^{_WEEKDAY}(?P<one>\d{{1,4}})(?P<between>[-/. ]+)(?P<two>\d{{1,2}}|\pL{{3,12}}\.?)[-/., ]+(?P<three>\d{{1,4}})\.?"
    rf"{_CLOCK}{_ZONE}$"
)
_MONTH_FIRST = (
    rf"^{_WEEKDAY}(?P<two>\pL{{3,12}})(?P<between>\.? +)(?P<one>\d{{1,2}})(?:st|nd|rd|th)?,? +(?P<three>\d{{4}})"
    rf"{_CLOCK}{_ZONE}$"
)
# As C and Java write a moment: Fri Mar  1 12:00:00 CET 2024.
_YEAR_LAST = (
    r"^\pL{2,12}\.?,? +(?P<two>\pL{3,12})(?P<between> +)(?P<one>\d{1,2})"
    r" +(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?"
    rf"{_ZONE} +(?P<three>\d{{4}})$"
)
_GLUED_MONTH = rf"^(?P<one>\d{{1,2}})(?P<between>)(?P<two>\pL{{3}})(?P<three>\d{{2}}|\d{{4}}):?{_CLOCK}{_ZONE}$"
_COMPACT = (
    r"^(?P<one>\d{4})(?P<two>\d{2})(?P<three>\d{2})"
    r"(?:[ T_-]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?(?:\.?(?P<fraction>\d{1,9}))?)?"
    rf"{_ZONE}$"
)
_CLOCK_ALONE = (
    r"^(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r" *(?P<half>[AaPp]\.?[Mm]\.?)?$"
)
_DURATIONS = (
    r"^(?P<sign>-?)P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$",
    r"^(?P<sign>-?)(?:(?P<days>\d+) ?(?:days?|Tage?),? ?)?"
    r"(?:(?P<hours>\d+):(?P<minutes>\d{2})(?::(?P<seconds>\d{2}(?:[.,]\d+)?))?)?$",
    r"^(?P<sign>-?)(?P<days>)(?:(?P<hours>\d+(?:\.\d+)?) ?(?:hours?|hrs?|Stunden?|Std\.?),? ?)?"
    r"(?:(?P<minutes>\d+(?:\.\d+)?) ?(?:min|minutes?|Minuten?),? ?)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?) ?(?:sec|seconds?|Sekunden?))?$",
)

Fields = dict[str, pa.Array]
Moments = NDArray[np.datetime64]


@dataclass(slots=True)
class TimeEvidence:
    """What the texts of a column say about how its times are written.

    Attributes
    ----------
    seen, read : int
        Texts looked at; those that are dates in some order.
    fits, only : dict of str to int
        By order: how many are dates in that order, how many in no other one.
    clocks, days_and_hours : int
        How many are a time of day alone; how many a span of time, but no time of day.
    open_examples : dict of (str, str) to str
        By two orders: the first text that is another date in each.
    """

    seen: int = 0
    read: int = 0
    fits: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ORDERS, 0))
    only: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ORDERS, 0))
    clocks: int = 0
    days_and_hours: int = 0
    open_examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, text: pa.Array, counts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Take in some distinct texts, and how often each stands there; return which are times."""
        settled = self._settled
        if settled is not None and not np.isnat(read_dates(text, settled)).any():
            # Of very many that one order alone reads, the others need not be asked again.
            n_rows = int(counts.sum())
            self.seen += n_rows
            self.read += n_rows
            self.fits[settled] += n_rows
            return np.ones(len(text), np.bool_)
        self.seen += int(counts.sum())
        known: dict[str, Fields | None] = {}
        moments = {order: _dates_of(text, order, known) for order in ORDERS}
        is_date = {order: ~np.isnat(each) for order, each in moments.items()}
        # With points the day comes first.
        has_points = to_numpy(pc.match_substring_regex(text, r"^\d{1,2}\.\d{1,2}\.\d"))
        for order in ("mdy", "ymd"):
            is_date[order] &= ~(has_points & is_date["dmy"])
        total = np.sum([each.astype(int) for each in is_date.values()], axis=0)
        self.read += int(counts[total > 0].sum())
        for order, fits in is_date.items():
            self.fits[order] += int(counts[fits].sum())
            self.only[order] += int(counts[fits & (total == 1)].sum())
        for one, two in combinations(ORDERS, 2):
            is_open = is_date[one] & is_date[two] & (moments[one] != moments[two])
            if (one, two) not in self.open_examples and is_open.any():
                self.open_examples[one, two] = text[int(np.flatnonzero(is_open)[0])].as_py()
        is_read: NDArray[np.bool_] = total > 0
        if is_read.all():
            return is_read
        is_clock = ~np.isnan(seconds_of_day(text))
        is_span = ~is_clock & ~np.isnan(durations(text))
        self.clocks += int(counts[is_clock].sum())
        self.days_and_hours += int(counts[is_span].sum())
        return is_read | is_clock | is_span

    @property
    def _settled(self) -> str | None:
        """The order in which very many texts are dates, some of them in no other one."""
        for order in ORDERS:
            if self.fits[order] == self.seen > _ENOUGH and self.only[order]:
                return order
        return None

    def orders(self, least: float) -> list[str]:
        """Return the orders in which at least so many texts are dates, the likeliest first.

        Several, where nothing tells between them.
        """
        likely = [order for order in ORDERS if self.fits[order] >= max(least, 1)]
        best = max((self.fits[order] for order in likely), default=0)
        return [order for order in likely if self.fits[order] == best]

    def open_example(self, orders: Sequence[str]) -> str | None:
        """Return a text that two of the orders read as different dates; None for none."""
        return next(
            (text for pair, text in self.open_examples.items() if set(pair) <= set(orders)), None
        )


def unit_of_numbers(values: NDArray[np.float64], *, is_time: bool) -> str | None:
    """Return the unit of numbers that are times, where their size tells it.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Without NaN; extremes and some others will do.
    is_time : bool
        Whether the column is known to hold times.
    """
    dates = values[~np.isin(values, NO_DATE)]
    if dates.size and (dates == np.floor(dates)).all() and are_compact(dates):
        return COMPACT
    if not values.size:
        return None
    is_whole = bool((values == np.floor(values)).all())
    least, greatest = float(values.min()), float(values.max())
    if is_time:
        for unit, ticks in EPOCHS.items():
            if _EPOCH_SECONDS[0] * ticks <= least and greatest <= _EPOCH_SECONDS[1] * ticks:
                return unit
        if not is_whole and _SERIALS[0] <= least and greatest <= _SERIALS[1]:
            return EXCEL
    return None


def are_compact(values: NDArray[np.float64]) -> bool:
    """Whether whole numbers are all dates such as 20240301, with a clock or without."""
    digits = np.floor(np.log10(np.maximum(np.abs(values), 1))).astype(int) + 1
    if len(np.unique(digits)) != 1 or digits[0] not in (8, 12, 14):
        return False
    texts = from_texts([f"{value:.0f}" for value in values])
    return not np.isnat(read_compact(texts)).any()


def moments_of_numbers(values: NDArray[np.float64], unit: str) -> Moments:
    """Return numbers that count from 1970, or serial days, as datetime64[us].

    NaT for NaN, and for what lies outside the years 1900 to 2099.
    """
    if unit == EXCEL:
        # Serial days have few digits: a second is 1.2e-5 of them.
        ticks = np.round((values - _SERIAL_OF_1970) * 86_400, 0) * _MICROSECONDS
    else:
        ticks = values * (_MICROSECONDS / EPOCHS[unit])
    first, last = (np.datetime64(f"{year}-01-01", "us").astype(np.int64).item() for year in _YEARS)
    is_time = (ticks >= first) & (ticks < last)
    whole = np.where(is_time, ticks, 0).round().astype(np.int64).view("datetime64[us]")
    return np.where(is_time, whole, np.datetime64("NaT", "us"))


def read_dates(text: pa.Array, order: str) -> Moments:
    """Read dates, with a clock and a zone or without, as datetime64[us] in UTC.

    Parameters
    ----------
    text : pyarrow.Array of strings, shape (n,)
    order : str
        `dmy`, `mdy` or `ymd`. A named month is one in any order.

    Returns
    -------
    ndarray of shape (n,)
        NaT where a text is no date in that order.
    """
    return _dates_of(text, order, {})


def _dates_of(text: pa.Array, order: str, known: dict[str, Fields | None]) -> Moments:
    """Return dates; the parts that patterns find in the texts are kept in `known` for other orders."""
    found = np.full(len(text), np.datetime64("NaT", "us"))
    # To compile a pattern with letters of all languages takes longer than to read a column.
    if not pc.any(pc.match_substring_regex(text, "[0-9]")).as_py():
        return found
    for pattern in (_DIGITS_ONLY, _MONTH_FIRST, _GLUED_MONTH, _YEAR_LAST):
        if not np.isnat(found).any():
            break
        if pattern not in known:
            known[pattern] = _fields(text, pattern)
        fields = known[pattern]
        if fields is not None:
            found = np.where(np.isnat(found), _dates(fields, order), found)
    return found


def read_compact(text: pa.Array) -> Moments:
    """Read dates such as 20240301 or 20240301002558 as datetime64[us]; NaT where one is none."""
    fields = _fields(text, _COMPACT)
    if fields is None:
        return np.full(len(text), np.datetime64("NaT", "us"))
    years, months, days = (_number(fields[name]) for name in ("one", "two", "three"))
    is_likely = (years >= _YEARS[0]) & (years < _YEARS[1])
    return _moments(np.where(is_likely, years, np.nan), months, days, fields)


def seconds_of_day(text: pa.Array) -> NDArray[np.float64]:
    """Read times of day as seconds since midnight; NaN where a text is none."""
    fields = _fields(text, _CLOCK_ALONE)
    return np.full(len(text), np.nan) if fields is None else _clock(fields, needed=True)


def durations(text: pa.Array) -> NDArray[np.float64]:
    """Read spans of time, such as `26:10:00`, `1 day 02:00:00` or `PT2H`, as seconds; NaN for none."""
    found = np.full(len(text), np.nan)
    for pattern in _DURATIONS:
        fields = _fields(text, pattern)
        if fields is not None:
            found = np.where(np.isnan(found), _span(fields), found)
    return found


def _span(fields: Fields) -> NDArray[np.float64]:
    """Return the seconds of days, hours, minutes and seconds, NaN where there is none of them."""
    weights = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
    numbers = {name: _number(pc.replace_substring(fields[name], ",", ".")) for name in weights}
    total = np.sum([weight * np.nan_to_num(numbers[n]) for n, weight in weights.items()], axis=0)
    signs = to_numpy(pc.equal(fields["sign"], "-").fill_null(False))
    is_there = ~np.all([np.isnan(number) for number in numbers.values()], axis=0)
    return np.where(is_there, np.where(signs, -total, total), np.nan)


def _fields(text: pa.Array, pattern: str) -> Fields | None:
    """Return the named parts of texts, null where one does not match; None where none does."""
    found = pc.extract_regex(text, pattern)
    if found.null_count == len(found):
        return None
    names = [found.type.field(place).name for place in range(found.type.num_fields)]
    return {name: pc.struct_field(found, name) for name in names}


def _dates(fields: Fields, order: str) -> Moments:
    one, three = (_number(fields[name]) for name in ("one", "three"))
    has_year_first = to_numpy(pc.equal(pc.utf8_length(fields["one"]), 4).fill_null(False))
    two, is_named = _month_or_number(fields["two"])
    lengths = to_numpy(pc.cast(pc.utf8_length(fields["three"]), pa.float64()), null=np.nan)
    of_four = np.where(lengths == 4, three, np.where(lengths == 2, _century(three), np.nan))
    if order == "ymd":
        # Two digits are a year with dashes or slashes between; with points they are a day.
        is_short = to_numpy(pc.match_substring_regex(fields["one"], r"^\d{2}$").fill_null(False))
        is_apart = pc.match_substring_regex(fields["between"], r"^[-/]$").fill_null(False)
        is_year = is_short & to_numpy(is_apart) & (lengths <= 2)
        years, months, days = np.where(is_year, _century(one), np.nan), two, three
        # A named month leaves no doubt.
        years, days = np.where(is_named, of_four, years), np.where(is_named, one, days)
    else:
        is_day_first = np.full(len(one), order == "dmy") | is_named
        years = of_four
        months, days = np.where(is_day_first, two, one), np.where(is_day_first, one, two)
    # A year of four digits comes first in every order.
    whole = np.where(lengths <= 2, one, np.nan)
    years = np.where(has_year_first, whole, years)
    months = np.where(has_year_first, two, months)
    days = np.where(has_year_first, three, days)
    return _moments(years, months, days, fields)


def _century(years: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return years of two digits as POSIX has them: from 1969 to 2068."""
    return np.where(years < 69, years + 2000, np.where(years < 100, years + 1900, np.nan))


def _month_or_number(text: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    words = text.dictionary_encode()
    numbers, named = [], []
    for word in words.dictionary.to_pylist():
        month = None if word is None or word.isdigit() else _month_named(word)
        named.append(month is not None)
        numbers.append(float(word) if word and word.isdigit() else month or np.nan)
    if not numbers:
        return np.full(len(text), np.nan), np.zeros(len(text), np.bool_)
    places = to_numpy(words.indices, null=-1)
    is_there = places >= 0
    return (
        np.where(is_there, np.array(numbers, np.float64)[places], np.nan),
        np.where(is_there, np.array(named)[places], False),
    )


def _month_named(word: str) -> int | None:
    plain = unicodedata.normalize("NFKD", word.casefold().rstrip("."))
    plain = re.sub(r"[^a-z]", "", plain)
    if not plain:
        return None
    return _MONTH_OF.get(plain)


def _moments(
    years: NDArray[np.float64],
    months: NDArray[np.float64],
    days: NDArray[np.float64],
    fields: Fields,
) -> Moments:
    seconds = _clock(fields, needed=False) - _offset(fields["zone"])
    is_date = (months >= 1) & (months <= 12) & (days >= 1) & ~np.isnan(years)
    is_date &= ~np.isnan(seconds)
    year, month, day = (
        np.where(is_date, each, 1).astype(np.int64) for each in (years, months, days)
    )
    first = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    lengths = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    is_date &= day <= lengths
    ticks = np.round(np.where(is_date, seconds, 0) * _MICROSECONDS).astype(np.int64)
    moments = first.astype("datetime64[D]").astype("datetime64[us]") + (days - 1).astype(
        "timedelta64[D]"
    )
    moments = moments + ticks.astype("timedelta64[us]")
    return np.where(is_date, moments, np.datetime64("NaT", "us"))


def _clock(fields: Fields, *, needed: bool) -> NDArray[np.float64]:
    """Return the seconds since midnight; 0 where there is no clock, unless it is needed."""
    hours, minutes, seconds = (_number(fields[name]) for name in ("hour", "minute", "second"))
    fraction = _number(pc.binary_join_element_wise("0", fields["fraction"], "."))
    is_absent = np.isnan(hours)
    seconds = np.where(np.isnan(seconds), 0, seconds) + np.where(np.isnan(fraction), 0, fraction)
    is_sound = (minutes < 60) & (seconds < 61) & (hours < 24)
    if "half" in fields:
        half = pc.utf8_lower(pc.utf8_slice_codeunits(fields["half"], 0, 1))
        is_am, is_pm = (to_numpy(pc.equal(half, each).fill_null(False)) for each in ("a", "p"))
        is_sound &= ~(is_am | is_pm) | ((hours >= 1) & (hours <= 12))
        hours = np.where(is_am | is_pm, hours % 12, hours) + 12 * is_pm
    total = np.where(is_sound, 3600 * hours + 60 * minutes + seconds, np.nan)
    return total if needed else np.where(is_absent, 0.0, total)


def _offset(zones: pa.Array) -> NDArray[np.float64]:
    """Return the seconds that clocks of a zone are ahead of UTC."""
    words = zones.dictionary_encode()
    known = [_seconds_ahead(word) for word in words.dictionary.to_pylist()]
    if not known:
        return np.zeros(len(zones))
    places = to_numpy(words.indices, null=-1)
    return np.where(places >= 0, np.array(known, np.float64)[places], 0.0)


def _seconds_ahead(zone: str) -> float:
    if zone in _HOURS_AHEAD:
        return 3600.0 * _HOURS_AHEAD[zone]
    digits = zone.partition("[")[0].lstrip("+-").replace(":", "")
    if not digits.isdigit():
        return 0.0
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -60.0 * minutes if zone.startswith("-") else 60.0 * minutes


def _number(text: pa.Array) -> NDArray[np.float64]:
    """Return texts of digits as numbers, NaN for an empty one."""
    filled = pc.if_else(pc.equal(text, ""), None, text)
    return to_numpy(filled.cast(pa.float64()), null=np.nan)
