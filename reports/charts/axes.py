"""What several charts have in common: ticks of axes, the mark of a point, the line of a threshold."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from reports import formats
from reports.charts.chart import HALF, Key
from reports.charts.figure import PICKED, Colour
from reports.charts.histograms import ScoreAxis

SCORE = "score, higher is more anomalous"


def value_ticks(axes: Axes, is_log: bool) -> None:
    """Label round values along y; on a log scale it holds their powers of ten."""
    low, high = axes.get_ylim()
    if is_log:
        powers = np.arange(np.floor(low), np.ceil(high) + 1)
        # Powers of ten alone are too few where they are only two or three.
        few = powers.size < 5
        places = (
            np.add.outer(powers, np.log10([1, 2, 5])).ravel()
            if few
            else powers[:: powers.size // 5]
        )
        axes.set_yticks(places, [formats.number(10.0**place, 1) for place in places])
    else:
        ticks = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(low, high)
        axes.set_yticks(ticks, [formats.even(tick, ticks[1] - ticks[0]) for tick in ticks])
    axes.set_ylim(low, high)


def ratio_axis(axes: Axes, top: float = 1) -> None:
    """Let y go from 0 to `top`, with a tick at each fifth."""
    fifths = np.linspace(0, top, 6)
    axes.set_ylim(0, 1.03 * top)
    axes.set_yticks(fifths, [formats.even(fifth, top / 5) for fifth in fifths])


def unit_axes(axes: Axes) -> None:
    """Let both axes go from 0 to 1."""
    axes.set_xlim(-0.015, 1.015)
    ratio_axis(axes)
    fifths = np.linspace(0, 1, 6)
    axes.set_xticks(fifths, [formats.even(fifth, 0.2) for fifth in fifths])


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


def score_ticks(axes: Axes, axis: ScoreAxis) -> None:
    ticks = axis.ticks(8 if axes.bbox.width > HALF[0] else 4)
    if axis.has_decades:
        labels = [power_of_ten(np.log10(tick)) for tick in ticks]
    else:
        step = ticks[1] - ticks[0] if ticks.size > 1 else abs(ticks[0])
        labels = [formats.even(tick, step) for tick in ticks]
    axes.set_xticks(axis.place(ticks), labels)


def score_label(axis: ScoreAxis) -> str:
    return f"{SCORE}{', log scale' if axis.is_log else ''}"


def power_of_ten(exponent: float) -> str:
    power = round(exponent)
    if -3 <= power <= 4:
        return f"{10.0**power:,.{max(-power, 0)}f}"
    return f"10{formats.superscript(power)}"


def threshold_line(axes: Axes, axis: ScoreAxis, threshold: float | None) -> None:
    axes.set_xlim(0, 1)
    if threshold is None or not np.isfinite(threshold):
        return
    x = float(axis.place(np.array([threshold]))[0])
    axes.axvspan(x, 1, color=Colour.ACCENT, alpha=0.06, linewidth=0, zorder=0, gid=PICKED)
    axes.axvline(x, color=Colour.ACCENT, linewidth=1.25, gid=PICKED)
    side = "left" if x < 0.2 else "right" if x > 0.8 else "center"
    axes.annotate(
        f"threshold {formats.threshold(threshold)}", (x, 1), (0, 4), xycoords="axes fraction",
        textcoords="offset points", ha=side, color=Colour.ACCENT, gid=PICKED,
    )  # fmt: skip


def mark_point(axes: Axes, x: float, y: float, colour: Colour, gid: str | None = None) -> None:
    # A rim in the colour of the paper sets the dot off from its line.
    axes.plot(
        [x], [y], marker="o", markersize=9, color=colour, markeredgecolor=Colour.PAPER,
        markeredgewidth=1.5, clip_on=False, zorder=5, gid=gid,
    )  # fmt: skip


def steps(
    axes: Axes, shares: Sequence[tuple[Key, NDArray[np.float64]]], edges: NDArray[np.float64]
) -> None:
    """Draw the share of each bin, one outline over the other."""
    for key, heights in shares:
        colour = Colour[key.colour.upper()]
        axes.stairs(heights, edges, fill=True, alpha=0.3, color=colour)
        axes.stairs(heights, edges, linewidth=1.25, color=colour)
    axes.set_ylim(0, 1.08 * max(float(heights.max()) for _, heights in shares))
    percent_ticks(axes)
