"""Each kind of column has a part that makes its features, of a batch and of one row alike."""

import numpy as np
import pyarrow as pa
import pytest

from anomaly.features.parts.by_kind import PARTS, part_of
from anomaly.features.parts.categories import CategoryPart
from anomaly.features.parts.plain_values import UnusualValueError
from anomaly.features.parts.times import ClockPart, TimePart
from anomaly.schema.columns import Column, Schema
from anomaly.tables import kinds

VALUES = {
    "number": [1.5, None, -2.0, 0.1],
    "flag": [True, False, None, True],
    "category": ["a", "b", None, "a", "b", "z"],
    "time": ["2026-01-01 00:00:00", "2026-01-09 06:30:00", None],
}
MANY = [f"shop {number % 50}" for number in range(120)] + ["new", None, "newer"]


def test_every_kind_has_a_part():
    assert set(PARTS) == {*VALUES, kinds.CLOCK}


@pytest.mark.parametrize("kind", VALUES)
def test_what_is_learned_of_a_column_is_made_alike_of_a_batch_and_of_each_row(kind):
    column, array = Column("x", "feature", kind), pa.array(VALUES[kind])
    part_type = part_of(column)
    fitter = part_type.fitter(column, Schema((column,)))
    fitter.add(array)
    part = part_type(column, fitter.features())
    block = np.empty((len(array), len(part.features)), np.float32)
    part.fill(block, kinds.convert(array, kind, "x").values, None)
    rows = [np.array(list(part.read(value, np.nan)), np.float32) for value in VALUES[kind]]
    assert block.size
    np.testing.assert_array_equal(block, rows)


def test_the_commonness_of_a_category_is_made_alike_of_a_batch_and_of_each_row():
    column, array = Column("x", "feature", kinds.CATEGORY), pa.array(MANY)
    fitter = CategoryPart.fitter(column, Schema((column,)))
    fitter.add(array[:100])
    part = CategoryPart(column, fitter.features())
    block = np.empty((len(array), len(part.features)), np.float32)
    part.fill(block, kinds.convert(array, kinds.CATEGORY, "x").values, None)
    rows = [np.array(list(part.read(value, np.nan)), np.float32) for value in MANY]
    np.testing.assert_array_equal(block, rows)


def test_times_of_day_are_points_on_a_circle():
    column, array = Column("x", "feature", kinds.CLOCK), pa.array(["06:00:00", "18:00", None])
    fitter = ClockPart.fitter(column, Schema((column,)))
    fitter.add(array)
    part = ClockPart(column, fitter.features())
    block = np.empty((3, 2), np.float32)
    part.fill(block, column.convert(array).values, None)
    np.testing.assert_allclose(block, [[1, 0], [-1, 0], [np.nan, np.nan]], atol=1e-6)


@pytest.mark.parametrize("kind", VALUES)
def test_what_only_a_table_can_judge_is_not_read(kind):
    column = Column("x", "feature", kind)
    with pytest.raises(UnusualValueError):
        part_of(column)(column, []).read([1, 2], np.nan)


def test_numbers_that_order_the_rows_are_times():
    assert part_of(Column("t", "time", "number")) is TimePart
