"""The charts of a comparison page."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reports import formats
from reports.charts import HALF, WIDE, Chart, Key
from reports.comparison import BiasEffect, ComparedMethod
from reports.curves import MOST_POINTS, curve, thin
from reports.figure import Colour, draw

SMALL = (300, 200)
DASHES = (0, (4, 2))
# The curves that can be told apart; the others are drawn behind them, all alike.
STYLES: tuple[tuple[Key, dict[str, Any]], ...] = (
    (Key("line", "fraud", ""), {"color": Colour.FRAUD}),
    (Key("line", "ink", ""), {"color": Colour.INK}),
    (Key("line", "normal", ""), {"color": Colour.NORMAL}),
    (Key("dashed", "fraud", ""), {"color": Colour.FRAUD, "linestyle": DASHES}),
    (Key("dashed", "ink", ""), {"color": Colour.INK, "linestyle": DASHES}),
    (Key("dashed", "normal", ""), {"color": Colour.NORMAL, "linestyle": DASHES}),
)
BEHIND: dict[str, Any] = {"color": Colour.HAIRLINE, "linewidth": 1.25, "zorder": 1}
CURVES = {
    "loss": "loss",
    "average_precision": "AP",
    "precision": "precision at 0.5",
    "recall": "recall at 0.5",
}


def precision_recall(methods: Sequence[ComparedMethod], note: str = "") -> Chart | None:
    """Precision against recall of every method, the best ones to be told apart."""
    lines = [(method, found) for method in methods if (found := curve(method.test)) is not None]
    if not lines:
        return None
    points = [_at_threshold(method) for method, _ in lines]

    def paint(axes: Axes) -> None:
        for place, (_, found) in enumerate(lines):
            x = np.append(found.recall, 0)
            y = np.append(found.precision, found.precision[-1])
            shown = thin(x, [y])
            style = STYLES[place][1] if place < len(STYLES) else BEHIND
            # Between thinned points a step would draw corners that are not there.
            corners = "steps-post" if x.size <= MOST_POINTS else "default"
            axes.plot(x[shown], y[shown], drawstyle=corners, **style)
            if (point := points[place]) is not None and place < len(STYLES):
                _dot(axes, point, style["color"])
        _unit_axes(axes)

    legend = [
        Key(key.mark, key.colour, _named(method))
        for (key, _), (method, _) in zip(STYLES, lines, strict=False)
    ]
    if len(lines) > len(STYLES):
        legend.append(Key("line", "hairline", f"{len(lines) - len(STYLES)} others"))
    label = f"Precision-recall curves: {'; '.join(key.label for key in legend)}."
    if any(points[: len(STYLES)]):
        legend.append(Key("dot", "ink", "at its threshold"))
    axes = ("recall", "precision")
    return Chart(
        "Precision against recall, test",
        legend,
        [
            draw("curves-wide", label, (WIDE[0], 420), axes, paint),
            draw("curves-narrow", label, HALF, axes, paint),
        ],
        note,
    )


def _at_threshold(method: ComparedMethod) -> tuple[float, float] | None:
    """Return recall and precision at the threshold, on the curve that is drawn."""
    labels, threshold = method.test.labels, method.threshold
    if labels is None or threshold is None:
        return None
    is_alert = method.test.scores >= threshold
    caught = int(labels[is_alert].sum())
    # Without an alert there is no precision to place.
    return (caught / int(labels.sum()), caught / int(is_alert.sum())) if is_alert.any() else None


def _dot(axes: Axes, point: tuple[float, float], colour: str) -> None:
    # A rim in the colour of the paper sets the dot off from its line.
    axes.plot(
        *[[at] for at in point], marker="o", markersize=8, color=colour,
        markeredgecolor=Colour.PAPER, markeredgewidth=1.5, clip_on=False, zorder=5,
    )  # fmt: skip


def calibration(methods: Sequence[ComparedMethod]) -> Chart | None:
    """Share of frauds among the rows of a probability, against that probability."""
    known = [method for method in methods if method.calibration][: len(STYLES)]
    if not known:
        return None

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=Colour.HAIRLINE, linewidth=1.25)
        for (_, style), method in zip(STYLES, known, strict=False):
            x = [each["predicted"] for each in method.calibration]
            y = [each["observed"] for each in method.calibration]
            axes.plot(x, y, marker="o", markersize=4, **style)
        _unit_axes(axes)

    legend = [
        Key(key.mark, key.colour, f"{formats.text(m.name)}, Brier {_brier(m)}")
        for (key, _), m in zip(STYLES, known, strict=False)
    ]
    label = f"Calibration curves: {'; '.join(key.label for key in legend)}."
    drawing = draw("calibration", label, HALF, ("predicted probability", "share of frauds"), paint)
    return Chart(
        "Calibration, test",
        legend,
        [drawing],
        "On the thin line, of transactions given a probability that share are frauds. A bin with few rows says little.",
    )


def training(place: int, method: ComparedMethod) -> list[Chart]:
    """What is kept by epoch of a network, on training rows and on those held back."""
    charts = []
    for name, shown in CURVES.items():
        lines = {
            part: np.array([np.nan if v is None else v for v in method.history[key]], dtype=float)
            for part, key in (("training", name), ("held back", f"val_{name}"))
            if method.history.get(key)
        }
        if not lines or all(np.isnan(values).all() for values in lines.values()):
            continue
        charts.append(_by_epoch(f"training-{place}-{name}", shown, lines))
    return charts


def bias(effect: BiasEffect) -> list[Chart]:
    """Loss by epoch from a start at the share of frauds, and from even odds."""
    ratio = effect.zero[0] / effect.prior[0] if effect.prior[0] else float("nan")
    note = (
        f"Before the first step the loss of {effect.method} is {formats.number(effect.zero[0], 3)} "
        f"at even odds and {formats.number(effect.prior[0], 3)} at the share of frauds, "
        f"{formats.number(ratio, 2)} times less; "
        f"after {formats.plural(len(effect.prior) - 1, 'epoch')} they are "
        f"{formats.number(effect.zero[-1], 3)} and {formats.number(effect.prior[-1], 3)}."
    )
    charts = [_of_starts("bias", "Where the output begins", effect.prior, effect.zero, 0, note)]
    if len(effect.prior_held_back) and len(effect.zero_held_back):
        held_back = effect.prior_held_back, effect.zero_held_back
        charts.append(_of_starts("bias-held-back", "The same on rows held back", *held_back, 1))
    return charts


def _of_starts(
    name: str,
    title: str,
    prior: Sequence[float],
    zero: Sequence[float],
    first: int,
    note: str = "",
) -> Chart:
    lines = {
        "begins at the share of frauds": np.asarray(prior, dtype=float),
        "begins at even odds": np.asarray(zero, dtype=float),
    }
    chart = _by_epoch(name, "loss (log scale)", lines, first=first, is_log=True)
    return Chart(title, chart.legend, chart.drawings, note)


def _by_epoch(
    name: str,
    shown: str,
    lines: Mapping[str, Any],
    first: int = 1,
    *,
    is_log: bool = False,
) -> Chart:
    styles: tuple[dict[str, Any], ...] = (
        {"color": Colour.MUTED, "linestyle": DASHES},
        {"color": Colour.INK},
    )

    def paint(axes: Axes) -> None:
        for style, values in zip(styles, lines.values(), strict=False):
            axes.plot(first + np.arange(len(values)), values, **style)
        if is_log:
            axes.set_yscale("log")
            low, high = axes.get_ylim()
            powers = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
            ticks = np.multiply.outer(10.0**powers, [1, 2, 5]).ravel()
            ticks = ticks[(ticks >= low) & (ticks <= high)]
            axes.set_yticks(ticks, [formats.number(tick, 1) for tick in ticks])
            axes.minorticks_off()
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))

    marks = (("dashed", "muted"), ("line", "ink"))
    legend = [Key(*mark, part) for mark, part in zip(marks, lines, strict=False)]
    ends = [
        f"{part} {formats.number(float(values[-1]), 3)} at the end"
        for part, values in lines.items()
    ]
    label = f"{shown} by epoch: {'; '.join(ends)}."
    size = HALF if name.startswith("bias") else SMALL
    return Chart(shown, legend, [draw(name, label, size, ("epoch", shown), paint)])


def _named(method: ComparedMethod) -> str:
    figure = formats.ratio(method.figures.get("average_precision"))
    return f"{formats.text(method.name)}, AP {figure}"


def _brier(method: ComparedMethod) -> str:
    figure = method.figures.get("brier")
    return formats.NOTHING if figure is None else formats.number(figure, 2)


def _unit_axes(axes: Axes) -> None:
    fifths = np.linspace(0, 1, 6)
    axes.set_xlim(-0.015, 1.015)
    axes.set_ylim(0, 1.03)
    for set_ticks in (axes.set_xticks, axes.set_yticks):
        set_ticks(fifths, [formats.percent_tick(fifth) for fifth in fifths])
