"""Which 95 % intervals of a threshold's figures are shown, and why one is not."""

import numpy as np

from reports.content.parts import Interval, ThresholdFigures
from thresholds import FEWEST_ANOMALIES, figure_ends, proportion_ends

WHY_NONE = (
    f"A dash stands for an interval where a split holds fewer than {FEWEST_ANOMALIES} frauds, or "
    "where all resamples say the same; recall and precision have exact binomial intervals there "
    "(Clopper and Pearson, 1934)."
)


def at_threshold(figures: ThresholdFigures) -> dict[str, Interval]:
    """The intervals of a threshold's figures that hold, by name."""
    frauds = None if figures.tp is None or figures.fn is None else figures.tp + figures.fn
    counted = {"precision": (figures.tp, figures.fp), "recall": (figures.tp, figures.fn)}
    held = {}
    for name, (low, high) in figures.intervals.items():
        ends = np.array([low]), np.array([high])
        part, rest = counted.get(name, (None, None))
        if frauds is not None and part is not None and rest is not None:
            ends = proportion_ends(ends, [part], [rest], frauds)
        else:
            ends = figure_ends(ends, None if name == "alerts_per_day" else frauds)
        if not np.isnan(ends[0][0]):
            held[name] = (float(ends[0][0]), float(ends[1][0]))
    return held
