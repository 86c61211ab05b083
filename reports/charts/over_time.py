"""Charts of the held-out rows over time: the score and the alerts of each hour, day or week."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from reports import formats
from reports.charts.axes import percent_ticks, value_ticks
from reports.charts.chart import DASHED, HALF, SOLID, Chart, Key
from reports.charts.figure import Colour, draw
from reports.content.scores import Scores
from reports.formats.calendar_ticks import calendar_ticks, common

HOUR, DAY = 3600.0, 86_400.0
MOST_HOURS = 4 * 24  # beyond so many, days are counted
MOST_DAYS = 120  # beyond so many, weeks are
MOST_WEEKS = 1000
UNITS = {"hour": HOUR, "day": DAY, "week": 7 * DAY}
HIGH = 0.99

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The held-out rows cut into hours, days or weeks.

    Attributes
    ----------
    unit : str
        ``hour``, ``day`` or ``week``.
    start : float
        Seconds before the first cut.
    is_calendar : bool
        Whether seconds count from 1970, or from a start that nobody named.
    places : ndarray of int of shape (n,)
        The cut of each row.
    scores : Scores
        The rows, all with a time and a score.
    """

    unit: str
    start: float
    is_calendar: bool
    places: NDArray[np.intp]
    scores: Scores

    @property
    def size(self) -> int:
        """How many cuts there are."""
        return int(self.places.max()) + 1

    def shares(self, is_counted: NDArray[np.bool_]) -> Values:
        """The share of each cut's rows that are counted, NaN where it has no row."""
        rows = np.bincount(self.places, minlength=self.size)
        counted = np.bincount(self.places[is_counted], minlength=self.size)
        return np.where(rows > 0, counted / np.maximum(rows, 1), np.nan)

    def quantiles(self, shares: Sequence[float]) -> list[Values]:
        """Quantiles of the scores of each cut, NaN where it has no row."""
        order = np.argsort(self.places, kind="stable")
        ordered = self.scores.scores[order]
        ends = np.cumsum(np.bincount(self.places, minlength=self.size))[:-1]
        of_cuts = [
            np.quantile(part, shares, method="inverted_cdf")
            if part.size
            else [np.nan] * len(shares)
            for part in np.split(ordered, ends)
        ]
        return list(np.array(of_cuts, dtype=np.float64).T)


def course(parts: Sequence[Scores | None]) -> Course | None:
    """Cut the rows of all splits by their time; None where there is no time, or a single cut."""
    timed = [part for part in parts if part is not None and part.moments is not None]
    if not timed:
        return None
    rows = _together(timed)
    moments = rows.moments
    assert moments is not None, "every part has times"
    is_calendar = moments.dtype.kind == "M"
    seconds = moments.astype("datetime64[s]").astype(np.int64) if is_calendar else moments
    span = float(np.ptp(seconds)) if seconds.size else 0.0
    if not span > 0:
        return None
    if span > MOST_WEEKS * UNITS["week"]:
        return None  # times so far apart are no course that could be drawn
    unit = "hour" if span <= MOST_HOURS * HOUR else "day" if span <= MOST_DAYS * DAY else "week"
    start = float(np.floor(seconds.min() / UNITS[unit]))
    places = (np.floor(seconds / UNITS[unit]) - start).astype(np.intp)
    return Course(unit, start, is_calendar, places, rows) if places.any() else None


def alert_rate(course: Course, threshold: float, noun: str) -> Chart:
    """The share of transactions that alert, hour by hour or day by day."""
    rates = [(SOLID, course.shares(course.scores.scores >= threshold))]
    legend = [Key("line", "ink", "alerts at the run’s threshold")]
    if course.scores.labels is not None:
        rates.append((DASHED, course.shares(course.scores.labels == 1)))
        legend.append(Key("dashed", "muted", formats.plural_of(noun)))

    def paint(axes: Axes) -> None:
        for style, rate in rates:
            _line(axes, rate, style)
        axes.set_ylim(0, 1.08 * max(float(np.nanmax(rate)) for _, rate in rates) or 1)
        percent_ticks(axes)
        _time_ticks(axes, course)

    label = f"Alert rate of each {course.unit}: {'; '.join(key.label for key in legend)}."
    axis_labels = (_time_label(course), "share of transactions")
    drawing = draw("alert-rate", label, HALF, axis_labels, paint)
    return Chart(f"Alert rate of each {course.unit}, validation and test", legend, [drawing])


