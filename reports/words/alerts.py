"""The highest-scoring transactions and the worst misses as text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.alerts import Alert
from reports.content.report import Report
from reports.words.reasons import LONGEST_NAME, ReasonView, reasons_in_a_line, reasons_of

MOST_ALERTS = 100
MOST_MISSES = 20


@dataclass(frozen=True, slots=True)
class AlertView:
    """One transaction of a list; `is_positive` is None where no label says.

    The `keys` are what a script sorts by: score, amount and time.
    """

    rank: int
    name: str
    score: str
    verdict: str
    is_positive: bool | None
    time: str
    amount: str
    facts: Sequence[tuple[str, str]]
    reasons: Sequence[ReasonView]
    why: str
    keys: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of transactions.

    Attributes
    ----------
    name : str
        Its name in the page; ids begin with it.
    title, note : str
        What it holds.
    order : str
        How it is sorted: ``descending`` or ``ascending`` by score.
    alerts : sequence of AlertView
        In that order.
    verdicts : sequence of (str, int)
        Each verdict in it, and how often.
    """

    name: str
    title: str
    note: str
    order: str
    alerts: Sequence[AlertView]
    verdicts: Sequence[tuple[str, int]]

    @property
    def knows_time(self) -> bool:
        """Whether any transaction has a time."""
        return any(alert.time for alert in self.alerts)

    @property
    def knows_amount(self) -> bool:
        """Whether any transaction has an amount."""
        return any(alert.amount for alert in self.alerts)


def highest(report: Report) -> Listing:
    """The highest scores, highest first."""
    ranked = sorted(report.alerts, key=lambda alert: -alert.score)[:MOST_ALERTS]
    title, note = _highest_heading(report, ranked)
    return _listing("alerts", title, note, "descending", ranked, report.noun)


def misses(report: Report) -> Listing:
    """The positive rows with the lowest scores, lowest first."""
    ranked = sorted(report.misses, key=lambda alert: alert.score)[:MOST_MISSES]
    several = formats.plural_of(report.noun)
    some = f"The {report.noun}" if len(ranked) == 1 else f"The {len(ranked)} {several}"
    if report.threshold is None:
        title = f"{some} with the lowest {'score' if len(ranked) == 1 else 'scores'}"
        who = "The scores" if report.score_column else "The detector"
        found = "rank" if report.score_column else "finds"
        note = f"{who} {found} them the least unusual of all {several}."
    else:
        title = "The worst miss" if len(ranked) == 1 else f"The {len(ranked)} worst misses"
        note = f"{some} with the lowest {'score' if len(ranked) == 1 else 'scores'} below the threshold."
    if not report.score_column and not any(alert.reasons for alert in ranked):
        note += " No reasons are kept for scores so low."
    return _listing("misses", title, note, "ascending", ranked, report.noun)


def _listing(
    name: str, title: str, note: str, order: str, ranked: Sequence[Alert], noun: str
) -> Listing:
    views = [_view(rank, alert, noun) for rank, alert in enumerate(ranked, start=1)]
    all_verdicts = [view.verdict for view in views]
    verdicts = [
        (verdict, all_verdicts.count(verdict)) for verdict in dict.fromkeys(all_verdicts) if verdict
    ]
    return Listing(name, title, note, order, views, sorted(verdicts))


def _highest_heading(report: Report, ranked: Sequence[Alert]) -> tuple[str, str]:
    shown = len(ranked)
    if shown == 0:
        return "Highest scores", "No transaction is listed."
    one = "The highest" if shown == 1 else f"The {shown} highest"
    scores = "score" if shown == 1 else "scores"
    note = (
        "Each bar is a column's share of the score; the shares of a transaction sum to its score."
        if any(alert.reasons for alert in ranked)
        else "Nothing is known of the reasons for these scores."
        if report.score_column
        else "There are no reasons for these scores."
    )
    if any(reason.normal for alert in ranked for reason in alert.reasons):
        note += (
            " Normal is where the middle 90 % of the normal training transactions are, or how "
            "many of them have the same category; on its strip the value seen is in colour, the "
            "one expected in grey."
        )
    if report.threshold is None:
        return f"{one} {scores}", note
    alerts = sum(bool(alert.is_alert) for alert in ranked)
    if not alerts:
        return (
            f"{one} {scores}",
            f"None of them reaches the threshold, so there is no alert. {note}",
        )
    if alerts < shown:
        are = "an alert" if alerts == 1 else "alerts"
        return f"{one} {scores}, {alerts} of them {are}", note
    return f"{one} {'alert' if shown == 1 else 'alerts'}", note


def _view(rank: int, alert: Alert, noun: str) -> AlertView:
    time = "" if alert.time is None else formats.text(alert.time)
    amount = "" if alert.amount is None else formats.money(alert.amount)
    facts = [(formats.text(name), formats.text(value)) for name, value in alert.ids.items()]
    facts += [(name, value) for name, value in (("time", time), ("amount", amount)) if value]
    facts.append(("row", f"{formats.count(alert.row)}, {formats.text(alert.split)}"))
    ids = [formats.text(value, LONGEST_NAME) for value in alert.ids.values()]
    reasons = reasons_of(alert)
    return AlertView(
        rank=rank,
        name=" · ".join(ids) or f"row {formats.count(alert.row)}",
        score=formats.number(alert.score),
        verdict=_verdict(alert, noun),
        is_positive=None if alert.label is None else bool(alert.label),
        time=time,
        amount=amount,
        facts=facts,
        reasons=reasons,
        why=reasons_in_a_line(reasons),
        keys=[
            ("score", _key(alert.score)),
            ("amount", _key(alert.amount)),
            ("time", _moment_key(alert.time)),
        ],
    )


def _key(value: float | None) -> str:
    """A number as a script reads it; empty where there is none."""
    if value is None or math.isnan(value):
        return ""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(float(value))


def _moment_key(time: str | None) -> str:
    """A time that is sorted as a number where it is one, and else as text."""
    if time is None:
        return ""
    try:
        return _key(float(time))
    except ValueError:
        return formats.text(time)


def _verdict(alert: Alert, noun: str) -> str:
    match alert.label, alert.is_alert:
        case None, False:
            return "below the threshold"
        case None, _:
            return ""
        case 1, False:
            return f"{noun}, missed"
        case 1, True:
            return f"{noun}, caught"
        case 0, True:
            return "false alarm"
        case 1, _:
            return noun
        case _:
            return "normal"
