"""What the page says, as text: every figure rounded, every name made printable."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.report import Report
from reports.words.alerts import Listing, highest, misses
from reports.words.cautions import Badge, Cautions, badge, cautions
from reports.words.columns import ColumnGroup, column_groups
from reports.words.headline import (
    Figure,
    Money,
    at_threshold,
    judged_split,
    tiles,
    verdict,
    what_was_learned,
)
from reports.words.intervals import why_no_interval
from reports.words.outcomes import Outcome, outcome_notes, outcomes_of
from reports.words.splits import SplitRow, split_rows
from reports.words.trust import Trust, trust
from thresholds import OBJECTIVES


@dataclass(frozen=True, slots=True)
class Hint:
    """Why a part of the page is empty, and the command that would fill it."""

    words: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """All words and figures of the page but the charts."""

    title: str
    byline: str
    badge: Badge
    cautions: Cautions
    warnings: Sequence[str]
    about: str
    verdict: str
    at_threshold: str
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
    assumed: Sequence[str]
    facts: Sequence[tuple[str, str]]
    options: Sequence[tuple[str, str]]
    versions: Sequence[tuple[str, str]]
    hints: Mapping[str, Hint]
    why_none: str
    noun: str
    learns: bool


def summarise(report: Report, money: Money | None = None) -> Summary:
    """Everything the page says, ready to be laid out.

    Parameters
    ----------
    report : Report
    money : Money, optional
        What the run's threshold saves on the judged split.
    """
    outcomes = outcomes_of(report)
    return Summary(
        title=formats.text(report.title),
        byline=formats.moment(report.created),
        badge=badge(report),
        cautions=cautions(report),
        warnings=[formats.text(warning, longest=600) for warning in report.warnings],
        about=what_was_learned(report),
        verdict=verdict(report),
        at_threshold=at_threshold(report),
        judged=judged_split(report),
        tiles=tiles(report, money),
        splits=split_rows(report.splits),
        split_method=formats.text(report.split_method),
        outcomes=outcomes,
        outcome_notes=outcome_notes(report, outcomes),
        alerts=highest(report),
        misses=misses(report),
        trust=trust(report),
        columns=column_groups(report.columns),
        assumed=[formats.text(each, longest=600) for each in report.assumed],
        facts=_facts(report),
        options=_pairs(report.options),
        versions=_pairs(report.versions),
        hints=_hints(report),
        why_none=why_no_interval(report.noun),
        noun=report.noun,
        learns=not report.score_column,
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    is_foreign = bool(report.score_column)
    is_drawn = not is_foreign or report.split_method == "random"
    seconds = [f"{formats.text(name)} {formats.duration(s)}" for name, s in report.seconds.items()]
    facts = [
        ("Data", formats.text(report.data_name)),
        ("Fingerprint", formats.text(report.fingerprint)),
        ("Scores" if is_foreign else "Detector", formats.text(report.detector)),
        ("Seed", formats.text(report.seed) if is_drawn else ""),
        ("Run", formats.text(report.run)),
        ("Read" if is_foreign else "Trained", formats.moment(report.created)),
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
            f"Precision and recall need {formats.plural_of(report.noun)} and normal transactions, "
            "and the splits held out do not have both."
        )
        if has_labels
        else Hint(
            "There are no labels, so precision and recall are not known. "
            "Give them where they come later, with the ids of their transactions:",
            f"{pick} --labels FILE",
        ),
        "columns": Hint("The columns are not listed."),
    }
