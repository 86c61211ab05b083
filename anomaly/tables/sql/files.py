"""Databases that are files."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from anomaly.errors import DataError
from anomaly.tables.sql.database import Database, Selection, quoted_table
from anomaly.utils.files import replaced_when_done


class DatabaseFile(Database):
    """A database in a file, read by one program at a time or by several."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Any]:
        """Give a read-only connection with a time limit, in a transaction."""

    @abstractmethod
    def _columns(self, connection: Any, rows: str) -> list[str]:
        """Return the names of the columns of a table or a query, by the words for it in SQL."""

    def columns_of(self, table: str) -> list[str] | None:
        if not self.address.path.exists():
            return None
        with self.explained(), self._reading() as connection:
            try:
                return self._columns(connection, quoted_table(table))
            except self.faults as fault:
                if self.is_of_missing_table(fault):
                    return None
                raise

    def _advice_on_query(
        self, fault: Exception, selection: Selection | None, *, is_wrong: bool
    ) -> str:
        """Return what to do about a fault that may be one of the user's query."""
        if is_wrong and selection is not None and selection.query is not None:
            return "give --query one SELECT"
        return super().advice(fault, selection)


def existing(path: Path) -> Path:
    """Return the path of a database that is read.

    Raises
    ------
    DataError
        When there is no such file.
    """
    if not path.is_file():
        raise DataError(f"there is no file {path}; check the path (in {path.parent.resolve()})")
    return path


@contextmanager
def grown_file(path: Path) -> Iterator[Path]:
    """Give the path to write to: the database, or where there is none what becomes it at the end."""
    if path.exists():
        yield path
        return
    with replaced_when_done(path) as partial:
        # What makes a database wants no file there.
        partial.unlink()
        yield partial
