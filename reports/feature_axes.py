"""The axis of one feature: which numbers it holds, or which categories."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports import formats
from reports.data import SampledColumn, Scores
from reports.histograms import ScoreAxis, score_axis

MOST_LEVELS = 6
TAIL = 0.01  # of each class, that may lie beyond an end
HEAVY = (
    20  # times the median of what is above zero, from where a tail is easier to see on a log scale
)
OTHERS = "all others"
TICK_LENGTH = 8
_DAY, _HOUR = 86_400, 3600
_LEAST_DAYS = 3

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FeatureAxis:
    """Where values of a feature are along an axis from 0 to 1.

    Attributes
    ----------
    numbers : ScoreAxis or None
        Of a number; what lies beyond an end sits on it.
    levels : sequence of (str, sequence of int)
        Of a category, each place along the axis: its name, and the levels it holds.
    is_time : bool
        Whether the numbers are seconds since 1970.
    """

    numbers: ScoreAxis | None
    levels: Sequence[tuple[str, Sequence[int]]] = ()
    is_time: bool = False

    @property
    def is_log(self) -> bool:
        """Whether it is a log scale."""
        return self.numbers is not None and self.numbers.is_log

    @property
    def n_levels(self) -> int:
        """How many places a category has."""
        return len(self.levels)

    def place(self, values: Values) -> Values:
        """Places of values from 0 to 1, NaN where they are missing."""
        if self.numbers is not None:
            return self.numbers.place(values)
        places = np.full(values.shape, np.nan)
        for middle, (_, codes) in enumerate(self.levels):
            places[np.isin(values, codes)] = (middle + 0.5) / self.n_levels
        return places

    def labelled_ticks(self, most: int) -> list[tuple[float, str]]:
        """Places from 0 to 1 with what stands there."""
        if self.numbers is None:
            return [
                ((middle + 0.5) / self.n_levels, formats.text(name, TICK_LENGTH))
                for middle, (name, _) in enumerate(self.levels)
            ]
        ticks = self._moments(most) if self.is_time else self.numbers.ticks(most)
        places = self.numbers.place(ticks)
        return [
            (round(float(place), 4), self._in_words(float(tick), ticks))
            for place, tick in zip(places, ticks, strict=True)
        ]

    @property
    def _has_days(self) -> bool:
        assert self.numbers is not None, "it is an axis of numbers"
        return self.numbers.high - self.numbers.low >= _LEAST_DAYS * _DAY

    def _moments(self, most: int) -> NDArray[np.float64]:
        """Whole days or hours."""
        assert self.numbers is not None, "it is an axis of numbers"
        unit = _DAY if self._has_days else _HOUR
        evenly = np.linspace(self.numbers.low, self.numbers.high, 2 * most + 1)[1::2]
        return np.unique(np.rint(evenly / unit)) * unit

    def _in_words(self, tick: float, ticks: NDArray[np.float64]) -> str:
        if self.is_time:
            when = np.datetime64(int(tick), "s").item()
            return formats.day(when) if self._has_days else f"{when:%H:%M}"
        if self.is_log:
            return formats.number(tick, 1)
        return formats.even(
            tick, float(ticks[1] - ticks[0]) if ticks.size > 1 else abs(tick) or 1.0
        )


def feature_axis(column: SampledColumn, classes: Sequence[Mask]) -> FeatureAxis | None:
    """The axis that shows the values of a column; None where none is known.

    Parameters
    ----------
    column : SampledColumn
    classes : sequence of ndarray of bool
        The rows of each class: what is rare in all but usual in one has its place, too.
    """
    known = column.values[np.isfinite(column.values)]
    if not known.size:
        return None
    if column.levels:
        return FeatureAxis(None, _levels(known.astype(int), column.levels))
    parts = [column.values[rows & np.isfinite(column.values)] for rows in classes]
    ends = [np.quantile(part, (TAIL, 1 - TAIL)) for part in parts if part.size]
    low, high = float(np.min(ends)), float(np.max(ends))
    positive = known[known > 0]
    if known.min() >= 0 and positive.size and high > HEAVY * float(np.median(positive)):
        return FeatureAxis(score_axis([Scores(known)], None))
    margin = (high / 2 - low / 2) / 12 or abs(high) / 10 or 1.0
    return FeatureAxis(ScoreAxis(low - margin, high + margin, is_log=False), is_time=column.is_time)


def _levels(codes: NDArray[np.int_], names: Sequence[str]) -> list[tuple[str, Sequence[int]]]:
    """The most frequent levels, then all others together."""
    frequent = np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")
    if len(names) <= MOST_LEVELS:
        return [(names[level], [int(level)]) for level in frequent]
    first, rest = frequent[: MOST_LEVELS - 1], frequent[MOST_LEVELS - 1 :]
    return [(names[level], [int(level)]) for level in first] + [(OTHERS, rest.tolist())]
