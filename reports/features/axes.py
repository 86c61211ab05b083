"""The axis of one feature: which numbers it holds, or which categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reports import formats
from reports.charts.histograms import ScoreAxis, score_axis
from reports.content.sample import SampledColumn
from reports.content.scores import Scores
from reports.formats.calendar_ticks import calendar_ticks, common

MOST_LEVELS = 6
TAIL = 0.01  # of each class, that may lie beyond an end
# Times the median of what is above zero, from where a tail is easier to see on a log scale.
HEAVY = 20
OTHERS = "others"
ROOM = 36  # letters for the ticks along the axis of a chart beside another one
UP_LENGTH = 9  # letters of a tick beside an axis
GAP = 1.5  # letters between two ticks

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
    def said(self) -> str:
        """What stands beside its name: that it is a log scale, or what all times have in common."""
        if self.numbers is None:
            return ""
        if self.is_time:
            return common(self.numbers.low, self.numbers.high)
        return "log scale" if self.is_log else ""

    def label(self, name: str, longest: int) -> str:
        """Its name and what stands beside it, in so many letters."""
        if not self.said:
            return formats.short(name, longest)
        return f"{formats.short(name, longest - len(self.said) - 2)}, {self.said}"

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

    def labelled_ticks(
        self, most: int, room: int = ROOM, *, is_up: bool = False
    ) -> list[tuple[float, str]]:
        """Places from 0 to 1 with what stands there.

        Parameters
        ----------
        most : int
            So many of a number.
        room : int
            Letters there is room for along the axis.
        is_up : bool, default=False
            Whether they stand beside the axis, under each other.
        """
        if self.numbers is None:
            longest = UP_LENGTH if is_up else room // self.n_levels
            return [
                ((middle + 0.5) / self.n_levels, formats.short(name, longest))
                for middle, (name, _) in enumerate(self.levels)
            ]
        if is_up:
            return self._placed_ticks(self.numbers, most)
        fewer_and_fewer = [
            [tick for tick in self._placed_ticks(self.numbers, number) if _is_inside(tick, room)]
            for number in range(most, 0, -1)
        ]
        fitting = (ticks for ticks in fewer_and_fewer if ticks and _have_room(ticks, room))
        return next(fitting, fewer_and_fewer[0][:1])

    def _placed_ticks(self, numbers: ScoreAxis, most: int) -> list[tuple[float, str]]:
        ticks = self._ticks_of(numbers, most)
        places = numbers.place(np.array([tick for tick, _ in ticks]))
        return [
            (round(float(place), 4), words) for place, (_, words) in zip(places, ticks, strict=True)
        ]

    def _ticks_of(self, numbers: ScoreAxis, most: int) -> list[tuple[float, str]]:
        if self.is_time and (moments := calendar_ticks(numbers.low, numbers.high, most)):
            return moments
        ticks = [float(tick) for tick in numbers.ticks(most)]
        if numbers.has_decades:
            return [(tick, formats.tick(tick, tick, tick)) for tick in ticks]
        step = ticks[1] - ticks[0] if len(ticks) > 1 else _unit(sum(ticks))
        largest = max(map(abs, ticks), default=1.0)
        return [(tick, formats.tick(tick, step, largest)) for tick in ticks]


def _unit(tick: float) -> float:
    """The power of ten that a round number is a multiple of."""
    if tick == 0:
        return 1.0
    power = float(10.0 ** np.floor(np.log10(abs(tick))))
    parts = (1, 10, 100)
    return power / next((n for n in parts if np.isclose(n * tick / power % 1, 0)), parts[-1])


def _is_inside(tick: tuple[float, str], room: int) -> bool:
    """Whether what stands at a tick leaves the axis by no more letters than there is room for."""
    place, words = tick
    return len(words) / 2 <= min(place * room + 1, (1 - place) * room + 2)


def _have_room(ticks: Sequence[tuple[float, str]], room: int) -> bool:
    return all(
        (after - before) * room >= (len(first) + len(second)) / 2 + GAP
        for (before, first), (after, second) in pairwise(ticks)
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
    if column.is_time:
        # Half a second on both sides of a time that is always the same.
        margin = (high - low) / 12 or 0.5
        return FeatureAxis(ScoreAxis(low - margin, high + margin, is_log=False), is_time=True)
    positive = known[known > 0]
    if known.min() >= 0 and positive.size and high > HEAVY * float(np.median(positive)):
        return FeatureAxis(score_axis([Scores(known)], None))
    margin = (high / 2 - low / 2) / 12 or abs(high) / 10 or 1.0
    return FeatureAxis(ScoreAxis(low - margin, high + margin, is_log=False))


def _levels(codes: NDArray[np.int_], names: Sequence[str]) -> list[tuple[str, Sequence[int]]]:
    """The most frequent levels, then all others together."""
    frequent = np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")
    if len(names) <= MOST_LEVELS:
        return [(names[level], [int(level)]) for level in frequent]
    first, rest = frequent[: MOST_LEVELS - 1], frequent[MOST_LEVELS - 1 :]
    return [(names[level], [int(level)]) for level in first] + [(OTHERS, rest.tolist())]
