"""The charts of how the networks of a comparison were trained."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reports import formats
from reports.charts.chart import DASHED, HALF, SOLID, Chart, Key
from reports.charts.figure import draw
from reports.content.comparison import BiasEffect, ComparedMethod

SMALL = (300, 200)
CURVES = {
    "loss": "loss",
    "average_precision": "AP",
    "precision": "precision at 0.5",
    "recall": "recall at 0.5",
    "sampler_loss": "loss of the sampler",
}


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


def bias(effect: BiasEffect, noun: str) -> list[Chart]:
    """Loss by epoch from a start at the share of positive rows, and from even odds."""
    at_share = f"the share of {formats.plural_of(noun)}"
    ratio = effect.zero[0] / effect.prior[0] if effect.prior[0] else float("nan")
    note = (
        f"Before the first step the loss of {effect.method} is {formats.number(effect.zero[0], 3)} "
        f"at even odds and {formats.number(effect.prior[0], 3)} at {at_share}, "
        f"{formats.number(ratio, 2)} times less; "
        f"after {formats.plural(len(effect.prior) - 1, 'epoch')} they are "
        f"{formats.number(effect.zero[-1], 3)} and {formats.number(effect.prior[-1], 3)}."
    )
    charts = [
        _of_starts("bias", "Where the output begins", at_share, effect.prior, effect.zero, 0, note)
    ]
    if len(effect.prior_held_back) and len(effect.zero_held_back):
        held_back = effect.prior_held_back, effect.zero_held_back
        charts.append(
            _of_starts("bias-held-back", "The same on rows held back", at_share, *held_back, 1)
        )
    return charts


def _of_starts(
    name: str,
    title: str,
    at_share: str,
    prior: Sequence[float],
    zero: Sequence[float],
    first: int,
    note: str = "",
) -> Chart:
    lines = {
        f"begins at {at_share}": np.asarray(prior, dtype=float),
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
    styles = (DASHED, SOLID)

    def paint(axes: Axes) -> None:
        for style, values in zip(styles, lines.values(), strict=False):
            # One point makes no line.
            marker = "o" if len(values) == 1 else None
            axes.plot(first + np.arange(len(values)), values, marker=marker, **style)
        if is_log:
            axes.set_yscale("log")
            low, high = axes.get_ylim()
            powers = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
            ticks = np.multiply.outer(10.0**powers, [1, 2, 5]).ravel()
            ticks = ticks[(ticks >= low) & (ticks <= high)]
            axes.set_yticks(ticks, [formats.number(tick, 1) for tick in ticks])
            axes.minorticks_off()
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
        if all(len(values) == 1 for values in lines.values()):
            axes.set_xticks([first])

    marks = (("dashed", "muted"), ("line", "ink"))
    legend = [Key(*mark, part) for mark, part in zip(marks, lines, strict=False)]
    ends = [
        f"{part} {formats.number(float(values[-1]), 3)} at the end"
        for part, values in lines.items()
    ]
    label = f"{shown} by epoch: {'; '.join(ends)}."
    size = HALF if name.startswith("bias") else SMALL
    return Chart(shown, legend, [draw(name, label, size, ("epoch", shown), paint)])
