"""A table to whose rows the history of their entities is added, as if it stood there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.errors import OptionError
from anomaly.features.behaviour.history import History, Moves
from anomaly.features.behaviour.settings import Behaviour
from anomaly.schema.columns import Schema
from anomaly.tables.base import Table
from anomaly.utils.arrow import from_numpy


class HistoryTable(Table):
    """A table with more columns: the features of history, float32.

    Parameters
    ----------
    table : Table
    behaviour : Behaviour
    schema : Schema
        Of the table's columns.
    made : HistorySource
        Gives the features of its rows.
    """

    def __init__(
        self, table: Table, behaviour: Behaviour, schema: Schema, made: HistorySource
    ) -> None:
        self.name = table.name
        self._names = made.feature_names
        self.column_names = [*table.column_names, *self._names]
        self._table, self._behaviour, self._schema, self._made = table, behaviour, schema, made

    @property
    def readings(self) -> tuple[str, ...]:
        return (*self._table.readings, *self._made.readings)

    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        added = set(self._names)
        own = [name for name in columns if name not in added]
        if len(own) == len(columns):
            yield from self._table.read(columns, types)
            return
        there = set(self._table.column_names)
        needed = [n for n in self._behaviour.needed(self._schema.label) if n in there]
        types = self._schema.reading_types() | dict(types)
        first_row = 0
        for data, problems in self._table.read(list(dict.fromkeys([*own, *needed])), types):
            features = self._made.features(first_row, data, problems)
            first_row += data.num_rows
            by_name = {
                name: from_numpy(features[:, place]) for place, name in enumerate(self._names)
            }
            arrays = [by_name[n] if n in by_name else data.column(n) for n in columns]
            yield pa.RecordBatch.from_arrays(arrays, columns), problems

    def place(self, row: int) -> str:
        return self._table.place(row)


class HistorySource(Protocol):
    """Gives the features of rows of a table."""

    feature_names: list[str]

    @property
    def readings(self) -> tuple[str, ...]:
        """What to know of them, a sentence each."""
        ...

    def features(
        self, first_row: int, data: pa.RecordBatch, problems: Mapping[int, str]
    ) -> NDArray[np.float32]:
        """Return the features of some rows, of shape (n_rows, n_features)."""
        ...


class PrecomputedHistory:
    """Features of a whole table, made in the order of time.

    Parameters
    ----------
    feature_names : list of str
    values : ndarray of shape (n_rows, n_features), float32
    """

    readings = ()

    def __init__(self, feature_names: list[str], values: NDArray[np.float32]) -> None:
        self.feature_names = feature_names
        self._values = values

    def features(
        self, first_row: int, data: pa.RecordBatch, problems: Mapping[int, str]
    ) -> NDArray[np.float32]:
        return self._values[first_row : first_row + data.num_rows]


class RollingHistory:
    """Features of rows as they are read, from a history that goes on with them.

    Where most of the first rows lie before what the history remembers last, it forgets what it remembers
    of their time, since the rows tell it again. Fewer such rows come late.

    Parameters
    ----------
    history : History
    behaviour : Behaviour
    schema : Schema
    are_kept : bool, default=False
        Whether the history is to be kept afterwards. Then nothing is forgotten: rows that it remembers
        already are known by their ids.
    """

    def __init__(
        self, history: History, behaviour: Behaviour, schema: Schema, *, are_kept: bool = False
    ) -> None:
        self._are_kept = are_kept
        self.feature_names = history.feature_names
        self._history, self._behaviour, self._schema = history, behaviour, schema
        self._n_late = 0
        self._has_begun = False

    @property
    def readings(self) -> tuple[str, ...]:
        if not self._n_late:
            return ()
        return (
            f"{self._n_late:,} rows came after later ones, so that the history of those was told "
            "without them; sort the rows by time",
        )

    def features(
        self, first_row: int, data: pa.RecordBatch, problems: Mapping[int, str]
    ) -> NDArray[np.float32]:
        moves, is_there = self._behaviour.moves(data, self._schema, problems)
        if len(moves.times) and not self._has_begun:
            self._begin(moves)
        if (latest := self._history.latest) is not None:
            self._n_late += int((moves.times < latest).sum())
        features = np.full((data.num_rows, len(self.feature_names)), np.nan, np.float32)
        features[is_there] = self._history.take(moves)
        return features

    def _begin(self, moves: Moves) -> None:
        self._has_begun = True
        latest = self._history.latest
        if latest is None or 2 * int((moves.times <= latest).sum()) <= len(moves.times):
            return
        if not self._are_kept:
            self._history.forget_from(int(moves.times.min()))
        elif moves.keys is None:
            raise OptionError(
                "--update-behaviour: the rows begin before what the run remembers ends, and without an "
                "id column it cannot tell which it knows already; give later rows, or train with --id"
            )


def precomputed_history(
    table: Table, behaviour: Behaviour, schema: Schema, history: History
) -> PrecomputedHistory:
    """Return the features of all rows of a table, which may be in any order of time.

    Parameters
    ----------
    table : Table
    behaviour : Behaviour
    schema : Schema
        Of its columns.
    history : History
        Empty; afterwards it remembers the last rows.
    """
    there = set(table.column_names)
    needed = [name for name in behaviour.needed(schema.label) if name in there]
    moves: list[Moves] = []
    masks: list[NDArray[np.bool_]] = []
    for batch in table.batches(needed, schema.reading_types()):
        own, is_there = behaviour.moves(batch.data, schema, batch.problems)
        moves.append(own)
        masks.append(is_there)
    is_there = np.concatenate(masks)
    made = history.take(joined(moves))
    if not is_there.all():
        of_those, made = made, np.full((len(is_there), made.shape[1]), np.nan, np.float32)
        made[is_there] = of_those
    return PrecomputedHistory(history.feature_names, made)


def joined(moves: list[Moves]) -> Moves:
    """Return the rows of several batches."""
    first = moves[0]

    def all_of(name: str) -> Any:
        if getattr(first, name) is None:
            return None
        return np.concatenate([getattr(each, name) for each in moves])

    places = None
    if first.places is not None:
        pairs = zip(*(each.places for each in moves if each.places is not None), strict=True)
        latitudes, longitudes = (np.concatenate(each) for each in pairs)
        places = latitudes, longitudes
    columns = zip(*(each.values for each in moves), strict=True)
    return Moves(
        values=[pa.chunked_array(column) for column in columns],
        times=np.concatenate([each.times for each in moves]),
        amounts=all_of("amounts"),
        labels=all_of("labels"),
        places=places,
        keys=all_of("keys"),
    )
