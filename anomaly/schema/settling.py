"""What a column holds and how it is written, settled over all its values."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from anomaly.schema.profiles import MOST_STRAYS, ColumnProfile
from anomaly.schema.roles import Roles
from anomaly.tables import kinds
from anomaly.tables.forms.form import Form
from anomaly.tables.forms.numbers import COMMA, POINT, plain_numbers
from anomaly.tables.forms.times import (
    COMPACT,
    COUNTED,
    DURATION,
    NO_DATE,
    ORDER_WORDS,
    read_dates,
    unit_of_numbers,
)
from anomaly.utils.arrow import from_texts

_TIME_NAME = re.compile(
    r"(^|[^a-z])(time|date|datetime|timestamp|zeit|datum|fecha|ts|dt|at)([^a-z]|$)"
)


# Of many numbers and a few words, so many are numbers at least.
_LEAST_WITH_WORDS, _FEW_WORDS = 0.5, 3
_OTHER = {POINT: COMMA, COMMA: POINT}


@dataclass(frozen=True, slots=True)
class Settled:
    """The kind and the form of a column.

    Attributes
    ----------
    kind : str
    form : Form or None
        None where the values are written plainly.
    reading : str
        In words, what was taken for what; empty where all is plain.
    question : str
        Where two readings are open: both, and the option that settles it; else empty.
    strays : bool
        Whether some values do not fit, though nearly all do.
    """

    kind: str
    form: Form | None = None
    reading: str = ""
    question: str = ""
    strays: bool = False


def settle(profile: ColumnProfile, roles: Roles, *, beside_commas: bool = False) -> Settled:
    """Settle what a column holds, by what the user says of forms and by all its values.

    Parameters
    ----------
    profile : ColumnProfile
    roles : Roles
    beside_commas : bool, default=False
        Whether other columns of the table have decimal commas, so that a plain `1.234` may be 1234.
    """
    if profile.is_categorical:
        return Settled(kinds.CATEGORY, reading="a category, as it came")
    words = profile.texts.missing_words(roles.missing)
    if profile.is_pair_of_truth_values(words):
        return Settled(kinds.FLAG, _missing_form(words), _missing_reading(words))
    n = profile.n_present - profile.texts.n_missing(roles.missing)
    if n and profile.n_typed.get(kinds.FLAG) == n:
        return Settled(kinds.FLAG)
    number = _number(profile, roles, words, n, beside_commas=beside_commas)
    for found in (number, _time(profile, roles, words, n)):
        if found is not None:
            return found
    return Settled(kinds.CATEGORY)


def _missing_form(words: tuple[str, ...]) -> Form | None:
    return Form(missing=words) if words else None


def _missing_reading(words: tuple[str, ...]) -> str:
    return f"{_listed([repr(word) for word in words])} taken as missing" if words else ""


def _number(
    profile: ColumnProfile,
    roles: Roles,
    words: tuple[str, ...],
    n: int,
    *,
    beside_commas: bool,
) -> Settled | None:
    evidence = profile.texts.numbers
    typed = profile.n_typed.get(kinds.NUMBER, 0)
    n_numbers = typed + max(evidence.fits.values())
    if n and n_numbers < (1 - MOST_STRAYS) * n <= typed + evidence.read:
        return Settled(
            kinds.NUMBER, question=_two_ways(profile, "decimal points and decimal commas")
        )
    if not n or n_numbers < (1 - MOST_STRAYS) * n:
        return _with_words(profile, roles) if n_numbers >= _LEAST_WITH_WORDS * n > 0 else None
    least = (1 - MOST_STRAYS) * n - typed
    asked = roles.decimal
    if asked is not None and (evidence.fits[asked] < least or evidence.only[_OTHER[asked]]):
        asked = None  # it settles what is open, and changes nothing that is plain
    if evidence.is_plain and beside_commas and evidence.is_open and roles.decimal is None:
        return Settled(
            kinds.NUMBER, question=_open_number(profile.name, evidence.open_example or "")
        )
    if evidence.is_plain and asked != COMMA:
        # Numbers written plainly, some of them perhaps in text.
        is_odd = typed + evidence.fits[POINT] < n
        return _of_unit(profile, roles, words) or Settled(
            kinds.NUMBER, _missing_form(words), _missing_reading(words), strays=is_odd
        )
    decimal = asked or evidence.decimal(least) or POINT
    is_odd = typed + evidence.fits[decimal] < n
    if evidence.is_open and roles.decimal is None:
        return Settled(
            kinds.NUMBER, question=_open_number(profile.name, evidence.open_example or "")
        )
    form = Form(decimal=decimal, missing=words)
    return Settled(kinds.NUMBER, form, _number_reading(profile, decimal, words), strays=is_odd)


def _two_ways(profile: ColumnProfile, what: str) -> str:
    """Say that a column is written in two ways, which no option settles."""
    some = ", ".join(map(repr, list(profile.sampled_texts)[:3]))
    return (
        f"column {profile.name!r} is written in two ways, with {what} ({some}, ...): write it in one, "
        f"or take it as text with --category {profile.name}"
    )


def _with_words(profile: ColumnProfile, roles: Roles) -> Settled | None:
    """Ask what a few words mean that stand among many different numbers."""
    taken = set(profile.texts.missing_words(roles.missing))
    words = [word for word in profile.texts.words if word not in taken]
    if not 0 < len(words) <= _FEW_WORDS or not profile.has_many_values:
        return None
    listed = _listed([repr(word) for word in words])
    option = " ".join(f"--missing {word!r}" for word in words)
    return Settled(
        kinds.NUMBER,
        question=f"column {profile.name!r} holds numbers and {listed}: do they mean that a value is "
        f"missing ({option}), or is it a category (--category {profile.name})?",
    )


def _open_number(name: str, example: str) -> str:
    readings = [
        f"{plain_numbers(from_texts([example]), decimal)[0].as_py()} (--decimal '{decimal}')"
        for decimal in (POINT, COMMA)
    ]
    return f"column {name!r}: is {example!r} {readings[0]} or {readings[1]}?"


def _number_reading(profile: ColumnProfile, decimal: str, words: tuple[str, ...]) -> str:
    evidence = profile.texts.numbers
    parts = []
    if decimal == COMMA:
        parts.append("with a decimal comma")
    thousands = sorted(evidence.separators - {decimal})
    if thousands:
        parts.append(f"thousands set apart by {_listed([repr(sign) for sign in thousands])}")
    if evidence.currencies:
        parts.append(f"in {_listed(sorted(evidence.currencies))}, which is left out")
    if evidence.percents:
        parts.append("in percent")
    if evidence.negatives:
        parts.append("brackets and minus signs of any kind taken as minus")
    reading = f"read as numbers {', '.join(parts)}".rstrip()
    return "; ".join(filter(None, (reading, _missing_reading(words))))


def _of_unit(profile: ColumnProfile, roles: Roles, words: tuple[str, ...]) -> Settled | None:
    """Return what numbers are that are times, by the user's word or by their size."""
    is_time = profile.name == roles.time
    if is_time and roles.time_unit is not None:
        unit: str | None = roles.time_unit
    else:
        is_named_so = bool(_TIME_NAME.search(_snake(profile.name)))
        unit = unit_of_numbers(profile.numbers, is_time=is_time or is_named_so)
    if unit is None:
        return None
    if unit in COUNTED:
        return Settled(kinds.NUMBER, Form(unit=unit), f"counts {unit}")
    if unit == COMPACT:
        there = {f"{number:.0f}" for number in NO_DATE if number in profile.numbers}
        words = (*words, *sorted(there))
    example = f"{np.median(profile.numbers):.15g}"
    return Settled(
        kinds.TIME,
        Form(unit=unit, missing=words),
        f"read as times from numbers such as {example} ({unit})",
    )


