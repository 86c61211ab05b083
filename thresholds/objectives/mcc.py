"""Matthews' correlation coefficient between alerts and labels."""

from thresholds.counting.counts import Counts, Ratios
from thresholds.objectives.registry import maximised


@maximised
def mcc(counts: Counts) -> Ratios:
    """Maximise Matthews' correlation coefficient between alerts and labels."""
    return counts.mcc
