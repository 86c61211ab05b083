"""How well scores rank: precision against recall, and the ROC curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports import formats
from reports.charts.axes import mark_point, ratio_axis, unit_axes
from reports.charts.chart import DASHED, HALF, SOLID, Chart, Key, line_key
from reports.charts.figure import PICKED, Colour, draw
from reports.charts.thinning import corners, thin
from thresholds import PrecisionRecallCurve


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


def precision_recall(lines: Sequence[Line]) -> Chart:
    """Precision against recall; the last line is the one to read."""

    def paint(axes: Axes) -> None:
        for line in lines:
            x = np.append(line.curve.recall, 0)
            y = np.append(line.curve.precision, line.curve.precision[-1])
            shown = thin(x, [y])
            style = {"drawstyle": corners("steps-post", x.size), **_style(line is lines[-1])}
            axes.plot(x[shown], y[shown], **style)
        unit_axes(axes)
        _points(axes, lines)
        # A weak detector's curve would lie flat on the floor of a full axis.
        best = max(line.curve.precision.max() for line in lines)
        ratio_axis(axes, next(top for top in (0.05, 0.1, 0.2, 0.5, 1) if best <= top))

    legend = [line_key(line.split, line is lines[-1], _area("AP", line)) for line in lines]
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
        unit_axes(axes)
        _points(axes, lines)

    legend = [line_key(line.split, line is lines[-1], _area("AUC", line)) for line in lines]
    label = f"ROC curves: {'; '.join(key.label for key in legend)}."
    legend += _point_key(lines, "false-positive rate", "recall")
    drawing = draw("roc", label, HALF, ("false-positive rate", "recall"), paint)
    return Chart("ROC", legend, [drawing])


def _points(axes: Axes, lines: Sequence[Line]) -> None:
    for line in lines:
        if line.point is not None:
            colour = Colour.ACCENT if line is lines[-1] else Colour.MUTED
            mark_point(axes, *line.point, colour, PICKED)


def _style(is_main: bool) -> dict[str, Any]:
    return SOLID if is_main else DASHED


def _area(name: str, line: Line) -> str:
    return "" if line.area is None else f", {name} {formats.ratio(line.area)}"


def _point_key(lines: Sequence[Line], x: str, y: str) -> list[Key]:
    point = lines[-1].point
    if point is None:
        return []
    at = f"{x} {formats.ratio(point[0])}, {y} {formats.ratio(point[1])}"
    return [Key("dot", "accent", f"at the threshold: {at}")]
