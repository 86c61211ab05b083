"""Databases as tables of transactions, and as sinks of scored rows."""

from __future__ import annotations

from anomaly.errors import OptionError
from anomaly.tables.sql.address import Address
from anomaly.tables.sql.database import Database, Selection
from anomaly.tables.sql.sink import IF_EXISTS, SQLSink
from anomaly.tables.sql.table import SQLTable

__all__ = [
    "IF_EXISTS",
    "SQLSink",
    "SQLTable",
    "open_database_sink",
    "open_database_table",
    "short_name",
]


def open_database_table(url: str, table: str | None, query: str | None) -> SQLTable:
    """Open a table of a database, or the rows of a query, for reading.

    Raises
    ------
    OptionError
        When the URL, or what is to be read, is not said clearly.
    DataError
        When the database cannot be reached, or has no such table.
    InstallError
        When the database's driver is not installed.
    """
    database = _database(Address.of(url))
    if table is not None and query is not None:
        raise OptionError("--table and --query: each says what to read; give one")
    if table is None and query is None:
        raise OptionError(f"{database.address}: {_choice(database)}")
    return SQLTable(database, Selection(table, query))


def open_database_sink(url: str, table: str | None, if_exists: str | None) -> SQLSink:
    """Say into which table of a database rows are to be written; nothing is written yet.

    Raises
    ------
    OptionError
        When the URL, the table, or what to do where it exists is not said clearly.
    InstallError
        When the database's driver is not installed.
    """
    database = _database(Address.of(url))
    if table is None:
        raise OptionError(f"--out {database.address}: name the table to write with --out-table")
    return SQLSink(database, table, if_exists or IF_EXISTS[0])


def short_name(url: str, table: str | None) -> str:
    """Return what to name a run after: the table, else the database; never a secret."""
    return table or Address.of(url).database or "run"


def _database(address: Address) -> Database:
    # Each imports its driver, which only those need who use it.
    if address.scheme == "postgresql":
        from anomaly.tables.sql.postgresql import PostgreSQL

        return PostgreSQL(address)
    if address.scheme == "sqlite":
        from anomaly.tables.sql.sqlite import SQLite

        return SQLite(address)
    from anomaly.tables.sql.duckdb import DuckDB

    return DuckDB(address)


def _choice(database: Database) -> str:
    names = database.table_names()
    if not names:
        return "there is no table in it that may be read"
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    listed = ", ".join(names[:20]) + more
    return f"say with --table or --query what to read; its tables are: {listed}"
