"""Parquet, Arrow and in-memory tables as streams of batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from anomaly.errors import DataError
from anomaly.tables.base import Table, checked_names

BATCH_ROWS = 1 << 14


class ParquetTable(Table):
    """A Parquet file, read a row group's part at a time."""

    def __init__(self, name: str, path: Path) -> None:
        import pyarrow.parquet as pq

        self.name = name
        self._path = path
        self._parquet = pq
        with _whole(name, "Parquet"), pq.ParquetFile(path) as file:
            self._schema = file.schema_arrow
        self.column_names = checked_names(self._schema.names, name)

    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        # Not memory mapped: a file replaced while it is read would end the process. Buffers
        # of their own for each page: read ahead, the whole file would come into memory.
        options = {
            "memory_map": False,
            "page_checksum_verification": True,
            "pre_buffer": False,
            "buffer_size": 1 << 16,
        }
        with (
            _whole(self.name, "Parquet"),
            self._parquet.ParquetFile(self._path, **options) as file,
        ):
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
                yield batch.select(columns), {}

    def empty(self, columns: list[str], types: Mapping[str, pa.DataType]) -> pa.RecordBatch:
        return _empty(self._schema, columns)


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
        with _whole(name, "Arrow"), open_reader() as reader:
            self._schema = reader.schema
        self.column_names = checked_names(self._schema.names, name)

    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        with _whole(self.name, "Arrow"), self._open_reader() as reader:
            for batch in reader:
                selection = batch.select(columns)
                for start in range(0, selection.num_rows, BATCH_ROWS):
                    yield selection.slice(start, BATCH_ROWS), {}

    def empty(self, columns: list[str], types: Mapping[str, pa.DataType]) -> pa.RecordBatch:
        return _empty(self._schema, columns)


def _empty(schema: pa.Schema, columns: list[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], pa.schema([schema.field(name) for name in columns]))


def arrow_file_reader(path: Path) -> pa.RecordBatchReader:
    """Open an Arrow file (Feather version 2) or an Arrow stream, each batch checked in full.

    A damaged one may have offsets beyond its buffers, which would end the process at their use.
    """
    source = pa.OSFile(str(path))
    if source.read(6) != b"ARROW1":
        source.seek(0)
        stream = pa.ipc.open_stream(source)
        return pa.RecordBatchReader.from_batches(stream.schema, map(_checked, stream))
    source.seek(0)
    file = pa.ipc.open_file(source)
    batches = (_checked(file.get_batch(i)) for i in range(file.num_record_batches))
    return pa.RecordBatchReader.from_batches(file.schema, batches)


def _checked(batch: pa.RecordBatch) -> pa.RecordBatch:
    batch.validate(full=True)
    return batch


@contextmanager
def _whole(name: str, form: str) -> Iterator[None]:
    """Turn what a truncated or damaged file raises into a `DataError`."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise DataError(
            f"{name} is not a whole {form} file ({reason}); write or copy it again"
        ) from error
