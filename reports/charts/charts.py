"""The charts of a report: each is drawn from plain figures and says in words what it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reports import formats
from reports.charts.curves import MOST_POINTS, thin
from reports.charts.figure import PICKED, Colour, draw
from reports.charts.histograms import BINS, ScoreAxis, histogram
from reports.content.scores import Scores
from thresholds import PrecisionRecallCurve

HALF = (420, 290)  # beside another chart
WIDE = (900, 300)  # across the page
LOG_LOSS_FROM = 1.3  # powers of ten between the smallest loss and the largest
DIVERGED = 1e100  # a loss so large is as good as infinite
SCORE = "score, higher is more anomalous"

SOLID: dict[str, Any] = {"color": Colour.INK}
DASHED: dict[str, Any] = {"color": Colour.MUTED, "linestyle": (0, (4, 2))}
EMPTY_BIN = -0.5  # below log10 of one transaction


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: a mark (``area``, ``line``, ``dashed``, ``dot``, ``diamond``) in a colour."""

    mark: str
    colour: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the words around it; a second drawing is for screens too narrow for the first."""

    title: str
    legend: Sequence[Key]
    drawings: Sequence[Markup]
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The curve of one split, and where the threshold is on it.

    Attributes
    ----------
    split : str
        Name of the split.
    curve : PrecisionRecallCurve
        Its figures at every threshold.
    area : float or None
        The area under the curve that is drawn.
    point : (float, float) or None
        x and y at the threshold.
    """

    split: str
    curve: PrecisionRecallCurve
    area: float | None
    point: tuple[float, float] | None


def loss(training: Sequence[float], validation: Sequence[float]) -> Chart | None:
    """Training and validation loss by epoch; None without a figure to draw."""
    lines = {
        name: np.where(np.abs(values) < DIVERGED, values, np.nan)
        for name, values in (("training", training), ("validation", validation))
    }
    lines = {name: values for name, values in lines.items() if not np.isnan(values).all()}
    if not lines:
        return None
    judged = list(lines.values())[-1]
    best = int(np.nanargmin(judged))
    epochs = max(values.size for values in lines.values())
    lowest, highest = (bound(np.concatenate([*lines.values()])) for bound in (np.nanmin, np.nanmax))
    is_log = bool(lowest > 0 and np.log10(highest) - np.log10(lowest) > LOG_LOSS_FROM)

    def paint(axes: Axes) -> None:
        for name, values in lines.items():
            known = np.flatnonzero(~np.isnan(values))
            shown = known[thin(known, [values[known]])]
            heights = np.log10(values[shown]) if is_log else values[shown]
            # One point makes no line.
            marker = "o" if shown.size == 1 else None
            style = DASHED if name == "training" else SOLID
            axes.plot(shown + 1, heights, marker=marker, **style)
        _dot(axes, best + 1, np.log10(judged[best]) if is_log else judged[best], Colour.INK)
        axes.set_xlim(1 - 0.02 * epochs, epochs + 0.02 * epochs)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
        if epochs == 1:
            axes.set_xticks([1])
        value_ticks(axes, is_log)

    best_loss = f"{formats.number(judged[best])} at epoch {formats.count(best + 1)}"
    legend = [_line_key(name, name == "validation", "") for name in lines]
    legend.append(Key("dot", "ink", f"lowest, {best_loss}"))
    label = f"Loss over {formats.plural(epochs, 'epoch')}; lowest {best_loss}."
    y = f"loss{' (log scale)' if is_log else ''}"
    return Chart("Loss", legend, [draw("loss", label, HALF, ("epoch", y), paint)])


