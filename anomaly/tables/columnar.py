"""Parquet, Arrow and in-memory tables as streams of batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from anomaly.errors import DataError
from anomaly.tables.base import Batch, Table, checked_names

BATCH_ROWS = 1 << 16


def _numbered(name: str, batches: Iterator[pa.RecordBatch]) -> Iterator[Batch]:
    first_row = 0
    for data in batches:
        if data.num_rows:
            yield Batch(first_row, data)
            first_row += data.num_rows
    if first_row == 0:
        raise DataError(f"{name} has columns and no rows; there is nothing to read")


class ParquetTable(Table):
    """A Parquet file, read a row group's part at a time."""

    def __init__(self, name: str, path: Path) -> None:
        import pyarrow.parquet as pq

        self.name = name
        self._path = path
        self._parquet = pq
        try:
            with pq.ParquetFile(path) as file:
                self.column_names = checked_names(file.schema_arrow.names, name)
        except pa.ArrowInvalid as error:
            raise DataError(_broken(name, "Parquet", error)) from error

    def batches(
        self,
        columns: Sequence[str] | None = None,
        types: Mapping[str, pa.DataType] | None = None,
    ) -> Iterator[Batch]:
        wanted = list(self.column_names if columns is None else columns)

        def read() -> Iterator[pa.RecordBatch]:
            # Not memory mapped: a file replaced while it is read would end the process.
            with self._parquet.ParquetFile(self._path, memory_map=False) as file:
                yield from file.iter_batches(batch_size=BATCH_ROWS, columns=wanted)

        try:
            yield from _numbered(self.name, read())
        except (pa.ArrowException, OSError) as error:
            raise DataError(_broken(self.name, "Parquet", error)) from error


class ArrowTable(Table):
    """Arrow batches that can be had again: an Arrow or Feather file, or memory.

    Parameters
    ----------
    name : str
        What to call it in messages.
    open_reader : callable
        Opens a `pyarrow.RecordBatchReader` at the first batch.
    """

    def __init__(self, name: str, open_reader: Callable[[], pa.RecordBatchReader]) -> None:
        self.name = name
        self._open_reader = open_reader
        try:
            with open_reader() as reader:
                self.column_names = checked_names(reader.schema.names, name)
        except pa.ArrowInvalid as error:
            raise DataError(_broken(name, "Arrow", error)) from error

    def batches(
        self,
        columns: Sequence[str] | None = None,
        types: Mapping[str, pa.DataType] | None = None,
    ) -> Iterator[Batch]:
        wanted = list(self.column_names if columns is None else columns)

        def read() -> Iterator[pa.RecordBatch]:
            with self._open_reader() as reader:
                for batch in reader:
                    for start in range(0, batch.num_rows, BATCH_ROWS):
                        yield batch.select(wanted).slice(start, BATCH_ROWS)

        try:
            yield from _numbered(self.name, read())
        except (pa.ArrowException, OSError) as error:
            raise DataError(_broken(self.name, "Arrow", error)) from error


def arrow_file_reader(path: Path) -> pa.RecordBatchReader:
    """Open an Arrow file (Feather version 2) or an Arrow stream."""
    source = pa.OSFile(str(path))
    if source.read(6) != b"ARROW1":
        source.seek(0)
        return pa.ipc.open_stream(source)
    source.seek(0)
    file = pa.ipc.open_file(source)
    batches = (file.get_batch(i) for i in range(file.num_record_batches))
    return pa.RecordBatchReader.from_batches(file.schema, batches)


def _broken(name: str, form: str, error: Exception) -> str:
    reason = str(error).splitlines()[0].rstrip(".")
    return f"{name} is not a whole {form} file ({reason}); write or copy it again"
