"""Learn from the training rows which features there are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anomaly.errors import DataError
from anomaly.features.features import CYCLES, WAVES, Feature, Features
from anomaly.schema.columns import FEATURE, Column, Schema
from anomaly.tables import kinds
from anomaly.tables.times import DAY, seconds

_LEAST_SHARE_OF_LEVEL = 0.0005
_MOST_VALUES = 100_000
_WHY_NOT = (
    "constant in the training rows",
    "constant, or without a frequent value, in the training rows",
)


def fit_features(schema: Schema, train: Iterable[pa.RecordBatch], name: str) -> Features:
    """Learn the features of a schema from the training rows.

    Parameters
    ----------
    schema : Schema
    train : iterable of pyarrow.RecordBatch
        The rows to learn from: no row of validation or test is among them.
    name : str
        What to call the table in messages.

    Raises
    ------
    DataError
        When a value does not fit its column, or no feature varies in the training rows.
    """
    fitters = {column.name: _FITTERS[column.kind](column, schema) for column in schema.inputs}
    for batch in train:
        for feature, fitter in fitters.items():
            fitter.add(batch.column(feature))
    features: list[Feature] = []
    constant: dict[str, str] = {}
    for column in schema.inputs:
        made = fitters[column.name].features()
        if not made and column.role == FEATURE:
            constant[column.name] = _WHY_NOT[column.kind == kinds.CATEGORY]
        features += made
    if not features:
        raise DataError(f"{name}: every feature is constant in the training rows; add columns")
    return Features(schema.without(constant), features)


class _Fitter(ABC):
    """Sees a column batch by batch, then says what is made of it."""

    def __init__(self, column: Column, schema: Schema) -> None:
        self._column = column
        self._name = column.name
        self._schema = schema

    def _converted(self, array: pa.Array) -> Any:
        return kinds.convert(array, self._column.kind, self._name).values

    @abstractmethod
    def add(self, array: pa.Array) -> None: ...

    @abstractmethod
    def features(self) -> list[Feature]: ...


class _Range:
    """The least and the greatest of the numbers seen."""

    def __init__(self) -> None:
        self.least, self.greatest = np.inf, -np.inf

    def add(self, values: Any) -> None:
        if values.size:
            self.least = min(self.least, values.min())
            self.greatest = max(self.greatest, values.max())

    @property
    def span(self) -> float:
        return max(0.0, float(self.greatest - self.least))


class _TimeFitter(_Fitter):
    """Places in the day and in the week, where the rows cover a whole one."""

    def __init__(self, column: Column, schema: Schema) -> None:
        super().__init__(column, schema)
        self._moments, self._seconds_of_day = _Range(), _Range()

    def add(self, array: pa.Array) -> None:
        moments = seconds(self._converted(array))
        moments = moments[~np.isnan(moments)]
        self._moments.add(moments)
        self._seconds_of_day.add(np.mod(moments, DAY))

    def features(self) -> list[Feature]:
        name = self._name
        # Dates without a time of day are all at midnight: the hour then says nothing.
        has_hours = self._seconds_of_day.span > 0
        cycles = [
            cycle
            for cycle, length in CYCLES.items()
            if self._moments.span >= length and (cycle != "day" or has_hours)
        ]
        made = [Feature(f"{name} ({w} of {c})", name, f"{w}_{c}") for c in cycles for w in WAVES]
        if self._is_a_second_time:
            made.insert(0, Feature(f"{name} (days before)", name, "days_before"))
        return made

    @property
    def _is_a_second_time(self) -> bool:
        """Whether it is a time beside that of the transaction."""
        time = self._schema.time
        has_time = time is not None and self._schema.kind(time) == kinds.TIME
        return has_time and self._column.role != kinds.TIME


class _NumberFitter(_Fitter):
    """The number itself, unless it never varies."""

    def __init__(self, column: Column, schema: Schema) -> None:
        super().__init__(column, schema)
        self._range = _Range()
        self._n_missing = 0

    def add(self, array: pa.Array) -> None:
        values = self._converted(array)
        is_missing = np.isnan(values)
        self._n_missing += int(is_missing.sum())
        self._range.add(values[~is_missing])

    def features(self) -> list[Feature]:
        is_empty = self._range.greatest < self._range.least
        if is_empty or (self._range.span == 0 and not self._n_missing):
            return []
        return [Feature(self._name, self._name, "value")]


class _CategoryFitter(_Fitter):
    """One feature for each frequent value, for the others, and for a missing one."""

    def __init__(self, column: Column, schema: Schema) -> None:
        super().__init__(column, schema)
        self._counts: Counter[str | None] = Counter()

    def add(self, array: pa.Array) -> None:
        for item in pc.value_counts(kinds.as_text(array)):
            self._counts[item["values"].as_py()] += item["counts"].as_py()
        if len(self._counts) > _MOST_VALUES:
            raise DataError(
                f"the category {self._name!r} has more than {_MOST_VALUES:,} values, too many to "
                f"tell anything; leave it out with --drop {self._name}"
            )

    def features(self) -> list[Feature]:
        name, counts = self._name, Counter(self._counts)
        least = max(2.0, _LEAST_SHARE_OF_LEVEL * counts.total())
        missing = counts.pop(None, 0)
        levels = sorted(str(value) for value, count in counts.items() if count >= least)
        if len(counts) + bool(missing) < 2 or not levels:
            return []
        made = [Feature(f"{name}={level}", name, "level", level) for level in levels]
        made.append(Feature(f"{name}=(other)", name, "other"))
        if missing:
            made.append(Feature(f"{name}=(missing)", name, "missing"))
        return made


def _number_or_time(column: Column, schema: Schema) -> _Fitter:
    """Return the fitter of numbers; those that order the rows are times in seconds."""
    return (_TimeFitter if column.role == kinds.TIME else _NumberFitter)(column, schema)


_FITTERS = {
    kinds.NUMBER: _number_or_time,
    kinds.FLAG: _number_or_time,
    kinds.CATEGORY: _CategoryFitter,
    kinds.TIME: _TimeFitter,
}
