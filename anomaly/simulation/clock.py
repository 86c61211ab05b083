"""The simulated period, and when in a day and a week people pay."""

from __future__ import annotations

from typing import Final

import numpy as np

START: Final = np.datetime64("2025-01-06T00:00:00", "s")  # a Monday
WEEKS: Final = 26
DAYS: Final = 7 * WEEKS
MONTH: Final = 30  # days
DAY: Final = 86_400.0  # seconds
WEEK: Final = 7 * DAY
PERIOD: Final = WEEKS * WEEK

# Payments by hour of the day, a quarter of it in each line, and by day of the week.
_BY_HOUR = np.array(
    [
        [1.0, 0.6, 0.4, 0.3, 0.3, 0.6],
        [1.5, 3.0, 5.0, 6.0, 6.5, 7.5],
        [8.5, 7.5, 6.5, 6.5, 7.0, 8.0],
        [8.5, 7.5, 6.0, 4.5, 3.0, 1.8],
    ]
).ravel()
_BY_WEEKDAY = np.array([0.90, 0.90, 0.95, 1.00, 1.15, 1.25, 0.85])


def _cumulative(weights: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])


_DAY_CURVE = _cumulative(_BY_HOUR), np.linspace(0.0, DAY, 25)
_WEEK_CURVE = _cumulative(np.outer(_BY_WEEKDAY, _BY_HOUR).ravel()), np.linspace(0.0, WEEK, 169)


def usual_times(rng: np.random.Generator, size: int) -> np.ndarray:
    """Times in seconds since the start at which people pay, over the whole period."""
    weeks, within = np.divmod(rng.random(size) * WEEKS, 1.0)
    return weeks * WEEK + np.interp(within, *_WEEK_CURVE)


def usual_hours(rng: np.random.Generator, size: int) -> np.ndarray:
    """Times in seconds since midnight at which people pay."""
    return np.interp(rng.random(size), *_DAY_CURVE)


def odd_hours(rng: np.random.Generator, size: int, share: float) -> np.ndarray:
    """Times in seconds since midnight: usual ones, but a share of them at any hour alike."""
    any_hour = rng.random(size) < share
    return np.where(any_hour, rng.random(size) * DAY, usual_hours(rng, size))


def is_night(times: np.ndarray) -> np.ndarray:
    """Whether shops are shut: from 23 to 6 o'clock."""
    return (times + 3_600.0) % DAY < 7 * 3_600.0
