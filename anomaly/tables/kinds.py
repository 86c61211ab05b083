"""What a value of each kind looks like, and how a column of text becomes one.

A column has one of four kinds: `number`, `flag` (true or false), `category` (a text or code
from a list) and `time`. Values that do not fit are found and named, never coerced in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.errors import DataError
from anomaly.tables.times import is_time_text, read_times, times
from anomaly.utils.arrow import from_texts, null_where, pc, to_numpy

NUMBER = "number"
FLAG = "flag"
CATEGORY = "category"
TIME = "time"

# What pandas takes as missing, so that a file means the same in both.
MISSING_WORDS = (
    *("", "NA", "<NA>", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "NULL", "null", "None"),
    *("NaN", "nan", "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
_TRUE = ("true", "t", "yes", "y", "1", "1.0")
_FALSE = ("false", "f", "no", "n", "0", "0.0")
TRUE_WORDS = tuple(sorted({w for word in _TRUE for w in (word, word.upper(), word.title())}))
FALSE_WORDS = tuple(sorted({w for word in _FALSE for w in (word, word.upper(), word.title())}))

_EXPECTED = {
    NUMBER: "a number",
    FLAG: "true or false",
    CATEGORY: "a text",
    TIME: "a time such as 2026-01-31 12:00:00",
}
_NUMBER_PATTERN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_LARGEST_WHOLE_FLOAT = 2.0**53


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
    """Return the kind of a `plain` array's values; None for types that hold no plain value."""
    if pa.types.is_boolean(type_):
        return FLAG
    if pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_):
        return NUMBER
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        return TIME
    if is_text(type_) or pa.types.is_null(type_):
        return CATEGORY
    return None


def is_text(type_: pa.DataType) -> bool:
    return pa.types.is_string(type_) or pa.types.is_large_string(type_)


