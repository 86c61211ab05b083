"""The rows of a table, as training needs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly import kinds
from anomaly.errors import DataError
from anomaly.features import seconds
from anomaly.parallel import map_in_order
from anomaly.profiles import raise_first_problem
from anomaly.schema import ID, Schema, labels_of
from anomaly.tables import Batch, Table

#: Rows of more bytes are not held: each pass over them reads the table again.
HELD_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table: labels and times in memory, the rest there too where it fits.

    Attributes
    ----------
    table : Table
    schema : Schema
    n_rows : int
    labels : ndarray of shape (n_rows,), int8, or None
    moments : ndarray of shape (n_rows,), float64, or None
        Seconds, where a time column is named.
    held : tuple of pyarrow.RecordBatch or None
        The columns that features are made of and the ids, each of its kind; None where they
        are too large to hold.
    """

    table: Table
    schema: Schema
    n_rows: int
    labels: NDArray[np.int8] | None
    moments: NDArray[np.float64] | None
    held: tuple[pa.RecordBatch, ...] | None

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[Batch]:
        """Go through all rows in order, each column of its kind.

        Parameters
        ----------
        columns : sequence of str, optional
            By default those that features are made of and the ids.

        Raises
        ------
        DataError
            When the table is read again and has become another one.
        """
        first_row = 0
        wanted = _kept(self.schema) if columns is None else list(columns)
        for data in self._batches(wanted):
            yield Batch(first_row, data)
            first_row += data.num_rows
        if first_row != self.n_rows:
            raise DataError(
                f"{self.table.name} had {self.n_rows} rows and now has {first_row}: it was "
                "changed while it was read; train again"
            )

    def _batches(self, columns: list[str]) -> Iterator[pa.RecordBatch]:
        if self.held is not None:
            return (batch.select(columns) for batch in self.held)
        converted = _converted(self.table, self.schema, columns)
        return (data for data, _ in converted)

    def chosen(
        self, is_chosen: NDArray[np.bool_], columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Go through the rows that a mask of shape (n_rows,) chooses."""
        for batch in self.batches(columns):
            wanted = is_chosen[batch.first_row : batch.first_row + batch.data.num_rows]
            if wanted.any():
                yield batch.data if wanted.all() else batch.data.filter(pa.array(wanted))

    def take(self, rows: NDArray[np.int64], columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of these positions, in the order given."""
        is_chosen = np.zeros(self.n_rows, dtype=bool)
        is_chosen[rows] = True
        found = pa.Table.from_batches(self.chosen(is_chosen, columns))
        places = np.unique(rows, return_inverse=True)[1]
        return found.take(pa.array(places)).combine_chunks()


def read_rows(table: Table, schema: Schema) -> Rows:
    """Read a table for training, and hold its rows in memory where they are small enough.

    Raises
    ------
    DataError
        When a row is broken or a value does not fit its column.
    """
    times = [schema.time] if schema.time is not None else []
    held = _read(table, schema, _kept(schema), HELD_BYTES)
    read = held or _read(table, schema, times or [schema.inputs[0].name])
    assert read is not None
    moments = [seconds(_values(data, name, schema)) for data in read.batches for name in times]
    return Rows(
        table=table,
        schema=schema,
        n_rows=sum(batch.num_rows for batch in read.batches),
        labels=np.concatenate(read.labels) if read.labels else None,
        moments=np.concatenate(moments) if moments else None,
        held=tuple(read.batches) if held is not None else None,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    batches: list[pa.RecordBatch]
    labels: list[NDArray[np.int8]]


def _read(
    table: Table, schema: Schema, columns: Sequence[str], most_bytes: int | None = None
) -> _Read | None:
    """Read columns into memory; None when they have more bytes than that."""
    batches, labels, size = [], [], 0
    for data, found in _converted(table, schema, columns):
        batches.append(data)
        if found is not None:
            labels.append(found)
        size += data.nbytes
        if most_bytes is not None and size > most_bytes:
            return None
    return _Read(batches, labels)


def _values(data: pa.RecordBatch, name: str, schema: Schema) -> Any:
    return kinds.convert(data.column(name), schema.kind(name), name).values


def _kept(schema: Schema) -> list[str]:
    return [*(column.name for column in schema.inputs), *schema.named(ID)]


def _converted(
    table: Table, schema: Schema, columns: Sequence[str]
) -> Iterator[tuple[pa.RecordBatch, NDArray[np.int8] | None]]:
    """Read the table, and give columns with one Arrow type for each kind, and the labels."""
    wanted = list(dict.fromkeys([*columns, *([schema.label] if schema.label else [])]))

    def convert(batch: Batch) -> tuple[pa.RecordBatch, NDArray[np.int8] | None]:
        raise_first_problem(batch, table)
        made = {name: _canonical(batch, name, schema, table) for name in columns}
        labels = None
        if schema.label is not None and schema.positive is not None:
            labels = labels_of(batch.data.column(schema.label), schema.positive)
        return pa.RecordBatch.from_pydict(made), labels

    return map_in_order(convert, table.batches(wanted, schema.reading_types()), "read")


def _canonical(batch: Batch, name: str, schema: Schema, table: Table) -> pa.Array:
    array = batch.data.column(name)
    if name in schema.named(ID):
        return kinds.as_text(array)
    converted = kinds.convert(array, schema.kind(name), name)
    if converted.problems:
        offset, problem = min(converted.problems.items())
        place = table.place(batch.first_row + offset)
        raise DataError(f"{place}: {problem}; correct it or leave it empty")
    values = converted.values
    # NaN and NaT become null: the table says missing in one way.
    return values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
