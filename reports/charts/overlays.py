"""A line for each method on the same axes: some to be told apart, and each to be switched."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports import formats
from reports.charts.axes import unit_axes
from reports.charts.chart import DASHES, HALF, Chart, Key
from reports.charts.figure import METHOD, Colour, draw
from reports.charts.thinning import corners, curve, thin
from reports.content.comparison import ComparedMethod

BESIDE = (610, 420)  # with its legend beside it
# Of the lines that are told apart at first, and of those that the page's script tells apart.
STYLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("line", "accent", {"color": Colour.ACCENT}),
    ("line", "ink", {"color": Colour.INK}),
    ("line", "normal", {"color": Colour.NORMAL}),
    ("dashed", "accent", {"color": Colour.ACCENT, "linestyle": DASHES}),
    ("dashed", "ink", {"color": Colour.INK, "linestyle": DASHES}),
    ("dashed", "normal", {"color": Colour.NORMAL, "linestyle": DASHES}),
)
BEHIND: tuple[str, str, dict[str, Any]] = (
    *("line", "hairline"),
    {"color": Colour.HAIRLINE, "linewidth": 1.25, "zorder": 1},
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A method in the legend of an overlay.

    Attributes
    ----------
    place : int
        Its place among the methods: in the drawings, what is of it has the class `method-PLACE`.
    name, figure : str
    key : Key
        Its mark, with both in words.
    style : int or None
        Which of `STYLES` it has at first; None of a line behind the others.
    """

    place: int
    name: str
    figure: str
    key: Key
    style: int | None


@dataclass(frozen=True, slots=True)
class Overlay:
    """A chart with a line for each method.

    Attributes
    ----------
    chart : Chart
        Its legend is for where nothing can be switched.
    entries : sequence of Entry
        All methods with a line: the one to be told apart before all others, then in their order.
    further : sequence of Key
        What else the legend names: the lines behind, together, and the marks of thresholds.
    """

    chart: Chart
    entries: Sequence[Entry]
    further: Sequence[Key]


def precision_recall(
    methods: Sequence[ComparedMethod], note: str = "", own: str = ""
) -> Overlay | None:
    """Precision against recall of every method.

    Parameters
    ----------
    methods : sequence of ComparedMethod
        Those to be told apart first.
    note : str
    own : str
        Name of a method that is to be told apart before all others.
    """
    curves = {at: line for at, m in enumerate(methods) if (line := curve(m.test)) is not None}
    if not curves:
        return None
    apart = _apart(methods, curves, own)
    points = {at: point for at in curves if (point := _at_threshold(methods[at])) is not None}

    def paint(axes: Axes) -> None:
        for at, line in curves.items():
            x = np.append(line.recall, 0)
            y = np.append(line.precision, line.precision[-1])
            shown = thin(x, [y])
            _, _, style = _style(at, apart)
            steps = corners("steps-post", x.size)
            axes.plot(x[shown], y[shown], drawstyle=steps, gid=f"{METHOD}{at}", **style)
            if at in points:
                _dot(axes, points[at], style, _unless_behind(at, apart))
        unit_axes(axes)

    # Of the curve that is drawn: a mean over seeds would be of none.
    figures = {at: f"AP {formats.ratio(line.average_precision)}" for at, line in curves.items()}
    title, entries = "Precision against recall, test", _entries(methods, figures, apart)
    further = [*_others(entries), *([Key("dot", "ink", "at its threshold")] if points else [])]
    return _overlay("curves", title, entries, further, ("recall", "precision"), paint, note)


