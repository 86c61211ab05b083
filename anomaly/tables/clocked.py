"""A table whose date and time of day stand in two columns, as if they stood in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from anomaly.tables import kinds
from anomaly.tables.base import Table
from anomaly.utils.arrow import pc

_MIDNIGHT = r"[ T]00:00(:00(\.0*)?)?$"


class ClockedTable(Table):
    """A table in which the column of dates holds the time of day too.

    Parameters
    ----------
    table : Table
    date, clock : str
        Its columns; that of the clock is not there any more.
    """

    def __init__(self, table: Table, date: str, clock: str) -> None:
        self.name = table.name
        self.column_names = [name for name in table.column_names if name != clock]
        self._table, self._date, self._clock = table, date, clock

    @property
    def readings(self) -> tuple[str, ...]:
        return self._table.readings

    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        if self._date not in columns:
            yield from self._table.read(columns, types)
            return
        texts = dict.fromkeys((self._date, self._clock), pa.string())
        for data, problems in self._table.read([*columns, self._clock], {**types, **texts}):
            joined = date_and_clock(data.column(self._date), data.column(self._clock))
            arrays = [joined if name == self._date else data.column(name) for name in columns]
            yield pa.RecordBatch.from_arrays(arrays, columns), problems

    def place(self, row: int) -> str:
        return self._table.place(row)


def with_clock(table: Table, date: str | None, clock: str | None) -> Table:
    """Return the table with its date and its time of day in one column, where they are two."""
    if date is None or clock is None or not {date, clock} <= set(table.column_names):
        return table
    return ClockedTable(table, date, clock)


def date_and_clock(dates: pa.Array, clocks: pa.Array) -> pa.Array:
    """Return texts of a date and a time of day; null where one of them is missing."""
    days = pc.replace_substring_regex(kinds.as_text(dates), _MIDNIGHT, "")
    joined: Any = pc.binary_join_element_wise(days, kinds.as_text(clocks), " ")
    return joined
