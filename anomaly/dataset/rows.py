"""The rows of a table, as training needs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.errors import DataError
from anomaly.features.behaviour.settings import EntityHistory
from anomaly.schema.broken_rows import refuse_many
from anomaly.schema.columns import ENTITY, ID, SCORE, Schema, labels_of
from anomaly.tables import Batch, Table, kinds
from anomaly.tables.times import seconds
from anomaly.utils.arrow import to_numpy
from anomaly.utils.parallel import map_in_order

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
        1 for a positive row, 0 for a normal one, `UNLABELLED` where nobody knows.
    moments : ndarray of shape (n_rows,), float64, or None
        Seconds, where a time column is named.
    problems : dict of int to str
        Rows that cannot be read, and why; they belong to no part.
    held : tuple of pyarrow.RecordBatch or None
        The columns that features are made of, the ids and the entities, each of its kind; None
        where they are too large to hold.
    history : EntityHistory or None
        What was told of the entities' history, up to the last row; its features are columns.
    """

    table: Table
    schema: Schema
    n_rows: int
    labels: NDArray[np.int8] | None
    moments: NDArray[np.float64] | None
    problems: Mapping[int, str]
    held: tuple[pa.RecordBatch, ...] | None
    history: EntityHistory | None = None

    @property
    def is_usable(self) -> NDArray[np.bool_]:
        """Which rows can be read, of shape (n_rows,)."""
        is_usable = np.ones(self.n_rows, np.bool_)
        is_usable[list(self.problems)] = False
        return is_usable

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
        names = _kept(self.schema) if columns is None else list(columns)
        for data in self._batches(names):
            if first_row + data.num_rows > self.n_rows:
                raise self._changed("more")
            yield Batch(first_row, data)
            first_row += data.num_rows
        if first_row < self.n_rows:
            raise self._changed("fewer")

    def _changed(self, how: str) -> DataError:
        return DataError(
            f"{self.table.name} had {self.n_rows} rows and now has {how}: it was changed while "
            "it was read; train again"
        )

    def _batches(self, columns: list[str]) -> Iterator[pa.RecordBatch]:
        if self.held is not None:
            return (batch.select(columns) for batch in self.held)
        return _converted(self.table, self.schema, columns)

    def chosen(
        self, is_chosen: NDArray[np.bool_], columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Go through the rows that a mask of shape (n_rows,) chooses."""
        for batch in self.batches(columns):
            is_here = is_chosen[batch.first_row : batch.first_row + batch.data.num_rows]
            if is_here.any():
                yield batch.data if is_here.all() else batch.data.filter(pa.array(is_here))

    def take(self, rows: NDArray[np.int64], columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of these positions, in the order given."""
        is_chosen = np.zeros(self.n_rows, dtype=bool)
        is_chosen[rows] = True
        table = pa.Table.from_batches(self.chosen(is_chosen, columns))
        places = np.unique(rows, return_inverse=True)[1]
        return table.take(pa.array(places)).combine_chunks()


def read_rows(table: Table, schema: Schema) -> Rows:
    """Read a table for training, and hold its rows in memory where they are small enough.

    Raises
    ------
    DataError
        When too many rows are broken, or a value does not fit its column.
    """
    problems: dict[int, str] = {}
    held = _held(table, schema, problems)
    batches = held or _converted(table, schema, _needed(schema), problems)
    n_rows = 0
    labels: list[NDArray[np.int8]] = []
    moments: list[NDArray[np.float64]] = []
    for data in batches:
        n_rows += data.num_rows
        if schema.label is not None:
            labels.append(to_numpy(data.column(schema.label)))
        if schema.time is not None:
            time = schema.column(schema.time)
            moments.append(
                seconds(time.convert(data.column(time.name)).values) * time.seconds_of_unit
            )
    refuse_many(problems, n_rows, table)
    return Rows(
        table=table,
        schema=schema,
        n_rows=n_rows,
        labels=np.concatenate(labels) if labels else None,
        moments=np.concatenate(moments) if moments else None,
        problems=problems,
        held=held,
    )


def _held(
    table: Table, schema: Schema, problems: dict[int, str]
) -> tuple[pa.RecordBatch, ...] | None:
    """Return the rows, or None when they are too large to hold."""
    labels = [schema.label] if schema.label is not None else []
    held, size = [], 0
    columns = [*_kept(schema), *schema.named(ENTITY), *labels]
    for data in _converted(table, schema, columns, problems):
        held.append(data)
        size += data.nbytes
        if size > HELD_BYTES:
            held.clear()
            problems.clear()
            pa.default_memory_pool().release_unused()
            return None
    return tuple(held)


def _needed(schema: Schema) -> list[str]:
    """Return the columns that are always held: label and time, or one that tells the rows."""
    needed = [name for name in (schema.label, schema.time) if name is not None]
    return needed or _kept(schema)[:1]


def _kept(schema: Schema) -> list[str]:
    return [*(column.name for column in schema.inputs), *schema.named(SCORE), *schema.named(ID)]


def _converted(
    table: Table, schema: Schema, columns: Sequence[str], problems: dict[int, str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Read columns of the table, each with one Arrow type for its role and kind.

    Rows that cannot be read come as nulls; why is put into `problems`.
    """

    def convert(batch: Batch) -> pa.RecordBatch:
        if problems is not None:
            problems.update({batch.first_row + at: why for at, why in batch.problems.items()})
        made = {name: _canonical(batch, name, schema, table) for name in columns}
        return pa.RecordBatch.from_pydict(made)

    return map_in_order(convert, table.batches(columns, schema.reading_types()), "read")


def _canonical(batch: Batch, name: str, schema: Schema, table: Table) -> pa.Array:
    array = batch.data.column(name)
    if name in schema.names:
        return kinds.as_text(array)
    if name == schema.label:
        assert schema.positive is not None
        return pa.array(labels_of(array, schema.positive, schema.unlabelled))
    converted = schema.column(name).convert(array)
    if converted.problems:
        offset, problem = min(converted.problems.items())
        place = table.place(batch.first_row + offset)
        raise DataError(f"{place}: {problem}; correct it or leave it empty")
    values = converted.values
    if schema.kind(name) == kinds.CLOCK:
        return (
            pa.array(values, pa.float64(), from_pandas=True).cast(pa.int32()).cast(pa.time32("s"))
        )
    # NaN and NaT become null: the table says missing in one way.
    return values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
