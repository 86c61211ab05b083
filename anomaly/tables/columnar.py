"""Parquet, Arrow and in-memory tables as streams of batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from anomaly.errors import DataError
from anomaly.tables.base import Table, checked_names
from anomaly.utils.arrow import to_numpy

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
            names = self._schema.names
        self.column_names = checked_names(names, name)

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
            names = self._schema.names
            for field in self._schema:
                _names_within(field.type)
        self.column_names = checked_names(names, name)

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


def _names_within(type_: pa.DataType) -> list[str]:
    """Return the names of the fields of a nested type, which a damaged file may have as no text."""
    fields = [type_.field(place) for place in range(type_.num_fields)]
    return [name for field in fields for name in (field.name, *_names_within(field.type))]


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
    for place, field in enumerate(batch.schema):
        if pa.types.is_string_view(field.type) or pa.types.is_binary_view(field.type):
            batch = batch.set_column(place, field, _with_null_views(batch.column(place)))
    return batch


def _with_null_views(array: pa.Array) -> pa.Array:
    """Return texts with nothing where they are null, which is not looked at but is copied."""
    if not array.null_count:
        return array
    validity, views, *rest = array.buffers()
    places = np.frombuffer(views, np.uint64).reshape(-1, 2)[: array.offset + len(array)].copy()
    places[array.offset :][~to_numpy(array.is_valid())] = 0
    buffers = [validity, pa.py_buffer(places), *rest]
    return pa.Array.from_buffers(array.type, len(array), buffers, array.null_count, array.offset)


@contextmanager
def _whole(name: str, form: str) -> Iterator[None]:
    """Turn what a truncated or damaged file raises into a `DataError`."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise DataError(
            f"{name} is not a whole {form} file ({reason}); write or copy it again"
        ) from error
