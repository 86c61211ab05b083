"""The features of one transaction, from plain Python values, in microseconds.

What a table costs (Arrow arrays, kernels, threads) is many times what one row does, so each part
reads a plain value too. A value that it does not know goes the way of a table with one row, so
that the features are always the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from anomaly.errors import DataError
from anomaly.features.features import Features
from anomaly.features.parts.plain_values import UnusualValueError, array_of
from anomaly.features.parts.times import TimePart
from anomaly.tables.clocked import date_and_clock


class OnlineFeatures:
    """Makes the features of transactions one by one; threads may share it.

    Parameters
    ----------
    features : Features
    """

    def __init__(self, features: Features) -> None:
        self._features = features
        self._names = list(features.parts)
        self._readers = [part.read for part in features.parts.values()]
        # What reads the time of the transaction, and the place of its value.
        self._clock: tuple[TimePart, int] | None = None
        times = [part for part in features.parts.values() if isinstance(part, TimePart)]
        if any(part.looks_at_now for part in times):
            clock = next(part for part in times if part.column.name == features.schema.time)
            self._clock = clock, self._names.index(clock.column.name)

    def row(self, transaction: Mapping[str, Any]) -> list[float]:
        """Return the features of a transaction; see `anomaly.Run.score_one`."""
        values = self._values(transaction)
        try:
            return self._row(values)
        except (UnusualValueError, OverflowError):
            return self._row_by_table(values)

    def _values(self, transaction: Mapping[str, Any]) -> list[Any]:
        schema = self._features.schema
        if schema.clock is not None and schema.time is not None:
            transaction = self._with_clock(transaction, schema.time, schema.clock)
        try:
            return [transaction[name] for name in self._names]
        except KeyError:
            missing = [repr(name) for name in self._names if name not in transaction]
        except (TypeError, IndexError):
            raise DataError(
                f"cannot read a transaction from {type(transaction).__name__}; "
                "give a mapping from the names of the columns to their values"
            ) from None
        word = "column" if len(missing) == 1 else "columns"
        raise DataError(
            f"the transaction lacks the {word} {', '.join(missing)} that the run was trained on; "
            "give every column of the training data, None where there is no value"
        )

    def _with_clock(
        self, transaction: Mapping[str, Any], time: str, clock: str
    ) -> Mapping[str, Any]:
        """Return the transaction with its time of day in the column of its date."""
        if time not in transaction or clock not in transaction:
            return transaction
        joined = date_and_clock(array_of(transaction[time]), array_of(transaction[clock]))
        return {**transaction, time: joined[0].as_py()}

    def _row(self, values: Sequence[Any]) -> list[float]:
        now = math.nan
        if self._clock is not None:
            clock, place = self._clock
            now = clock.seconds_of(values[place])
        row: list[float] = []
        for read, value in zip(self._readers, values, strict=True):
            row += read(value, now)
        return row

    def _row_by_table(self, values: Sequence[Any]) -> list[float]:
        try:
            arrays = [array_of(value) for value in values]
        except UnicodeEncodeError as error:
            raise DataError(
                f"the transaction cannot be scored: {error.object[:40]!r} is not UTF-8 text; "
                "correct it"
            ) from None
        block = self._features.transform(pa.RecordBatch.from_arrays(arrays, self._names))
        if block.problems:
            raise DataError(f"the transaction cannot be scored: {block.problems[0]}; correct it")
        row: list[float] = block.values[0].tolist()
        return row
