"""What every table offers to be read and every sink to be written, whatever stores the rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from anomaly.errors import DataError


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive rows of a table.

    Attributes
    ----------
    first_row : int
        Position in the table of the first row of the batch, counted from 0.
    data : pyarrow.RecordBatch
        The values. A row that could not be read is there with nulls.
    problems : mapping of int to str
        What is wrong with a row, by its offset in the batch.
    """

    first_row: int
    data: pa.RecordBatch
    problems: Mapping[int, str] = field(default_factory=dict)


class UnreadableRowError(Exception):
    """From the row that comes next a table cannot be read; the message says why."""


class Table(ABC):
    """A table that can be read as a stream of batches, more than once.

    Attributes
    ----------
    name : str
        What to call the table in messages: a file name, `standard input`, `data frame`.
    column_names : list of str
        Names in the order of the table.
    """

    name: str
    column_names: list[str]

    @property
    def readings(self) -> tuple[str, ...]:
        """What was taken for what, a sentence each, such as `read as Latin-1 text`.

        None for a plain file. Once the rows are read there may be more.
        """
        return ()

    def batches(
        self,
        columns: Sequence[str] | None = None,
        types: Mapping[str, pa.DataType] | None = None,
        *,
        may_be_empty: bool = False,
    ) -> Iterator[Batch]:
        """Read the table from its first row.

        Parameters
        ----------
        columns : sequence of str, optional
            The columns to read; all of them by default.
        types : mapping of str to pyarrow.DataType, optional
            The types to read text formats with. It is a hint: a batch in which a value
            does not fit its type comes with every column as strings.
        may_be_empty : bool, default=False
            Whether a table without rows is one batch without rows, and no error.

        Raises
        ------
        DataError
            When the table has no rows, or is damaged.
        """
        names = list(self.column_names if columns is None else columns)
        first_row = 0
        try:
            for data, problems in self.read(names, types or {}):
                if data.num_rows:
                    yield Batch(first_row, data, problems)
                    first_row += data.num_rows
        except UnreadableRowError as fault:
            raise DataError(f"{self.place(first_row)}: {fault}") from fault
        if first_row == 0 and may_be_empty:
            yield Batch(0, self.empty(names, types or {}))
        elif first_row == 0:
            raise DataError(f"{self.name} has column names and no rows; there is nothing to read")

    @abstractmethod
    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        """Yield the rows in order, each batch with its problems by offset; none for no rows."""

    def snapshot(self) -> Table:
        """Return a table of the rows as they are now, the same each time that it is read."""
        return self

    def empty(self, columns: list[str], types: Mapping[str, pa.DataType]) -> pa.RecordBatch:
        """Return a batch of the columns without rows."""
        schema = pa.schema([(name, types.get(name, pa.string())) for name in columns])
        return pa.RecordBatch.from_pylist([], schema)

    def place(self, row: int) -> str:
        """Say where a row that was read is: the file, and its number there from 0."""
        return f"{self.name}: row {row}"


class BatchWriter(Protocol):
    """Takes the rows of a sink, batch by batch."""

    def write_batch(self, batch: pa.RecordBatch) -> None: ...


class Sink(ABC):
    """Where rows are written to as a stream of batches, whole or not at all.

    Attributes
    ----------
    name : str
        What to call it in messages: the path of a file.
    has_lists : bool
        Whether a value may be a list; where not, such values are written as JSON text.
    """

    name: str
    has_lists: bool

    @abstractmethod
    def open(self, schema: pa.Schema) -> AbstractContextManager[BatchWriter]:
        """Open a writer of rows; they are there when it closes without a fault.

        Parameters
        ----------
        schema : pyarrow.Schema
            Columns of the batches to come.

        Raises
        ------
        OptionError
            When the sink cannot be written; what was there before stays.
        DataError
            When a batch has a type that the sink cannot hold.
        """

    @abstractmethod
    def replaces(self, path: Path) -> bool:
        """Whether the rows would take the place of this file, which exists."""


def checked_names(names: Sequence[str], where: str) -> list[str]:
    """Return the column names, or raise when two are alike or one is empty."""
    seen: set[str] = set()
    for position, name in enumerate(names, 1):
        if not name.strip():
            hint = " (or leave the index out: to_csv(index=False))" if position == 1 else ""
            raise DataError(f"{where}: column {position} has no name; name every column{hint}")
        if name in seen:
            raise DataError(
                f"{where}: two columns are named {name!r}; rename one so that every name is unique"
            )
        seen.add(name)
    return list(names)
