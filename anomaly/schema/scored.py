"""The columns of a table of scores: those that an option names, and the names of its rows."""

from __future__ import annotations

from dataclasses import replace

from anomaly.schema.broken_rows import refuse_many
from anomaly.schema.columns import FEATURE, ID, IGNORED, Column, Schema
from anomaly.schema.inference import amount_of, as_label, raise_all, understand
from anomaly.schema.roles import Roles
from anomaly.tables import Table

_NOT_LOOKED_AT = "not looked at"


def scores_schema(table: Table, roles: Roles, reserved: tuple[str, ...]) -> Schema:
    """Read a table of scores once, and settle the role and kind of its columns.

    Columns that no option names are not looked at, but for an amount that is named like one, and
    for those that have one value per row and so name it.

    Parameters
    ----------
    table : Table
    roles : Roles
        With `score`.
    reserved : tuple of str
        Names that no column of names may have, unless an option names it.

    Raises
    ------
    OptionError
        When an option names a column that is not there, two options name the same one, or a column
        can be read in two ways and no option says which.
    DataError
        When a column cannot be what it is said to be.
    """
    understanding = understand(table, roles)
    refuse_many(understanding.problems, understanding.n_rows, table)
    named = {name for names in roles.by_option().values() for name in names} | {roles.amount}
    faults = understanding.faults
    raise_all([fault for name, fault in faults.items() if name in named], table.name)
    known = understanding.columns
    amount = amount_of(tuple(known.values()), roles.amount, table.name)
    columns = tuple(
        _kept(known.get(name), name, named | {amount}, reserved) for name in table.column_names
    )
    return Schema(columns, understanding.positive, amount, as_label(roles.unlabelled), roles.clock)


def is_not_looked_at(note: str) -> bool:
    """Whether a column's note says that nothing was asked of it."""
    return note == _NOT_LOOKED_AT


def _kept(
    column: Column | None, name: str, named: set[str | None], reserved: tuple[str, ...]
) -> Column:
    if column is None:
        return Column(name, IGNORED, "", _NOT_LOOKED_AT)
    names_rows = column.role == ID and name not in reserved
    if name in named or names_rows or column.role not in (FEATURE, ID):
        return column
    return replace(column, role=IGNORED, kind="", note=_NOT_LOOKED_AT, form=None)
