"""The chart of the losses of a training, epoch by epoch."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reports import formats
from reports.charts.axes import mark_point, value_ticks
from reports.charts.chart import DASHED, HALF, SOLID, Chart, Key, line_key
from reports.charts.figure import Colour, draw
from reports.charts.thinning import thin

LOG_LOSS_FROM = 1.3  # powers of ten between the smallest loss and the largest
DIVERGED = 1e100  # a loss so large is as good as infinite


def loss(training: Sequence[float], held_back: Sequence[float]) -> Chart | None:
    """Loss in training and on training rows held back, by epoch; None without a figure to draw."""
    lines = {
        name: np.where(np.abs(values) < DIVERGED, values, np.nan)
        for name, values in (("training", training), ("held back", held_back))
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
        mark_point(axes, best + 1, np.log10(judged[best]) if is_log else judged[best], Colour.INK)
        axes.set_xlim(1 - 0.02 * epochs, epochs + 0.02 * epochs)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
        if epochs == 1:
            axes.set_xticks([1])
        value_ticks(axes, is_log)

    best_loss = f"{formats.number(judged[best])} at epoch {formats.count(best + 1)}"
    legend = [line_key(name, name == "held back", "") for name in lines]
    legend.append(Key("dot", "ink", f"lowest, {best_loss}"))
    label = f"Loss over {formats.plural(epochs, 'epoch')}; lowest {best_loss}."
    y = f"loss{' (log scale)' if is_log else ''}"
    return Chart("Loss", legend, [draw("loss", label, HALF, ("epoch", y), paint)])
