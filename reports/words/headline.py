"""The answer in a sentence and a few figures: what it catches, what it costs, what it saves."""

from dataclasses import dataclass

from reports import formats
from reports.content.report import Report
from reports.content.scores import Metrics
from reports.content.splits import Split
from reports.content.threshold import ThresholdFigures
from thresholds import Interval


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name, what it is about, and its 95 % interval if it has one."""

    name: str
    value: str
    note: str = ""
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """The money in the positive rows of a split at the run's threshold.

    Attributes
    ----------
    at_stake : float
        In all of them.
    saved, lost : float
        What alerts save of it, and the rest.
    saved_interval, lost_interval : (float, float) or None
        95 % intervals, where they hold.
    """

    at_stake: float
    saved: float
    lost: float
    saved_interval: Interval | None = None
    lost_interval: Interval | None = None


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


def among(report: Report, split: str) -> str:
    """How many transactions a sentence about a split is about."""
    rows = next((part.rows for part in report.splits if part.name == split), None)
    return f"the {split} split" if rows is None else f"{formats.count(rows)} {split} transactions"


def at_threshold(report: Report) -> str:
    """Which threshold the figures are at, and where it comes from."""
    threshold = report.threshold
    if threshold is None:
        return ""
    aim = f" for {threshold.objective}" if threshold.objective else ""
    words = formats.text(f"{aim}, {threshold.origin}")
    return f"Threshold {formats.threshold(threshold.value)}{words}."


def _with_threshold(report: Report, split: str, figures: ThresholdFigures) -> str:
    # `sentence` in explorer.js says the same of any threshold.
    alerts = formats.plural(figures.alerts, "alert")
    if figures.tp is None or figures.fn is None:
        return (
            f"On {among(report, split)} the threshold raises {alerts}. There are no labels, so how many of them "
            f"are {formats.plural_of(report.noun)} is not known."
        )
    positives = formats.plural(figures.tp + figures.fn, report.noun)
    caught = f"On {among(report, split)} the threshold catches {formats.count(figures.tp)} of {positives}"
    if figures.alerts == 0:
        return f"{caught}: it raises no alert."
    sentence = f"{caught} and raises {formats.plural(figures.alerts - figures.tp, 'false alarm')}"
    if figures.tp == 0:
        return f"{sentence}."
    if figures.alerts == figures.tp:
        return f"{sentence}: one alert to look at for each {report.noun} found."
    looks = formats.number(figures.alerts / figures.tp, 2)
    return f"{sentence}: {looks} alerts to look at for each {report.noun} found."


def tiles(report: Report, money: Money | None = None) -> list[Figure]:
    """The headline figures, as many as the data allow.

    Parameters
    ----------
    report : Report
    money : Money, optional
        What the run's threshold saves on the judged split.
    """
    split = judged_split(report)
    if report.threshold is None:
        return _ranking_tiles(report, split)
    figures = report.threshold.splits.get(split)
    return [] if figures is None else _threshold_tiles(report, split, figures, money)


def _ranking_tiles(report: Report, split: str) -> list[Figure]:
    known = []
    metrics = report.metrics.get(split, Metrics())
    if metrics.average_precision is not None:
        rate = _positive_rate(report, split)
        chance = f"chance alone gives {formats.ratio(rate)}" if rate else ""
        known.append(Figure("Average precision", formats.ratio(metrics.average_precision), chance))
    if metrics.roc_auc is not None:
        known.append(Figure("ROC AUC", formats.ratio(metrics.roc_auc), "chance alone gives 0.500"))
    return known


def _threshold_tiles(
    report: Report, split: str, figures: ThresholdFigures, money: Money | None
) -> list[Figure]:
    # `tilesAt` in explorer.js says the same of any threshold.
    scores = report.test if split == "test" else report.validation
    alerts = _alerts_tile(figures, 0 if scores is None else scores.known.scores.size)
    if figures.tp is None or figures.fn is None:
        return [alerts]
    held, false = figures.intervals, figures.alerts - figures.tp
    caught = Figure(
        f"{formats.plural_of(report.noun).capitalize()} caught",
        formats.NOTHING if figures.recall is None else formats.percent(figures.recall),
        f"{formats.count(figures.tp)} of {formats.plural(figures.tp + figures.fn, report.noun)}",
        formats.interval(held.get("recall"), formats.percent),
    )
    is_known = figures.precision is not None and figures.alerts
    precision = Figure(
        "Precision",
        formats.percent(figures.precision or 0) if is_known else formats.NOTHING,
        f"{formats.plural(false, 'false alarm')} among {formats.plural(figures.alerts, 'alert')}",
        formats.interval(held.get("precision"), formats.percent),
    )
    return [caught, alerts, precision, *([] if money is None else _money_tiles(money))]


def _alerts_tile(figures: ThresholdFigures, rows: int) -> Figure:
    share = f"{formats.percent(figures.alerts / rows)} of transactions" if rows else ""
    if figures.alerts_per_day is None:
        return Figure("Alerts", formats.count(figures.alerts), share)
    several = formats.plural(figures.alerts, "alert")
    return Figure(
        "Alerts a day",
        formats.number(figures.alerts_per_day),
        f"{several}, {share}" if share else several,
        formats.interval(figures.intervals.get("alerts_per_day"), formats.number),
    )


def _money_tiles(money: Money) -> list[Figure]:
    return [
        Figure(
            f"Money {name}",
            formats.money(value),
            f"of {formats.money(money.at_stake)} at stake",
            formats.interval(ends, formats.money),
        )
        for name, value, ends in (
            ("saved", money.saved, money.saved_interval),
            ("lost", money.lost, money.lost_interval),
        )
    ]


def _positive_rate(report: Report, split: str) -> float | None:
    for part in report.splits:
        if part.name == split and part.positives is not None and part.rows:
            return part.positives / part.rows
    return None
