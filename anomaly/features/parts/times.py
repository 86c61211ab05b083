"""A time: places in the day and in the week, and the days before the transaction."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features.parts.base import Feature, Fitter, Part
from anomaly.features.parts.numbers import Range
from anomaly.features.parts.plain_values import UnusualValueError, number_of
from anomaly.schema.columns import Column, Schema
from anomaly.tables import kinds
from anomaly.tables.times import DAY, WEEK, seconds, seconds_of_number

_DAYS_BEFORE = "days_before"
# NumPy's sine and Python's may differ in the last digit.
_WAVES = {"sin": np.sin, "cos": np.cos}
_CYCLES = {"day": DAY, "week": WEEK}
_ADJECTIVES = {"day": "of the day", "week": "of the week"}
_REPEATS = 2  # of a cycle seen once, nobody knows whether it comes again
# Two days of transactions do not begin and end at midnight to the second.
_NEARLY = 0.98

_EPOCH = datetime(1970, 1, 1)
_EPOCH_IN_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ISO_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}")


class TimeFitter(Fitter):
    """Looks whether the rows cover the day and the week at least twice each."""

    def __init__(self, column: Column, schema: Schema) -> None:
        super().__init__(column, schema)
        self._moments, self._seconds_of_day = Range(), Range()

    def add(self, array: pa.Array) -> None:
        moments = seconds(self._converted(array)) * self._column.seconds_of_unit
        moments = moments[~np.isnan(moments)]
        self._moments.add(moments)
        self._seconds_of_day.add(np.mod(moments, DAY))

    def features(self) -> list[Feature]:
        name = self._name
        made = [
            Feature(f"{name} ({wave} of {cycle})", name, f"{wave}_{cycle}")
            for cycle in self._possible_cycles
            if self._is_covered(cycle)
            for wave in _WAVES
        ]
        if self._is_a_second_time:
            made.insert(0, Feature(f"{name} (days before)", name, _DAYS_BEFORE))
        return made

    @property
    def note(self) -> str:
        """Which cycles the rows do not cover often enough, empty for none."""
        short = [cycle for cycle in self._possible_cycles if not self._is_covered(cycle)]
        if not self._covered or not short:
            return ""
        days = self._covered / DAY
        span = f"{days:.1f} days" if days >= 1 else f"{24 * days:.1f} hours"
        needs = " and ".join(
            f"{_ADJECTIVES[cycle]} (needs {_REPEATS * _CYCLES[cycle] / DAY:.0f} days)"
            for cycle in short
        )
        return f"no cycle {needs}: train covers {span}"

    @property
    def why_none(self) -> str:
        return self.note or super().why_none

    @property
    def _has_hours(self) -> bool:
        """Whether there is a time of day: dates without one are all at midnight."""
        return self._seconds_of_day.span > 0

    @property
    def _possible_cycles(self) -> list[str]:
        return [cycle for cycle in _CYCLES if cycle != "day" or self._has_hours]

    @property
    def _covered(self) -> float:
        """Seconds from the first moment to the end of the last; a date ends a day later."""
        span = self._moments.span
        return span if self._has_hours or not span else span + DAY

    def _is_covered(self, cycle: str) -> bool:
        return self._covered >= _NEARLY * _REPEATS * _CYCLES[cycle]

    @property
    def _is_a_second_time(self) -> bool:
        """Whether it is a time beside that of the transaction."""
        time = self._schema.time
        has_time = time is not None and self._schema.kind(time) == kinds.TIME
        return has_time and self._column.role != kinds.TIME


class TimePart(Part):
    """Points on the circles of the day and of the week, NaN where the time is missing."""

    fitter = TimeFitter

    def __init__(self, column: Column, features: Sequence[Feature]) -> None:
        super().__init__(column, features)
        self.seconds_of = _seconds_of_time if column.kind == kinds.TIME else _seconds_of_number
        if column.form is not None:
            self.seconds_of = _as_a_table_has_it
        self._makers = [_maker(feature.part) for feature in features]

    @property
    def looks_at_now(self) -> bool:
        return any(feature.part == _DAYS_BEFORE for feature in self.features)

    def fill(
        self,
        block: NDArray[np.float32],
        values: Any,
        now: NDArray[np.float64] | None,
        is_own: NDArray[np.bool_] | None = None,
    ) -> None:
        moments = seconds(values) * self.column.seconds_of_unit
        with np.errstate(invalid="ignore"):
            for place, make in enumerate(self._makers):
                block[:, place] = make(moments, now)

    def read(self, value: Any, now: float) -> list[float]:
        moment = self.seconds_of(value)
        return [make(moment, now) for make in self._makers]


def _maker(part: str) -> Callable[[Any, Any], Any]:
    """Return what makes a feature of seconds and of those of the transaction: one each or many."""
    if part == _DAYS_BEFORE:
        return lambda moment, now: (now - moment) / DAY
    name, _, cycle = part.partition("_")
    wave, length = _WAVES[name], _CYCLES[cycle]
    return lambda moment, now: wave(2 * math.pi * (moment % length) / length)


def _seconds_of_number(value: Any) -> float:
    return seconds_of_number(number_of(value))


def _as_a_table_has_it(value: Any) -> float:
    raise UnusualValueError


def _seconds_of_time(value: Any) -> float:
    if type(value) is str and _ISO_TIME.fullmatch(value):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise UnusualValueError from None
    if type(value) is datetime:
        epoch = _EPOCH if value.tzinfo is None else _EPOCH_IN_UTC
        return (value - epoch) // _MICROSECOND / 1e6
    if value is None or (type(value) is float and math.isnan(value)):
        return math.nan
    raise UnusualValueError


class ClockFitter(Fitter):
    """A time of day without a date: its place in the day, unless it never varies."""

    def __init__(self, column: Column, schema: Schema) -> None:
        super().__init__(column, schema)
        self._range = Range()

    def add(self, array: pa.Array) -> None:
        values = self._converted(array)
        self._range.add(values[~np.isnan(values)])

    def features(self) -> list[Feature]:
        if self._range.span == 0:
            return []
        name = self._name
        return [Feature(f"{name} ({wave} of day)", name, f"{wave}_day") for wave in _WAVES]


class ClockPart(Part):
    """A point on the circle of the day, NaN where the time of day is missing."""

    fitter = ClockFitter

    def __init__(self, column: Column, features: Sequence[Feature]) -> None:
        super().__init__(column, features)
        self._makers = [_maker(feature.part) for feature in features]

    def fill(
        self,
        block: NDArray[np.float32],
        values: Any,
        now: NDArray[np.float64] | None,
        is_own: NDArray[np.bool_] | None = None,
    ) -> None:
        with np.errstate(invalid="ignore"):
            for place, make in enumerate(self._makers):
                block[:, place] = make(values, now)

    def read(self, value: Any, now: float) -> list[float]:
        raise UnusualValueError
