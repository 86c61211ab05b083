"""A column as a kind: values in one spelling, and each misfit named with its row."""

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anomaly.errors import DataError
from anomaly.tables import kinds
from anomaly.tables.kinds import CATEGORY, FLAG, NUMBER, TIME

NOON = np.datetime64("2026-01-31T12:00", "us")


def values_of(array, kind):
    converted = kinds.convert(pa.array(array) if isinstance(array, list) else array, kind, "x")
    assert converted.problems == {}
    return converted.values.tolist() if kind != CATEGORY else converted.values.to_pylist()


def problems_of(array, kind):
    return kinds.convert(pa.array(array), kind, "x").problems


def same(found, expected):
    np.testing.assert_array_equal(np.array(found, float), np.array(expected, float))


# Numbers.


@pytest.mark.parametrize(
    "array",
    [
        pa.array([1.5, None, -2.0]),
        pa.array([1.5, float("nan"), -2.0]),
        pa.array([1.5, None, -2.0], pa.float32()),
        pa.array([1.5, None, -2.0], pa.float16()),
        pa.array([decimal.Decimal("1.5"), None, decimal.Decimal("-2")]),
        pa.array([1.5, None, -2.0]).dictionary_encode(),
        pa.chunked_array([[1.5], [None, -2.0]]),
        pa.array(["1.5", None, "-2"]),
        pa.array([" 1.50 ", "NA", "-2e0"]),
        pa.array(["+1.5", "", "-2."]),
        pa.array(["1.5", None, "-2"], pa.large_string()),
        pa.array(["1.5", None, "-2"], pa.string_view()),
        pa.array([b"1.5", None, b"-2"]),
        pa.array([b"1.5", None, b"-2"], pa.binary_view()),
        pc.run_end_encode(pa.array([1.5, None, -2.0])),
    ],
    ids=lambda array: str(array.type),
)
def test_numbers_of_every_type_are_numbers(array):
    same(values_of(array, NUMBER), [1.5, np.nan, -2])


def test_numbers_without_any_value_are_all_missing():
    for array in (pa.nulls(2), pa.nulls(2, pa.string()), pa.nulls(2, pa.float64())):
        same(values_of(array, NUMBER), [np.nan, np.nan])


def test_whole_numbers_of_any_size_are_numbers():
    assert values_of([2**53 + 1, -(2**63)], NUMBER) == [2.0**53, -(2.0**63)]
    assert values_of(pa.array([2**64 - 1], pa.uint64()), NUMBER) == [2.0**64]
    assert values_of(["99999999999999999999"], NUMBER) == [1e20]


def test_a_text_in_a_number_column_is_named_with_its_row():
    found = kinds.convert(pa.array(["1", "abc", None, "2", "1,5"]), NUMBER, "amount")
    same(found.values, [1, np.nan, np.nan, 2, np.nan])
    assert found.problems == {
        1: "'abc' in column 'amount' is not a number",
        4: "'1,5' in column 'amount' is not a number",
    }


def test_a_long_text_is_cut_in_its_problem():
    assert len(problems_of(["x" * 1000], NUMBER)[0]) < 100


@pytest.mark.parametrize(
    "text", ["0x10", "1_000", "$5", "12%", "1 2", "--1", "e5", "..1", "1e", "٣"]
)
def test_what_merely_resembles_a_number_is_none(text):
    assert list(problems_of(["1", text], NUMBER)) == [1]


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False) | st.integers(-(10**20), 10**20), min_size=1))
def test_every_number_that_python_writes_is_read(numbers):
    finite = [number for number in numbers if np.isfinite(float(number))]
    assert values_of(pa.array(map(str, finite), pa.string()), NUMBER) == [float(n) for n in finite]
    assert pc.all(kinds.is_number_text(pa.array(map(str, finite), pa.string())), min_count=0)


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("0123456789.eE+-x "), max_size=5), max_size=5))
def test_a_text_is_a_number_exactly_where_it_is_recognised_as_one(texts):
    array = kinds.as_text(pa.array(texts, pa.string()))
    # Words such as `-` say that there is none.
    array = kinds.without_missing_words(array)
    recognised = kinds.is_number_text(array).fill_null(True).to_pylist()
    problems = kinds.convert(array, NUMBER, "x").problems
    assert [row not in problems for row in range(len(texts))] == recognised


