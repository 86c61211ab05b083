"""CSV and Parquet files as sinks of rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from anomaly.errors import DataError
from anomaly.tables.base import BatchWriter, Sink
from anomaly.utils.files import replaced_when_done, written_or_explained

_ROWS_AT_ONCE = 1 << 16


class FileSink(Sink):
    """A file that appears under its name when every row is written.

    Parameters
    ----------
    path : path
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path

    @contextmanager
    def open(self, schema: pa.Schema) -> Iterator[BatchWriter]:
        with replaced_when_done(self._path) as partial:
            try:
                with self._writer(partial, schema) as writer:
                    yield writer
            except pa.ArrowException as error:
                raise DataError(f"{self.name} cannot be written: {error}") from error

    def replaces(self, path: Path) -> bool:
        with written_or_explained(self._path):
            return self._path.exists() and self._path.samefile(path)

    @abstractmethod
    def _writer(self, path: Path, schema: pa.Schema) -> AbstractContextManager[BatchWriter]:
        """Open a writer of the file's form."""


class CSVSink(FileSink):
    """A CSV file with a header line."""

    has_lists = False

    @contextmanager
    def _writer(self, path: Path, schema: pa.Schema) -> Iterator[BatchWriter]:
        import pyarrow.csv as pacsv

        with pacsv.CSVWriter(str(path), schema) as writer:
            collecting = _Collecting(writer, schema)
            yield collecting
            collecting.finish()


class ParquetSink(FileSink):
    """A Parquet file."""

    has_lists = True

    def _writer(self, path: Path, schema: pa.Schema) -> AbstractContextManager[BatchWriter]:
        return parquet_writer(path, schema)


@contextmanager
def parquet_writer(path: Path, schema: pa.Schema) -> Iterator[BatchWriter]:
    """Open a writer of a Parquet file."""
    import pyarrow.parquet as pq

    # Numbers seldom repeat: a dictionary of them takes time and makes them larger.
    options = {"compression": "zstd", "use_dictionary": _texts_of(schema)}
    # A full disk would leave a file open that the writer had opened itself.
    with pa.OSFile(str(path), "wb") as sink, pq.ParquetWriter(sink, schema, **options) as writer:
        collecting = _Collecting(writer, schema)
        yield collecting
        collecting.finish()


def _texts_of(schema: pa.Schema) -> list[str]:
    """Return the paths, as Parquet has them, of the columns that hold text."""
    return [path for field in schema for path in _texts_in(field.name, field.type)]


def _texts_in(path: str, type_: pa.DataType) -> Iterator[str]:
    if pa.types.is_list(type_):
        yield from _texts_in(f"{path}.list.element", type_.value_type)
    elif pa.types.is_struct(type_):
        for place in range(type_.num_fields):
            field = type_.field(place)
            yield from _texts_in(f"{path}.{field.name}", field.type)
    elif not pa.types.is_primitive(type_):
        yield path


class _Collecting:
    """Takes small batches, of types that may differ from the schema's in the files of a glob.

    Each call of the writer makes a row group, and small ones make a file slow to read.
    """

    def __init__(self, writer: Any, schema: pa.Schema) -> None:
        self._writer = writer
        self._schema = schema
        self._waiting: list[pa.RecordBatch] = []

    def write_batch(self, batch: pa.RecordBatch) -> None:
        fits = batch.schema.equals(self._schema)
        self._waiting.append(batch if fits else batch.cast(self._schema))
        if sum(waiting.num_rows for waiting in self._waiting) >= _ROWS_AT_ONCE:
            self.finish()

    def finish(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema))
            self._waiting = []
