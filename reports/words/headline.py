"""The answer in two sentences and four figures: how good it is, what it catches, what it costs."""

from dataclasses import dataclass

from reports import formats
from reports.content.report import Report
from reports.content.scores import Metrics
from reports.content.splits import Split
from reports.content.threshold import ThresholdFigures


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name, what it is about, and its 95 % interval if it has one."""

    name: str
    value: str
    note: str = ""
    interval: str = ""


def judged_split(report: Report) -> str:
    """The split whose figures head the page: test, or validation where there is no test."""
    return "test" if report.test is not None else "validation"


def what_was_learned(report: Report) -> str:
    """What was trained on what, in a sentence; of scores from elsewhere, what they are."""
    if report.score_column:
        return (
            f"The scores are the column {formats.text(report.score_column)} of "
            f"{formats.text(report.data_name)}. They came from elsewhere: what made them is not "
            "known here, nor what that has seen."
        )
    train = next((split for split in report.splits if split.name == "train"), None)
    rows = "" if train is None else f"{_transactions(train, report)} of "
    with_features = f", by {formats.text(report.features)}" if report.features else ""
    seconds = report.seconds.get("total", report.seconds.get("fit"))
    took = "" if seconds is None else f", in {formats.duration(seconds)}"
    name, data = formats.text(report.detector), formats.text(report.data_name)
    if report.learned_labels:
        return f"The classifier {name} learned from {rows}{data}{with_features}{took}."
    return f"The detector {name} learned what is normal from {rows}{data}{with_features}{took}."


def _transactions(train: Split, report: Report) -> str:
    """How many it learned from: a detector from the normal ones where there are labels."""
    if train.positives is None:
        return formats.plural(train.rows, "transaction")
    if report.learned_labels:
        positives = f"{formats.count(train.positives)} of them {formats.plural_of(report.noun)}"
        return f"{formats.plural(train.rows, 'transaction')}, {positives},"
    return formats.plural(train.rows - train.positives, "normal transaction")


def verdict(report: Report) -> str:
    """What the detector catches and what it costs, in a sentence or two."""
    split = judged_split(report)
    figures = None if report.threshold is None else report.threshold.splits.get(split)
    if figures is not None:
        return _with_threshold(report, split, figures)
    average_precision = report.metrics.get(split, Metrics()).average_precision
    it_ranks = "the scores rank" if report.score_column else "it ranks"
    if average_precision is None:
        return f"{it_ranks.capitalize()} transactions by how unusual they are. No threshold is picked yet."
    better = ""
    rate = _positive_rate(report, split)
    if rate:
        better = f", {formats.number(average_precision / rate, 2)} times what chance would reach"
    return (
        f"On the {split} split {it_ranks} {formats.plural_of(report.noun)} with an average precision of "
        f"{formats.ratio(average_precision)}{better}. No threshold is picked yet."
    )


def _with_threshold(report: Report, split: str, figures: ThresholdFigures) -> str:
    rows = next((part.rows for part in report.splits if part.name == split), None)
    among = f"the {split} split" if rows is None else f"{formats.count(rows)} {split} transactions"
    alerts = formats.plural(figures.alerts, "alert")
    if figures.tp is None or figures.fn is None:
        return (
            f"On {among} the threshold raises {alerts}. There are no labels, so how many of them "
            f"are {formats.plural_of(report.noun)} is not known."
        )
    positives = formats.plural(figures.tp + figures.fn, report.noun)
    caught = f"On {among} the threshold catches {formats.count(figures.tp)} of {positives}"
    if figures.alerts == 0:
        return f"{caught}: it raises no alert."
    sentence = f"{caught} and raises {formats.plural(figures.alerts - figures.tp, 'false alarm')}"
    if figures.tp == 0:
        return f"{sentence}."
    if figures.alerts == figures.tp:
        return f"{sentence}: one alert to look at for each {report.noun} found."
    looks = formats.number(figures.alerts / figures.tp, 2)
    return f"{sentence}: {looks} alerts to look at for each {report.noun} found."


def tiles(report: Report) -> list[Figure]:
    """The headline figures, as many as the data allow."""
    split = judged_split(report)
    known = []
    metrics = report.metrics.get(split, Metrics())
    if metrics.average_precision is not None:
        rate = _positive_rate(report, split)
        chance = f"chance alone gives {formats.ratio(rate)}" if rate else ""
        known.append(Figure("Average precision", formats.ratio(metrics.average_precision), chance))
    if report.threshold is None:
        if metrics.roc_auc is not None:
            known.append(
                Figure("ROC AUC", formats.ratio(metrics.roc_auc), "chance alone gives 0.500")
            )
        return known
    objective, origin = report.threshold.objective, report.threshold.origin
    picked = formats.text(f"objective {objective}, {origin}" if objective else origin)
    known.append(Figure("Threshold", formats.threshold(report.threshold.value), picked))
    figures = report.threshold.splits.get(split)
    return known if figures is None else [*known, *_threshold_tiles(report, split, figures)]


def _threshold_tiles(report: Report, split: str, figures: ThresholdFigures) -> list[Figure]:
    if figures.tp is None or figures.fn is None:
        rows = next((part.rows for part in report.splits if part.name == split), 0)
        share = f"{formats.percent(figures.alerts / rows)} of transactions" if rows else ""
        return [Figure("Alerts", formats.count(figures.alerts), share)]
    positives = figures.tp + figures.fn
    caught = f"{formats.count(figures.tp)} of {formats.plural(positives, report.noun)}"
    shown = formats.ratio(figures.recall)
    false = figures.alerts - figures.tp
    among = f"of {formats.plural(figures.alerts, 'alert')}"
    if figures.precision is not None and figures.alerts:
        among += f", precision {formats.ratio(figures.precision)}"
    held = figures.intervals
    recall = formats.interval(held.get("recall"), formats.ratio)
    precision = formats.interval(held.get("precision"), formats.ratio)
    return [
        Figure(f"{formats.plural_of(report.noun).capitalize()} caught", shown, caught, recall),
        Figure("False alarms", formats.count(false), among, precision),
    ]


def _positive_rate(report: Report, split: str) -> float | None:
    for part in report.splits:
        if part.name == split and part.positives is not None and part.rows:
            return part.positives / part.rows
    return None
