"""Reasons: the columns that make up a score, largest share first, in words that a person reads."""

import numpy as np
import pyarrow as pa
import pytest
from explaining import NUMBERS, ROWS, features_of, reasons


def test_the_largest_share_comes_first():
    found = reasons(ROWS, NUMBERS, [[0.1, 0.3, 0.2], [0.5, 0, 0.25]], np.zeros((2, 3)))
    assert [[reason["column"] for reason in row] for row in found] == [
        ["b", "c", "a"],
        ["a", "c", "b"],
    ]
    assert found[1][1] == {"column": "c", "share": 0.25, "seen": "6", "expected": "0"}


def test_equal_shares_come_in_the_order_of_the_columns():
    [row] = reasons({"a": [1], "b": [1], "c": [1]}, NUMBERS, [[0.5, 1, 0.5]], np.zeros((1, 3)))
    assert [reason["column"] for reason in row] == ["b", "a", "c"]


def test_only_so_many_reasons_are_given():
    found = reasons(ROWS, NUMBERS, [[1, 2, 3], [3, 2, 1]], np.zeros((2, 3)), count=2)
    assert [[reason["column"] for reason in row] for row in found] == [["c", "b"], ["a", "b"]]


def test_there_are_no_more_reasons_than_columns():
    found = reasons(ROWS, NUMBERS, np.ones((2, 3)), np.zeros((2, 3)), count=99)
    assert [len(row) for row in found] == [3, 3]


def test_the_shares_of_a_column_are_those_of_all_its_features():
    features = features_of(c=("category", "=x", "=y", "other"), n=("number", "value"))
    shares = [[0.1, 0.2, 0.4, 0.5, 0.25]]
    [row] = reasons({"c": ["x"], "n": [None]}, features, shares, np.zeros((1, 4)), indicated=[3])
    assert [(reason["column"], round(reason["share"], 6)) for reason in row] == [
        ("n", 0.75),
        ("c", 0.7),
    ]


def test_the_shares_of_all_columns_sum_to_the_score():
    random = np.random.default_rng(0)
    features = features_of(
        a=("number", "value"), c=("category", "=x", "other", "missing"), f=("flag", "value")
    )
    shares = random.random((50, 7)).astype(np.float32)
    data = {"a": random.random(50), "c": ["x"] * 50, "f": [True] * 50}
    found = reasons(data, features, shares, random.random((50, 5)), indicated=[0, 4])
    sums = [sum(reason["share"] for reason in row) for row in found]
    np.testing.assert_allclose(sums, shares.sum(axis=1), rtol=1e-6)


def test_no_rows_have_no_reasons():
    empty = {name: pa.array([], pa.float64()) for name in ROWS}
    assert reasons(empty, NUMBERS, np.empty((0, 3)), np.empty((0, 3))) == []


def test_each_row_gets_its_own_texts():
    random = np.random.default_rng(0)
    data = {name: random.permutation(500).astype(float) for name in "abc"}
    expected = np.column_stack([data[name] + 500 for name in "abc"])
    for number, row in enumerate(reasons(data, NUMBERS, random.random((500, 3)), expected)):
        for reason in row:
            assert int(reason["seen"]) == data[reason["column"]][number]
            assert int(reason["expected"]) == data[reason["column"]][number] + 500


# Many rows at once.


@pytest.mark.parametrize("count", [1, 3, 8, 9, 20])
def test_many_reasons_are_in_the_order_of_a_stable_sort(count):
    random = np.random.default_rng(count)
    shares = random.integers(0, 4, (300, 20)) / 4
    features = features_of(**{f"c{i}": ("number", "value") for i in range(20)})
    data = {f"c{i}": random.random(300) for i in range(20)}
    found = reasons(data, features, shares, random.random((300, 20)), count=count)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :count]
    assert [[reason["column"] for reason in row] for row in found] == [
        [f"c{place}" for place in row] for row in order
    ]
