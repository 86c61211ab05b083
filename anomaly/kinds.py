"""What a value of each kind looks like, and how a column of text becomes one.

A column has one of four kinds: `number`, `flag` (true or false), `category` (a text or code
from a list) and `time`. Values that do not fit are found and named, never coerced in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

NUMBER = "number"
FLAG = "flag"
CATEGORY = "category"
TIME = "time"
KINDS = (NUMBER, FLAG, CATEGORY, TIME)

_TRUE = ("true", "t", "yes", "y", "1", "1.0")
_FALSE = ("false", "f", "no", "n", "0", "0.0")
_EXPECTED = {NUMBER: "a number", FLAG: "true or false", TIME: "a time such as 2026-01-31 12:00:00"}


@dataclass(frozen=True, slots=True)
class Converted:
    """A column as one kind.

    Attributes
    ----------
    values : ndarray of shape (n_rows,) or pyarrow.Array
        float64 with NaN for missing (number and flag), datetime64[us] with NaT (time), or an
        Arrow array of strings (category).
    problems : dict of int to str
        What is wrong with a value, by row of the column.
    """

    values: NDArray[np.float64] | NDArray[np.datetime64] | pa.Array
    problems: dict[int, str]


def kind_of_type(type_: pa.DataType) -> str | None:
    """Return the kind of an Arrow type's values; None for types that hold no plain value."""
    if pa.types.is_dictionary(type_):
        return kind_of_type(type_.value_type)
    if pa.types.is_boolean(type_):
        return FLAG
    if pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_):
        return NUMBER
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        return TIME
    if is_text(type_):
        return CATEGORY
    return None


def is_text(type_: pa.DataType) -> bool:
    return (
        pa.types.is_string(type_)
        or pa.types.is_large_string(type_)
        or pa.types.is_string_view(type_)
    )


def plain(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the values as one array, without chunks and without a dictionary."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array


def as_text(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the values as strings, trimmed; empty ones as null."""
    array = plain(array)
    if pa.types.is_floating(array.type) and len(array) > array.null_count:
        array = _whole_numbers_without_point(array)
    text = pc.utf8_trim_whitespace(pc.cast(array, pa.string()))
    return pc.if_else(pc.equal(text, ""), None, text)


def _whole_numbers_without_point(array: pa.Array) -> pa.Array:
    """Write the code 5411.0, as a reader of floats has it, as 5411."""
    whole = pc.cast(array, pa.int64(), safe=False)
    is_whole = pc.all(pc.equal(pc.cast(whole, pa.float64()), pc.cast(array, pa.float64())))
    return whole if is_whole.as_py() else array


def convert(array: pa.Array | pa.ChunkedArray, kind: str, column: str) -> Converted:
    """Return a column's values as the kind, with the problems by row.

    Parameters
    ----------
    array : pyarrow.Array or pyarrow.ChunkedArray
        The column as it was read: already of the kind, or text.
    kind : str
        One of `KINDS`.
    column : str
        Name of the column, for the problems.

    Raises
    ------
    TypeError
        When values of the array's type can never be of the kind, whatever they are.
    """
    array = plain(array)
    if kind == CATEGORY:
        return Converted(as_text(array), {})
    if pa.types.is_null(array.type):
        array = array.cast(pa.string())
    if is_text(array.type):
        return _from_text(array, kind, column)
    values = _from_type(array, kind)
    if values is None:
        raise TypeError(f"column {column!r} holds {array.type} where {_EXPECTED[kind]} is needed")
    return Converted(values, {})


def _from_type(array: pa.Array, kind: str) -> NDArray[np.float64] | NDArray[np.datetime64] | None:
    found = kind_of_type(array.type)
    if kind == TIME:
        return times(array) if found == TIME else None
    return numbers(array) if found in (NUMBER, FLAG) else None


def numbers(array: pa.Array) -> NDArray[np.float64]:
    """Return an Arrow array of numbers or booleans as float64, null as NaN."""
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    return array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)


def times(array: pa.Array) -> NDArray[np.datetime64]:
    """Return an Arrow array of dates or timestamps as datetime64[us] in UTC, null as NaT."""
    target = pa.timestamp("us", tz=getattr(array.type, "tz", None))
    return array.cast(target, safe=False).to_numpy(zero_copy_only=False).astype("datetime64[us]")


def _from_text(array: pa.Array, kind: str, column: str) -> Converted:
    text = as_text(array)
    read = _READERS[kind]
    try:
        return Converted(read(text), {})
    except pa.ArrowInvalid:
        return _value_by_value(text, read, kind, column)


def _value_by_value(
    text: pa.Array,
    read: Callable[[pa.Array], NDArray[np.float64] | NDArray[np.datetime64]],
    kind: str,
    column: str,
) -> Converted:
    """Find the distinct values that do not fit, read the others, and name the rows."""
    encoded = text.dictionary_encode()
    unreadable: list[int] = []
    for code, value in enumerate(encoded.dictionary):
        try:
            read(pa.array([value.as_py()], pa.string()))
        except pa.ArrowInvalid:
            unreadable.append(code)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    is_bad = np.isin(codes, unreadable)
    values = read(pc.if_else(pa.array(is_bad), None, text))
    expected = _EXPECTED[kind]
    problems = {
        int(row): f"{text[int(row)].as_py()!r} in column {column!r} is not {expected}"
        for row in np.flatnonzero(is_bad)
    }
    return Converted(values, problems)


def _read_numbers(text: pa.Array) -> NDArray[np.float64]:
    return numbers(text.cast(pa.float64()))


def _read_flags(text: pa.Array) -> NDArray[np.float64]:
    lower = pc.utf8_lower(text)
    is_true = pc.is_in(lower, pa.array(_TRUE))
    is_false = pc.is_in(lower, pa.array(_FALSE))
    if not pc.all(pc.or_(pc.or_(is_true, is_false), pc.is_null(lower))).as_py():
        raise pa.ArrowInvalid("neither true nor false")
    return numbers(pc.if_else(pc.is_null(lower), None, is_true))


def _read_times(text: pa.Array) -> NDArray[np.datetime64]:
    try:
        return times(text.cast(pa.timestamp("us")))
    except pa.ArrowInvalid:
        return times(text.cast(pa.timestamp("us", tz="UTC")))


_READERS: dict[str, Callable[[pa.Array], NDArray[np.float64] | NDArray[np.datetime64]]] = {
    NUMBER: _read_numbers,
    FLAG: _read_flags,
    TIME: _read_times,
}
