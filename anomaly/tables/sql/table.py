"""A table of a database, or the rows of a query, as a stream of batches."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from anomaly.tables.base import Table, checked_names
from anomaly.tables.columnar import BATCH_ROWS, arrow_file_reader
from anomaly.tables.sql.database import BatchStream, Database, Selection
from anomaly.utils.arrow import pc
from anomaly.utils.files import written_or_explained


class SQLTable(Table):
    """Rows of a database, asked for anew at each reading.

    Parameters
    ----------
    database : Database
    selection : Selection
    """

    def __init__(self, database: Database, selection: Selection) -> None:
        self.name = f"{database.address}, {selection.name}"
        self._database = database
        self._selection = selection
        self._description = database.describe(selection)
        self.column_names = checked_names(list(self._description.expressions), self.name)

    @property
    def readings(self) -> tuple[str, ...]:
        return self._description.readings

    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        with closing(self._rows(columns, types)) as rows:
            yield from _pieces(rows, self._description.decimals, types)

    def _rows(self, columns: list[str], types: Mapping[str, pa.DataType]) -> BatchStream:
        return self._database.read(self._selection, self._description, columns, types)

    def snapshot(self) -> Table:
        rows = self._database.read_alike(self._selection, self._description)
        return SpooledTable(self, rows, self._description.decimals)


class SpooledTable(Table):
    """Rows of a database as they were at one moment, in a temporary file.

    A transaction kept open for a whole training would keep the database from its upkeep.
    """

    def __init__(self, table: Table, rows: BatchStream, decimals: frozenset[str]) -> None:
        self.name = table.name
        self.column_names = table.column_names
        self._readings = table.readings
        self._decimals = decimals
        descriptor, name = tempfile.mkstemp(prefix="anomaly-rows-")
        os.close(descriptor)
        self._path = Path(name)
        # At the end of the process too.
        weakref.finalize(self, self._path.unlink, missing_ok=True)
        with closing(rows), written_or_explained(self._path):
            self._has_rows = _write(rows, self._path)

    @property
    def readings(self) -> tuple[str, ...]:
        return self._readings

    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        if self._has_rows:
            with arrow_file_reader(self._path) as reader:
                yield from _pieces(
                    (batch.select(columns) for batch in reader), self._decimals, types
                )


def _write(rows: Iterator[pa.RecordBatch], path: Path) -> bool:
    first = next(rows, None)
    if first is None:
        return False
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        pa.OSFile(str(path), "wb") as file,
        pa.ipc.new_file(file, first.schema, options=options) as writer,
    ):
        writer.write_batch(first)
        for batch in rows:
            writer.write_batch(batch)
    return True


def _pieces(
    rows: Iterator[pa.RecordBatch], decimals: frozenset[str], types: Mapping[str, pa.DataType]
) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
    """Cut batches into smaller ones, with decimal numbers as floats or, if asked for, as text."""
    for batch in rows:
        for start in range(0, batch.num_rows, BATCH_ROWS):
            yield _with_decimals(batch.slice(start, BATCH_ROWS), decimals, types), {}


def _with_decimals(
    batch: pa.RecordBatch, decimals: frozenset[str], types: Mapping[str, pa.DataType]
) -> pa.RecordBatch:
    if decimals.isdisjoint(batch.schema.names):
        return batch
    arrays = {}
    for name in batch.schema.names:
        array = batch.column(name)
        if name in decimals and types.get(name) != pa.string():
            array = pc.cast(array, pa.float64())
        arrays[name] = array
    return pa.RecordBatch.from_pydict(arrays)
