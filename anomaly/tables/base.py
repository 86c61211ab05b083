"""What every table offers, whatever it is stored in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from anomaly.errors import DataError


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive rows of a table.

    Attributes
    ----------
    first_row : int
        Position in the table of the first row of the batch, counted from 0.
    data : pyarrow.RecordBatch
        The values. A row that could not be read is there with nulls.
    problems : mapping of int to str
        What is wrong with a row, by its offset in the batch.
    """

    first_row: int
    data: pa.RecordBatch
    problems: Mapping[int, str] = field(default_factory=dict)


class Table(ABC):
    """A table that can be read as a stream of batches, more than once.

    Attributes
    ----------
    name : str
        What to call the table in messages: a file name, `standard input`, `data frame`.
    column_names : list of str
        Names in the order of the table.
    """

    name: str
    column_names: list[str]

    @abstractmethod
    def batches(
        self,
        columns: Sequence[str] | None = None,
        types: Mapping[str, pa.DataType] | None = None,
    ) -> Iterator[Batch]:
        """Read the table from its first row.

        Parameters
        ----------
        columns : sequence of str, optional
            The columns to read; all of them by default.
        types : mapping of str to pyarrow.DataType, optional
            The types to read text formats with. It is a hint: a batch in which a value
            does not fit its type comes with that column as strings.
        """


def checked_names(names: Sequence[str], where: str) -> list[str]:
    """Return the column names, or raise when two are alike or one is empty."""
    seen: set[str] = set()
    for position, name in enumerate(names, 1):
        if not name.strip():
            raise DataError(f"{where}: column {position} has no name; name every column")
        if name in seen:
            raise DataError(
                f"{where}: two columns are named {name!r}; rename one so that every name is unique"
            )
        seen.add(name)
    return list(names)
