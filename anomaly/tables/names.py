"""The names that a header gives to columns, and the columns that it leaves without one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from anomaly.errors import DataError

_DECIMAL_COMMA = r"[+-]?\d+,\d+"
_DATE = r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b.*"


class Names(NamedTuple):
    """The columns of a table as its header has them.

    Attributes
    ----------
    every : tuple of str
        Of each value of a row; a column without a name has one that nobody writes.
    visible : list of str
        Of the columns that are read, in their order.
    nameless : tuple of str
        Those of `every` whose columns may have no value in any row.
    readings : tuple of str
        What was left out or changed, a sentence each.
    """

    every: tuple[str, ...]
    visible: list[str]
    nameless: tuple[str, ...]
    readings: tuple[str, ...]


def names_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Names:
    """Return the names, without an index and without empty columns that have none.

    Parameters
    ----------
    header : sequence of str
        A name a column, spaces around it and all.
    rows : sequence of sequences of str
        Some rows below it, with as many values each.
    """
    stripped = [name.strip() for name in header]
    said = []
    if any(name != cell for name, cell in zip(stripped, header, strict=True)):
        said.append("spaces around the names of columns are left out")
    first, last = 0, len(stripped)
    while last > 1 and not stripped[last - 1] and is_empty(rows, last - 1):
        last -= 1
    if last > 1 and not stripped[0] and is_index(rows):
        first = 1
        said.append("the first column, which has no name and numbers the rows, is left out")
    if left := len(stripped) - last:
        which = (
            "the last column, which has" if left == 1 else f"the last {left} columns, which have"
        )
        verb = "is" if left == 1 else "are"
        said.append(f"{which} neither a name nor a value, {verb} left out")
    every = [
        name if first <= place < last else f"\x00{place}" for place, name in enumerate(stripped)
    ]
    return Names(tuple(every), every[first:last], tuple(every[last:]), tuple(said))


def is_index(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first values are whole numbers, each once."""
    values = [row[0].strip() for row in rows]
    return len(set(values)) == len(values) and all(value.isdecimal() for value in values)


def is_empty(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Tell whether no row has a value in this place."""
    return not any(row[place].strip() for row in rows)


def is_header(cells: Sequence[str]) -> bool:
    """Tell whether the cells may be names: most are there, no two are alike, none is a value."""
    names = [cell.strip() for cell in cells if cell.strip()]
    is_named = len(names) > len(cells) / 2
    return is_named and len(set(names)) == len(names) and not any(map(is_value, names))


def stands_out(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether some column has a name that is no value above values."""
    for place, name in enumerate(header):
        values = [row[place] for row in rows if row[place].strip()]
        if values and not is_value(name) and sum(map(is_value, values)) > len(values) / 2:
            return True
    return False


def is_value(cell: str) -> bool:
    """Tell whether a cell is a number or a date rather than a name."""
    text = cell.strip()
    return is_number(text) or bool(re.fullmatch(f"{_DECIMAL_COMMA}|{_DATE}", text))


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def refuse_numbers(header: Sequence[str], table_name: str) -> None:
    """Raise a `DataError` where the header must be a row: all numbers, not all whole."""
    if all(map(is_number, header)) and not all(name.strip().isdigit() for name in header):
        raise DataError(
            f"{table_name}: the first line holds numbers ({header[0]}, ...); "
            "put a line with the names of the columns before it"
        )
