"""Reports: results in, one self-contained HTML page out. Knows nothing of training or files of a run."""

from reports.content.comparison import (
    BiasEffect,
    ComparedMethod,
    ComparisonReport,
    Contrast,
    Gap,
    LeakPair,
)
from reports.content.parts import (
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
from reports.content.report import Report
from reports.page.html import render, render_comparison, write
from reports.words.duplicates import Copies

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
