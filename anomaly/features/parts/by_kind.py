"""Which part makes the features of a column: one for each kind, and one more for a new kind."""

from __future__ import annotations

from anomaly.features.parts.base import Part
from anomaly.features.parts.categories import CategoryPart
from anomaly.features.parts.numbers import FlagPart, NumberPart
from anomaly.features.parts.times import ClockPart, TimePart
from anomaly.schema.columns import Column
from anomaly.tables import kinds

PARTS: dict[str, type[Part]] = {
    kinds.NUMBER: NumberPart,
    kinds.FLAG: FlagPart,
    kinds.CATEGORY: CategoryPart,
    kinds.TIME: TimePart,
    kinds.CLOCK: ClockPart,
}


def part_of(column: Column) -> type[Part]:
    """Return the part of a column; numbers that order the rows are times in seconds."""
    return PARTS[kinds.TIME if column.role == kinds.TIME else column.kind]
