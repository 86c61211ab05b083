"""Charts of the data held out: amounts, hours, and the score and the alerts over time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from reports import formats
from reports.charts.charts import DASHED, HALF, SOLID, Chart, Key, value_ticks
from reports.charts.figure import Colour, draw
from reports.charts.histograms import histogram, score_axis
from reports.content.scores import Scores
from reports.formats.calendar_ticks import calendar_ticks, common

BINS = 40
HOUR, DAY = 3600.0, 86_400.0
MOST_HOURS = 4 * 24  # beyond so many, days are counted
MOST_DAYS = 120  # beyond so many, weeks are
MOST_WEEKS = 1000
UNITS = {"hour": HOUR, "day": DAY, "week": 7 * DAY}
HIGH = 0.99

Values = NDArray[np.float64]


def amounts(split: str, scores: Scores) -> Chart | None:
    """How the amounts of each class are spread, on a log scale where they allow it."""
    if scores.amounts is None:
        return None
    known = np.isfinite(scores.amounts)
    axis = score_axis([Scores(scores.amounts[known])], None)
    if axis is None:
        return None
    parts = _by_class(scores, known)
    shares = [
        (key, histogram(scores.amounts[rows], axis, BINS) / rows.sum()) for key, rows in parts
    ]

    def paint(axes: Axes) -> None:
        steps(axes, shares, np.linspace(0, 1, BINS + 1))
        axes.set_xlim(0, 1)
        ticks = axis.ticks(5)
        in_words = _decade if axis.has_decades else formats.value
        axes.set_xticks(axis.place(ticks), [in_words(float(tick)) for tick in ticks])

    legend = [key for key, _ in shares]
    label = (
        f"Amounts of the {split} split{_manner(scores)}: {'; '.join(key.label for key in legend)}."
    )
    x = f"amount{', log scale' if axis.is_log else ''}"
    drawing = draw("amounts", label, HALF, (x, _share(scores)), paint)
    beyond = int(np.count_nonzero(scores.amounts[known] < axis.low))
    note = f"Of them {formats.count(beyond)} lie at or beyond the left end." if beyond else ""
    return Chart(f"Amount, {split}", legend, [drawing], note)


def hours(split: str, scores: Scores) -> Chart | None:
    """At which hour of the day each class happens; None unless the clock is known."""
    moments = scores.moments
    if moments is None or moments.dtype.kind != "M" or not (known := ~np.isnat(moments)).any():
        return None
    place = np.zeros(moments.size, dtype=np.intp)
    since_1970 = moments[known].astype("datetime64[s]").astype(np.int64)
    place[known] = since_1970 % int(DAY) // int(HOUR)
    if not place.any():
        return None  # dates without a time of day
    shares = [
        (key, np.bincount(place[rows], minlength=24) / rows.sum())
        for key, rows in _by_class(scores, known)
    ]

    def paint(axes: Axes) -> None:
        steps(axes, shares, np.arange(25.0))
        axes.set_xlim(0, 24)
        axes.set_xticks(range(0, 25, 4), [f"{hour}:00" for hour in range(0, 25, 4)])

    legend = [key for key, _ in shares]
    label = (
        f"Hours of the {split} split{_manner(scores)}: {'; '.join(key.label for key in legend)}."
    )
    drawing = draw("hours", label, HALF, ("time of day", _share(scores)), paint)
    return Chart(f"Time of day, {split}", legend, [drawing])


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
        found = [
            np.quantile(part, shares, method="inverted_cdf")
            if part.size
            else [np.nan] * len(shares)
            for part in np.split(ordered, ends)
        ]
        return list(np.array(found, dtype=np.float64).T)


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


def alert_rate(found: Course, threshold: float) -> Chart:
    """The share of transactions that alert, hour by hour or day by day."""
    rates = [(SOLID, found.shares(found.scores.scores >= threshold))]
    legend = [Key("line", "ink", "alerts at the run’s threshold")]
    if found.scores.labels is not None:
        rates.append((DASHED, found.shares(found.scores.labels == 1)))
        legend.append(Key("dashed", "muted", "frauds"))

    def paint(axes: Axes) -> None:
        for style, rate in rates:
            _line(axes, rate, style)
        axes.set_ylim(0, 1.08 * max(float(np.nanmax(rate)) for _, rate in rates) or 1)
        percent_ticks(axes)
        _time_ticks(axes, found)

    label = f"Alert rate of each {found.unit}: {'; '.join(key.label for key in legend)}."
    axis_labels = (_time_label(found), "share of transactions")
    drawing = draw("alert-rate", label, HALF, axis_labels, paint)
    return Chart(f"Alert rate of each {found.unit}, validation and test", legend, [drawing])


def score_course(found: Course, threshold: float | None) -> Chart:
    """The median and a high quantile of the scores over time."""
    median, high = found.quantiles((0.5, HIGH))
    drawn = np.concatenate([median, high])
    known = drawn[np.isfinite(drawn)]
    is_log = bool(known.size and known.min() > 0)
    scale: Callable[[Any], Any] = np.log10 if is_log else np.asarray
    marked = threshold is not None and np.isfinite(threshold) and (threshold > 0 or not is_log)

    def paint(axes: Axes) -> None:
        for style, line in ((SOLID, median), (DASHED, high)):
            _line(axes, scale(np.where(np.isfinite(line), line, np.nan)), style)
        if marked:
            axes.axhline(float(scale(threshold)), color=Colour.FRAUD, linewidth=1.25)
        value_ticks(axes, is_log)
        _time_ticks(axes, found)

    legend = [
        Key("line", "ink", "median"),
        Key("dashed", "muted", f"{HIGH:.0%} of scores are below".replace("%", " %")),
    ]
    if marked:
        legend.append(Key("line", "fraud", "the run’s threshold"))
    label = f"Scores of each {found.unit}: {'; '.join(key.label for key in legend)}."
    y = f"score{' (log scale)' if is_log else ''}"
    drawing = draw("score-course", label, HALF, (_time_label(found), y), paint)
    return Chart(f"Score of each {found.unit}, validation and test", legend, [drawing])


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


def _by_class(scores: Scores, known: NDArray[np.bool_]) -> list[tuple[Key, NDArray[np.bool_]]]:
    """The known rows of each class that has any, with the legend's entry."""
    if scores.labels is None:
        parts = [("transactions", "normal", known)]
    else:
        is_fraud = scores.labels.astype(bool)
        parts = [("normal", "normal", known & ~is_fraud), ("fraud", "fraud", known & is_fraud)]
    return [
        (Key("area", colour, f"{name}, {formats.count(int(rows.sum()))}"), rows)
        for name, colour, rows in parts
        if rows.any()
    ]


