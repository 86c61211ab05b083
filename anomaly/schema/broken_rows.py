"""Rows that cannot be read: few are left out and named, many are an error."""

from __future__ import annotations

from collections.abc import Mapping

from anomaly.errors import DataError
from anomaly.tables import Table

# Of all rows; more that cannot be read are an error, of which so many are named.
_MOST_BROKEN, _NAMED = 0.01, 5


def refuse_many(problems: Mapping[int, str], n_rows: int, table: Table) -> None:
    """Raise where so many rows cannot be read that leaving them out would be no small matter."""
    if len(problems) <= _MOST_BROKEN * n_rows:
        return
    some = sorted(problems.items())[:_NAMED]
    named = "; ".join(f"{table.place(row)}: {problem}" for row, problem in some)
    if len(problems) == 1:
        raise DataError(f"{named}; correct or remove the row")
    more = f" and {len(problems) - len(some):,} more" if len(problems) > len(some) else ""
    raise DataError(
        f"{len(problems):,} of {n_rows:,} rows of {table.name} cannot be read: {named}{more}; "
        "correct or remove these rows"
    )
