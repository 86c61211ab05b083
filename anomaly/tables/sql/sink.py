"""A table of a database as a sink of scored rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from anomaly.errors import DataError, OptionError
from anomaly.tables.base import BatchWriter, Sink
from anomaly.tables.columnar import ParquetTable
from anomaly.tables.kinds import as_text
from anomaly.tables.sql.database import Database, quoted_table
from anomaly.tables.writing import parquet_writer
from anomaly.utils.files import written_or_explained

#: What to do with a table that exists; the first by default.
IF_EXISTS = ("fail", "append", "replace")


class SQLSink(Sink):
    """A table that gets its rows in one transaction, once all are there.

    Until then they wait in a temporary file: so a database is not kept waiting for the scores, and
    can be the one that is read from.

    Parameters
    ----------
    database : Database
    table : str
    if_exists : {"fail", "append", "replace"}
    """

    has_lists = False

    def __init__(self, database: Database, table: str, if_exists: str) -> None:
        if if_exists not in IF_EXISTS:
            raise OptionError(f"--if-exists {if_exists}: choose {', '.join(IF_EXISTS)}")
        quoted_table(table)  # or it says what a name is
        self.name = f"{database.address}, table {table}"
        self._database = database
        self._table = table
        self._if_exists = if_exists

    @contextmanager
    def open(self, schema: pa.Schema) -> Iterator[BatchWriter]:
        self._check(schema.names)
        with tempfile.TemporaryDirectory(prefix="anomaly-scores-") as folder:
            path = Path(folder) / "scores.parquet"
            try:
                with written_or_explained(path), parquet_writer(path, schema) as writer:
                    yield writer
            except pa.ArrowException as error:
                raise DataError(f"{self.name} cannot be written: {error}") from error
            self._write(path, schema)

    def replaces(self, path: Path) -> bool:
        return False

    def _check(self, columns: list[str]) -> None:
        """Raise where the rows could not be written, before they are made."""
        there = self._database.columns_of(self._table)
        if there is None:
            return
        if self._if_exists == "fail":
            raise OptionError(
                f"{self.name} exists already; add the rows to it with --if-exists append, put them "
                "in the place of its rows with --if-exists replace, or name another table"
            )
        missing = [name for name in columns if name not in there]
        if missing:
            raise OptionError(
                f"{self.name} has no column {', '.join(missing)}; name another table with --out-table"
            )
        others = [name for name in there if name not in columns]
        if others and self._if_exists == "replace":
            raise OptionError(
                f"{self.name} also has the columns {', '.join(others[:5])}, whose values would be "
                "lost; name another table with --out-table"
            )

    def _write(self, path: Path, schema: pa.Schema) -> None:
        stored = pa.schema([(field.name, _storable(field.type)) for field in schema])
        table = ParquetTable(self.name, path)
        batches = (_stored(batch, stored) for batch, _ in table.read(schema.names, {}))
        rows = pa.RecordBatchReader.from_batches(stored, batches)
        self._database.write(self._table, rows, self._if_exists)


def _storable(type_: pa.DataType) -> pa.DataType:
    """Return the type that every database has for a value, text where it has none."""
    checks = (pa.types.is_boolean, pa.types.is_floating, pa.types.is_timestamp, pa.types.is_date)
    if pa.types.is_integer(type_) and type_ != pa.uint64():
        return pa.int64()
    if pa.types.is_float16(type_):
        return pa.float32()
    if pa.types.is_timestamp(type_):
        return pa.timestamp("us", tz=type_.tz)
    return type_ if any(is_one(type_) for is_one in checks) else pa.string()


def _stored(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        as_text(array)
        if field.type == pa.string() and array.type != field.type
        else array.cast(field.type, safe=False)
        for array, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
