"""Reports: results in, one self-contained HTML page out. Knows nothing of training or files of a run."""

from reports.comparison import (
    BiasEffect,
    ComparedMethod,
    ComparisonReport,
    Contrast,
    Gap,
    LeakPair,
)
from reports.copies import Copies
from reports.data import (
    Alert,
    Column,
    Metrics,
    Reason,
    Sample,
    SampledColumn,
    Scores,
    Split,
    Threshold,
    ThresholdFigures,
)
from reports.html import render, render_comparison, write
from reports.report import Report

__all__ = [
    "Alert",
    "BiasEffect",
    "Column",
    "ComparedMethod",
    "ComparisonReport",
    "Contrast",
    "Copies",
    "Gap",
    "LeakPair",
    "Metrics",
    "Reason",
    "Report",
    "Sample",
    "SampledColumn",
    "Scores",
    "Split",
    "Threshold",
    "ThresholdFigures",
    "render",
    "render_comparison",
    "write",
]