def _manner(scores: Scores) -> str:
    return "" if scores.labels is None else " by class"


def _share(scores: Scores) -> str:
    return "share" if scores.labels is None else "share of each class"


def steps(axes: Axes, shares: Sequence[tuple[Key, Values]], edges: Values) -> None:
    """Draw the share of each bin, one outline over the other."""
    for key, heights in shares:
        colour = Colour[key.colour.upper()]
        axes.stairs(heights, edges, fill=True, alpha=0.3, color=colour)
        axes.stairs(heights, edges, linewidth=1.25, color=colour)
    axes.set_ylim(0, 1.08 * max(float(heights.max()) for _, heights in shares))
    percent_ticks(axes)


def _decade(tick: float) -> str:
    return formats.number(tick, 1)


def percent_ticks(axes: Axes, side: str = "y", most: int = 5, least: float | None = None) -> None:
    """Label an axis of shares with round percentages, from `least` on."""
    get, put, put_limits = (
        getattr(axes, f"{verb}_{side}{what}")
        for verb, what in (("get", "lim"), ("set", "ticks"), ("set", "lim"))
    )
    low, top = get()
    start = 100 * (low if least is None else least)
    places = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(start, 100 * top)
    ticks = [tick for tick in places if start <= tick <= 100 * top]
    shown = [
        f"{formats.even(tick, places[1] - places[0])}{formats.NARROW_SPACE}%" for tick in ticks
    ]
    put([tick / 100 for tick in ticks], shown)
    put_limits(low, top)


def _time_label(found: Course) -> str:
    if not found.is_calendar:
        return f"{found.unit}s since the clock’s start"
    what = "time" if found.unit == "hour" else "date"
    shared = common(*_ends(found))
    return f"{what}, {shared}" if shared else what


def _time_ticks(axes: Axes, found: Course) -> None:
    axes.set_xlim(0, found.size)
    if found.is_calendar:
        unit = UNITS[found.unit]
        moments = calendar_ticks(*_ends(found), 5)
        places = [seconds / unit - found.start for seconds, _ in moments]
        axes.set_xticks(places, [words for _, words in moments])
        return
    ticks = [
        int(tick)
        for tick in MaxNLocator(5, integer=True).tick_values(0, found.size)
        if 0 <= tick < found.size
    ]
    axes.set_xticks(ticks, [formats.count(int(found.start) + tick) for tick in ticks])


def _ends(found: Course) -> tuple[float, float]:
    """The first second of the first cut and the last second of the last, since 1970."""
    unit = UNITS[found.unit]
    return found.start * unit, (found.start + found.size) * unit - 1


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
    kept = ~unknown & ~np.isnan(scores)
    return Scores(scores[kept], None if labels is None else labels[kept], moments=moments[kept])
