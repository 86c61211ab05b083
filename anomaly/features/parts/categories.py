"""A category: a feature for each frequent value, for the others, a missing one, and commonness."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features.commonness import Commonness, ValueCounter
from anomaly.features.parts.base import Feature, Fitter, Part
from anomaly.features.parts.plain_values import UnusualValueError, text_of
from anomaly.schema.columns import Column, Schema
from anomaly.utils.arrow import from_texts, pc, to_numpy

_LEAST_SHARE_OF_LEVEL = 0.0005
# Of a column with more values, how common the value is counts, and only the frequent ones are levels.
_FEW_VALUES = 32
_LEAST_SHARE_OF_MANY = 0.05


class CategoryFitter(Fitter):
    """Counts the values: the frequent ones are levels; of many values, their commonness counts."""

    def __init__(self, column: Column, schema: Schema) -> None:
        super().__init__(column, schema)
        self._counter = ValueCounter()

    @property
    def why_none(self) -> str:
        return "constant, or without a frequent value, in the training rows"

    def add(self, array: pa.Array) -> None:
        self._counter.add(self._converted(array))

    def features(self) -> list[Feature]:
        name, counts, rows = self._name, self._counter.counts(), self._counter.rows
        is_of_many = len(counts) > _FEW_VALUES
        least = max(2.0, (_LEAST_SHARE_OF_MANY if is_of_many else _LEAST_SHARE_OF_LEVEL) * rows)
        frequent = [value for value, count in counts.items() if count >= least]
        missing = self._counter.missing
        if len(counts) + bool(missing) < 2 or not (frequent or is_of_many):
            return []
        commonness = Commonness.of(counts, rows, missing)
        made = [Feature(f"{name}={level}", name, "level", level) for level in frequent]
        if frequent:
            # Once a column: where there is a feature for it, there.
            known = None if is_of_many else commonness
            made.append(Feature(f"{name}=(other)", name, "other", commonness=known))
        if missing:
            made.append(Feature(f"{name}=(missing)", name, "missing"))
        if is_of_many:
            made.append(Feature(f"{name} (commonness)", name, "common", commonness=commonness))
        return made


class CategoryPart(Part):
    """Zeros and ones, of which one is 1 at most, and the logarithm of the value's share."""

    fitter = CategoryFitter

    def __init__(self, column: Column, features: Sequence[Feature]) -> None:
        super().__init__(column, features)
        parts = [feature.part for feature in features]
        self._levels = [feature.level for feature in features if feature.part == "level"]
        self._other = tuple(float(part == "other") for part in parts)
        self._rows: dict[str | None, tuple[float, ...]] = {
            level: tuple(float(feature.level == level) for feature in features)
            for level in self._levels
        }
        self._rows[None] = tuple(float(part == "missing") for part in parts)
        # An older version wrote none.
        self._commonness = next((f.commonness for f in features if f.commonness), None)
        self._has_common = "common" in parts

    def fill(
        self,
        block: NDArray[np.float32],
        values: Any,
        now: NDArray[np.float64] | None,
        is_own: NDArray[np.bool_] | None = None,
    ) -> None:
        codes = to_numpy(pc.index_in(values, from_texts(self._levels)), null=-1)
        is_null = to_numpy(values.is_null())
        if self._commonness is not None:
            is_new = ~is_null & (self._commonness.others(values, is_own) <= 0)
            codes = np.where(is_new, self._code_of_new, codes)
        level = 0
        for place, feature in enumerate(self.features):
            if feature.part == "level":
                block[:, place] = codes == level
                level += 1
            elif feature.part == "other":
                block[:, place] = (codes < 0) & ~is_null
            elif feature.part == "common":
                assert feature.commonness is not None
                block[:, place] = feature.commonness.of_texts(values, is_own)
            else:
                block[:, place] = is_null

    @cached_property
    def _code_of_new(self) -> int:
        stand_in = None if self._commonness is None else self._commonness.stand_in
        return self._levels.index(stand_in) if stand_in in self._levels else -1

    def read(self, value: Any, now: float) -> tuple[float, ...]:
        if self.column.form is not None:
            raise UnusualValueError
        text = text_of(value)
        commonness = self._commonness
        if commonness is None:
            return self._rows.get(text, self._other)
        is_new = text is not None and text not in commonness.counts
        row = self._rows.get(commonness.stand_in if is_new else text, self._other)
        # The last of the features, where it is one.
        return (*row[:-1], commonness.of_text(text)) if self._has_common else row
