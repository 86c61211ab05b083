"""The history of one transaction's entities, from plain Python values, in microseconds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa

from anomaly.errors import DataError
from anomaly.features.behaviour.history import MICROSECONDS, History, is_time, keys_of
from anomaly.features.behaviour.settings import Behaviour
from anomaly.features.parts.plain_values import (
    UnusualValueError,
    array_of,
    number_of,
    text_of,
)
from anomaly.features.parts.times import TimePart
from anomaly.schema.columns import Schema
from anomaly.tables import kinds
from anomaly.tables.times import seconds


class OnlineHistory:
    """Adds the features of history to transactions one by one, and remembers each.

    Threads may share it.

    Parameters
    ----------
    history : History
    behaviour : Behaviour
    schema : Schema
    """

    def __init__(self, history: History, behaviour: Behaviour, schema: Schema) -> None:
        self._history, self._behaviour, self._schema = history, behaviour, schema
        self._names = history.feature_names
        self._clock = TimePart(schema.column(behaviour.time), [])
        self._texts = [*behaviour.entities, *behaviour.partners]
        self._lock = Lock()
        #: Features of history that say nothing.
        self.nothing = dict.fromkeys(self._names, math.nan)

    def added_to(self, transaction: Mapping[str, Any]) -> dict[str, Any]:
        """Return the transaction with the features of history among its values."""
        behaviour = self._behaviour
        missing = [name for name in behaviour.needed(None) if name not in transaction]
        missing = [name for name in missing if name not in behaviour.ids]
        if missing:
            raise DataError(
                f"the transaction lacks the column {missing[0]!r} that its history is made of; give "
                "every column of the training data, None where there is no value"
            )
        moment = self._moment(transaction[behaviour.time])
        if not is_time(np.array([moment]))[0]:
            return {**transaction, **self.nothing}
        values = [_text(transaction[name]) for name in self._texts]
        amount = (
            math.nan if behaviour.amount is None else self._number(transaction, behaviour.amount)
        )
        place = (math.nan, math.nan)
        if behaviour.places is not None:
            latitude, longitude = (self._number(transaction, name) for name in behaviour.places)
            place = latitude, longitude
        time, key = round(moment * MICROSECONDS), self._key(transaction)
        with self._lock:
            row = self._history.step(values, time, amount, place, key)
        return {**transaction, **dict(zip(self._names, row.tolist(), strict=True))}

    def _key(self, transaction: Mapping[str, Any]) -> int:
        ids = [name for name in self._behaviour.ids if name in transaction]
        return int(keys_of([[_text(transaction[name])] for name in ids])[0]) if ids else 0

    def _moment(self, value: Any) -> float:
        try:
            return self._clock.seconds_of(value)
        except (UnusualValueError, OverflowError):
            values = self._clock.column.convert(array_of(value)).values
            return float(seconds(values)[0] * self._clock.column.seconds_of_unit)

    def _number(self, transaction: Mapping[str, Any], name: str) -> float:
        column = self._schema.column(name)
        if column.form is None and type(transaction[name]) is not str:
            try:
                return number_of(transaction[name])
            except UnusualValueError:
                return math.nan  # features are made of the row itself, which says what is wrong
        return float(column.convert(array_of(transaction[name])).values[0])


def _text(value: Any) -> str | None:
    try:
        return text_of(value)
    except UnusualValueError:
        texts: pa.Array = kinds.as_text(array_of(value))
        text: str | None = texts[0].as_py()
        return text