def distribution(split: str, scores: Scores, axis: ScoreAxis, threshold: float | None) -> Chart:
    """Number of transactions by score, normal and fraud, on log scales."""
    if scores.labels is None:
        parts = [(Key("area", "normal", "transactions"), scores.scores)]
    else:
        is_fraud = scores.labels.astype(bool)
        parts = [
            (Key("area", "normal", "normal"), scores.scores[~is_fraud]),
            (Key("area", "fraud", "fraud"), scores.scores[is_fraud]),
        ]
    counts = [(key, histogram(part, axis)) for key, part in parts]

    def paint(axes: Axes) -> None:
        # Two neighbouring bins become one on a narrow screen.
        per_bin = 1 if axes.bbox.width > HALF[0] else 2
        for key, bins in counts:
            wide = np.maximum(bins.reshape(-1, per_bin).sum(axis=1), 10**EMPTY_BIN)
            colour = Colour[key.colour.upper()]
            edges = np.linspace(0, 1, BINS // per_bin + 1)
            steps: dict[str, Any] = {"edges": edges, "baseline": EMPTY_BIN, "color": colour}
            axes.stairs(np.log10(wide), fill=True, alpha=0.3, **steps)
            axes.stairs(np.log10(wide), linewidth=1.25, **steps)
        top = max(float(np.log10(max(bins.max(), 1))) for _, bins in counts)
        axes.set_ylim(EMPTY_BIN, top + 0.6)
        ticks = np.arange(0, top + 0.6, max(1, np.ceil(top / 5)))
        axes.set_yticks(ticks, [_power_of_ten(tick) for tick in ticks])
        _score_ticks(axes, axis)
        _threshold_line(axes, axis, threshold)

    legend = [
        Key(key.mark, key.colour, f"{key.label}, {formats.count(int(bins.sum()))}")
        for key, bins in counts
    ]
    label = f"Histogram of the {split} scores: {'; '.join(key.label for key in legend)}."
    labels = (_score_label(axis), "transactions in each bin (log scale)")
    return Chart(
        f"Score distribution, {split}",
        legend,
        [
            draw("distribution-wide", label, WIDE, labels, paint),
            draw("distribution-narrow", label, HALF, labels, paint),
        ],
        _beyond(scores, axis),
    )


def _beyond(scores: Scores, axis: ScoreAxis) -> str:
    below = int(np.count_nonzero(scores.scores < axis.low))
    above = int(np.count_nonzero(scores.scores > axis.high))
    found = [
        f"{formats.plural(count, 'score')} beyond the {side} end in the {bin_name} bin"
        for count, side, bin_name in ((below, "left", "first"), (above, "right", "last"))
        if count
    ]
    return f"Counting {' and '.join(found)}." if found else ""


def sweep(
    split: str, curve: PrecisionRecallCurve, axis: ScoreAxis, threshold: float | None
) -> Chart:
    """Precision and recall against the threshold, on the axis of the distribution."""
    x = axis.place(curve.thresholds)
    precision, recall = curve.precision, curve.recall
    shown = thin(x, [precision, recall])

    def paint(axes: Axes) -> None:
        style: dict[str, Any] = {"drawstyle": _corners("steps-pre", x.size)}
        axes.plot(x[shown], precision[shown], **SOLID, **style)
        axes.plot(x[shown], recall[shown], **DASHED, **style)
        _percent_axis(axes)
        _score_ticks(axes, axis)
        _threshold_line(axes, axis, threshold)

    legend = [Key("line", "ink", "precision"), Key("dashed", "muted", "recall")]
    label = f"Precision and recall of the {split} split at every threshold."
    labels = (f"threshold ({_score_label(axis)})", "precision and recall")
    return Chart(
        f"Precision and recall at each threshold, {split}",
        legend,
        [draw("sweep", label, HALF, labels, paint)],
    )


def precision_recall(lines: Sequence[Line]) -> Chart:
    """Precision against recall; the last line is the one to read."""

    def paint(axes: Axes) -> None:
        for line in lines:
            x = np.append(line.curve.recall, 0)
            y = np.append(line.curve.precision, line.curve.precision[-1])
            shown = thin(x, [y])
            style = {"drawstyle": _corners("steps-post", x.size), **_style(line is lines[-1])}
            axes.plot(x[shown], y[shown], **style)
        _unit_axes(axes, lines)
        # A weak detector's curve would lie flat on the floor of a full axis.
        best = max(line.curve.precision.max() for line in lines)
        _percent_axis(axes, next(top for top in (0.05, 0.1, 0.2, 0.5, 1) if best <= top))

    legend = [_line_key(line.split, line is lines[-1], _area("AP", line)) for line in lines]
    label = f"Precision-recall curves: {'; '.join(key.label for key in legend)}."
    legend += _point_key(lines, "recall", "precision")
    drawing = draw("precision-recall", label, HALF, ("recall", "precision"), paint)
    return Chart("Precision against recall", legend, [drawing])


def roc(lines: Sequence[Line]) -> Chart:
    """Recall against the false-positive rate; the last line is the one to read."""

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=Colour.HAIRLINE, linewidth=1.25)
        for line in lines:
            x = np.append(line.curve.false_positive_rate, 0)
            y = np.append(line.curve.recall, 0)
            shown = thin(x, [y])
            axes.plot(x[shown], y[shown], **_style(line is lines[-1]))
        _unit_axes(axes, lines)

    legend = [_line_key(line.split, line is lines[-1], _area("AUC", line)) for line in lines]
    label = f"ROC curves: {'; '.join(key.label for key in legend)}."
    legend += _point_key(lines, "false-positive rate", "recall")
    drawing = draw("roc", label, HALF, ("false-positive rate", "recall"), paint)
    return Chart("ROC", legend, [drawing])


