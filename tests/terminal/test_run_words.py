"""What is told of a run's columns."""

import pytest

from anomaly.schema.columns import Column
from anomaly.terminal.run_words import _in_groups


def columns(*names, **changed):
    return [Column(name, "feature", changed.get(name, "number")) for name in names]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            columns("Time", *(f"V{n}" for n in range(1, 29)), "Amount"),
            ["Time", "V1 to V28", "Amount"],
        ),
        (columns("V1", "V2", "V3"), ["V1", "V2", "V3"]),
        (columns("V1", "V2", "V3", "V4", "V6"), ["V1 to V4", "V6"]),
        (columns("x08", "x09", "x10", "x11"), ["x08 to x11"]),
        (columns("a1", "b2", "c3", "d4"), ["a1", "b2", "c3", "d4"]),
        (columns(*(f"V{n}" for n in range(9)), V4="category"), ["V0 to V3", "V4", "V5 to V8"]),
        (columns("1", "2", "3", "4", "x"), ["1 to 4", "x"]),
    ],
)
def test_columns_of_one_kind_are_told_together(given, shown):
    assert [name for name, _ in _in_groups(given)] == shown
