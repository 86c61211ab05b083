"""The reasons for a score as text: each column's share, what was seen and what was expected."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.alerts import Alert, Reason

MOST_REASONS = 5
MOST_IN_A_LINE = 3
LEAST_IN_A_LINE = 1.0  # percent of the score
SMALLEST_REST = 0.001  # of the score; below it is rounding
LONGEST_NAME = 40
LONGEST_IN_A_SENTENCE = 60
ORDINARY = 0.05  # of the normal rows
MISSING = ("missing", "(missing)")


@dataclass(frozen=True, slots=True)
class Strip:
    """Where the normal range, the value seen and the one expected are, from 0 to 100."""

    low: float
    width: float
    seen: float
    expected: float | None


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
    normal : str
        What normal transactions have; empty where that is not known.
    strip : Strip or None
        The same as a drawing, for numbers.
    """

    column: str
    part: str
    share: str
    width: float
    seen: str
    expected: str
    normal: str = ""
    strip: Strip | None = None


def reasons_of(alert: Alert) -> list[ReasonView]:
    """The largest shares of a score, and the sum of the others."""
    ranked = sorted(alert.reasons, key=lambda reason: -reason.share)
    views = [_reason(reason, alert.score) for reason in ranked[:MOST_REASONS]]
    rest = alert.score - math.fsum(reason.share for reason in ranked[:MOST_REASONS])
    if views and rest > SMALLEST_REST * alert.score:
        part, width = _part(rest, alert.score)
        views.append(ReasonView("other columns", part, formats.number(rest), width, "", ""))
    return views


def sentence_of(alert: Alert) -> str:
    """The first reasons as a sentence, what is out of the ordinary by itself before what is not.

    One at least, the others where they count.
    """
    ranked = sorted(alert.reasons, key=lambda reason: -reason.share)[:MOST_IN_A_LINE]
    counting = [
        reason
        for place, reason in enumerate(ranked)
        if place == 0 or _part(reason.share, alert.score)[1] >= LEAST_IN_A_LINE
    ]
    return "; ".join(map(_clause, sorted(counting, key=_is_ordinary)))


def reasons_in_words(reasons: Sequence[ReasonView]) -> str:
    """All reasons with their shares in a text, where there is no room for a table."""
    words = []
    for reason in reasons:
        told = [f"{reason.part} of the score"]
        told += [f"{name} {value}" for name, value in (
            ("seen", reason.seen), ("expected", reason.expected), ("normal", reason.normal)
        ) if value]  # fmt: skip
        words.append(f"{formats.short(reason.column, LONGEST_NAME)}: {', '.join(told)}")
    return "; ".join(words)


def _clause(reason: Reason) -> str:
    """One column: its value, and what is usual."""
    name = formats.short(str(reason.column).replace("_", " "), LONGEST_IN_A_SENTENCE)
    seen, expected = _in_short(reason.seen), _in_short(reason.expected)
    if seen in MISSING:
        is_rare = reason.frequency is not None and 0 < reason.frequency < 1
        return f"{name} missing{f', as in {_of_normal(reason.frequency)}' if is_rare else ''}"
    if reason.frequency is not None:
        usual = f", usually {expected}" if expected not in (seen, *MISSING) else ""
        return f"{name} {seen}: {_of_normal(reason.frequency)}{usual}"
    is_number = _finite(reason.seen) is not None
    if reason.normal is not None and is_number and not _is_ordinary(reason):
        low, high = map(_in_short, reason.normal)
        return f"{name} {seen}: usually {low if low == high else f'{low} to {high}'}"
    if seen == expected or expected in MISSING:
        return f"{name} {seen}: ordinary alone"
    if reason.normal is not None and is_number:
        return f"{name} {seen}: ordinary alone, here {expected} is expected"
    return (
        f"{name} {seen}: {expected} expected"
        if is_number
        else f"{name}: {seen}, expected {expected}"
    )


def _in_short(value: object) -> str:
    """A value as a sentence has room for it: a number with three digits."""
    number = _finite(value)
    if number is not None and not number.is_integer() and abs(number) < 1000:
        return formats.number(number, 3)
    return formats.short(formats.value(value), LONGEST_NAME)


def _of_normal(frequency: float | None) -> str:
    if not frequency:
        return "rare among normal transactions"
    return f"{formats.percent(frequency)} of normal transactions"


def _is_ordinary(reason: Reason) -> bool:
    """Whether the value is a usual one by itself."""
    if reason.frequency is not None:
        return reason.frequency >= ORDINARY
    seen = _finite(reason.seen)
    return reason.normal is not None and seen is not None and (
        reason.normal[0] <= seen <= reason.normal[1]
    )  # fmt: skip


def _reason(reason: Reason, score: float) -> ReasonView:
    part, width = _part(reason.share, score)
    return ReasonView(
        column=formats.text(reason.column),
        part=part,
        share=formats.number(reason.share),
        width=width,
        seen=formats.value(reason.seen),
        expected=formats.value(reason.expected),
        normal=_normal(reason),
        strip=_strip(reason),
    )


def _normal(reason: Reason) -> str:
    if reason.normal is not None:
        low, high = (formats.value(end) for end in reason.normal)
        return low if low == high else f"{low} to {high}"
    if reason.frequency is None:
        return ""
    return "rare" if reason.frequency == 0 else f"in {formats.percent(reason.frequency)}"


def _strip(reason: Reason) -> Strip | None:
    seen, expected = _finite(reason.seen), _finite(reason.expected)
    if reason.normal is None or seen is None:
        return None
    low, high = reason.normal
    shown = [low, high, seen] if expected is None else [low, high, seen, expected]
    start, end = min(shown), max(shown)
    if end <= start or not math.isfinite(end - start):
        return None

    def place(value: float) -> float:
        return round(100 * (value - start) / (end - start), 1)

    return Strip(
        low=place(low),
        width=round(max(place(high) - place(low), 1.0), 1),
        seen=place(seen),
        expected=None if expected is None else place(expected),
    )


def _finite(value: object) -> float | None:
    """A value of a cell, or text that stands for one, as a finite number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _part(share: float, score: float) -> tuple[str, float]:
    # An infinite score has no parts, and zero has none to speak of.
    if not (math.isfinite(share) and math.isfinite(score)) or score <= 0:
        return formats.NOTHING, 0.0
    return formats.percent(share / score), round(min(max(100 * share / score, 0.0), 100.0), 1)
