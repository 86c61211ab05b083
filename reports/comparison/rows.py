"""The tables of a comparison in words: methods, differences, generated rows, and the leak."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.comparison import ComparedMethod, ComparisonReport, Gap

FIGURES = {"average_precision": "AP", "f1": "F1"}
SCORE = "+anomaly-score"
Words = Callable[[ComparedMethod, str], str]
COLUMNS = {
    "roc_auc": "ROC AUC",
    "precision": "Precision",
    "recall": "Recall",
    "alerts": "Alerts",
    "mcc": "MCC",
    "precision_at_100": "Top 100",
    "f1_at_half": "F1 at 0.5",
    "precision_at_half": "Precision at 0.5",
    "recall_at_half": "Recall at 0.5",
    "brier": "Brier",
    "cost": "Cost at this threshold",
    "least_cost": "Cost at its cheapest",
}


@dataclass(frozen=True, slots=True)
class Span:
    """An interval on an axis from 0 to 100, with the figure on it."""

    low: float
    at: float
    high: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and what stands below it: its 95 % interval, or its threshold, where it is shown."""

    figure: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A method in the table."""

    name: str
    detail: str
    average_precision: str
    average_precision_interval: str
    average_precision_span: Span | None
    f1: str
    f1_interval: str
    f1_span: Span | None
    cells: tuple[Cell, ...]
    fit: str
    fit_width: float
    score: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """A difference in words."""

    figure: str
    better: str
    other: str
    difference: str
    interval: str
    verdict: str


@dataclass(frozen=True, slots=True)
class GeneratedRow:
    """How good a sampler's rows are, and what they do."""

    name: str
    cells: tuple[str, ...]
    effect: str


def rows_of(report: ComparisonReport, shown: Sequence[str]) -> list[Row]:
    """Return the methods with the figures of these names."""
    fits = [method.fit_seconds for method in report.methods if math.isfinite(method.fit_seconds)]
    slowest = max(fits, default=1) or 1
    # Of a comparison's many methods and figures these would make a table too wide to read.
    with_intervals = ("precision", "recall") if report.subject == "run" else ()
    below = dict.fromkeys(with_intervals, _interval)
    # Over several seeds there is no one threshold.
    below |= _THRESHOLDS if report.seeds == 1 else {}
    return [_row(method, shown, slowest, below) for method in report.methods]


def _row(
    method: ComparedMethod, shown: Sequence[str], slowest: float, below: Mapping[str, Words]
) -> Row:
    figures, intervals = method.figures, method.intervals
    spans = {}
    for name in FIGURES:
        at, interval = figures.get(name), intervals.get(name)
        has_span = at is not None and interval is not None
        spans[name] = Span(100 * interval[0], 100 * at, 100 * interval[1]) if has_span else None  # type: ignore[index,operator]
    is_timed = math.isfinite(method.fit_seconds)
    return Row(
        name=formats.text(method.name),
        detail=formats.text(method.detail),
        average_precision=formats.ratio(figures.get("average_precision")),
        average_precision_interval=_interval(method, "average_precision"),
        average_precision_span=spans["average_precision"],
        f1=formats.ratio(figures.get("f1")),
        f1_interval=_interval(method, "f1"),
        f1_span=spans["f1"],
        cells=tuple(
            Cell(_cell(name, figures.get(name)), below[name](method, name) if name in below else "")
            for name in shown
        ),
        fit=formats.duration(method.fit_seconds),
        score=formats.duration(method.score_seconds),
        fit_width=100 * method.fit_seconds / slowest if is_timed else 0,
    )


def _interval(method: ComparedMethod, name: str) -> str:
    return formats.interval(method.intervals.get(name), formats.ratio)


def _cell(name: str, figure: float | None) -> str:
    if figure is None:
        return formats.NOTHING
    if name == "alerts":
        return formats.count(round(figure))
    return formats.money(figure) if name in _THRESHOLDS else formats.ratio(figure)


def _threshold(value: float | None) -> str:
    return "" if value is None else f"from {formats.threshold(value)}"


#: Where each cost is counted.
_THRESHOLDS: Mapping[str, Words] = {
    "cost": lambda method, _: _threshold(method.threshold),
    "least_cost": lambda method, _: _threshold(method.cheapest_threshold),
}


def gaps_of_hybrids(report: ComparisonReport) -> list[Gap]:
    """Return the differences between a method with a detector's score and without it."""
    return [
        gap
        for gap in report.gaps
        if gap.better == f"{gap.other}{SCORE}" or gap.other == f"{gap.better}{SCORE}"
    ]


def gap_row(gap: Gap) -> GapRow:
    """Return a difference in words."""
    return GapRow(
        figure=FIGURES[gap.figure],
        better=formats.text(gap.better),
        other=formats.text(gap.other),
        difference=f"{gap.difference:.3f}",
        interval=f"{gap.interval[0]:.3f} to {gap.interval[1]:.3f}".replace("-", formats.MINUS),
        verdict="better" if gap.is_clear else "not told apart",
    )


def generated_row(method: ComparedMethod, report: ComparisonReport) -> GeneratedRow:
    """Return how good the rows of a method's sampler are, and what they do."""
    parts = (method.generated.get("train", {}), method.generated.get("validation", {}))
    seen, unseen = parts
    copies = seen.get("copies")
    _, _, rest = method.name.partition("+")
    return GeneratedRow(
        name=formats.text(method.name),
        cells=(
            *(formats.ratio(part.get("auroc")) for part in parts),
            formats.NOTHING if copies is None else formats.percent(copies),
            formats.ratio(unseen.get("column_distance")),
            formats.ratio(unseen.get("correlation_difference")),
        ),
        effect=_effect(method.name, f"none+{rest}", report.gaps),
    )


def _effect(name: str, plain: str, gaps: Sequence[Gap]) -> str:
    """Say how much more average precision a method has than the same one without a sampler."""
    for gap in gaps:
        if gap.figure == "average_precision" and {gap.better, gap.other} == {name, plain}:
            sign = 1 if gap.better == name else -1
            low, high = sorted(sign * end for end in gap.interval)
            effect = f"{sign * gap.difference:+.3f} ({low:.3f} to {high:.3f})"
            return effect.replace("-", formats.MINUS)
    return formats.NOTHING


def leak_method(report: ComparisonReport) -> str:
    """Return which method it was that had the leak."""
    return "" if report.leak is None else formats.text(report.leak.method)


def leak_of(report: ComparisonReport) -> list[tuple[str, str, str, str]]:
    """Return what the leak feigns, and what is true: in words, with precision, recall and F1."""
    if report.leak is None:
        return []
    pairs = (
        ("All test rows, generated ones among them", report.leak.with_generated),
        ("The real rows of the same test set", report.leak.real),
        ("The same rows, nothing generated learned from", report.leak.without_generated),
    )
    return [
        (told, *(formats.ratio(found.get(name)) for name in ("precision", "recall", "f1")))  # type: ignore[misc]
        for told, found in pairs
    ]