# Flags.


@pytest.mark.parametrize(
    "array",
    [
        pa.array([True, None, False]),
        pa.array([1, None, 0]),
        pa.array([1.0, float("nan"), 0.0]),
        pa.array(["yes", "", "no"]),
        pa.array(["Y", "NA", "N"]),
        pa.array(["TRUE", None, "False"]),
        pa.array(["t", None, "f"]),
        pa.array(["1", None, "0"]),
        pa.array(["1.0", None, "0.0"]),
        pa.array([True, None, False]).dictionary_encode(),
    ],
    ids=str,
)
def test_flags_of_every_spelling_are_one_and_zero(array):
    same(values_of(array, FLAG), [1, np.nan, 0])


def test_flags_without_any_value_are_all_missing():
    same(values_of(pa.nulls(2, pa.string()), FLAG), [np.nan, np.nan])


@pytest.mark.parametrize("array", [[1, 2, 0], [1.0, 2.0, 0.0], ["yes", "2", "no"]])
def test_what_is_neither_true_nor_false_is_named_with_its_row(array):
    found = kinds.convert(pa.array(array), FLAG, "x")
    assert found.problems == {1: "'2' in column 'x' is not true or false"}


# Categories and texts.


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array([" a ", "", "NA", None, "b"]), ["a", None, None, None, "b"]),
        (pa.array([5411, None]), ["5411", None]),
        (pa.array([5411.0, 0.5, float("nan"), -0.0]), ["5411", "0.5", None, "0"]),
        (pa.array([0.1, 16777216.0], pa.float32()), ["0.1", "16777216"]),
        (pa.array([1e15, 2.0**53 - 1]), ["1000000000000000", "9007199254740991"]),
        (pa.array([1e300, float("inf")]), ["1e+300", "inf"]),
        (pa.array([1.0, None], pa.float16()), ["1", None]),
        (pa.array(["5411.0", "5411.00", "5411.50", "0.0"]), ["5411", "5411", "5411.50", "0"]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array(["True", "FALSE", "truest"]), ["true", "false", "truest"]),
        (pa.array([decimal.Decimal("1.00")]), ["1"]),
        (pa.array([datetime.date(2026, 1, 31)]), ["2026-01-31"]),
        (pa.array([datetime.time(12, 30)]), ["12:30:00.000000"]),
        (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        (pa.array([2**63 - 1]), ["9223372036854775807"]),
        (pa.nulls(1), [None]),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
def test_a_value_has_one_spelling_whatever_its_type(array, texts):
    assert kinds.as_text(array).to_pylist() == texts
    assert values_of(array, CATEGORY) == texts


# Types that can never be of a kind.


@pytest.mark.parametrize(
    ("array", "kind", "message"),
    [
        (
            pa.array([NOON]),
            NUMBER,
            r"holds timestamp\[us\] where a number",
        ),
        (pa.array([1]), TIME, "holds int64 where a time such as 2026-01-31 12:00:00 is needed"),
        (pa.array([True]), TIME, "holds bool where a time"),
        (pa.array([[1]]), NUMBER, "holds list<.*> where a number"),
        (pa.array([[1]]), CATEGORY, "holds list<.*> where a text"),
        (pa.array([b"\xff"]), CATEGORY, "holds binary where a text"),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
def test_a_type_that_can_never_be_of_the_kind_is_an_error(array, kind, message):
    with pytest.raises(
        DataError, match=f"column 'x' {message}.*; give the column as it was in the"
    ):
        kinds.convert(array, kind, "x")
