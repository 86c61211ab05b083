"""What a reader must know before believing a figure, in plain sentences."""

from collections.abc import Iterator

import numpy as np

from reports import formats
from reports.content.report import Report
from reports.content.scores import Scores
from reports.content.threshold import ThresholdFigures
from thresholds import FEWEST_FOR_RANKING

FEW_POSITIVES = FEW_ALERTS = 30
CHANCE = 0.05
FAR_MISSING = 0.2  # between two shares of missing values
FEWEST_VALUES = 20
MOST_COLUMNS = 5


def cautions(report: Report) -> list[str]:
    """The report's own warnings, then those that its data call for."""
    sentences = [formats.text(warning, longest=600) for warning in report.warnings]
    knows_time = any(split.start is not None for split in report.splits)
    if report.split_method == "random" and knows_time:
        sentences.append(
            "The split is random though the time of each transaction is known: the detector has "
            "seen the days it is tested on, so its figures may be better than tomorrow's."
        )
    for name, scores in (("validation", report.validation), ("test", report.test)):
        if scores is not None:
            sentences += [*_about_scores(name, scores), *_about_labels(name, scores, report.noun)]
    return [*sentences, *_about_missing(report), *_about_threshold(report)]


def _about_scores(split: str, scores: Scores) -> Iterator[str]:
    values = scores.scores
    unknown, infinite = int(np.isnan(values).sum()), int(np.isinf(values).sum())
    if unknown:
        yield (
            f"{formats.plural(unknown, 'transaction')} of the {split} split could not be scored "
            "and is left out of the curves."
            if unknown == 1
            else f"{formats.count(unknown)} transactions of the {split} split could not be scored "
            "and are left out of the curves."
        )
    if infinite:
        yield (
            f"{formats.plural(infinite, 'score')} of the {split} split "
            f"{'is' if infinite == 1 else 'are'} infinite; the charts draw them at the edge."
        )
    if values.size > 1 and not unknown and values.min() == values.max():
        yield f"All {split} scores are equal: the detector tells no transaction from another."


def _about_labels(split: str, scores: Scores, noun: str) -> Iterator[str]:
    if scores.labels is None:
        return
    positives = int(np.count_nonzero(scores.labels))
    if positives == 0:
        yield f"The {split} split holds no {noun}, so nothing can be said about what is caught."
    elif positives < FEW_POSITIVES:
        counted = formats.plural(positives, noun)
        # What holds and what does not is in `reports.words.intervals`.
        advice = (
            "too few for intervals that hold, but for those of recall and precision, which are wide"
            if positives < FEWEST_FOR_RANKING
            else f"every figure about {formats.plural_of(noun)} is uncertain. Read the intervals, not the figures"
        )
        yield f"The {split} split holds only {counted}: {advice}."


def _about_threshold(report: Report) -> Iterator[str]:
    splits = {} if report.threshold is None else report.threshold.splits
    test, validation = splits.get("test"), splits.get("validation")
    if test is None or test.tp is None:
        return
    if 0 < test.alerts < FEW_ALERTS:
        yield (
            f"On test the threshold raises only {formats.plural(test.alerts, 'alert')}: the "
            "precision there is uncertain."
        )
    for name, others in (("precision", "fp"), ("recall", "fn")):
        if validation is None or not _is_clearly_less(test, validation, others):
            continue
        yield (
            f"On validation the {name} was {formats.ratio(getattr(validation, name))}, more than "
            f"chance explains of the {formats.ratio(getattr(test, name))} on test: expect test's."
        )


def _is_clearly_less(test: ThresholdFigures, validation: ThresholdFigures, others: str) -> bool:
    """Whether precision or recall fell from validation to test by more than chance explains.

    The test is Fisher's exact one of both counts, two-sided (R. A. Fisher, "On the interpretation
    of chi-squared from contingency tables, and the calculation of P", *Journal of the Royal
    Statistical Society* 85, 1922).
    """
    # It takes half a second to import, which only pages with a threshold should pay.
    from scipy.stats import fisher_exact

    counts = [[part.tp, getattr(part, others)] for part in (test, validation)]
    if any(count is None for row in counts for count in row) or not all(map(sum, counts)):
        return False
    (tp, rest), (promised_tp, promised_rest) = counts
    if tp * (promised_tp + promised_rest) >= promised_tp * (tp + rest):
        return False
    return bool(fisher_exact(counts).pvalue < CHANCE)


def _about_missing(report: Report) -> Iterator[str]:
    """Columns that lack values far more, or less, often than they did in training."""
    sample = report.sample
    trained = {column.name: column.missing for column in report.columns}
    if sample is None:
        return
    columns = []
    for column in sample.columns:
        before = trained.get(column.name)
        values = column.values if sample.labels is None else column.values[sample.labels == 0]
        if before is None or len(values) < FEWEST_VALUES:
            continue
        now = float(np.isnan(values).mean())
        if abs(now - before) > FAR_MISSING:
            shares = f"{formats.percent(now)} held out, {formats.percent(before)} in training"
            columns.append(f"{formats.text(column.name)} ({shares})")
    if columns:
        more = f" and {formats.count(len(columns) - MOST_COLUMNS)} more"
        yield (
            "Values are missing as they were not in training: "
            f"{', '.join(columns[:MOST_COLUMNS])}{more if len(columns) > MOST_COLUMNS else ''}. That "
            "alone moves scores; look at where these columns come from."
        )