def _time(profile: ColumnProfile, roles: Roles, words: tuple[str, ...], n: int) -> Settled | None:
    evidence = profile.texts.times
    typed = profile.n_typed.get(kinds.TIME, 0)
    least = (1 - MOST_STRAYS) * n
    if typed == n and n:
        return Settled(kinds.TIME)
    if roles.date_order is None and profile.n_iso_times >= max(least, 1):
        is_odd = profile.n_iso_times < n
        return Settled(kinds.TIME, _missing_form(words), _missing_reading(words), strays=is_odd)
    orders = evidence.orders(least - typed)
    if roles.date_order is not None and evidence.fits[roles.date_order] + typed >= least:
        orders = [roles.date_order]
    if orders and n:
        order = orders[0]
        example = evidence.open_example(orders)
        if example is not None:
            return Settled(kinds.TIME, question=_open_date(profile.name, example, orders))
        is_odd = typed + evidence.fits[order] < n
        reading = f"read as times, {ORDER_WORDS[order]}"
        reading = "; ".join(filter(None, (reading, _missing_reading(words))))
        return Settled(kinds.TIME, Form(order=order, missing=words), reading, strays=is_odd)
    if n and typed + evidence.read >= least > 0:
        return Settled(kinds.TIME, question=_two_ways(profile, "dates of more than one order"))
    spans = evidence.clocks + evidence.days_and_hours
    if n and spans >= least:
        if evidence.days_and_hours:
            form = Form(unit=DURATION, missing=words)
            return Settled(
                kinds.NUMBER, form, "read as spans of time, in seconds", strays=spans < n
            )
        reading = "read as times of day"
        return Settled(kinds.CLOCK, _missing_form(words), reading, strays=spans < n)
    return None


def _open_date(name: str, example: str, orders: list[str]) -> str:
    readings = []
    for order in orders:
        moment = read_dates(from_texts([example]), order)[0]
        day = np.datetime_as_string(moment, "D")
        readings.append(f"{day} (--date-order {order})")
    return f"column {name!r}: is {example!r} {' or '.join(readings)}?"


def _snake(name: str) -> str:
    """Return a name in small letters, with its words apart."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
