"""Reports: results in, one self-contained HTML page out. Knows nothing of training or files of a run."""

from reports.data import (
    Alert,
    Column,
    Metrics,
    Reason,
    Report,
    Scores,
    Split,
    Threshold,
    ThresholdFigures,
)
from reports.html import render, write

__all__ = [
    "Alert",
    "Column",
    "Metrics",
    "Reason",
    "Report",
    "Scores",
    "Split",
    "Threshold",
    "ThresholdFigures",
    "render",
    "write",
]
