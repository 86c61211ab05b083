"""Charts of single features: how each is spread by class, two against each other, and errors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from reports import formats
from reports.charts.axes import percent_ticks, steps
from reports.charts.chart import HALF, Chart, Key
from reports.charts.figure import BOTTOM, LEFT, POINTS, RIGHT, TOP, X_TICKS, Y_TICKS, Colour, draw
from reports.charts.histograms import histogram
from reports.content.sample import SampledColumn
from reports.features.axes import FeatureAxis
from reports.features.differences import Features
from reports.features.pairs import LONGEST, RIM, points, scattered
from reports.features.pairs import LONGEST_LABEL as LONGEST_PAIR_LABEL

SMALL = (290, 200)  # beside two others
BINS = 30
MOST_ERRORS = 12
NAME_LENGTH, LEVEL_LENGTH, LONGEST_LABEL = 40, 18, 36  # letters
ROOM = 32  # letters for the ticks of a small chart
PAIR_LEFT = 80  # for the names of categories beside the axis
LETTER, GAP = 7.5, 8  # of ticks, in units of the page's font
FEW_TICKS = 4
LINE = 27  # of a feature's errors, in units of the page's font
MIDDLE = (0.1, 0.5, 0.9)

Values = NDArray[np.float64]


def distributions(features: Features) -> list[Chart]:
    """How the values of each feature are spread in each class."""
    return [
        _distribution(place, column, axis, features)
        for place, (column, axis) in enumerate(features.drawn)
    ]


def _distribution(
    place: int, column: SampledColumn, axis: FeatureAxis, features: Features
) -> Chart:
    parts = [(_key(name, colour), column.values[rows]) for name, colour, rows in features.classes]
    manner = "by class" if features.has_two_classes else "in all"
    label = f"{formats.text(column.name)} {manner}: {'; '.join(key.label for key, _ in parts)}."
    name = axis.label(column.name, LONGEST_LABEL)
    share = "share of each class" if features.has_two_classes else "share"
    if axis.numbers is None:
        paint, labels = _bars(axis, parts), (share, name)
        label += f" From top to bottom: {'; '.join(formats.text(n) for n, _ in axis.levels)}."
    else:
        paint, labels = _histogram(axis, parts), (name, share)
    drawing = draw(f"feature-{place}", label, SMALL, labels, paint)
    missing = [
        f"{formats.percent(float(np.isnan(values).mean()))} of {key.label}"
        for key, values in parts
        if np.isnan(values).any()
    ]
    note = f"Missing: {', '.join(missing)}." if missing else ""
    return Chart(formats.short(column.name, LONGEST), [key for key, _ in parts], [drawing], note)


def _key(name: str, colour: str) -> Key:
    return Key("area", colour, name)


def _histogram(axis: FeatureAxis, parts: Sequence[tuple[Key, Values]]) -> Any:
    assert axis.numbers is not None, "it is an axis of numbers"
    shares = []
    for key, values in parts:
        known = values[~np.isnan(values)]
        shares.append((key, histogram(known, axis.numbers, BINS) / max(known.size, 1)))

    def paint(axes: Axes) -> None:
        steps(axes, shares, np.linspace(0, 1, BINS + 1))
        axes.set_xlim(0, 1)
        ticks = axis.labelled_ticks(4, ROOM)
        axes.set_xticks([place for place, _ in ticks], [text for _, text in ticks])

    return paint


def _bars(axis: FeatureAxis, parts: Sequence[tuple[Key, Values]]) -> Any:
    """Bars of the shares of each level, its name to the left of them."""
    width = 0.8 / len(parts)

    def paint(axes: Axes) -> None:
        longest = 0.0
        for side, (key, values) in enumerate(parts):
            known = values[~np.isnan(values)]
            n_known = max(known.size, 1)
            counted = [np.isin(known, codes).sum() / n_known for _, codes in axis.levels]
            longest = max(longest, *counted)
            middles = np.arange(axis.n_levels) + width * (side + 0.5) - 0.4
            axes.barh(middles, counted, 0.9 * width, color=Colour[key.colour.upper()], alpha=0.75)
        axes.set_xlim(-0.55 * longest, longest)
        axes.set_ylim(axis.n_levels - 0.4, -0.6)
        for place, (name, _) in enumerate(axis.levels):
            shown = formats.short(name, LEVEL_LENGTH)
            axes.text(-0.02 * longest, place, shown, ha="right", va="center", color=Colour.MUTED)
        axes.set_yticks([])
        percent_ticks(axes, "x", 3, least=0.0)

    return paint


def pair(features: Features) -> Chart | None:
    """The two features in which the classes differ most, against each other.

    The page's script draws any other two in their place.
    """
    both = features.drawn[:2]
    if len(both) < 2:
        return None
    drawn = points(features)
    names = [formats.short(column.name, LONGEST) for column, _ in both]
    every = [np.array([scattered(c, axis, rows) for c, axis in both]) for rows in drawn]
    places = [found[:, ~np.isnan(found).any(axis=0)] for found in every]
    marks: dict[str, Any] = {
        "normal": {"marker": "o", "markersize": 3.5},
        "accent": {"marker": "D", "markersize": 4},
    }

    def paint(axes: Axes) -> None:
        for (_, colour, _), (x, y) in zip(features.classes, places, strict=True):
            axes.plot(
                x, y, linestyle="none", color=Colour[colour.upper()], alpha=0.55,
                markeredgewidth=0, gid=POINTS, **marks[colour],
            )  # fmt: skip
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        for side, (_, axis) in zip("xy", both, strict=True):
            _put_ticks(axes, side, axis)

    legend = [
        Key(
            "dot" if colour == "normal" else "diamond",
            colour,
            f"{name}, {formats.count(found.shape[1])} drawn",
        )
        for (name, colour, _), found in zip(features.classes, places, strict=True)
    ]
    label = f"{names[1]} against {names[0]}: {'; '.join(key.label for key in legend)}."
    labels = [axis.label(column.name, LONGEST_PAIR_LABEL) for column, axis in both]
    drawing = draw("pair", label, HALF, (labels[0], labels[1]), paint, PAIR_LEFT)
    note = _lacking(every, places) + RIM
    return Chart("Two features against each other", legend, [drawing], note)


def _lacking(every: Sequence[Values], drawn: Sequence[Values]) -> str:
    n_rows, n_drawn = (sum(found.shape[1] for found in part) for part in (every, drawn))
    if n_drawn == n_rows:
        return ""
    lack = "lacks" if n_rows - n_drawn == 1 else "lack"
    return (
        f"{formats.count(n_rows - n_drawn)} of {formats.count(n_rows)} {lack} one of the two "
        "values. "
    )


def _put_ticks(axes: Axes, side: str, axis: FeatureAxis) -> None:
    ticks = axis.labelled_ticks(5, is_up=side == "y")
    put = axes.set_xticks if side == "x" else axes.set_yticks
    put([place for place, _ in ticks], [text for _, text in ticks])
    (axes.xaxis if side == "x" else axes.yaxis).set_gid(X_TICKS if side == "x" else Y_TICKS)


def errors(features: Features) -> Chart | None:
    """Where the shares of the score are, feature by feature and class by class."""
    if not features.has_errors:
        return None
    classes = [(name, colour, features.errors(rows)) for name, colour, rows in features.classes]
    parts = [
        (_key(f"{name}, middle 80 %", colour), shares)
        for name, colour, shares in classes
        if len(shares)
    ]
    if not parts:
        return None
    order = _largest(parts[-1][1])
    ends = np.array([np.quantile(shares[:, order], MIDDLE, axis=0).T for _, shares in parts])
    scale = float(np.abs(ends[0]).max()) / 30 or float(np.abs(ends).max()) / 30 or 1.0

    def paint(axes: Axes) -> None:
        middle = np.arange(len(order), dtype=float)
        for side, (key, _) in enumerate(parts):
            colour, y = Colour[key.colour.upper()], middle + 0.2 + 0.22 * side
            low, median, high = np.arcsinh(ends[side] / scale).T
            axes.hlines(y, low, high, color=colour, linewidth=4, alpha=0.45)
            axes.plot(median, y, linestyle="none", marker="o", markersize=5, color=colour)
        low, high = np.arcsinh(np.array([ends.min(), ends.max()]) / scale)
        margin = (high - low) / 30 or 1.0
        axes.set_xlim(low - margin, high + margin)
        axes.set_ylim(len(order) - 0.35, -0.6)
        for place, column in zip(middle, order, strict=True):
            name = formats.short(features.sample.columns[column].name, NAME_LENGTH)
            axes.text(low - margin, place - 0.2, name, va="center", color=Colour.MUTED)
        axes.set_yticks([])
        _share_ticks(axes, scale)

    names = [formats.text(features.sample.columns[column].name) for column in order]
    label = (
        f"Share of the score by feature: {'; '.join(key.label for key, _ in parts)}. "
        f"From top to bottom: {'; '.join(names)}."
    )
    size = (HALF[0], TOP + BOTTOM + LINE * len(order))
    from_tick = formats.tick(*[_first_power(scale)] * 3)
    axis_labels = (f"share of the score, in its unit; log scale from {from_tick} on", "")
    drawing = draw("errors", label, size, axis_labels, paint)
    left_out = len(features.sample.columns) - len(order)
    note = "The dot is the median." + (
        f" {formats.plural(left_out, 'column')} with smaller shares {'is' if left_out == 1 else 'are'} left out."
        if left_out
        else ""
    )
    title = f"Error by feature{' and class' if features.has_two_classes else ''}"
    return Chart(title, [key for key, _ in parts], [drawing], note)


def _largest(shares: Values) -> list[int]:
    """The columns with the largest mean share, in the class that is looked for."""
    order = np.argsort(-shares.mean(axis=0), kind="stable")[:MOST_ERRORS]
    places: list[int] = order.tolist()
    return places


def _first_power(scale: float) -> float:
    return float(10.0 ** np.ceil(np.log10(scale)))


def _share_ticks(axes: Axes, scale: float) -> None:
    """Label zero and round numbers along x, which holds areas of hyperbolic sines."""
    start, end = axes.get_xlim()
    low, high = (float(scale * np.sinh(limit)) for limit in (start, end))
    powers = 10.0 ** np.arange(
        np.log10(_first_power(scale)), np.ceil(np.log10(max(abs(low), high, scale))) + 1
    )
    # Powers of ten first, then between them what there is room for; evenly where that is little.
    sizes = np.concatenate([[0.0], powers, 5 * powers, 2 * powers])
    evenly = np.asarray(MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(low, high))
    candidates = [(sign * size, size) for size in sizes.tolist() for sign in (1, -1)]
    candidates += [(tick, float(np.diff(evenly)[0])) for tick in evenly.tolist()]
    shown: dict[float, str] = {}
    for tick, step in candidates:
        words = formats.tick(tick, step, tick)
        place = float(np.arcsinh(tick / scale))
        is_free = all(
            abs(place - other) / (end - start) * (HALF[0] - LEFT - RIGHT)
            >= LETTER * (len(words) + len(told)) / 2 + GAP
            for other, told in shown.items()
        )
        if low <= tick <= high and is_free and (step in sizes or len(shown) < FEW_TICKS):
            shown[place] = words
    axes.set_xticks(list(shown), list(shown.values()))
