"""PostgreSQL through ADBC: rows come and go as Arrow batches, by COPY."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import pyarrow as pa

from anomaly.errors import DataError, InstallError
from anomaly.tables.sql.database import (
    READ_SECONDS,
    BatchStream,
    Database,
    Description,
    Selection,
    quoted,
    quoted_table,
    shown_table,
    stoppable,
    table_parts,
)
from anomaly.utils.parallel import one_ahead

try:
    import adbc_driver_manager
    import adbc_driver_postgresql.dbapi as adbc
except ImportError as error:
    raise InstallError(
        "postgresql:// needs adbc-driver-postgresql; install it with: pip install 'anomaly[sql]'"
    ) from error

_CONNECT_SECONDS = 10
_BATCH_BYTES = 1 << 22
_NEW_ROWS = "anomaly_new_rows"
_TABLES = """
SELECT n.nspname::text AS schema, c.relname::text AS name,
       pg_catalog.pg_table_is_visible(c.oid) AS is_visible
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
ORDER BY NOT pg_catalog.pg_table_is_visible(c.oid), n.nspname, c.relname
"""
_GEOMETRIC = ("point", "line", "lseg", "box", "path", "polygon", "circle")
# The same rows in the same order each time, as far as the plan is free to choose.
_IN_ORDER = (
    "SET LOCAL synchronize_seqscans = off",
    "SET LOCAL max_parallel_workers_per_gather = 0",
)


class PostgreSQL(Database):
    """A database of a PostgreSQL server."""

    faults = (adbc_driver_manager.Error, OSError, pa.ArrowException)

    def table_names(self) -> list[str]:
        with self.explained(), self._reading() as cursor:
            cursor.execute(_TABLES)
            return [
                shown_table(name) if is_visible else shown_table(schema, name)
                for schema, name, is_visible in cursor.fetchall()
            ]

    def describe(self, selection: Selection) -> Description:
        with self.explained(selection), self._reading() as cursor:
            if selection.query is not None:
                # What is wrong with it is best told of it alone; it is not executed.
                cursor.adbc_execute_schema(selection.query)
            schema = cursor.adbc_execute_schema(f"SELECT * FROM {selection.rows}")
        names = schema.names
        decimals = [field.name for field in schema if _type_name(field) in ("numeric", "money")]
        intervals = [field.name for field in schema if _type_name(field) == "interval"]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise DataError(
                f"{self.address}, {selection.name}: two columns are named {twice!r}; "
                "give one another name with AS"
            )
        return Description(
            {field.name: _expression(field) for field in schema},
            frozenset(decimals),
            tuple(f"column {name!r} is an interval, read as seconds" for name in intervals),
        )

    def read(
        self,
        selection: Selection,
        description: Description,
        columns: Sequence[str],
        types: Mapping[str, pa.DataType],
    ) -> BatchStream:
        selected = ", ".join(f"{description.expressions[n]} AS {quoted(n)}" for n in columns)
        statement = f"SELECT {selected} FROM {selection.rows}"
        with self.explained(selection), self._reading() as cursor:
            yield from stoppable(_batches(cursor, statement), cursor.adbc_cancel, self.faults)

    def columns_of(self, table: str) -> list[str] | None:
        with self.explained(), self._reading() as cursor:
            cursor.execute(
                "SELECT a.attname::text FROM pg_catalog.pg_attribute a "
                f"WHERE a.attrelid = to_regclass({_text(quoted_table(table))}) "
                "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
            )
            names = [name for (name,) in cursor.fetchall()]
        return names or None

    def write(self, table: str, rows: pa.RecordBatchReader, if_exists: str) -> None:
        *schema, name = table_parts(table)
        target = quoted_table(table)
        columns = ", ".join(map(quoted, rows.schema.names))
        is_new = if_exists == "fail" or self.columns_of(table) is None
        with self.explained(), self._connection() as connection:
            with closing(connection.cursor()) as cursor:
                if is_new:
                    where: dict[str, Any] = {"db_schema_name": schema[-1]} if schema else {}
                else:
                    where, name = {"temporary": True}, _NEW_ROWS

                def steps() -> Iterator[None]:
                    yield cursor.adbc_ingest(name, rows, mode="create", **where)
                    if not is_new and if_exists == "replace":
                        yield cursor.execute(f"LOCK TABLE {target} IN SHARE ROW EXCLUSIVE MODE")
                        yield cursor.execute(f"DELETE FROM {target}")
                    if not is_new:
                        # The server fits the values to the columns that are there.
                        yield cursor.execute(
                            f"INSERT INTO {target} ({columns}) "
                            f"SELECT {columns} FROM pg_temp.{_NEW_ROWS}"
                        )

                # In a thread: so Ctrl-C ends what the server does.
                for _ in one_ahead(steps(), cursor.adbc_cancel):
                    pass
            connection.commit()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        url = self.address.url
        for name, value in {
            "connect_timeout": _CONNECT_SECONDS,
            "fallback_application_name": "anomaly",
        }.items():
            if f"{name}=" not in url:
                url += f"{'&' if '?' in url else '?'}{name}={value}"
        # Without a commit, closing takes everything back.
        with closing(adbc.connect(url)) as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """Give a cursor in a read-only transaction with a time limit."""
        with self._connection() as connection, closing(connection.cursor()) as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute("SELECT current_setting('statement_timeout')")
            # That of the role, of the database or in the URL holds.
            if cursor.fetchone() == ("0",):
                cursor.execute(f"SET LOCAL statement_timeout = '{READ_SECONDS}s'")
            yield cursor

    def words_of(self, fault: Exception) -> str:
        text = str(fault).partition("Query was:")[0]
        said = re.search(r"(?:ERROR|FATAL|PANIC): +(.*)", text)
        if said is None:
            text = re.sub(r"^[A-Z_]+: |\[libpq\] |Failed to [\w ]+: ", "", text)
            return text.strip().partition("\n")[0]
        hint = re.search(r"HINT: +(.*)", text)
        return said[1] + (f" ({hint[1]})" if hint else "")

    def advice(self, fault: Exception, selection: Selection | None) -> str:
        text = str(fault)
        if "statement timeout" in text:
            return (
                f"reading may take so long as statement_timeout says, or {READ_SECONDS} s; read less, "
                "or give more time with ?options=-cstatement_timeout%3D7200s in the URL"
            )
        if re.search('database "[^"]*" does not exist', text):
            return "check the name of the database"
        if "password authentication failed" in text or "no password supplied" in text:
            return "check the user and the password (in the URL, PGPASSWORD or ~/.pgpass)"
        if "could not translate host name" in text or "connection to server" in text:
            return "check the host and the port, and whether the server runs there"
        has_query = selection is not None and selection.query is not None
        if has_query and re.search("syntax error|multiple commands", text):
            return "give --query one SELECT"
        return super().advice(fault, selection)

    def is_of_missing_table(self, fault: Exception) -> bool:
        return getattr(fault, "sqlstate", None) in ("42P01", "3F000")


def _batches(cursor: Any, statement: str) -> BatchStream:
    for setting in _IN_ORDER:
        cursor.execute(setting)
    cursor.adbc_statement.set_options(
        **{"adbc.postgresql.batch_size_hint_bytes": str(_BATCH_BYTES)}
    )
    cursor.execute(statement)
    with cursor.fetch_record_batch() as reader:
        for batch in reader:
            yield _without_extensions(batch)


def _type_name(field: pa.Field) -> str:
    return (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode()


def _expression(field: pa.Field) -> str:
    """Return what to select so that Arrow has a plain type for it, where there is one."""
    column, type_, name = f"rows_.{quoted(field.name)}", field.type, _type_name(field)
    if name in ("date", "timestamp", "timestamptz"):
        return f"CASE WHEN isfinite({column}) THEN {column} END"
    if name == "money":
        return f"{column}::numeric"
    if name == "interval":
        return f"extract(epoch FROM {column})::float8"
    if name in _GEOMETRIC:
        return f"ARRAY[{column}::text]"  # its text, such as (1,2), looks like a number
    if name == "inet":
        return f"abbrev({column})"
    if name == "oid":
        return f"{column}::int8"
    if name == "numeric":
        return column
    if pa.types.is_list(type_) and isinstance(type_.value_type, pa.BaseExtensionType):
        return f"{column}::text[]"
    if isinstance(type_, pa.BaseExtensionType) or name in ("bpchar", "record"):
        return f"{column}::text"
    return column


def _without_extensions(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with what stores the values: a number of any length is a text."""
    arrays = [getattr(array, "storage", array) for array in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
