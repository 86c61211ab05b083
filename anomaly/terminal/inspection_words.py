"""What `anomaly inspect` tells a person."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from anomaly.tables.source import is_url
from anomaly.tables.sql.address import Address

if TYPE_CHECKING:
    from anomaly.schema.inspection import InspectedColumn, Inspection

_LONGEST_EXAMPLE = 24


def words_of_inspection(found: Inspection, data: str) -> str:
    """Tell each column in a line, what was assumed, what has to be settled, and what to do next."""
    shown = Address.of(data).shown if is_url(data) else shlex.quote(data)
    head = ("column", "role", "kind", "missing", "distinct", "examples", "")
    rows = [head, *(_cells(column, found.rows) for column in found.columns)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head) - 1)]
    lines = [f"{found.data}: {found.rows:,} rows, {len(found.columns)} columns", ""]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        lines.append(f"  {'  '.join(cells)}  {row[-1]}".rstrip())
    notable = [f"  {each}" for each in found.assumptions if each.is_notable]
    if notable:
        lines += ["", "Left out or taken for something else:", *notable]
    if found.questions:
        lines += [
            "",
            "To be settled before a training:",
            *(f"  {each}" for each in found.questions),
        ]
        return "\n".join(lines)
    return "\n".join(
        [*lines, "", f"Next: anomaly train {shown} {' '.join(found.options)}".rstrip()]
    )


def _cells(column: InspectedColumn, rows: int) -> tuple[str, ...]:
    missing = f"{column.missing / rows:.1%}" if column.missing and rows else "-"
    distinct = "over 1,000" if column.distinct is None else f"{column.distinct:,}"
    examples = ", ".join(text[:_LONGEST_EXAMPLE] for text in column.examples[:2])
    note = column.note if column.role != "?" else "to be settled"
    return (column.name, column.role, column.kind or "-", missing, distinct, examples, note)