def plain(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the values as one array without chunks, dictionary or other wrapping.

    Bytes become text where they are UTF-8, and so does the time of a day.
    """
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    elif pa.types.is_run_end_encoded(array.type):
        array = pc.run_end_decode(array)
    if pa.types.is_string_view(array.type) or pa.types.is_time(array.type):
        return array.cast(pa.string())
    return _text_of_bytes(array) if _is_bytes(array.type) else array


def _is_bytes(type_: pa.DataType) -> bool:
    is_binary = pa.types.is_binary(type_) or pa.types.is_large_binary(type_)
    return is_binary or pa.types.is_binary_view(type_)


def _text_of_bytes(array: pa.Array) -> pa.Array:
    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:
        return array


def as_text(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the values as strings in one spelling, whatever type they were stored with.

    Trimmed; null where the text says missing; whole numbers without a point (the code
    5411.0 is 5411); truth values as true and false.
    """
    array = plain(array)
    # What Arrow writes for numbers and truth values is in that spelling already.
    if pa.types.is_floating(array.type):
        return _text_of_floats(array)
    if pa.types.is_integer(array.type) or pa.types.is_boolean(array.type):
        return pc.cast(array, pa.string())
    # Few words stand in many rows, so each is spelled once.
    words = pc.cast(array, pa.string()).dictionary_encode()
    return _spelled(words.dictionary).take(words.indices)


def _spelled(text: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(text)
    text = null_where(pc.is_in(text, from_texts(MISSING_WORDS)), text)
    text = pc.replace_substring_regex(text, r"^([+-]?\d+)\.0+$", r"\1")
    return pc.replace_substring_regex(
        pc.replace_substring_regex(text, "^(?i:true)$", "true"), "^(?i:false)$", "false"
    )


def _text_of_floats(array: pa.Array) -> pa.Array:
    if pa.types.is_float16(array.type):
        array = array.cast(pa.float32())
    is_whole = pc.and_(
        pc.equal(pc.floor(array), array), pc.less(pc.abs(array), _LARGEST_WHOLE_FLOAT)
    )
    whole = pc.cast(pc.if_else(is_whole, array, 0), pa.int64())
    text = pc.if_else(is_whole, pc.cast(whole, pa.string()), pc.cast(array, pa.string()))
    return null_where(pc.is_nan(array), text)


def convert(array: pa.Array | pa.ChunkedArray, kind: str, column: str) -> Converted:
    """Return a column's values as the kind, with the problems by row.

    Parameters
    ----------
    array : pyarrow.Array or pyarrow.ChunkedArray
        The column as it was read: already of the kind, or text.
    kind : str
        `number`, `flag`, `category` or `time`.
    column : str
        Name of the column, for the problems.

    Raises
    ------
    DataError
        When values of the array's type can never be of the kind, whatever they are.
    """
    array = plain(array)
    stored = kind_of_type(array.type)
    if stored == CATEGORY and kind != CATEGORY:
        return _from_text(as_text(array), kind, column)
    if stored is not None and kind == CATEGORY:
        return Converted(as_text(array), {})
    if kind == TIME and stored == TIME:
        return Converted(times(array), {})
    if kind in (NUMBER, FLAG) and stored in (NUMBER, FLAG):
        values = numbers(array)
        return Converted(values, _neither_true_nor_false(values, column) if kind == FLAG else {})
    raise DataError(
        f"column {column!r} holds {array.type} where {_EXPECTED[kind]} is needed; "
        "give the column as it was in the training data, or train again"
    )


def numbers(array: pa.Array) -> NDArray[np.float64]:
    """Return an Arrow array of numbers or booleans as float64, null as NaN."""
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    if array.type != pa.float64():
        array = array.cast(pa.float64(), safe=False)
    return to_numpy(array, null=np.nan)


def is_number_text(text: pa.Array) -> pa.Array:
    """Tell which strings are numbers; null where the string is."""
    return pc.match_substring_regex(text, _NUMBER_PATTERN)


def _neither_true_nor_false(values: NDArray[np.float64], column: str) -> dict[int, str]:
    is_bad = ~(np.isnan(values) | (values == 0) | (values == 1))
    return {int(row): _misfit(f"{values[row]:g}", FLAG, column) for row in np.flatnonzero(is_bad)}


def _misfit(value: str, kind: str, column: str) -> str:
    return f"{value[:40]!r} in column {column!r} is not {_EXPECTED[kind]}"


def _from_text(text: pa.Array, kind: str, column: str) -> Converted:
    read, fits = _READERS[kind]
    try:
        return Converted(read(text), {})
    except pa.ArrowInvalid:
        is_bad = pc.invert(fits(text)).fill_null(False)
    problems = {
        int(row): _misfit(text[int(row)].as_py(), kind, column)
        for row in np.flatnonzero(is_bad.to_numpy(zero_copy_only=False))
    }
    return Converted(read(null_where(is_bad, text)), problems)


def _read_numbers(text: pa.Array) -> NDArray[np.float64]:
    return numbers(text.cast(pa.float64()))


def _is_flag_text(text: pa.Array) -> pa.Array:
    is_flag = pc.is_in(pc.utf8_lower(text), from_texts(_TRUE + _FALSE))
    return null_where(pc.is_null(text), is_flag)


def _read_flags(text: pa.Array) -> NDArray[np.float64]:
    if not pc.all(_is_flag_text(text), min_count=0).as_py():
        raise pa.ArrowInvalid("neither true nor false")
    is_true = pc.is_in(pc.utf8_lower(text), from_texts(_TRUE))
    return numbers(null_where(pc.is_null(text), is_true))


_Reader = Callable[[pa.Array], NDArray[np.float64] | NDArray[np.datetime64]]
_READERS: dict[str, tuple[_Reader, Callable[[pa.Array], pa.Array]]] = {
    NUMBER: (_read_numbers, is_number_text),
    FLAG: (_read_flags, _is_flag_text),
    TIME: (read_times, is_time_text),
}
