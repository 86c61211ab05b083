"""A number or a flag: one feature, the value itself."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features.parts.base import Feature, Fitter, Part
from anomaly.features.parts.plain_values import UnusualValueError, number_of
from anomaly.schema.columns import Column, Schema

# Numbers so many times as large as they vary would lose digits that tell them apart in float32.
_FAR = 1e4


class Range:
    """The least and the greatest of the numbers seen."""

    def __init__(self) -> None:
        self.least, self.greatest = np.inf, -np.inf

    def add(self, values: NDArray[np.float64]) -> None:
        if values.size:
            self.least = min(self.least, values.min())
            self.greatest = max(self.greatest, values.max())

    @property
    def span(self) -> float:
        return max(0.0, float(self.greatest - self.least))


class NumberFitter(Fitter):
    """The number itself, unless it never varies."""

    def __init__(self, column: Column, schema: Schema) -> None:
        super().__init__(column, schema)
        self._range = Range()
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
        largest = max(abs(self._range.least), abs(self._range.greatest))
        is_far = largest > _FAR * self._range.span > 0
        offset = float(self._range.least) if is_far else 0.0
        return [Feature(self._name, self._name, "value", offset=offset)]


class NumberPart(Part):
    """A number, NaN where it is missing."""

    fitter = NumberFitter

    def fill(
        self,
        block: NDArray[np.float32],
        values: Any,
        now: NDArray[np.float64] | None,
        is_own: NDArray[np.bool_] | None = None,
    ) -> None:
        with np.errstate(over="ignore"):
            block[:, 0] = values - self._offset if self._offset else values

    @cached_property
    def _offset(self) -> float:
        return self.features[0].offset

    def read(self, value: Any, now: float) -> tuple[float]:
        # Text in a form of its own is unusual by itself.
        return (number_of(value) - self._offset,)


class FlagPart(NumberPart):
    """1 for true and 0 for false, NaN where it is missing."""

    def read(self, value: Any, now: float) -> tuple[float]:
        number = number_of(value)
        if number not in (0, 1) and not math.isnan(number):
            raise UnusualValueError
        return (number,)
