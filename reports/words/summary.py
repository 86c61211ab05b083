"""What the page says, as text: every figure rounded, every name made printable."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.columns import Column
from reports.content.interval import Interval
from reports.content.report import Report
from reports.content.splits import Split
from reports.content.threshold import ThresholdFigures
from reports.words.alerts import Listing, highest, misses
from reports.words.cautions import cautions
from reports.words.headline import Figure, judged_split, tiles, verdict, what_was_learned
from reports.words.intervals import at_threshold
from reports.words.no_interval import why_no_interval
from reports.words.trust import Trust, trust
from thresholds import OBJECTIVES

MOST_NAMES = 400  # of columns, in one group
LONGEST_CLOCK = 10 * 365 * 86_400  # seconds; more are likely counted from 1970
LAST_SECOND = 1e12
ALERTS_A_DAY = "Alerts a day"


@dataclass(frozen=True, slots=True)
class Hint:
    """Why a part of the page is empty, and the command that would fill it."""

    words: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A line of the table of splits; `share` of all rows is in percent."""

    name: str
    rows: str
    share: float
    positives: str
    rate: str
    one_in: str
    period: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the threshold does on one split; the four counts are empty without labels."""

    split: str
    tp: str
    fn: str
    fp: str
    tn: str
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """The columns that share a role, a kind and a note."""

    role: str
    kind: str
    note: str
    number: str
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Summary:
    """All words and figures of the page but the charts."""

    title: str
    byline: str
    warnings: Sequence[str]
    about: str
    verdict: str
    judged: str
    tiles: Sequence[Figure]
    splits: Sequence[SplitRow]
    split_method: str
    outcomes: Sequence[Outcome]
    outcome_notes: Sequence[str]
    alerts: Listing
    misses: Listing
    trust: Trust
    columns: Sequence[ColumnGroup]
    facts: Sequence[tuple[str, str]]
    options: Sequence[tuple[str, str]]
    versions: Sequence[tuple[str, str]]
    hints: Mapping[str, Hint]
    why_none: str
    noun: str


def summarise(report: Report) -> Summary:
    """Everything the page says, ready to be laid out."""
    outcomes = _outcomes(report)
    return Summary(
        title=formats.text(report.title),
        byline=formats.moment(report.created),
        warnings=cautions(report),
        about=what_was_learned(report),
        verdict=verdict(report),
        judged=judged_split(report),
        tiles=tiles(report),
        splits=_split_rows(report.splits),
        split_method=formats.text(report.split_method),
        outcomes=outcomes,
        outcome_notes=_outcome_notes(report, outcomes),
        alerts=highest(report),
        misses=misses(report),
        trust=trust(report),
        columns=_column_groups(report.columns),
        facts=_facts(report),
        options=_pairs(report.options),
        versions=_pairs(report.versions),
        hints=_hints(report),
        why_none=why_no_interval(report.noun),
        noun=report.noun,
    )


def _split_rows(splits: Sequence[Split]) -> list[SplitRow]:
    total = sum(split.rows for split in splits) or 1
    return [_split_row(split, 100 * split.rows / total) for split in splits]


def _split_row(split: Split, share: float) -> SplitRow:
    positives = rate = formats.NOTHING
    one_in = ""
    if split.positives is not None:
        positives = formats.count(split.positives)
        rate = formats.percent(split.positives / split.rows) if split.rows else formats.NOTHING
        if split.positives:
            one_in = f"1 in {formats.count(round(split.rows / split.positives))}"
    return SplitRow(
        name=formats.text(split.name),
        rows=formats.count(split.rows),
        share=round(share, 1),
        positives=positives,
        rate=rate,
        one_in=one_in,
        period=_period(split),
    )


def _period(split: Split) -> str:
    """From when to when, as dates or by the clock of times that are numbers of seconds."""
    ends = [end for end in (split.start, split.end) if end is not None]
    try:
        seconds = [float(end) for end in ends]
    except ValueError:
        seconds = []
    if not seconds or not all(0 <= end < LAST_SECOND for end in seconds):
        return " to ".join(formats.text(end) for end in ends)
    if max(seconds) > LONGEST_CLOCK:
        return f"second {' to '.join(formats.count(round(end)) for end in seconds)}"
    return f"{' to '.join(map(formats.duration, seconds))} after the clock’s start"


def _column_groups(columns: Sequence[Column]) -> list[ColumnGroup]:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for column in columns:
        groups.setdefault((column.role, column.kind, column.note), []).append(column.name)
    return [
        ColumnGroup(
            role=formats.text(role),
            kind=formats.text(kind),
            note=formats.text(note),
            number=formats.count(len(names)),
            names=_first_names(names),
        )
        for (role, kind, note), names in groups.items()
    ]


def _first_names(names: Sequence[str]) -> list[str]:
    shown = [formats.text(name) for name in names[:MOST_NAMES]]
    left_out = len(names) - len(shown)
    return [*shown, f"and {formats.count(left_out)} more"] if left_out else shown


def _outcomes(report: Report) -> list[Outcome]:
    if report.threshold is None:
        return []
    figures = report.threshold.splits
    return [_outcome(name, figures[name]) for name in ("test", "validation") if name in figures]


def _outcome_notes(report: Report, outcomes: Sequence[Outcome]) -> list[str]:
    """What to know of the figures of all splits, where it matters."""
    figures = [figure for outcome in outcomes for figure in outcome.figures]
    found = []
    if any(figure.interval == formats.NOTHING for figure in figures):
        found.append(why_no_interval(report.noun))
    if any(figure.name == ALERTS_A_DAY for figure in figures):
        found += [formats.text(note, longest=600) for note in report.day_notes]
    return found


def _outcome(split: str, figures: ThresholdFigures) -> Outcome:
    held = at_threshold(figures)
    rows = [
        Figure(name, in_words(value), interval=_ends(key, figures, held, in_words))
        for name, value, key, in_words in (
            ("Precision", figures.precision, "precision", formats.percent),
            ("Recall", figures.recall, "recall", formats.percent),
            ("F1", figures.f1, "f1", formats.ratio),
            ("Card precision", figures.card_precision, "", formats.percent),
            ("Cost", figures.cost, "cost", formats.number),
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


def _ends(
    key: str, figures: ThresholdFigures, held: Mapping[str, Interval], words: Callable[[float], str]
) -> str:
    """The interval that holds, a dash where none does, nothing where none was drawn."""
    if key in figures.intervals and key not in held:
        return formats.NOTHING
    return formats.interval(held.get(key), words)


def _count(value: int | None) -> str:
    return "" if value is None else formats.count(value)


def _facts(report: Report) -> list[tuple[str, str]]:
    seconds = [f"{formats.text(name)} {formats.duration(s)}" for name, s in report.seconds.items()]
    facts = [
        ("Data", formats.text(report.data_name)),
        ("Fingerprint", formats.text(report.fingerprint)),
        ("Detector", formats.text(report.detector)),
        ("Seed", formats.text(report.seed)),
        ("Run", formats.text(report.run)),
        ("Trained", formats.moment(report.created)),
        ("Time taken", ", ".join(seconds)),
        ("Made with", f"anomaly {formats.text(report.version)}"),
    ]
    return [(name, value) for name, value in facts if value]


def _pairs(mapping: Mapping[str, object]) -> list[tuple[str, str]]:
    return [(formats.text(name), formats.setting(value)) for name, value in mapping.items()]


def _hints(report: Report) -> dict[str, Hint]:
    run = formats.text(shlex.quote(report.run))
    has_labels = any(
        s is not None and s.labels is not None for s in (report.validation, report.test)
    )
    pick = f"anomaly pick-threshold {run}"
    share = OBJECTIVES["contamination"].usual["share"]
    return {
        "loss": Hint("This detector keeps no loss by epoch, so there is no curve to draw."),
        "scores": Hint("There are no scores to draw."),
        "threshold": Hint(
            "No threshold is picked yet, so nothing is an alert. Pick one and write the report anew:",
            pick if has_labels else f"{pick} --objective contamination --share {share:g}",
        ),
        "curves": Hint(
            f"Precision and recall need {formats.plural_of(report.noun)} and normal transactions, and the splits held out "
            "do not have both."
        )
        if has_labels
        else Hint(
            "There are no labels, so precision and recall are not known. "
            "Name the column that holds them:",
            "anomaly train DATA --label COLUMN",
        ),
        "columns": Hint("The columns are not listed."),
    }