def _corners(steps: str, points: int) -> str:
    # Between thinned points a step would draw corners that are not there.
    return steps if points <= MOST_POINTS else "default"


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


def _unit_axes(axes: Axes, lines: Sequence[Line]) -> None:
    axes.set_xlim(-0.015, 1.015)
    _percent_axis(axes)
    fifths = np.linspace(0, 1, 6)
    axes.set_xticks(fifths, [formats.percent_tick(fifth) for fifth in fifths])
    for line in lines:
        if line.point is not None:
            _dot(axes, *line.point, Colour.FRAUD if line is lines[-1] else Colour.MUTED, PICKED)


def _dot(axes: Axes, x: float, y: float, colour: Colour, gid: str | None = None) -> None:
    # A rim in the colour of the paper sets the dot off from its line.
    axes.plot(
        [x], [y], marker="o", markersize=9, color=colour, markeredgecolor=Colour.PAPER,
        markeredgewidth=1.5, clip_on=False, zorder=5, gid=gid,
    )  # fmt: skip


def _threshold_line(axes: Axes, axis: ScoreAxis, threshold: float | None) -> None:
    axes.set_xlim(0, 1)
    if threshold is None or not np.isfinite(threshold):
        return
    x = float(axis.place(np.array([threshold]))[0])
    axes.axvspan(x, 1, color=Colour.FRAUD, alpha=0.06, linewidth=0, zorder=0, gid=PICKED)
    axes.axvline(x, color=Colour.FRAUD, linewidth=1.25, gid=PICKED)
    side = "left" if x < 0.2 else "right" if x > 0.8 else "center"
    axes.annotate(
        f"threshold {formats.number(threshold)}", (x, 1), (0, 4), xycoords="axes fraction",
        textcoords="offset points", ha=side, color=Colour.FRAUD, gid=PICKED,
    )  # fmt: skip


def _score_ticks(axes: Axes, axis: ScoreAxis) -> None:
    ticks = axis.ticks(8 if axes.bbox.width > HALF[0] else 4)
    if axis.has_decades:
        labels = [_power_of_ten(np.log10(tick)) for tick in ticks]
    else:
        step = ticks[1] - ticks[0] if ticks.size > 1 else abs(ticks[0])
        labels = [formats.even(tick, step) for tick in ticks]
    axes.set_xticks(axis.place(ticks), labels)


def _score_label(axis: ScoreAxis) -> str:
    return f"{SCORE}{', log scale' if axis.is_log else ''}"


def _percent_axis(axes: Axes, top: float = 1) -> None:
    fifths = np.linspace(0, top, 6)
    axes.set_ylim(0, 1.03 * top)
    axes.set_yticks(fifths, [formats.percent_tick(fifth) for fifth in fifths])


def _power_of_ten(exponent: float) -> str:
    power = round(exponent)
    if -3 <= power <= 4:
        return f"{10.0**power:,.{max(-power, 0)}f}"
    return f"10{formats.superscript(power)}"


def _style(is_main: bool) -> dict[str, Any]:
    return SOLID if is_main else DASHED


def _line_key(name: str, is_main: bool, figure: str) -> Key:
    mark, colour = ("line", "ink") if is_main else ("dashed", "muted")
    return Key(mark, colour, f"{name}{figure}")


def _area(name: str, line: Line) -> str:
    return "" if line.area is None else f", {name} {formats.ratio(line.area)}"


def _point_key(lines: Sequence[Line], x: str, y: str) -> list[Key]:
    point = lines[-1].point
    if point is None:
        return []
    at = f"{x} {formats.percent(point[0])}, {y} {formats.percent(point[1])}"
    return [Key("dot", "fraud", f"at the threshold: {at}")]
