"""The highest-scoring transactions and the reasons for their scores, as text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats
from reports.data import Alert, Reason, Report

MOST_ALERTS = 20
MOST_REASONS = 5
SMALLEST_REST = 0.001  # of the score; below it is rounding


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One bar: a column's share of the score, and the value seen against the one expected.

    Attributes
    ----------
    column : str
        Name of the column.
    part : str
        The share as a percentage of the score.
    share : str
        The share in units of the score.
    width : float
        Length of the bar, 0 to 100.
    seen, expected : str
        The two values; empty for the sum of the columns left out.
    """

    column: str
    part: str
    share: str
    width: float
    seen: str
    expected: str


@dataclass(frozen=True, slots=True)
class AlertView:
    """One transaction of the list; `is_fraud` is None where no label says."""

    rank: int
    score: str
    verdict: str
    is_fraud: bool | None
    facts: Sequence[tuple[str, str]]
    reasons: Sequence[ReasonView]


def highest(report: Report) -> list[AlertView]:
    """The twenty highest scores of the list, highest first."""
    ranked = sorted(report.alerts, key=lambda alert: -alert.score)[:MOST_ALERTS]
    return [_view(rank, alert) for rank, alert in enumerate(ranked, start=1)]


def _view(rank: int, alert: Alert) -> AlertView:
    facts = [(formats.text(name), formats.text(value)) for name, value in alert.ids.items()]
    if alert.time is not None:
        facts.append(("time", formats.text(alert.time)))
    if alert.amount is not None:
        facts.append(("amount", formats.money(alert.amount)))
    facts.append(("row", f"{formats.count(alert.row)}, {formats.text(alert.split)}"))
    return AlertView(
        rank=rank,
        score=formats.number(alert.score),
        verdict=_verdict(alert),
        is_fraud=None if alert.label is None else bool(alert.label),
        facts=facts,
        reasons=_reasons(alert),
    )


def _verdict(alert: Alert) -> str:
    match alert.label, alert.is_alert:
        case None, False:
            return "below the threshold"
        case None, _:
            return ""
        case 1, False:
            return "fraud, missed"
        case 1, True:
            return "fraud, caught"
        case 0, True:
            return "false alarm"
        case 1, _:
            return "fraud"
        case _:
            return "normal"


def _reasons(alert: Alert) -> list[ReasonView]:
    ranked = sorted(alert.reasons, key=lambda reason: -reason.share)
    views = [_reason(reason, alert.score) for reason in ranked[:MOST_REASONS]]
    rest = alert.score - math.fsum(reason.share for reason in ranked[:MOST_REASONS])
    if views and rest > SMALLEST_REST * alert.score:
        part, width = _part(rest, alert.score)
        views.append(ReasonView("other columns", part, formats.number(rest), width, "", ""))
    return views


def _reason(reason: Reason, score: float) -> ReasonView:
    part, width = _part(reason.share, score)
    return ReasonView(
        column=formats.text(reason.column),
        part=part,
        share=formats.number(reason.share),
        width=width,
        seen=formats.value(reason.seen),
        expected=formats.value(reason.expected),
    )


def _part(share: float, score: float) -> tuple[str, float]:
    # An infinite score has no parts, and zero has none to speak of.
    if not (math.isfinite(share) and math.isfinite(score)) or score <= 0:
        return formats.NOTHING, 0.0
    return formats.percent(share / score), round(min(max(100 * share / score, 0.0), 100.0), 1)
