"""Charts along the axis of the scores: how many there are, and what a threshold at each would do."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports import formats
from reports.charts.axes import (
    power_of_ten,
    ratio_axis,
    score_label,
    score_ticks,
    threshold_line,
    value_ticks,
)
from reports.charts.chart import DASHED, HALF, SOLID, WIDE, Chart, Key
from reports.charts.figure import Colour, draw
from reports.charts.histograms import BINS, ScoreAxis, histogram
from reports.charts.thinning import corners, thin
from reports.content.scores import Scores
from thresholds import PrecisionRecallCurve

EMPTY_BIN = -0.5  # below log10 of one transaction


def distribution(
    split: str, scores: Scores, axis: ScoreAxis, threshold: float | None, noun: str
) -> Chart:
    """Number of transactions by score, normal and positive, on log scales."""
    if scores.labels is None:
        parts = [(Key("area", "normal", "transactions"), scores.scores)]
    else:
        is_positive = scores.labels.astype(bool)
        parts = [
            (Key("area", "normal", "normal"), scores.scores[~is_positive]),
            (Key("area", "accent", noun), scores.scores[is_positive]),
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
        axes.set_yticks(ticks, [power_of_ten(tick) for tick in ticks])
        score_ticks(axes, axis)
        threshold_line(axes, axis, threshold)

    legend = [
        Key(key.mark, key.colour, f"{key.label}, {formats.count(int(bins.sum()))}")
        for key, bins in counts
    ]
    label = f"Histogram of the {split} scores: {'; '.join(key.label for key in legend)}."
    labels = (score_label(axis), "transactions in each bin (log scale)")
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
    counts = [
        f"{formats.plural(count, 'score')} beyond the {side} end in the {bin_name} bin"
        for count, side, bin_name in ((below, "left", "first"), (above, "right", "last"))
        if count
    ]
    return f"Counting {' and '.join(counts)}." if counts else ""


def sweep(
    split: str, curve: PrecisionRecallCurve, axis: ScoreAxis, threshold: float | None
) -> Chart:
    """Precision and recall against the threshold, on the axis of the distribution."""
    x = axis.place(curve.thresholds)
    precision, recall = curve.precision, curve.recall
    shown = thin(x, [precision, recall])

    def paint(axes: Axes) -> None:
        style: dict[str, Any] = {"drawstyle": corners("steps-pre", x.size)}
        axes.plot(x[shown], precision[shown], **SOLID, **style)
        axes.plot(x[shown], recall[shown], **DASHED, **style)
        ratio_axis(axes)
        score_ticks(axes, axis)
        threshold_line(axes, axis, threshold)

    legend = [Key("line", "ink", "precision"), Key("dashed", "muted", "recall")]
    label = f"Precision and recall of the {split} split at every threshold."
    labels = (f"threshold ({score_label(axis)})", "precision and recall")
    return Chart(
        f"Precision and recall at each threshold, {split}",
        legend,
        [draw("sweep", label, HALF, labels, paint)],
    )


def alerts_sweep(
    split: str, curve: PrecisionRecallCurve, axis: ScoreAxis, threshold: float | None
) -> Chart:
    """Alerts a day against the threshold, or all alerts where days are not known."""
    x = axis.place(curve.thresholds)
    height = np.log10(curve.alerts / (curve.n_days or 1))
    shown = thin(x, [height])

    def paint(axes: Axes) -> None:
        style: dict[str, Any] = {"drawstyle": corners("steps-pre", x.size)}
        axes.plot(x[shown], height[shown], **SOLID, **style)
        margin = max(float(np.ptp(height)) / 20, 0.05)
        axes.set_ylim(float(height.min()) - margin, float(height.max()) + margin)
        value_ticks(axes, is_log=True)
        score_ticks(axes, axis)
        threshold_line(axes, axis, threshold)

    name = "alerts a day" if curve.n_days else "alerts"
    label = f"{name.capitalize()} of the {split} split at every threshold."
    labels = (f"threshold ({score_label(axis)})", f"{name} (log scale)")
    return Chart(
        f"{name.capitalize()} at each threshold, {split}",
        [Key("line", "ink", name)],
        [draw("alerts-sweep", label, HALF, labels, paint)],
    )


def cost_frame(split: str, axis: ScoreAxis, threshold: float | None) -> Chart:
    """The axes of the cost against the threshold, which the script draws as the prices are."""

    def paint(axes: Axes) -> None:
        axes.set_ylim(0, 1)
        axes.set_yticks([])
        score_ticks(axes, axis)
        threshold_line(axes, axis, threshold)

    labels = (f"threshold ({score_label(axis)})", "cost")
    label = f"Cost of the {split} split at every threshold."
    return Chart(
        f"Cost at each threshold, {split}",
        [Key("line", "ink", "cost")],
        [draw("cost-sweep", label, HALF, labels, paint)],
    )
