"""The role and the kind of each column, inferred over the whole table where no option says them."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from anomaly.errors import DataError, OptionError
from anomaly.schema.columns import ENTITY, FEATURE, ID, IGNORED, LABEL, Column, Schema
from anomaly.schema.profiles import ColumnProfile, profile_columns
from anomaly.schema.roles import Roles
from anomaly.tables import Table, kinds
from anomaly.utils.spelling import nearest

MOST_CATEGORIES = 32

_POSITIVE_OF_PAIR = {
    frozenset(("0", "1")): "1",
    frozenset(("false", "true")): "true",
    frozenset(("no", "yes")): "yes",
    frozenset(("n", "y")): "y",
    frozenset(("f", "t")): "t",
}


def infer_schema(table: Table, roles: Roles) -> Schema:
    """Read the table once and settle the role and kind of each column.

    Parameters
    ----------
    table : Table
        Read whole: a type is never guessed from the head of a file.
    roles : Roles
        What the user says; it wins over what is inferred.

    Raises
    ------
    OptionError
        When an option names a column that is not there, or two options name the same one.
    DataError
        When a column cannot be what it is said to be, or nothing is left to learn from.
    """
    _check_names(table, roles)
    profiles = _profiles(table, roles)
    columns = tuple(
        _settle(profiles[name], roles, table)
        if name in profiles
        else Column(name, IGNORED, "", "left out by --drop")
        for name in table.column_names
    )
    positive = None
    if roles.label is not None:
        positive = _positive_value(profiles[roles.label], roles.positive, table)
    schema = Schema(columns, positive, _amount_of(columns))
    if not schema.named(FEATURE):
        raise DataError(
            f"{table.name} has no column to learn from: "
            + "; ".join(f"{c.name!r} is {c.note or c.role}" for c in columns[:5])
        )
    return schema


def _profiles(table: Table, roles: Roles) -> dict[str, ColumnProfile]:
    columns = [name for name in table.column_names if name not in roles.drop]
    # What is compared as text is read as text: 007 and 7 differ.
    as_text = [*roles.by_option()["label"], *roles.entity, *roles.id, *roles.category]
    types = dict.fromkeys(as_text, pa.string())
    profiles = profile_columns(table, columns, types, MOST_CATEGORIES) if columns else []
    return {profile.name: profile for profile in profiles}


def _check_names(table: Table, roles: Roles) -> None:
    taken: dict[str, str] = {}
    for option, names in roles.by_option().items():
        for name in names:
            if name not in table.column_names:
                near = nearest(name, table.column_names, cutoff=0.4)
                some = ", ".join(table.column_names[:12])
                hint = f"did you mean {near!r}?" if near else f"its columns are: {some}"
                raise OptionError(
                    f"--{option}: there is no column {name!r} in {table.name}; {hint}"
                )
            if taken.setdefault(name, option) != option:
                raise OptionError(
                    f"the column {name!r} is named by --{taken[name]} and by --{option}; name it once"
                )


def _settle(profile: ColumnProfile, roles: Roles, table: Table) -> Column:
    """Give a column its role and kind: by option if one names it, else by its values."""
    name = profile.name
    option = roles.option_of(name)
    if option is None:
        role, note = _inferred_role(profile)
        _refuse_unread(profile, table)
        if role != FEATURE:
            return Column(name, role, profile.kind, note)
    else:
        _check_option(profile, option, table)
    if option in (LABEL, ENTITY, ID):
        return Column(name, option, profile.kind)
    note = f"{profile.missing / profile.rows:.1%} missing" if profile.missing else ""
    if option == "category":
        return Column(name, FEATURE, kinds.CATEGORY, note)
    _check_values(profile, table)
    if option in ("time", "number"):
        kind = kinds.NUMBER if profile.is_of_numbers else profile.kind
        return Column(name, kinds.TIME if option == "time" else FEATURE, kind, note)
    return Column(name, FEATURE, profile.kind, note)


def _inferred_role(profile: ColumnProfile) -> tuple[str, str]:
    if profile.is_empty:
        return IGNORED, "without a value in any row"
    if profile.unusable_type is not None:
        return IGNORED, f"of type {profile.unusable_type}, which holds no plain values"
    if profile.is_constant:
        return IGNORED, "constant"
    if profile.numbers_every_row or (profile.looks_like_id and profile.every_row_differs):
        return ID, "one value per row"
    if profile.looks_like_id and profile.has_many_values:
        return IGNORED, "named like an identifier; use --entity, --number or --category to keep it"
    if profile.kind == kinds.CATEGORY and profile.has_many_values:
        return IGNORED, (
            f"text with more than {MOST_CATEGORIES} values, such as {_short(profile.example)}; "
            "--category keeps it"
        )
    return FEATURE, ""


def _short(value: str | None) -> str:
    return repr(value[:40]) if value is not None else "nothing"


def _check_option(profile: ColumnProfile, option: str, table: Table) -> None:
    """Raise when a column cannot be what an option says it is."""
    name = profile.name
    if profile.unusable_type is not None:
        raise DataError(
            f"{table.name}: --{option} {name}: the column has the type {profile.unusable_type}, "
            "which holds no plain values; write it as text or numbers"
        )
    if option in ("time", "number") and profile.is_empty:
        raise OptionError(f"--{option} {name}: the column has no value in any row")
    if option == "number" and profile.kind not in (kinds.NUMBER, kinds.FLAG):
        stray = profile.first_other_than(kinds.NUMBER)
        raise OptionError(
            f"--number {name}: {table.place(stray.row)} has {_short(stray.value)}, "
            "which is not a number; use --category"
        )
    if option == "time" and profile.missing:
        raise DataError(
            f"{table.place(profile.first_missing_row or 0)}: the time column {name!r} is empty; "
            "fill it in, or train without --time"
        )
    if option == "time" and profile.kind in (kinds.CATEGORY, kinds.FLAG):
        stray = profile.first_other_than(kinds.TIME)
        if not profile.is_of_numbers:
            raise DataError(
                f"{table.place(stray.row)}: the time column {name!r} has {_short(stray.value)}, "
                "which is neither a time such as 2026-01-31 12:00:00 nor a number; rewrite it"
            )


def _refuse_unread(profile: ColumnProfile, table: Table) -> None:
    """Raise where numbers or dates would be left out, or taken as codes, for their spelling."""
    value = profile.unread_number_or_date
    if value is not None:
        raise DataError(
            f"{table.name}: column {profile.name!r} holds values such as {value!r}; write numbers "
            "with a decimal point and dates as 2026-01-31, or leave the column out with "
            f"--drop {profile.name}"
        )


def _check_values(profile: ColumnProfile, table: Table) -> None:
    """Raise when a feature or the time holds what the detector cannot learn from."""
    name = profile.name
    if profile.stray is not None:
        what = {kinds.NUMBER: "numbers", kinds.TIME: "times"}[profile.kind]
        raise DataError(
            f"{table.place(profile.stray.row)}: column {name!r} holds {what}, but here "
            f"{_short(profile.stray.value)}; correct it, leave it empty, or leave the column "
            f"out with --drop {name} (or take it as text: --category {name})"
        )
    if profile.first_infinite_row is not None:
        raise DataError(
            f"{table.place(profile.first_infinite_row)}: column {name!r} is infinite; "
            f"correct it, leave it empty, or leave the column out with --drop {name}"
        )


def _positive_value(profile: ColumnProfile, option: str | None, table: Table) -> str:
    """Return the label's value that marks an anomaly, as text."""
    if profile.missing:
        raise DataError(
            f"{table.place(profile.first_missing_row or 0)}: the label {profile.name!r} is empty; "
            "label every row, or remove those without a label"
        )
    where = f"{table.name}: the label {profile.name!r}"
    values = profile.distinct
    if values is None or len(values) > 2:
        some = ", ".join(sorted(values)[:5]) + ", ..." if values else f"more than {MOST_CATEGORIES}"
        raise DataError(f"{where} has more than two values ({some}); it must have two")
    listed = " and ".join(repr(value) for value in sorted(values))
    named = None if option is None else kinds.as_text(pa.array([str(option)]))[0].as_py()
    if option is not None and named not in values:
        raise OptionError(f"--positive {option}: the label {profile.name!r} has only {listed}")
    if len(values) == 1:
        return _only_value(next(iter(values)), named, where)
    known = _POSITIVE_OF_PAIR.get(frozenset(value.lower() for value in values))
    positive = named or next((v for v in values if v.lower() == known), None)
    if positive is None:
        raise OptionError(
            f"{where} has the values {listed}; say with --positive which one marks an anomaly"
        )
    return positive


def _only_value(value: str, named: str | None, where: str) -> str:
    if value == named or value.lower() in _POSITIVE_OF_PAIR.values():
        raise DataError(f"{where} is {value!r} in every row, so no row is normal; add normal rows")
    raise DataError(
        f"{where} is {value!r} in every row, so no row is positive; "
        "add labelled anomalies, or train without --label"
    )


def _amount_of(columns: Iterable[Column]) -> str | None:
    for column in columns:
        name = column.name.lower()
        if (column.role, column.kind) == (FEATURE, kinds.NUMBER) and (
            name in ("amt", "value") or "amount" in name
        ):
            return column.name
    return None
