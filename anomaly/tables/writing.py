"""Write a stream of Arrow batches to CSV or Parquet, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from anomaly.errors import DataError, OptionError
from anomaly.files import replaced_when_done

FORMS = (".csv", ".parquet")


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
    form = form_of(target)
    with replaced_when_done(target) as partial:
        try:
            if form == ".csv":
                import pyarrow.csv as pacsv

                writer = pacsv.CSVWriter(str(partial), schema)
            else:
                import pyarrow.parquet as pq

                writer = pq.ParquetWriter(partial, schema, compression="zstd")
            with writer:
                yield _Casting(writer, schema)
        except pa.ArrowException as error:
            raise DataError(f"{target} cannot be written: {error}") from error


class _Casting:
    """Takes batches whose types differ from the schema's, as files of one glob may."""

    def __init__(self, writer: Any, schema: pa.Schema) -> None:
        self._writer = writer
        self._schema = schema

    def write_batch(self, batch: pa.RecordBatch) -> None:
        fits = batch.schema.equals(self._schema)
        self._writer.write_batch(batch if fits else batch.cast(self._schema))
