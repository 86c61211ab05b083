"""From rows to float32 features with a name for each.

The same code serves training and scoring. What features there are (which categories, which
cycles of time) `fitting` learns from training rows alone; how those of a column are made stands
in `parts`, a file for each kind. Whatever is arithmetic on numbers (filling in, logarithm,
scaling, clipping) is left to the exported graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features.parts.base import Feature, Part
from anomaly.features.parts.by_kind import part_of
from anomaly.features.parts.plain_values import LARGEST
from anomaly.schema.columns import Schema
from anomaly.tables.times import seconds


@dataclass(frozen=True, slots=True)
class FeatureBlock:
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

    Attributes
    ----------
    parts : dict of str to Part
        By the table's column: those with features in the order of the matrix, then a time
        without any, which is read all the same.
    """

    def __init__(self, schema: Schema, features: Sequence[Feature]) -> None:
        self.schema = schema
        self.features = tuple(features)
        by_column: dict[str, list[Feature]] = {}
        for feature in self.features:
            by_column.setdefault(feature.column, []).append(feature)
        for column in schema.inputs:
            by_column.setdefault(column.name, [])
        columns = {column.name: column for column in schema.columns}
        self.parts: dict[str, Part] = {
            name: part_of(columns[name])(columns[name], made) for name, made in by_column.items()
        }

    @property
    def names(self) -> list[str]:
        return [feature.name for feature in self.features]

    def transform(
        self, data: pa.RecordBatch | pa.Table, is_own: NDArray[np.bool_] | None = None
    ) -> FeatureBlock:
        """Return the features of some rows, with the problems of rows that cannot be scored.

        Parameters
        ----------
        data : pyarrow.RecordBatch or pyarrow.Table
            Has the schema's columns; more do no harm.
        is_own : ndarray of shape (n_rows,), bool, optional
            Which of the rows are training rows, that the features were learned from.

        Raises
        ------
        DataError
            When a column's type can never be of its kind.
        """
        block = FeatureBlock(np.empty((data.num_rows, len(self.features)), dtype=np.float32), {})
        time = self.schema.time
        times = None if time is None else self._converted(data, time, block.problems)
        now = None
        if times is not None and time is not None:
            now = seconds(times) * self.schema.column(time).seconds_of_unit
        place = 0
        for name, part in self.parts.items():
            if part.features:
                values = times if name == time else self._converted(data, name, block.problems)
                _merge(block.problems, _too_large(values, name))
                end = place + len(part.features)
                part.fill(block.values[:, place:end], values, now, is_own)
                place = end
        return block

    def _converted(
        self, data: pa.RecordBatch | pa.Table, name: str, problems: dict[int, str]
    ) -> Any:
        converted = self.schema.column(name).convert(data.column(name))
        _merge(problems, converted.problems)
        return converted.values

    def to_list(self) -> list[dict[str, Any]]:
        return [feature.to_dict() for feature in self.features]

    @classmethod
    def from_list(cls, schema: Schema, content: Sequence[Mapping[str, Any]]) -> Features:
        return cls(schema, [Feature.from_dict(feature) for feature in content])


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
