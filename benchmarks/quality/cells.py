"""Tables of estimates, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality.summary import Estimate
from benchmarks.shared.markdown import table
from reports.formats import number

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of estimates.

    Attributes
    ----------
    title : str
    values : dict of str to Estimate or None
        By row.
    shown : callable
        From a number to text.
    best : callable or None
        `max` or `min` tells which number is set in bold; None sets none.
    """

    title: str
    values: Mapping[str, Estimate | None]
    shown: Callable[[float], str]
    best: Callable[[Sequence[float]], float] | None = max

    def cells(self, rows: Sequence[str]) -> list[str]:
        """Return the column's text for these rows."""
        found = [self.values.get(row) for row in rows]
        means = [each.mean for each in found if each is not None]
        first = self.best(means) if self.best and means else None
        return [self._cell(each, first) for each in found]

    def _cell(self, value: Estimate | None, first: float | None) -> str:
        if value is None:
            return NOTHING
        # What is the same as the best when shown is as good.
        is_best = first is not None and self.shown(value.mean) == self.shown(first)
        mean = f"**{self.shown(value.mean)}**" if is_best else self.shown(value.mean)
        if value.half_width is None:
            return mean
        return f"{mean} ± {self.shown(value.half_width)}"


def rendered(corner: str, titles: Mapping[str, str], columns: Sequence[Column]) -> str:
    """Return a table with a line for each row; `titles` has their names as shown."""
    texts = [column.cells(list(titles)) for column in columns]
    lines = zip(titles.values(), *texts, strict=True)
    return table([corner, *(column.title for column in columns)], lines)


def three_decimals(value: float) -> str:
    """Return a figure between 0 and 1."""
    return f"{value:.3f}"


def percent(value: float) -> str:
    """Return a share in percent, with a decimal."""
    # Adding 0 turns a minus 0 into 0.
    return f"{round(100 * value, 1) + 0:.1f}"


def two_decimals(value: float) -> str:
    """Return a rank."""
    return f"{value:.2f}"


def seconds(value: float) -> str:
    """Return seconds with two digits that count."""
    return number(value, 2)
