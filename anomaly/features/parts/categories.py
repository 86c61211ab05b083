"""A category: one feature for each frequent value, for the others, and for a missing one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.errors import DataError
from anomaly.features.parts.base import Feature, Fitter, Part
from anomaly.features.parts.plain_values import text_of
from anomaly.schema.columns import Column, Schema
from anomaly.tables import kinds
from anomaly.utils.arrow import from_texts, pc, to_numpy

_LEAST_SHARE_OF_LEVEL = 0.0005
_MOST_VALUES = 100_000


class CategoryFitter(Fitter):
    """Counts the values: the frequent ones are levels."""

    def __init__(self, column: Column, schema: Schema) -> None:
        super().__init__(column, schema)
        self._counts: Counter[str | None] = Counter()

    @property
    def why_none(self) -> str:
        return "constant, or without a frequent value, in the training rows"

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


class CategoryPart(Part):
    """Zeros and ones: a single one is 1, or none for a missing value that training never had."""

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

    def fill(
        self, block: NDArray[np.float32], values: Any, now: NDArray[np.float64] | None
    ) -> None:
        codes = to_numpy(pc.index_in(values, from_texts(self._levels)), null=-1)
        is_null = to_numpy(values.is_null())
        level = 0
        for place, feature in enumerate(self.features):
            if feature.part == "level":
                block[:, place] = codes == level
                level += 1
            elif feature.part == "other":
                block[:, place] = (codes < 0) & ~is_null
            else:
                block[:, place] = is_null

    def read(self, value: Any, now: float) -> tuple[float, ...]:
        return self._rows.get(text_of(value), self._other)
