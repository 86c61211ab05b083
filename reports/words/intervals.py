"""Which 95 % intervals of a threshold's figures are shown, and why one is not."""

from reports.content.parts import Interval, ThresholdFigures
from thresholds import FEWEST_ANOMALIES, intervals_that_hold

WHY_NONE = (
    f"A dash stands for an interval where a split holds fewer than {FEWEST_ANOMALIES} frauds, or "
    "where all resamples say the same; recall and precision have exact binomial intervals there "
    "(Clopper and Pearson, 1934)."
)


def at_threshold(figures: ThresholdFigures) -> dict[str, Interval]:
    """The intervals of a threshold's figures that hold, by name."""
    return intervals_that_hold(figures.intervals, figures.tp, figures.fp, figures.fn)
