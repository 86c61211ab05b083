"""Which 95 % intervals of a threshold's figures are shown, and why a dash stands for others."""

from reports import formats
from reports.content.threshold import ThresholdFigures
from thresholds import FEWEST_ANOMALIES, Interval, intervals_that_hold


def at_threshold(figures: ThresholdFigures) -> dict[str, Interval]:
    """The intervals of a threshold's figures that hold, by name."""
    return intervals_that_hold(figures.intervals, figures.tp, figures.fp, figures.fn)


def why_no_interval(noun: str) -> str:
    """Say of which figures there is no interval, and which have exact ones.

    Parameters
    ----------
    noun : str
        What a row with label 1 is called.
    """
    return (
        f"A dash stands for an interval where a split holds fewer than {FEWEST_ANOMALIES} "
        f"{formats.plural_of(noun)}, or where all resamples say the same; recall and precision have "
        "exact binomial intervals there (Clopper and Pearson, 1934)."
    )
