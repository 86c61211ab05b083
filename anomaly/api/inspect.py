"""A table as it is understood, before anything is learned from it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from anomaly.api.table_options import TableOptions, roles_and_source, with_table_options
from anomaly.schema.assumptions import assumptions_of
from anomaly.schema.columns import ENTITY, ID, LABEL, Column, Schema
from anomaly.schema.inference import Understanding, check_names, understand
from anomaly.schema.inspection import UNSETTLED, InspectedColumn, Inspection
from anomaly.schema.profiles import ColumnProfile
from anomaly.schema.roles import Roles
from anomaly.schema.schema_file import write_schema
from anomaly.tables import Source, kinds, open_table
from anomaly.tables.clocked import with_clock


@with_table_options
def inspect(
    data: Any,
    label: str | None = None,
    time: str | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    **table: Unpack[TableOptions],
) -> Inspection:
    """Read a table and say how each column is understood; nothing is learned.

    Parameters
    ----------
    data, label, time, **table
        As in `anomaly.train`.
    out : path, optional
        Write a schema file there, which, edited or not, `anomaly.train` takes as `schema`.

    Returns
    -------
    Inspection

    Raises
    ------
    DataError
        When the table cannot be read.
    OptionError
        When an option cannot be met.
    """
    roles, source = roles_and_source("inspect", data, label, time, table)
    opened = open_table(data, source)
    check_names(opened, roles)
    opened = with_clock(opened.snapshot(), roles.time, roles.clock)
    found = understand(opened, replace(roles, clock=None))
    settled = tuple(found.columns.values())
    as_schema = Schema(settled, found.positive, clock=roles.clock)
    if out is not None:
        of_table = {
            "positive": found.positive,
            "unlabelled": roles.unlabelled,
            "clock": roles.clock,
        }
        write_schema(Path(out), _in_order(found, opened.column_names), opened.name, **of_table)
    return Inspection(
        data=opened.name,
        rows=found.n_rows,
        columns=tuple(_inspected(name, found) for name in opened.column_names),
        assumptions=tuple(
            assumptions_of(
                as_schema,
                opened.readings,
                found.problems,
                _n_unlabelled(found, roles),
                opened.place,
            )
        ),
        questions=tuple(str(fault) for fault in found.faults.values()),
        options=tuple(_options(settled, roles, found.positive, source, table.get("schema"))),
    )


def _n_unlabelled(found: Understanding, roles: Roles) -> int:
    """Return how many labels are empty."""
    profile = None if roles.label is None else found.profiles.get(roles.label)
    return 0 if profile is None else profile.missing


def _in_order(found: Understanding, names: Sequence[str]) -> list[Column]:
    """Return the columns in the order of the table; those to be settled are left out for the time being."""
    return [
        found.columns.get(name)
        or Column(name, "ignored", "", f"to be settled: {found.faults[name]}")
        for name in names
    ]


def _inspected(name: str, found: Understanding) -> InspectedColumn:
    column, profile = found.columns.get(name), found.profiles.get(name)
    if column is None:
        column = Column(name, UNSETTLED, "", str(found.faults[name]))
    looked = profile or ColumnProfile(name, 0)
    return InspectedColumn(
        name=name,
        role=column.role,
        kind=column.kind,
        note=column.note,
        examples=tuple(looked.examples),
        missing=looked.missing,
        distinct=None if looked.distinct is None else len(looked.distinct),
    )


def _options(
    columns: Sequence[Column],
    roles: Roles,
    positive: str | None,
    source: Source,
    schema: str | os.PathLike[str] | None,
) -> list[str]:
    """Return the options that say what was understood, as a shell takes them."""
    given = dict(source.given)
    given |= {} if schema is None else {"schema": os.fspath(schema)}
    options: list[tuple[str, str]] = list(given.items())
    for role, option in ((LABEL, "label"), (kinds.TIME, "time"), (ENTITY, "entity"), (ID, "id")):
        options += [(option, column.name) for column in columns if column.role == role]
    for option in ("drop", "category", "number", "missing"):
        options += [(option, value) for value in getattr(roles, option)]
    options += [] if positive is None else [("positive", positive)]
    for option in ("unlabelled", "clock", "decimal", "date_order", "time_unit"):
        value = getattr(roles, option)
        options += [] if value is None else [(option, value)]
    return [f"--{option.replace('_', '-')} {shlex.quote(value)}" for option, value in options]
