"""Which charts a report can draw, from what it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import by_class, distribution, loss, over_time
from reports.charts.chart import Chart
from reports.charts.histograms import score_axis
from reports.charts.precision_recall import Line, precision_recall, roc
from reports.charts.thinning import curve
from reports.content.report import Report
from reports.content.scores import Metrics
from reports.content.threshold import ThresholdFigures
from reports.explorer.slider_thresholds import curve_of_any
from reports.features import charts as feature_charts
from reports.features.differences import Features
from reports.words.headline import judged_split
from thresholds import PrecisionRecallCurve


@dataclass(frozen=True, slots=True)
class Drawings:
    """The charts of a report, each None where its data are missing."""

    loss: Chart | None
    distribution: Chart | None
    sweep: Chart | None
    alerts_sweep: Chart | None
    precision_recall: Chart | None
    roc: Chart | None
    amounts: Chart | None
    hours: Chart | None
    score_course: Chart | None
    alert_rate: Chart | None
    errors: Chart | None
    pair: Chart | None
    features: Sequence[Chart]

    @property
    def of_data(self) -> list[Chart]:
        """The charts of amounts and of time."""
        charts = (self.score_course, self.alert_rate, self.amounts, self.hours)
        return [chart for chart in charts if chart is not None]


def draw_all(report: Report, features: Features | None) -> Drawings:
    """Draw every chart that the data allow.

    Parameters
    ----------
    report : Report
    features : Features or None
        Those of the report.
    """
    threshold = None if report.threshold is None else report.threshold.value
    axis = score_axis((report.validation, report.test), threshold)
    judged = judged_split(report)
    scores = report.test if judged == "test" else report.validation
    curves = {
        name: split_curve
        for name, part in (("validation", report.validation), ("test", report.test))
        if (split_curve := curve(part)) is not None
    }
    # The threshold is picked on validation, so that is where its alternatives are compared.
    compared = next(iter(curves), None)
    course = over_time.course((report.validation, report.test))
    return Drawings(
        loss=loss.loss(report.history.get("loss", ()), report.history.get("val_loss", ())),
        distribution=None
        if axis is None or scores is None
        else distribution.distribution(judged, scores, axis, threshold, report.noun),
        sweep=None
        if axis is None or compared is None
        else distribution.sweep(compared, curves[compared], axis, threshold),
        alerts_sweep=None
        if axis is None or (any_curve := curve_of_any(scores)) is None
        else distribution.alerts_sweep(judged, any_curve, axis, threshold),
        precision_recall=precision_recall(_pr_lines(report, curves)) if curves else None,
        roc=roc(_roc_lines(report, curves)) if curves else None,
        amounts=None if scores is None else by_class.amounts(judged, scores, report.noun),
        hours=None if scores is None else by_class.hours(judged, scores, report.noun),
        score_course=None if course is None else over_time.score_course(course, threshold),
        alert_rate=None
        if course is None or threshold is None
        else over_time.alert_rate(course, threshold, report.noun),
        errors=None if features is None else feature_charts.errors(features),
        pair=None if features is None else feature_charts.pair(features),
        features=[] if features is None else feature_charts.distributions(features),
    )


def _pr_lines(report: Report, curves: dict[str, PrecisionRecallCurve]) -> list[Line]:
    return [
        Line(name, split_curve, _metrics(report, name).average_precision, _pr_point(report, name))
        for name, split_curve in curves.items()
    ]


def _roc_lines(report: Report, curves: dict[str, PrecisionRecallCurve]) -> list[Line]:
    return [
        Line(name, split_curve, _metrics(report, name).roc_auc, _roc_point(report, name))
        for name, split_curve in curves.items()
    ]


def _metrics(report: Report, split: str) -> Metrics:
    return report.metrics.get(split, Metrics())


def _figures(report: Report, split: str) -> ThresholdFigures | None:
    return None if report.threshold is None else report.threshold.splits.get(split)


def _pr_point(report: Report, split: str) -> tuple[float, float] | None:
    figures = _figures(report, split)
    # Without an alert there is no precision to place.
    if figures is None or not figures.alerts or figures.recall is None or figures.precision is None:
        return None
    return figures.recall, figures.precision


def _roc_point(report: Report, split: str) -> tuple[float, float] | None:
    figures = _figures(report, split)
    if figures is None or figures.fp is None or figures.tn is None or figures.recall is None:
        return None
    return figures.fp / max(figures.fp + figures.tn, 1), figures.recall
