"""SQLite through Python's own module: a column's values may be of any type, each of another.

ADBC's driver takes the types of the first thousand rows for those of all, and fails at the first
value of another; it can also not be interrupted.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote

import pyarrow as pa

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

_LOCK_SECONDS = 30
_WHOLE, _REAL, _TEXT, _BYTES = "integer", "real", "text", "blob"


class SQLite(DatabaseFile):
    """A file of SQLite."""

    faults = (sqlite3.Error, sqlite3.Warning)

    def table_names(self) -> list[str]:
        with self.explained(), self._reading() as connection:
            rows = connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
            )
            return [shown_table(name) for (name,) in rows]

    def describe(self, selection: Selection) -> Description:
        with self.explained(selection), self._reading() as connection:
            if selection.query is not None:
                # What is wrong with it is best told of it alone; it is not executed.
                connection.execute(f"EXPLAIN {selection.query}").close()
            names = self._columns(connection, selection.rows)
        return Description({name: quoted(name) for name in names})

    def read(
        self,
        selection: Selection,
        description: Description,
        columns: Sequence[str],
        types: Mapping[str, pa.DataType],
    ) -> BatchStream:
        with self.explained(selection), self._reading() as connection:
            rows = _batches(connection, selection, description, columns, types)
            yield from stoppable(rows, connection.interrupt, self.faults)

    def read_alike(self, selection: Selection, description: Description) -> BatchStream:
        with self.explained(selection), self._reading() as connection:
            rows = _batches_alike(connection, selection, description)
            yield from stoppable(rows, connection.interrupt, self.faults)

    def _columns(self, connection: Any, rows: str) -> list[str]:
        head = connection.execute(f"SELECT * FROM {rows} LIMIT 0")
        return [name for name, *_ in head.description]

    def write(self, table: str, rows: pa.RecordBatchReader, if_exists: str) -> None:
        target, names = quoted_table(table), rows.schema.names
        columns = ", ".join(map(quoted, names))
        is_new = if_exists == "fail" or self.columns_of(table) is None
        with (
            grown_file(self.address.path) as path,
            self.explained(),
            closing(
                sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None)
            ) as connection,
        ):
            connection.execute("BEGIN IMMEDIATE")
            if is_new:
                declared = ", ".join(f"{quoted(f.name)} {_declared(f.type)}" for f in rows.schema)
                connection.execute(f"CREATE TABLE {target} ({declared})")
            elif if_exists == "replace":
                connection.execute(f"DELETE FROM {target}")
            places = ", ".join("?" * len(names))
            for batch in rows:
                connection.executemany(
                    f"INSERT INTO {target} ({columns}) VALUES ({places})",
                    zip(*map(_python_values, batch.columns), strict=True),
                )
            connection.execute("COMMIT")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        uri = f"file:{quote(str(existing(self.address.path)))}?mode=ro"
        connect = sqlite3.connect(
            uri, uri=True, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
        with (
            closing(connect) as connection,
            interrupted_after(READ_SECONDS, connection.interrupt),
        ):
            connection.execute("BEGIN")
            yield connection

    def words_of(self, fault: Exception) -> str:
        words = str(fault)
        if "Could not decode to UTF-8" in words:
            return "a text in it is not UTF-8"
        return words

    def advice(self, fault: Exception, selection: Selection | None) -> str:
        if str(fault) == "interrupted":
            return f"reading may take {READ_SECONDS} s; read less"
        if "locked" in str(fault):
            return "another program writes to it; try again later"
        is_wrong = re.search("syntax error|one statement", str(fault)) is not None
        return self._advice_on_query(fault, selection, is_wrong=is_wrong)

    def is_of_missing_table(self, fault: Exception) -> bool:
        return "no such table" in str(fault)


def _batches(
    connection: sqlite3.Connection,
    selection: Selection,
    description: Description,
    columns: Sequence[str],
    types: Mapping[str, pa.DataType],
) -> BatchStream:
    is_text = [types.get(name) == pa.string() for name in columns]
    for values in _values(connection, selection, description, columns):
        arrays = [
            _of_text(column) if as_text else _of_any(column)
            for column, as_text in zip(values, is_text, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, names=list(columns))


def _batches_alike(
    connection: sqlite3.Connection, selection: Selection, description: Description
) -> BatchStream:
    columns = list(description.expressions)
    asked = ", ".join(f"group_concat(DISTINCT typeof({quoted(name)}))" for name in columns)
    stored = connection.execute(f"SELECT {asked} FROM {selection.rows}").fetchone()
    types = [_common_type(str(names).split(",")) for names in stored]
    schema = pa.schema(list(zip(columns, types, strict=True)))
    for values in _values(connection, selection, description, columns):
        arrays = [
            _of_text(column) if type_ == pa.string() else pa.array(column, type_)
            for column, type_ in zip(values, types, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _values(
    connection: sqlite3.Connection,
    selection: Selection,
    description: Description,
    columns: Sequence[str],
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the values of some rows after the other, column by column."""
    selected = ", ".join(description.expressions[name] for name in columns)
    cursor = connection.execute(f"SELECT {selected} FROM {selection.rows}")
    while rows := cursor.fetchmany(BATCH_ROWS):
        yield list(zip(*rows, strict=True))


def _common_type(stored: list[str]) -> pa.DataType:
    """Return the type that holds values of all these types of SQLite."""
    kinds = set(stored) & {_WHOLE, _REAL, _TEXT, _BYTES}
    if kinds == {_WHOLE}:
        return pa.int64()
    if kinds and kinds <= {_WHOLE, _REAL}:
        return pa.float64()
    return pa.binary() if kinds == {_BYTES} else pa.string()


def _of_any(values: Sequence[Any]) -> pa.Array:
    try:
        array = pa.array(values)
    except (pa.ArrowException, TypeError):
        return _of_text(values)
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def _of_text(values: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowException, TypeError):
        return pa.array([_spelled(value) for value in values], pa.string())


def _spelled(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    return None if value is None else str(value)


def _declared(type_: pa.DataType) -> str:
    if pa.types.is_boolean(type_):
        return "BOOLEAN"
    if pa.types.is_integer(type_):
        return "INTEGER"
    if pa.types.is_floating(type_):
        return "REAL"
    return "TEXT"


def _python_values(array: pa.Array) -> list[Any]:
    if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
        array = array.cast(pa.string())
    return array.to_pylist()
