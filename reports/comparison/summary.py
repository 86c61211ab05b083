"""What a comparison page says and draws, from its data."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats
from reports.charts import overlays
from reports.charts.chart import Chart
from reports.charts.overlays import Overlay
from reports.comparison import charts, words
from reports.comparison.rows import (
    COLUMNS,
    GapRow,
    GeneratedRow,
    Row,
    gap_row,
    gaps_of_hybrids,
    generated_row,
    leak_method,
    leak_of,
    rows_of,
)
from reports.content.comparison import ComparisonReport
from reports.words.duplicates import duplicates_in_words


@dataclass(frozen=True, slots=True)
class Trained:
    """The curves of one network."""

    name: str
    charts: Sequence[Chart]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """What the template shows, all of it text and charts."""

    title: str
    byline: str
    subject: str
    noun: str
    ranked_by: str
    verdict: str
    about: str
    costs: str
    honesty: str
    warnings: Sequence[str]
    has_labels: bool
    heads: Sequence[str]
    rows: Sequence[Row]
    curves: Overlay | None
    calibration: Overlay | None
    gaps: Sequence[GapRow]
    hybrids: Sequence[GapRow]
    generated: Sequence[GeneratedRow]
    leak: Sequence[tuple[str, str, str, str]]
    leak_method: str
    leak_why: str
    duplicates: Sequence[str]
    bias: Sequence[Chart]
    trained: Sequence[Trained]
    notes: Sequence[tuple[str, str]]
    contrasts: Sequence[tuple[str, Sequence[str]]]
    options: Sequence[tuple[str, str]]
    versions: Sequence[tuple[str, str]]


def summarise_comparison(report: ComparisonReport) -> ComparisonPage:
    """Return the page's words, rows and charts."""
    shown = [
        name
        for name in COLUMNS
        if any(method.figures.get(name) is not None for method in report.methods)
    ]
    has_labels = any(m.figures.get("average_precision") is not None for m in report.methods)
    is_ranked = has_labels and len(report.alike) < 2
    return ComparisonPage(
        title=formats.text(report.title),
        byline=formats.moment(report.created),
        subject=report.subject,
        noun=report.noun,
        ranked_by=", by average precision" if is_ranked else "",
        verdict=words.verdict(report),
        about=words.about(report),
        costs=words.costs(report),
        honesty=words.honesty(report),
        warnings=words.warnings(report),
        has_labels=has_labels,
        heads=[COLUMNS[name] for name in shown],
        rows=rows_of(report, shown),
        curves=overlays.precision_recall(report.methods, words.curves_note(report)),
        calibration=overlays.calibration(report.methods, report.noun),
        gaps=[gap_row(gap) for gap in words.of_leaders(report)],
        hybrids=[gap_row(gap) for gap in gaps_of_hybrids(report)],
        generated=[generated_row(method, report) for method in report.methods if method.generated],
        leak=leak_of(report),
        leak_method=leak_method(report),
        leak_why="" if report.leak is None else formats.text(report.leak.why, 2000),
        duplicates=duplicates_in_words(report.duplicates, report.noun),
        bias=[] if report.bias is None else charts.bias(report.bias, report.noun),
        trained=[
            Trained(formats.text(method.name), drawn)
            for place, method in enumerate(report.methods)
            if (drawn := charts.training(place, method))
        ],
        notes=[
            (formats.text(method.name), formats.text(note, 400))
            for method in report.methods
            for note in method.notes
        ],
        contrasts=[
            (formats.text(each.name), [formats.setting(value) for value in each.values])
            for each in report.contrasts
        ],
        options=[
            (formats.text(name), formats.setting(value)) for name, value in report.options.items()
        ],
        versions=[
            (formats.text(name), formats.text(value)) for name, value in report.versions.items()
        ],
    )
