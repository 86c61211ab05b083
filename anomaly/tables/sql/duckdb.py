"""DuckDB through its own package, which gives and takes Arrow batches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from anomaly.errors import DataError, InstallError
from anomaly.tables.columnar import BATCH_ROWS
from anomaly.tables.sql.database import (
    READ_SECONDS,
    BatchStream,
    Description,
    Selection,
    interrupted_after,
    quoted,
    quoted_table,
    shown_table,
    stoppable,
)
from anomaly.tables.sql.files import DatabaseFile, existing, grown_file

try:
    import duckdb
except ImportError as error:
    raise InstallError(
        "duckdb:// needs duckdb; install it with: pip install 'anomaly[sql]'"
    ) from error

# Else it fills most of the machine's memory with what it has read.
_MEMORY = "1GB"
_NEW_ROWS = "anomaly_new_rows"


class DuckDB(DatabaseFile):
    """A file of DuckDB."""

    faults = (duckdb.Error, RuntimeError, pa.ArrowException)

    def table_names(self) -> list[str]:
        with self.explained(), self._reading() as connection:
            rows = connection.execute(
                "SELECT table_schema, table_name, table_schema = current_schema() "
                "FROM information_schema.tables WHERE table_catalog = current_database() "
                "ORDER BY 3 DESC, 1, 2"
            ).fetchall()
        return [
            shown_table(name) if is_current else shown_table(schema, name)
            for schema, name, is_current in rows
        ]

    def describe(self, selection: Selection) -> Description:
        with self.explained(selection), self._reading() as connection:
            if selection.query is not None:
                # What is wrong with it is best told of it alone; it is not executed.
                statements = connection.extract_statements(selection.query)
                if [each.type for each in statements] != [duckdb.StatementType.SELECT]:
                    raise DataError(f"{self.address}: give --query one SELECT")
            found = connection.sql(f"SELECT * FROM {selection.rows}")
            types = dict(zip(found.columns, map(str, found.types), strict=True))
        intervals = [name for name, type_ in types.items() if type_ == "INTERVAL"]
        return Description(
            {name: _expression(name, type_) for name, type_ in types.items()},
            readings=tuple(f"column {n!r} is an interval, read as seconds" for n in intervals),
        )

    def read(
        self,
        selection: Selection,
        description: Description,
        columns: Sequence[str],
        types: Mapping[str, pa.DataType],
    ) -> BatchStream:
        selected = ", ".join(f"{description.expressions[n]} AS {quoted(n)}" for n in columns)
        with self.explained(selection), self._reading() as connection:
            rows = _batches(connection, f"SELECT {selected} FROM {selection.rows}")
            yield from stoppable(rows, connection.interrupt, self.faults)

    def _columns(self, connection: Any, rows: str) -> list[str]:
        return list(connection.sql(f"SELECT * FROM {rows}").columns)

    def write(self, table: str, rows: pa.RecordBatchReader, if_exists: str) -> None:
        target = quoted_table(table)
        columns = ", ".join(map(quoted, rows.schema.names))
        is_there = if_exists != "fail" and self.columns_of(table) is not None
        with (
            grown_file(self.address.path) as path,
            self.explained(),
            closing(_connected(path)) as connection,
        ):
            connection.begin()
            connection.register(_NEW_ROWS, rows)
            if is_there and if_exists == "replace":
                connection.execute(f"DELETE FROM {target}")
            if is_there:
                connection.execute(
                    f"INSERT INTO {target} ({columns}) SELECT {columns} FROM {_NEW_ROWS}"
                )
            else:
                connection.execute(f"CREATE TABLE {target} AS SELECT * FROM {_NEW_ROWS}")
            connection.commit()

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        path = existing(self.address.path)
        with (
            closing(_connected(path, read_only=True)) as connection,
            interrupted_after(READ_SECONDS, connection.interrupt),
        ):
            connection.begin()
            yield connection

    def words_of(self, fault: Exception) -> str:
        text = re.split(r"\n\s*\n|\nLINE|\nDid you mean", str(fault))[0]
        return " ".join(re.sub(r"^[\w ]+ Error: |!$", "", text).split())

    def advice(self, fault: Exception, selection: Selection | None) -> str:
        text = str(fault)
        if "INTERRUPT" in text:
            return f"reading may take {READ_SECONDS} s; read less"
        if "lock" in text and "file" in text:
            return "another program has it open; try again later"
        is_wrong = isinstance(fault, duckdb.ParserException)
        return self._advice_on_query(fault, selection, is_wrong=is_wrong)

    def is_of_missing_table(self, fault: Exception) -> bool:
        return isinstance(fault, duckdb.CatalogException) and "does not exist" in str(fault)


def _batches(connection: Any, statement: str) -> BatchStream:
    with connection.sql(statement).to_arrow_reader(BATCH_ROWS) as reader:
        yield from reader


def _connected(path: Path, *, read_only: bool = False) -> Any:
    # Nothing is downloaded.
    config: dict[str, Any] = {"memory_limit": _MEMORY, "autoinstall_known_extensions": "false"}
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    connection.execute("SET enable_progress_bar = false")
    return connection


def _expression(name: str, type_: str) -> str:
    """Return what to select so that Arrow has a plain type for it, where there is one."""
    column = f"rows_.{quoted(name)}"
    if type_ == "DATE" or type_.startswith("TIMESTAMP"):
        return f"CASE WHEN isfinite({column}) THEN {column} END"
    if type_ == "INTERVAL":
        return f"epoch({column})"
    if type_ == "UHUGEINT":
        return f"{column}::DOUBLE"
    if type_ in ("BIT", "JSON", "TIME WITH TIME ZONE"):
        return f"{column}::VARCHAR"
    return column
