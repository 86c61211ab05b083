"""Write a stream of Arrow batches to CSV or Parquet, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from anomaly.errors import DataError, OptionError
from anomaly.utils.files import replaced_when_done

FORMS = (".csv", ".parquet")
_ROWS_AT_ONCE = 1 << 16


def form_of(path: Path) -> str:
    """Return the file's form by its name (`.csv` or `.parquet`), or raise `OptionError`."""
    if path.suffix.lower() not in FORMS:
        raise OptionError(f"--out {path}: name a file that ends in .csv or .parquet")
    return path.suffix.lower()


@contextmanager
def table_writer(path: str | os.PathLike[str], schema: pa.Schema) -> Iterator[Any]:
    """Open a writer with `write_batch`; the file appears under its name when all is written.

    Parameters
    ----------
    path : path
        Ends in `.csv` or `.parquet`, which decides the form.
    schema : pyarrow.Schema
        Columns of the batches to come.

    Raises
    ------
    OptionError
        When the name ends in something else, the folder is missing or the disk is full; an
        older file of the name stays.
    DataError
        When a batch has a type that the form cannot hold.
    """
    target = Path(path)
    open_writer = {".csv": csv_writer, ".parquet": parquet_writer}[form_of(target)]
    with replaced_when_done(target) as partial:
        try:
            with open_writer(partial, schema) as writer:
                yield writer
        except pa.ArrowException as error:
            raise DataError(f"{target} cannot be written: {error}") from error


@contextmanager
def csv_writer(path: Path, schema: pa.Schema) -> Iterator[Any]:
    """Open a writer with `write_batch` of a CSV file."""
    import pyarrow.csv as pacsv

    with pacsv.CSVWriter(str(path), schema) as writer:
        collecting = _Collecting(writer, schema)
        yield collecting
        collecting.finish()


@contextmanager
def parquet_writer(path: Path, schema: pa.Schema) -> Iterator[Any]:
    """Open a writer with `write_batch` of a Parquet file."""
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