def score_course(course: Course, threshold: float | None) -> Chart:
    """The median and a high quantile of the scores over time."""
    median, high = course.quantiles((0.5, HIGH))
    drawn = np.concatenate([median, high])
    known = drawn[np.isfinite(drawn)]
    is_log = bool(known.size and known.min() > 0)
    scale: Callable[[Any], Any] = np.log10 if is_log else np.asarray
    marked = threshold is not None and np.isfinite(threshold) and (threshold > 0 or not is_log)

    def paint(axes: Axes) -> None:
        for style, line in ((SOLID, median), (DASHED, high)):
            _line(axes, scale(np.where(np.isfinite(line), line, np.nan)), style)
        if marked:
            axes.axhline(float(scale(threshold)), color=Colour.ACCENT, linewidth=1.25)
        value_ticks(axes, is_log)
        _time_ticks(axes, course)

    legend = [
        Key("line", "ink", "median"),
        Key("dashed", "muted", f"{HIGH:.0%} of scores are below".replace("%", " %")),
    ]
    if marked:
        legend.append(Key("line", "accent", "the run’s threshold"))
    label = f"Scores of each {course.unit}: {'; '.join(key.label for key in legend)}."
    y = f"score{' (log scale)' if is_log else ''}"
    drawing = draw("score-course", label, HALF, (_time_label(course), y), paint)
    return Chart(f"Score of each {course.unit}, validation and test", legend, [drawing])


def _line(axes: Axes, heights: Values, style: Mapping[str, Any]) -> None:
    """Draw a line through the cuts that are known, and a dot where both neighbours are not."""
    places = np.arange(heights.size) + 0.5
    axes.plot(places, heights, **style)
    beside = np.pad(np.isfinite(heights), 1)
    alone = np.isfinite(heights) & ~beside[:-2] & ~beside[2:]
    if alone.any():
        axes.plot(
            places[alone], heights[alone], linestyle="none", marker="o", markersize=4,
            color=style["color"],
        )  # fmt: skip


def _time_label(course: Course) -> str:
    if not course.is_calendar:
        return f"{course.unit}s since the clock’s start"
    what = "time" if course.unit == "hour" else "date"
    shared = common(*_ends(course))
    return f"{what}, {shared}" if shared else what


def _time_ticks(axes: Axes, course: Course) -> None:
    axes.set_xlim(0, course.size)
    if course.is_calendar:
        unit = UNITS[course.unit]
        moments = calendar_ticks(*_ends(course), 5)
        places = [seconds / unit - course.start for seconds, _ in moments]
        axes.set_xticks(places, [words for _, words in moments])
        return
    ticks = [
        int(tick)
        for tick in MaxNLocator(5, integer=True).tick_values(0, course.size)
        if 0 <= tick < course.size
    ]
    axes.set_xticks(ticks, [formats.count(int(course.start) + tick) for tick in ticks])


def _ends(course: Course) -> tuple[float, float]:
    """The first second of the first cut and the last second of the last, since 1970."""
    unit = UNITS[course.unit]
    return course.start * unit, (course.start + course.size) * unit - 1


def _together(parts: Sequence[Scores]) -> Scores:
    """The rows of several splits that have a time and a score."""
    joined = {
        name: None
        if any(column is None for column in columns)
        else np.concatenate([column for column in columns if column is not None])
        for name in ("scores", "labels", "moments")
        for columns in [[getattr(part, name) for part in parts]]
    }
    scores, labels, moments = joined["scores"], joined["labels"], joined["moments"]
    assert scores is not None, "every part has scores"
    assert moments is not None, "every part has times"
    unknown = np.isnat(moments) if moments.dtype.kind == "M" else ~np.isfinite(moments)
    is_whole = ~unknown & ~np.isnan(scores)
    return Scores(
        scores[is_whole], None if labels is None else labels[is_whole], moments=moments[is_whole]
    )
