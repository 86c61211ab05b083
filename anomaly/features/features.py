"""From rows to a float32 matrix with a name for each feature.

The same code serves training and scoring. What features there are (which categories, which
cycles of time) `fitting` learns from training rows alone. Whatever is arithmetic on numbers
(filling in, logarithm, scaling, clipping) is left to the exported graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.schema.columns import Schema
from anomaly.tables import kinds
from anomaly.tables.times import DAY, WEEK, seconds
from anomaly.utils.arrow import from_texts, pc, to_numpy

LARGEST = float(np.finfo(np.float32).max)


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
        return kinds.convert(data.column(name), self.schema.kind(name), name)

    def to_list(self) -> list[dict[str, Any]]:
        return [asdict(feature) for feature in self.features]

    @classmethod
    def from_list(cls, schema: Schema, content: Sequence[Mapping[str, Any]]) -> Features:
        return cls(schema, [Feature(**feature) for feature in content])


def _too_large(values: Any, column: str) -> dict[int, str]:
    """Return the rows whose number float32 does not hold: infinite ones too."""
    if isinstance(values, pa.Array) or not np.issubdtype(values.dtype, np.floating):
        return {}
    rows = np.flatnonzero(np.abs(values) > LARGEST)
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
            matrix[:, index] = (now - seconds(values)) / DAY
        else:
            wave, _, cycle = feature.part.partition("_")
            with np.errstate(invalid="ignore"):
                matrix[:, index] = WAVES[wave](_angle(seconds(values), CYCLES[cycle]))


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


WAVES = {"sin": np.sin, "cos": np.cos}
CYCLES = {"day": DAY, "week": WEEK}
