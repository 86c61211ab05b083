"""The highest-scoring transactions and the misses as text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.alerts import Alert
from reports.content.report import Report
from reports.words.reasons import (
    LONGEST_NAME,
    ReasonView,
    reasons_in_words,
    reasons_of,
    sentence_of,
)

MOST_ALERTS = 100
MOST_MISSES = 20
#: So many have their reasons in a table; more would make the page slow to open.
MOST_TABLES = {"alerts": 20, "misses": 10}


@dataclass(frozen=True, slots=True)
class AlertView:
    """One transaction of a list; `is_positive` is None where no label says.

    Its `place` is that in the rows of the listing. Where it has no table of its `reasons`, they
    are all `in_words`.
    """

    place: int
    rank: int
    name: str
    score: str
    verdict: str
    is_positive: bool | None
    time: str
    amount: str
    facts: Sequence[tuple[str, str]]
    reasons: Sequence[ReasonView]
    in_words: str
    why: str
    has_table: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of transactions.

    Attributes
    ----------
    name : str
        Its name in the page; ids begin with it.
    title, note : str
        What it holds.
    key, order : str
        What it is sorted by, ``score`` or ``amount``, and how: ``descending`` or ``ascending``.
    alerts : sequence of AlertView
        In that order.
    verdicts : sequence of str
        Each verdict in it.
    rows : sequence of Alert
        All that the page may list as its threshold is moved.
    """

    name: str
    title: str
    note: str
    key: str
    order: str
    alerts: Sequence[AlertView]
    verdicts: Sequence[str]
    rows: Sequence[Alert]

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
    ranked = sorted(report.alerts, key=lambda alert: -alert.score)
    shown = ranked[:MOST_ALERTS]
    title, note = _highest_heading(report, shown)
    return _listing("alerts", title, note, ("score", "descending"), shown, ranked, report.noun)


def misses(report: Report) -> Listing:
    """The positive rows below the threshold: the dearest first, or the lowest scores."""
    rows = sorted(report.misses, key=lambda alert: alert.score)
    missed = [alert for alert in rows if not alert.is_alert]
    by_money = report.threshold is not None and any(_is_money(a.amount) for a in missed)
    if by_money:
        missed.sort(key=lambda alert: -(alert.amount or 0.0) if _is_money(alert.amount) else 1.0)
    shown = missed[:MOST_MISSES]
    title, note = _misses_heading(report, shown, len(missed), by_money=by_money)
    order = ("amount", "descending") if by_money else ("score", "ascending")
    return _listing("misses", title, note, order, shown, rows, report.noun)


def _is_money(amount: float | None) -> bool:
    return amount is not None and math.isfinite(amount)


def _misses_heading(
    report: Report, shown: Sequence[Alert], missed: int, *, by_money: bool
) -> tuple[str, str]:
    several = formats.plural_of(report.noun)
    some = f"The {report.noun}" if len(shown) == 1 else f"The {len(shown)} {several}"
    if report.threshold is None:
        title = f"{some} with the lowest {'score' if len(shown) == 1 else 'scores'}"
        who = "The scores" if report.score_column else "The detector"
        found = "rank" if report.score_column else "finds"
        note = f"{who} {found} them the least unusual of all {several}."
    else:
        title = f"{formats.plural(missed, report.noun)} missed"
        first = "the dearest" if by_money else "the lowest scores"
        note = f"{several.capitalize()} below the threshold, {first} first."
        if missed > len(shown):
            note += f" These are {formats.count(len(shown))} of them."
    if not report.score_column and not any(alert.reasons for alert in shown):
        note += " No reasons are kept for scores so low."
    return title, note


def _listing(
    name: str, title: str, note: str, order: tuple[str, str], shown: Sequence[Alert],
    rows: Sequence[Alert], noun: str,
) -> Listing:  # fmt: skip
    places = {id(alert): place for place, alert in enumerate(rows)}
    views = [
        _view(places[id(alert)], rank, alert, noun, has_table=rank <= MOST_TABLES[name])
        for rank, alert in enumerate(shown, start=1)
    ]
    verdicts = sorted({view.verdict for view in views} - {""})
    return Listing(name, title, note, *order, views, verdicts, rows)


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


def _view(place: int, rank: int, alert: Alert, noun: str, *, has_table: bool) -> AlertView:
    reasons = reasons_of(alert)
    return AlertView(
        place=place,
        rank=rank,
        name=name_of(alert),
        score=formats.number(alert.score),
        verdict=_verdict(alert, noun),
        is_positive=None if alert.label is None else bool(alert.label),
        time=time_of(alert),
        amount="" if alert.amount is None else formats.money(alert.amount),
        facts=facts_of(alert),
        reasons=reasons if has_table else (),
        in_words="" if has_table else reasons_in_words(reasons),
        why=sentence_of(alert),
        has_table=has_table,
    )


def name_of(alert: Alert) -> str:
    """What a transaction is called: its ids, or else its row."""
    ids = [formats.text(value, LONGEST_NAME) for value in alert.ids.values()]
    return " · ".join(ids) or f"row {formats.count(alert.row)}"


def time_of(alert: Alert) -> str:
    """When it happened, as people write it; empty where nobody knows."""
    return "" if alert.time is None else formats.moment(alert.time)


def facts_of(alert: Alert) -> list[tuple[str, str]]:
    """What is known of a transaction besides its score."""
    named = {**alert.ids, **alert.entities}
    facts = [(formats.text(name), formats.text(value)) for name, value in named.items()]
    amount = "" if alert.amount is None else formats.money(alert.amount)
    facts += [
        (name, value) for name, value in (("time", time_of(alert)), ("amount", amount)) if value
    ]
    facts.append(("row", f"{formats.count(alert.row)}, {formats.text(alert.split)}"))
    return facts


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
