"""What the run's threshold does on each split as text: the four counts, the figures, their intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.report import Report
from reports.content.threshold import ThresholdFigures
from reports.words.headline import Figure
from reports.words.intervals import why_no_interval

ALERTS_A_DAY, COST = "Alerts a day", "Cost"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the threshold does on one split; the four counts are empty without labels."""

    split: str
    tp: str
    fn: str
    fp: str
    tn: str
    figures: Sequence[Figure]


def outcomes_of(report: Report) -> list[Outcome]:
    """Test first; empty without a threshold."""
    if report.threshold is None:
        return []
    figures = report.threshold.splits
    return [_outcome(name, figures[name]) for name in ("test", "validation") if name in figures]


def outcome_notes(report: Report, outcomes: Sequence[Outcome]) -> list[str]:
    """What to know of the figures of all splits, where it matters."""
    figures = [figure for outcome in outcomes for figure in outcome.figures]
    notes = []
    if any(figure.interval == formats.NOTHING for figure in figures):
        notes.append(why_no_interval(report.noun))
    terms = None if report.threshold is None else report.threshold.cost_terms
    if terms is not None and any(figure.name == COST for figure in figures):
        notes.append(f"Cost at this threshold: {formats.text(terms.in_words(report.noun), 400)}.")
    if any(figure.name == ALERTS_A_DAY for figure in figures):
        notes += [formats.text(note, longest=600) for note in report.day_notes]
    return notes


def _outcome(split: str, figures: ThresholdFigures) -> Outcome:
    rows = [
        Figure(name, in_words(value), interval=_ends(key, figures, in_words))
        for name, value, key, in_words in (
            ("Precision", figures.precision, "precision", formats.ratio),
            ("Recall", figures.recall, "recall", formats.ratio),
            ("F1", figures.f1, "f1", formats.ratio),
            ("Card precision", figures.card_precision, "", formats.ratio),
            (COST, figures.cost, "cost", formats.money),
            (ALERTS_A_DAY, figures.alerts_per_day, "alerts_per_day", formats.number),
        )
        if value is not None
    ]
    return Outcome(
        split=formats.text(split),
        tp=_count(figures.tp),
        fn=_count(figures.fn),
        fp=_count(figures.fp),
        tn=_count(figures.tn),
        figures=[*rows, Figure("Alerts", formats.count(figures.alerts))],
    )


def _ends(key: str, figures: ThresholdFigures, words: Callable[[float], str]) -> str:
    """The interval, a dash where none holds, nothing for a figure that never has one."""
    return formats.interval(figures.intervals.get(key), words) or (formats.NOTHING if key else "")


def _count(value: int | None) -> str:
    return "" if value is None else formats.count(value)
