"""What a reader must know before believing a figure, in plain sentences."""

from collections.abc import Iterator

import numpy as np

from reports import formats
from reports.data import Report, Scores

FEW_POSITIVES = FEW_ALERTS = 30


def cautions(report: Report) -> list[str]:
    """The report's own warnings, then those that its data call for."""
    found = [formats.text(warning, longest=600) for warning in report.warnings]
    knows_time = any(split.start is not None for split in report.splits)
    if report.split_method == "random" and knows_time:
        found.append(
            "The split is random though the time of each transaction is known: the detector has "
            "seen the days it is tested on, so its figures may be better than tomorrow's."
        )
    for name, scores in (("validation", report.validation), ("test", report.test)):
        if scores is not None:
            found += [*_about_scores(name, scores), *_about_labels(name, scores)]
    return [*found, *_about_threshold(report)]


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


def _about_labels(split: str, scores: Scores) -> Iterator[str]:
    if scores.labels is None:
        return
    positives = int(np.count_nonzero(scores.labels))
    if positives == 0:
        yield f"The {split} split holds no fraud, so nothing can be said about what is caught."
    elif positives < FEW_POSITIVES:
        yield (
            f"The {split} split holds only {formats.plural(positives, 'fraud')}: every figure "
            "about frauds is uncertain. Read the intervals, not the figures."
        )


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
    for name in ("precision", "recall"):
        ends = test.intervals.get(name)
        promised = None if validation is None else getattr(validation, name)
        if ends is not None and promised is not None and promised > ends[1]:
            yield (
                f"On validation the {name} was {formats.percent(promised)}, more than chance "
                f"explains of the {formats.percent(getattr(test, name))} on test: expect test's."
            )
