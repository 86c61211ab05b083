"""Reports: results in, one self-contained HTML page out. Knows nothing of training or files of a run.

Its rooms, each of which imports only those below it:

- `page`: the HTML page with its templates, and its figures as files
- `comparison`, `explorer`, `features`: a part of the page each, in words and charts
- `words`: what the page says in sentences
- `charts`: SVG drawn from plain figures
- `formats`: numbers, times and texts as a reader wants to see them
- `content`: what a page is made from, plain data
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from reports.content.alerts import Alert, Reason
from reports.content.cautions import Caution
from reports.content.columns import Column
from reports.content.comparison import (
    BiasEffect,
    ComparedMethod,
    ComparisonReport,
    Contrast,
    Gap,
    LeakPair,
)
from reports.content.duplicates import Duplicates
from reports.content.report import Report
from reports.content.sample import Sample, SampledColumn
from reports.content.scores import Metrics, Scores
from reports.content.splits import Split
from reports.content.threshold import Threshold, ThresholdFigures
from reports.formats.nouns import plural_of

if TYPE_CHECKING:
    from reports.page.export import figures_of
    from reports.page.html import render, render_comparison

# matplotlib and jinja2 take a second to import, so these are fetched when used.
_HOMES = {
    "figures_of": "reports.page.export",
    "render": "reports.page.html",
    "render_comparison": "reports.page.html",
}

__all__ = [
    "Alert",
    "BiasEffect",
    "Caution",
    "Column",
    "ComparedMethod",
    "ComparisonReport",
    "Contrast",
    "Duplicates",
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
    "figures_of",
    "plural_of",
    "render",
    "render_comparison",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'reports' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
