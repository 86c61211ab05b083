"""From rows to a float32 matrix with a name for each feature.

The same code serves training and scoring. What it learns (which categories there are, which
cycles of time the data covers) comes from training rows alone. Whatever is arithmetic on
numbers (filling in, logarithm, scaling, clipping) is left to the exported graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anomaly import kinds
from anomaly.arrow import from_texts, to_numpy
from anomaly.errors import DataError
from anomaly.schema import Column, Schema

_DAY = 86_400
_LATEST_SECOND = 1e11  # the year 5138
_WEEK = 7 * _DAY
_LEAST_SHARE_OF_LEVEL = 0.0005
_WHY_NOT = (
    "constant in the training rows",
    "constant, or without a frequent value, in the training rows",
)
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the matrix.

    Attributes
    ----------
    name : str
        What reports call it.
    column : str
        The table's column that it is made of.
    part : str
        What it takes from that column: `value` (number or flag), `level` (1 where the
        category is `level`), `other` (1 where it is a category not among the levels),
        `missing` (1 where a category is missing), `sin_day`, `cos_day`, `sin_week`,
        `cos_week` (place in the cycle), or `days_before` (days from this time to the
        transaction's).
    level : str or None
        The category's value, for the part `level`.
    """

    name: str
    column: str
    part: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Features of some rows.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_features), float32
        NaN where a value is missing.
    problems : dict of int to str
        What is wrong with a row, by its offset; such a row cannot be scored.
    """

    values: NDArray[np.float32]
    problems: dict[int, str]


class Features:
    """The features of a schema, as fitted on training rows.

    Parameters
    ----------
    schema : Schema
    features : sequence of Feature
        Columns of the matrix, in order; those of one table column stand together.
    """

    def __init__(self, schema: Schema, features: Sequence[Feature]) -> None:
        self.schema = schema
        self.features = tuple(features)
        self._by_column: dict[str, list[tuple[int, Feature]]] = {}
        for index, feature in enumerate(self.features):
            self._by_column.setdefault(feature.column, []).append((index, feature))

    @property
    def names(self) -> list[str]:
        return [feature.name for feature in self.features]

    @classmethod
    def fit(cls, schema: Schema, train: pa.Table, name: str) -> Features:
        """Learn the features from the training rows.

        Parameters
        ----------
        schema : Schema
        train : pyarrow.Table
            The rows to learn from: no row of validation or test is among them.
        name : str
            What to call the table in messages.

        Raises
        ------
        DataError
            When a value does not fit its column, or no feature varies in the training rows.
        """
        features: list[Feature] = []
        constant: dict[str, str] = {}
        for column in schema.inputs:
            values = train.column(column.name)
            made = _FITTERS[column.kind](column, values, schema, train)
            if not made and column.role == "feature":
                constant[column.name] = _WHY_NOT[column.kind == kinds.CATEGORY]
            features += made
        if not features:
            raise DataError(f"{name}: every feature is constant in the training rows; add columns")
        return cls(schema.without(constant), features)

    def transform(self, data: pa.RecordBatch | pa.Table) -> Matrix:
        """Return the matrix of some rows, with the problems of rows that cannot be scored.

        Parameters
        ----------
        data : pyarrow.RecordBatch or pyarrow.Table
            Has the schema's columns; more do no harm.

        Raises
        ------
        DataError
            When a column's type can never be of its kind.
        """
        matrix = np.empty((data.num_rows, len(self.features)), dtype=np.float32)
        problems: dict[int, str] = {}
        time = self.schema.time
        times = None if time is None else self._converted(data, time)
        if times is not None:
            _merge(problems, times.problems)
        now = None if times is None else seconds(times.values)
        for name, parts in self._by_column.items():
            if times is not None and name == time:
                converted = times
            else:
                converted = self._converted(data, name)
                _merge(problems, converted.problems)
            _merge(problems, _too_large(converted.values, name))
            _fill(matrix, parts, converted.values, now)
        return Matrix(matrix, problems)

    def _converted(self, data: pa.RecordBatch | pa.Table, name: str) -> kinds.Converted:
        return _converted(data.column(name), self.schema.kind(name), name)

    def to_list(self) -> list[dict[str, Any]]:
        return [asdict(feature) for feature in self.features]

    @classmethod
    def from_list(cls, schema: Schema, content: Sequence[Mapping[str, Any]]) -> Features:
        return cls(schema, [Feature(**feature) for feature in content])


def seconds(values: Any) -> NDArray[np.float64]:
    """Return times as seconds since 1970, or numbers as the seconds that they are.

    Numbers too large for seconds are taken as the milliseconds, microseconds or nanoseconds
    since 1970 that they must be.
    """
    if np.issubdtype(values.dtype, np.datetime64):
        whole = values.astype("datetime64[us]")
        return np.where(np.isnat(whole), np.nan, whole.astype(np.int64) / 1e6)
    found = values.astype(np.float64)
    for unit in (1e9, 1e6, 1e3):
        found = np.where(np.abs(found) > _LATEST_SECOND / 1e3 * unit, found / unit, found)
    return found


def _converted(array: Any, kind: str, name: str) -> kinds.Converted:
    try:
        return kinds.convert(array, kind, name)
    except TypeError as error:
        raise DataError(
            f"{error}; give the column as it was in the training data, or train again"
        ) from None


def _too_large(values: Any, column: str) -> dict[int, str]:
    """Return the rows whose number float32 does not hold: infinite ones too."""
    if isinstance(values, pa.Array) or not np.issubdtype(values.dtype, np.floating):
        return {}
    rows = np.flatnonzero(np.abs(values) > _LARGEST)
    return {
        int(row): f"{values[row]:g} in column {column!r} is infinite or too large" for row in rows
    }


def _merge(problems: dict[int, str], more: Mapping[int, str]) -> None:
    for row, problem in more.items():
        problems[row] = f"{problems[row]}; {problem}" if row in problems else problem


def _fill(
    matrix: NDArray[np.float32],
    parts: Sequence[tuple[int, Feature]],
    values: Any,
    now: NDArray[np.float64] | None,
) -> None:
    """Write the features made of one table column into their places in the matrix."""
    if isinstance(values, pa.Array):
        _fill_categories(matrix, parts, values)
        return
    for index, feature in parts:
        if feature.part == "value":
            with np.errstate(over="ignore"):
                matrix[:, index] = values
        elif feature.part == "days_before" and now is not None:
            matrix[:, index] = (now - seconds(values)) / _DAY
        else:
            wave, _, cycle = feature.part.partition("_")
            with np.errstate(invalid="ignore"):
                matrix[:, index] = _WAVES[wave](_angle(seconds(values), _CYCLES[cycle]))


def _fill_categories(
    matrix: NDArray[np.float32], parts: Sequence[tuple[int, Feature]], values: pa.Array
) -> None:
    levels = [feature.level for _, feature in parts if feature.part == "level"]
    found = pc.index_in(values, from_texts(levels))
    codes = to_numpy(found, null=-1)
    is_null = to_numpy(values.is_null())
    level = 0
    for index, feature in parts:
        if feature.part == "level":
            matrix[:, index] = codes == level
            level += 1
        elif feature.part == "other":
            matrix[:, index] = (codes < 0) & ~is_null
        else:
            matrix[:, index] = is_null


def _angle(moments: NDArray[np.float64], cycle_seconds: int) -> NDArray[np.float64]:
    return 2 * np.pi * np.mod(moments, cycle_seconds) / cycle_seconds


_WAVES = {"sin": np.sin, "cos": np.cos}
_CYCLES = {"day": _DAY, "week": _WEEK}


def _fit_number(column: Column, values: Any, schema: Schema, train: pa.Table) -> list[Feature]:
    found = np.asarray(_converted(values, column.kind, column.name).values)
    if column.role == kinds.TIME:
        return _cycles(column.name, found)
    present = found[~np.isnan(found)]
    is_constant = not present.size or present.min() == present.max()
    return (
        []
        if is_constant and present.size in (0, found.size)
        else [Feature(column.name, column.name, "value")]
    )


def _fit_category(column: Column, values: Any, schema: Schema, train: pa.Table) -> list[Feature]:
    counts = pc.value_counts(kinds.as_text(values))
    by_value = {item["values"].as_py(): item["counts"].as_py() for item in counts}
    missing = by_value.pop(None, 0)
    least = max(2.0, _LEAST_SHARE_OF_LEVEL * len(values))
    levels = sorted(value for value, count in by_value.items() if count >= least)
    if len(by_value) + bool(missing) < 2 or not levels:
        return []
    name = column.name
    made = [Feature(f"{name}={level}", name, "level", level) for level in levels]
    made.append(Feature(f"{name}=(other)", name, "other"))
    if missing:
        made.append(Feature(f"{name}=(missing)", name, "missing"))
    return made


def _fit_time(column: Column, values: Any, schema: Schema, train: pa.Table) -> list[Feature]:
    found = _converted(values, column.kind, column.name).values
    made = _cycles(column.name, found)
    if column.role != kinds.TIME and schema.time and schema.kind(schema.time) == kinds.TIME:
        made.insert(0, Feature(f"{column.name} (days before)", column.name, "days_before"))
    return made


def _cycles(name: str, values: Any) -> list[Feature]:
    """Return the places in the day and in the week, where the rows cover a whole one."""
    moments = seconds(values)
    moments = moments[~np.isnan(moments)]
    span = np.ptp(moments) if moments.size else 0.0
    # Dates without a time of day are all at midnight: the hour then says nothing.
    has_hours = bool(np.ptp(np.mod(moments, _DAY)) > 0) if moments.size else False
    cycles = [c for c, length in _CYCLES.items() if span >= length and (c != "day" or has_hours)]
    return [Feature(f"{name} ({w} of {c})", name, f"{w}_{c}") for c in cycles for w in _WAVES]


_FITTERS = {
    kinds.NUMBER: _fit_number,
    kinds.FLAG: _fit_number,
    kinds.CATEGORY: _fit_category,
    kinds.TIME: _fit_time,
}
