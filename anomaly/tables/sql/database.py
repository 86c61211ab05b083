"""What every database offers: its tables, the rows of one or of a query, and a table to write."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from threading import Timer

import pyarrow as pa

from anomaly.errors import DataError, OptionError
from anomaly.tables.sql.address import Address
from anomaly.utils.parallel import one_ahead
from anomaly.utils.spelling import nearest

#: The longest that rows may be read for, where the database itself has no limit.
READ_SECONDS = 3600
#: Closed, it lets the connection go.
BatchStream = Generator[pa.RecordBatch, None, None]
_IDENTIFIER = r'"(?:[^"]|"")+"|[^".]+'


@dataclass(frozen=True, slots=True)
class Selection:
    """What to read: a table, or the rows of a query; one of them is given."""

    table: str | None
    query: str | None

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return f"table {self.table}" if self.table is not None else "--query"

    @property
    def rows(self) -> str:
        """What to read from, as SQL has it after FROM."""
        if self.table is not None:
            return f"{quoted_table(self.table)} AS rows_"
        assert self.query is not None
        query = self.query.strip().rstrip(";")
        # A comment at its end would take the bracket in.
        return f"({query}\n) AS rows_"


@dataclass(frozen=True, slots=True)
class Description:
    """What a selection has.

    Attributes
    ----------
    expressions : dict of str to str
        What to select for each column, by its name.
    decimals : frozenset of str
        Columns that come as the text of a decimal number.
    readings : tuple of str
        What was taken for what, a sentence each.
    """

    expressions: Mapping[str, str]
    decimals: frozenset[str] = frozenset()
    readings: tuple[str, ...] = ()


class Database(ABC):
    """A database that is connected to when it is used.

    Parameters
    ----------
    address : Address
    """

    def __init__(self, address: Address) -> None:
        self.address = address

    @abstractmethod
    def table_names(self) -> list[str]:
        """Return the tables and views that can be read, as `quoted_table` takes them."""

    @abstractmethod
    def describe(self, selection: Selection) -> Description:
        """Look at what a selection has, without reading its rows.

        Raises
        ------
        DataError
            When there is no such table, or the query is none.
        """

    @abstractmethod
    def read(
        self,
        selection: Selection,
        description: Description,
        columns: Sequence[str],
        types: Mapping[str, pa.DataType],
    ) -> BatchStream:
        """Yield the rows, in one read-only transaction that a time limit ends.

        A database without types of columns gives each batch those of its values, and those of
        `types` where a value fits.
        """

    def read_alike(self, selection: Selection, description: Description) -> BatchStream:
        """Yield the rows with every column, as `read` does, in batches of the same types."""
        return self.read(selection, description, list(description.expressions), {})

    @abstractmethod
    def columns_of(self, table: str) -> list[str] | None:
        """Return the columns of a table to be written; None where there is none of that name."""

    @abstractmethod
    def write(self, table: str, rows: pa.RecordBatchReader, if_exists: str) -> None:
        """Write rows in one transaction: all of them or none.

        Parameters
        ----------
        table : str
        rows : pyarrow.RecordBatchReader
        if_exists : {"fail", "append", "replace"}
            `replace` takes the rows that are there away, and leaves the table.
        """

    @contextmanager
    def explained(self, selection: Selection | None = None) -> Iterator[None]:
        """Turn what the driver raises into one clear line without secrets."""
        try:
            yield
        except self.faults as fault:
            if isinstance(fault.__context__, KeyboardInterrupt):  # it would not be closed
                raise fault.__context__ from None
            words = self.address.without_secrets(self.words_of(fault))
            advice = self.advice(fault, selection)
            # The cause could hold a secret, and would be shown with --debug.
            raise DataError(f"{self.address}: {words}" + (advice and f"; {advice}")) from None

    @property
    @abstractmethod
    def faults(self) -> tuple[type[Exception], ...]:
        """What the driver raises."""

    @abstractmethod
    def words_of(self, fault: Exception) -> str:
        """Return what a fault says."""

    def advice(self, fault: Exception, selection: Selection | None) -> str:
        """Return what to do about a fault; empty where the words say it."""
        if self.is_of_missing_table(fault) and selection is not None and selection.table:
            return self._near(selection.table)
        return ""

    @abstractmethod
    def is_of_missing_table(self, fault: Exception) -> bool: ...

    def _near(self, table: str) -> str:
        names = self.table_names()
        bare = {name.rpartition(".")[2].lower(): name for name in reversed(names)}
        near = nearest(table, names, cutoff=0.5) or bare.get(table.rpartition(".")[2].lower())
        if near is not None:
            return f"did you mean {near}?"
        return f"its tables are: {', '.join(names[:20])}" if names else "there are no tables in it"


def quoted(name: str) -> str:
    """Return an identifier as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def quoted_table(name: str) -> str:
    """Return a table's name, which a schema may precede, as SQL has it.

    Raises
    ------
    OptionError
        When it is no name.
    """
    return ".".join(map(quoted, table_parts(name)))


def table_parts(name: str) -> list[str]:
    """Return the parts of a table's name: the table last, and the schema where it is named."""
    if "\0" in name or not re.fullmatch(rf"({_IDENTIFIER})(\.({_IDENTIFIER}))*", name):
        raise OptionError(
            f"{name[:60]!r} is no name of a table; write it as TABLE or SCHEMA.TABLE, and in "
            "quotation marks where it holds a dot or such marks itself"
        )
    return [
        part[1:-1].replace('""', '"') if part.startswith('"') else part
        for part in re.findall(_IDENTIFIER, name)
    ]


def shown_table(*parts: str) -> str:
    """Return a table's name as `table_parts` takes it."""
    return ".".join(quoted(part) if re.search(r'[".]', part) else part for part in parts)


def stoppable(
    batches: BatchStream, stop: Callable[[], object], faults: tuple[type[Exception], ...]
) -> BatchStream:
    """Yield the batches, each made in a thread: a driver at work would not notice Ctrl-C.

    Parameters
    ----------
    batches : generator of pyarrow.RecordBatch
    stop : callable
        Ends what the driver does.
    faults : tuple of exceptions
        What `stop` may raise where the driver does nothing.
    """

    def stop_at_once() -> None:
        with suppress(*faults):
            stop()

    with closing(batches):
        yield from one_ahead(batches, stop_at_once)


@contextmanager
def interrupted_after(seconds: float, interrupt: Callable[[], object]) -> Iterator[None]:
    """Interrupt what takes longer."""
    timer = Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
