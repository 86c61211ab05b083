"""Whether the figures can be trusted: what each is counted from, how it strays, what it assumes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports import formats
from reports.charts.thinning import curve
from reports.content.report import Report
from reports.content.scores import Metrics, Scores
from reports.content.threshold import ThresholdFigures
from reports.words.duplicates import duplicates_in_words
from reports.words.headline import judged_split
from reports.words.intervals import why_no_interval
from thresholds import Interval, ranking_intervals


@dataclass(frozen=True, slots=True)
class TrustRow:
    """A figure: what it is counted from, its value and interval, and what validation promised."""

    name: str
    counted: str
    value: str
    interval: str
    validation: str
    optimism: str


@dataclass(frozen=True, slots=True)
class Trust:
    """What a reader needs to judge the figures.

    Attributes
    ----------
    rows : sequence of TrustRow
        Empty without labels.
    has_optimism : bool
        Whether figures of validation and of test can be compared.
    statements : sequence of str
        What the figures rest on, in plain sentences.
    """

    rows: Sequence[TrustRow]
    has_optimism: bool
    statements: Sequence[str]


def trust(report: Report) -> Trust:
    """Gather what stands behind the figures of the judged split."""
    judged = judged_split(report)
    rows = [*_ranking_rows(report, judged), *_threshold_rows(report, judged)]
    return Trust(rows, any(row.optimism for row in rows), _statements(report))


def _ranking_rows(report: Report, judged: str) -> list[TrustRow]:
    scores = report.test if judged == "test" else report.validation
    ranking = curve(scores)
    if ranking is None:
        return []
    positives, normal = (
        formats.plural(ranking.positives, report.noun),
        formats.count(ranking.negatives),
    )
    counted = f"{positives}, {normal} normal"
    of = {name: report.metrics.get(name, Metrics()) for name in (judged, "validation")}
    pairs = [
        ("Average precision", "average_precision", [m.average_precision for m in of.values()]),
        ("ROC AUC", "roc_auc", [m.roc_auc for m in of.values()]),
    ]
    ends = ranking_intervals(ranking)
    return [
        _row(name, counted, values[0], ends[key], values[-1], judged)
        for name, key, values in pairs
        if values[0] is not None
    ]


def _threshold_rows(report: Report, judged: str) -> list[TrustRow]:
    threshold = report.threshold
    own = None if threshold is None else threshold.splits.get(judged)
    if threshold is None or own is None or own.tp is None or own.fn is None:
        return []
    other = threshold.splits.get("validation", own)
    positives = own.tp + own.fn
    ends = own.intervals
    figures = [
        ("Precision", "precision", formats.plural(own.alerts, "alert")),
        ("Recall", "recall", formats.plural(positives, report.noun)),
        ("F1", "f1", f"{formats.plural(own.alerts, 'alert')}, {formats.plural(positives, report.noun)}"),
    ]  # fmt: skip
    return [
        _row(name, counted, _of(own, key), ends.get(key), _of(other, key), judged)
        for name, key, counted in figures
    ]


def _of(figures: ThresholdFigures, name: str) -> float | None:
    value: float | None = getattr(figures, name)
    return value


def _row(
    name: str, counted: str, value: float | None, ends: Interval | None,
    validation: float | None, judged: str,
) -> TrustRow:  # fmt: skip
    is_compared = judged == "test" and value is not None and validation is not None
    return TrustRow(
        name=name,
        counted=counted,
        value=formats.ratio(value),
        interval=formats.interval(ends, formats.ratio) or formats.NOTHING,
        validation=formats.ratio(validation),
        optimism=_optimism(validation, value) if is_compared else "",
    )


def _optimism(validation: float | None, test: float | None) -> str:
    assert validation is not None, "both are known"
    assert test is not None, "both are known"
    return formats.difference(validation - test)


def _statements(report: Report) -> list[str]:
    statements = [*_of_split(report), *_of_threshold(report)]
    several = formats.plural_of(report.noun)
    if _has_labels(report.validation) or _has_labels(report.test):
        statements += [
            "The intervals (95 %) are for transactions drawn like these, labels and all: exact binomial ones of "
            "precision, recall and F1 (Clopper and Pearson, 1934), of alerts a day from how days differ. "
            f"{several.capitalize()} that come in series, such as several of one card, make the true "
            "intervals wider.",
            why_no_interval(report.noun),
            f"The labels are taken as they are: {formats.with_article(report.noun)} that nobody noticed counts as normal.",
        ]
    return [*statements, *_of_duplicates(report)]


def _of_duplicates(report: Report) -> list[str]:
    if report.score_column:
        return []
    if report.duplicates is None:
        return ["Copies of one transaction in several splits were not looked for."]
    if not any(part.duplicates for part in report.duplicates):
        return ["No row held out equals a training row in every feature."]
    return duplicates_in_words(report.duplicates, report.noun)


def _has_labels(scores: Scores | None) -> bool:
    return scores is not None and scores.labels is not None


def _of_split(report: Report) -> list[str]:
    if report.score_column:
        return [_of_halves(report)]
    if report.split_method == "time":
        return [
            "The test split is later than everything the detector and the threshold have seen, as "
            "new transactions are. That tomorrow is like these days is an assumption."
        ]
    if report.split_method == "random":
        return [
            "The splits are drawn at random: the figures hold for transactions like these, of the "
            "same days and the same customers."
        ]
    return []


def _of_halves(report: Report) -> str:
    later = report.split_method == "time"
    return (
        "The scores came from elsewhere. The transactions were halved here "
        f"{'by time' if later else 'at random'}: a threshold is picked on the "
        f"{'older' if later else 'first'} half, validation, and judged on the "
        f"{'newer' if later else 'other'} one, test. Whether what made the scores has seen these "
        "transactions, or their labels, is not known here: if it has, new ones fare worse."
    )


def _of_threshold(report: Report) -> list[str]:
    threshold = report.threshold
    if threshold is None:
        return ["No threshold is picked yet, so there are no figures of alerts."]
    sentences = []
    if not threshold.objective:
        sentences.append("The threshold was set by hand: nothing says that it is the best one.")
    elif threshold.origin.startswith("picked"):
        sentences.append(
            f"The threshold was picked {_on_validation(report)}, then looked at on test."
        )
    if threshold.picks is not None:
        sentences.append(
            f"The best threshold may be anywhere from {_span(threshold.picks, 'to')} (95 %)."
        )
    if threshold.as_good is not None:
        sentences.append(
            f"From {_span(threshold.as_good, 'to')} any threshold is as good within one "
            "standard error."
        )
    stated = [threshold.assumption] if threshold.assumption else []
    # Those of figures a day stand where the figures do.
    notes = [note for note in threshold.notes if note not in report.day_notes]
    return [*sentences, *(formats.text(each, longest=600) for each in [*stated, *notes])]


def _on_validation(report: Report) -> str:
    scores = report.validation
    if scores is None or scores.labels is None:
        return "on validation by the scores alone"
    return (
        f"on the {formats.plural(int(np.count_nonzero(scores.labels)), report.noun)} of validation"
    )


def _span(ends: tuple[float | None, float | None], word: str) -> str:
    low, high = (None if end is None else formats.threshold(end) for end in ends)
    return f"{low or 'the lowest score'} {word} {high or 'above every score'}"
