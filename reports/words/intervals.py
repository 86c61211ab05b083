"""Which 95 % intervals of a threshold's figures are shown."""

from reports.content.threshold import ThresholdFigures
from thresholds import Interval, intervals_that_hold


def at_threshold(figures: ThresholdFigures) -> dict[str, Interval]:
    """The intervals of a threshold's figures that hold, by name."""
    return intervals_that_hold(figures.intervals, figures.tp, figures.fp, figures.fn)