def calibration(methods: Sequence[ComparedMethod], noun: str) -> Overlay | None:
    """Share of positive ones among the rows of a probability, against that probability."""
    known = [at for at, method in enumerate(methods) if method.calibration]
    if not known:
        return None
    # A method looks the same in every chart, so those that give no probability have styles too.
    apart = _apart(methods, range(len(methods)))

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=Colour.HAIRLINE, linewidth=1.25)
        for at in known:
            bins = methods[at].calibration
            x, y = ([each[name] for each in bins] for name in ("predicted", "observed"))
            _, _, style = _style(at, apart)
            # Without an edge a dot has the colour that the script gives to its line.
            dots: dict[str, Any] = {"marker": "o", "markersize": 5, "markeredgewidth": 0}
            axes.plot(x, y, gid=_unless_behind(at, apart), **dots, **style)
        unit_axes(axes)

    figures = {at: f"Brier {formats.ratio(methods[at].figures.get('brier'))}" for at in known}
    title, entries = "Calibration, test", _entries(methods, figures, apart)
    names = ("predicted probability", f"share of {formats.plural_of(noun)}")
    note = (
        "On the thin line, of transactions given a probability that share are "
        f"{formats.plural_of(noun)}. A bin with "
        "few rows says little."
    )
    return _overlay("calibration", title, entries, (), names, paint, note)


def _apart(methods: Sequence[ComparedMethod], places: Iterable[int], own: str = "") -> list[int]:
    """Return the places of the methods to be told apart at first, in the order of `STYLES`."""
    return sorted(places, key=lambda at: methods[at].name != own)[: len(STYLES)]


def _style(at: int, apart: Sequence[int]) -> tuple[str, str, dict[str, Any]]:
    return STYLES[apart.index(at)] if at in apart else BEHIND


def _unless_behind(at: int, apart: Sequence[int]) -> str:
    """Return the class of what is not shown of a method behind the others, unless by the script."""
    return f"{METHOD}{at}" if at in apart else f"{METHOD}{at} behind"


def _entries(
    methods: Sequence[ComparedMethod], figures: Mapping[int, str], apart: Sequence[int]
) -> list[Entry]:
    entries = []
    # What is told apart before all others stands before them too.
    for at, figure in sorted(figures.items(), key=lambda pair: pair[0] not in apart[:1]):
        name = formats.text(methods[at].name)
        mark, colour, _ = _style(at, apart)
        key = Key(mark, colour, f"{name}, {figure}")
        entries.append(Entry(at, name, figure, key, apart.index(at) if at in apart else None))
    return entries


def _others(entries: Sequence[Entry]) -> list[Key]:
    """Return the lines behind as one entry of the legend, where there are any."""
    n_behind = sum(entry.style is None for entry in entries)
    return [Key(*BEHIND[:2], formats.plural(n_behind, "other"))] if n_behind else []


def _overlay(
    name: str,
    title: str,
    entries: Sequence[Entry],
    further: Sequence[Key],
    axis_labels: tuple[str, str],
    paint: Callable[[Axes], None],
    note: str,
) -> Overlay:
    legend = [entry.key for entry in entries if entry.style is not None]
    label = f"{title}: {'; '.join(key.label for key in legend)}."
    drawings = [
        draw(f"{name}-{width}", label, size, axis_labels, paint)
        for width, size in (("wide", BESIDE), ("narrow", HALF))
    ]
    return Overlay(Chart(title, [*legend, *further], drawings, note), entries, further)


def _at_threshold(method: ComparedMethod) -> tuple[float, float] | None:
    """Return recall and precision at the threshold, on the curve that is drawn."""
    labels, threshold = method.test.labels, method.threshold
    if labels is None or threshold is None:
        return None
    is_alert = method.test.scores >= threshold
    caught = int(labels[is_alert].sum())
    # Without an alert there is no precision to place.
    return (caught / int(labels.sum()), caught / int(is_alert.sum())) if is_alert.any() else None


def _dot(axes: Axes, point: tuple[float, float], style: dict[str, Any], gid: str) -> None:
    # A rim in the colour of the paper sets the dot off from its line.
    axes.plot(
        *[[at] for at in point], marker="o", markersize=8, color=style["color"],
        markeredgecolor=Colour.PAPER, markeredgewidth=1.5, clip_on=False,
        zorder=style.get("zorder", 5), gid=gid,
    )  # fmt: skip
