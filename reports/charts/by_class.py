"""Charts of how the amounts and the hours of the day are spread in each class."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from reports import formats
from reports.charts.axes import steps
from reports.charts.chart import HALF, Chart, Key
from reports.charts.figure import draw
from reports.charts.histograms import histogram, score_axis
from reports.content.scores import Scores

BINS = 40
HOUR, DAY = 3600, 86_400


def amounts(split: str, scores: Scores, noun: str) -> Chart | None:
    """How the amounts of each class are spread, on a log scale where they allow it."""
    if scores.amounts is None:
        return None
    known = np.isfinite(scores.amounts)
    axis = score_axis([Scores(scores.amounts[known])], None)
    if axis is None:
        return None
    parts = _by_class(scores, known, noun)
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


def hours(split: str, scores: Scores, noun: str) -> Chart | None:
    """At which hour of the day each class happens; None unless the clock is known."""
    moments = scores.moments
    if moments is None or moments.dtype.kind != "M" or not (known := ~np.isnat(moments)).any():
        return None
    place = np.zeros(moments.size, dtype=np.intp)
    since_1970 = moments[known].astype("datetime64[s]").astype(np.int64)
    place[known] = since_1970 % DAY // HOUR
    if not place.any():
        return None  # dates without a time of day
    shares = [
        (key, np.bincount(place[rows], minlength=24) / rows.sum())
        for key, rows in _by_class(scores, known, noun)
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


def _by_class(
    scores: Scores, known: NDArray[np.bool_], noun: str
) -> list[tuple[Key, NDArray[np.bool_]]]:
    """The known rows of each class that has any, with the legend's entry."""
    if scores.labels is None:
        parts = [("transactions", "normal", known)]
    else:
        is_positive = scores.labels.astype(bool)
        parts = [("normal", "normal", known & ~is_positive), (noun, "accent", known & is_positive)]
    return [
        (Key("area", colour, f"{name}, {formats.count(int(rows.sum()))}"), rows)
        for name, colour, rows in parts
        if rows.any()
    ]


def _manner(scores: Scores) -> str:
    return "" if scores.labels is None else " by class"


def _share(scores: Scores) -> str:
    return "share" if scores.labels is None else "share of each class"


def _decade(tick: float) -> str:
    return formats.number(tick, 1)
