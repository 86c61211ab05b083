"""Charts of single features: how each is spread by class, two against each other, and errors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from reports import formats
from reports.charts import HALF, Chart, Key
from reports.data import SampledColumn
from reports.data_charts import percent_ticks, steps
from reports.feature_axes import FeatureAxis
from reports.features import LONGEST, Features, points, scattered
from reports.figure import BOTTOM, POINTS, TOP, X_TICKS, Y_TICKS, Colour, draw
from reports.histograms import histogram

SMALL = (290, 200)  # beside two others
BINS = 30
MOST_ERRORS = 12
NAME_LENGTH = 34
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
    name = formats.text(column.name, LONGEST)
    label = f"{name} by class: {'; '.join(key.label for key, _ in parts)}."
    if axis.numbers is None:
        paint, labels = _bars(axis, parts), ("share of each class", "")
    else:
        paint, labels = _histogram(axis, parts), ("log scale" if axis.is_log else "", "share")
    drawing = draw(f"feature-{place}", label, SMALL, labels, paint)
    missing = [
        f"{formats.percent(float(np.isnan(values).mean()))} of {key.label}"
        for key, values in parts
        if np.isnan(values).any()
    ]
    note = f"Missing: {', '.join(missing)}." if missing else ""
    return Chart(name, [key for key, _ in parts], [drawing], note)


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
        ticks = axis.labelled_ticks(4)
        axes.set_xticks([place for place, _ in ticks], [text for _, text in ticks])

    return paint


def _bars(axis: FeatureAxis, parts: Sequence[tuple[Key, Values]]) -> Any:
    """Bars of the shares of each level, its name to the left of them."""
    width = 0.8 / len(parts)

    def paint(axes: Axes) -> None:
        longest = 0.0
        for side, (key, values) in enumerate(parts):
            counted = [np.isin(values, codes).mean() for _, codes in axis.levels]
            longest = max(longest, *counted)
            middles = np.arange(axis.n_levels) + width * (side + 0.5) - 0.4
            axes.barh(middles, counted, 0.9 * width, color=Colour[key.colour.upper()], alpha=0.75)
        axes.set_xlim(-0.55 * longest, longest)
        axes.set_ylim(axis.n_levels - 0.4, -0.6)
        for place, (name, _) in enumerate(axis.levels):
            shown = formats.text(name, 14)
            axes.text(-0.02 * longest, place, shown, ha="right", va="center", color=Colour.MUTED)
        axes.set_yticks([])
        percent_ticks(axes, "x", 3, least=0.0)

    return paint


def pair(features: Features) -> Chart | None:
    """The two features in which the classes differ most, against each other.

    The page's script draws any other two in their place.
    """
    chosen = features.drawn[:2]
    if len(chosen) < 2:
        return None
    drawn = points(features)
    names = [formats.text(column.name, LONGEST) for column, _ in chosen]
    places = [[scattered(column, axis, rows) for column, axis in chosen] for rows in drawn]
    marks: dict[str, Any] = {
        "normal": {"marker": "o", "markersize": 3.5},
        "fraud": {"marker": "D", "markersize": 4},
    }

    def paint(axes: Axes) -> None:
        for (_, colour, _), (x, y) in zip(features.classes, places, strict=True):
            axes.plot(
                x, y, linestyle="none", color=Colour[colour.upper()], alpha=0.55,
                markeredgewidth=0, gid=POINTS, **marks[colour],
            )  # fmt: skip
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        for side, (_, axis) in zip("xy", chosen, strict=True):
            _put_ticks(axes, side, axis)

    legend = [
        Key(
            "dot" if colour == "normal" else "diamond",
            colour,
            f"{name}, {formats.count(len(rows))} drawn",
        )
        for (name, colour, _), rows in zip(features.classes, drawn, strict=True)
    ]
    label = f"{names[1]} against {names[0]}: {'; '.join(key.label for key in legend)}."
    labels = [
        f"{name}{', log scale' if axis.is_log else ''}"
        for name, (_, axis) in zip(names, chosen, strict=True)
    ]
    drawing = draw("pair", label, HALF, (labels[0], labels[1]), paint)
    return Chart("Two features against each other", legend, [drawing])


def _put_ticks(axes: Axes, side: str, axis: FeatureAxis) -> None:
    ticks = axis.labelled_ticks(5)
    put = axes.set_xticks if side == "x" else axes.set_yticks
    put([place for place, _ in ticks], [text for _, text in ticks])
    (axes.xaxis if side == "x" else axes.yaxis).set_gid(X_TICKS if side == "x" else Y_TICKS)


def errors(features: Features) -> Chart | None:
    """Where the shares of the score are, feature by feature and class by class."""
    shares = features.sample.shares
    if shares is None:
        return None
    order = _largest(features, shares)
    parts = [
        (_key(f"{name}, middle 80 %", colour), rows) for name, colour, rows in features.classes
    ]
    ends = np.array(
        [[np.quantile(shares[rows, place], MIDDLE) for place in order] for _, rows in parts]
    )
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
            name = formats.text(features.sample.columns[column].name, NAME_LENGTH)
            axes.text(low - margin, place - 0.2, name, va="center", color=Colour.MUTED)
        axes.set_yticks([])
        _share_ticks(axes, scale)

    label = f"Share of the score by feature: {'; '.join(key.label for key, _ in parts)}."
    size = (HALF[0], TOP + BOTTOM + LINE * len(order))
    axis_labels = ("share of the score, in its unit", "")
    drawing = draw("errors", label, size, axis_labels, paint)
    left_out = shares.shape[1] - len(order)
    note = "The dot is the median." + (
        f" {formats.plural(left_out, 'feature')} with smaller shares {'is' if left_out == 1 else 'are'} left out."
        if left_out
        else ""
    )
    return Chart("Error by feature and class", [key for key, _ in parts], [drawing], note)


def _largest(features: Features, shares: Values) -> list[int]:
    """The columns with the largest mean share, in the class that is looked for."""
    wanted = features.classes[-1][2]
    order = np.argsort(-shares[wanted].mean(axis=0), kind="stable")[:MOST_ERRORS]
    found: list[int] = order.tolist()
    return found


def _share_ticks(axes: Axes, scale: float) -> None:
    """Label zero and powers of ten along x, which holds areas of hyperbolic sines."""
    low, high = (scale * np.sinh(end) for end in axes.get_xlim())
    first = int(np.ceil(np.log10(scale)))
    last = int(np.floor(np.log10(max(abs(low), high, 10.0**first))))
    powers = range(first, last + 1, max(1, (last - first + 3) // 4))
    ticks = [0.0, *(sign * 10.0**power for power in powers for sign in (1, -1))]
    shown = [tick for tick in ticks if low <= tick <= high]
    axes.set_xticks(
        [float(np.arcsinh(tick / scale)) for tick in shown],
        [formats.number(tick, 1) for tick in shown],
    )
