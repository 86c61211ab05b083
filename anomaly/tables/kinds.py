"""What a value of each kind looks like, and how a column of text becomes one.

A column has one of five kinds: `number`, `flag` (true or false), `category` (a text or code
from a list), `time`, and `clock` (a time of day without a date). Values that do not fit are found
and named, never coerced in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.errors import DataError
from anomaly.tables.forms.form import Form
from anomaly.tables.forms.missing_words import MISSING_LIKE
from anomaly.tables.forms.numbers import plain_numbers
from anomaly.tables.forms.parts import take_part
from anomaly.tables.forms.times import (
    COMPACT,
    DURATION,
    durations,
    moments_of_numbers,
    read_compact,
    read_dates,
    seconds_of_day,
)
from anomaly.tables.times import is_time_text, read_times, times
from anomaly.utils.arrow import from_texts, mask_from_numpy, null_where, pc, to_numpy

NUMBER = "number"
FLAG = "flag"
CATEGORY = "category"
TIME = "time"
CLOCK = "clock"

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
    CLOCK: "a time of day such as 12:00:00",
}
_NUMBER_PATTERN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_INFINITE_PATTERN = r"^[+-]?inf(inity)?$"
_LARGEST_WHOLE_FLOAT = 2.0**53


@dataclass(frozen=True, slots=True)
class Converted:
    """A column as one kind.

    Attributes
    ----------
    values : ndarray of shape (n_rows,) or pyarrow.Array
        float64 with NaN for missing (number, flag, and the seconds of a clock), datetime64[us]
        with NaT (time), or an Arrow array of strings (category).
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
    if pa.types.is_duration(type_):
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


def convert(
    array: pa.Array | pa.ChunkedArray, kind: str, column: str, form: Form | None = None
) -> Converted:
    """Return a column's values as the kind, with the problems by row.

    Parameters
    ----------
    array : pyarrow.Array or pyarrow.ChunkedArray
        The column as it was read: already of the kind, or text.
    kind : str
        `number`, `flag`, `category`, `time` or `clock`.
    column : str
        Name of the column, for the problems.
    form : Form, optional
        How its values are written, where not plainly. Values that are of the kind already are
        taken as they are.

    Raises
    ------
    DataError
        When values of the array's type can never be of the kind, whatever they are.
    """
    array = plain(array)
    stored = kind_of_type(array.type)
    if stored == CATEGORY and kind != CATEGORY:
        if form is not None and (form.decimal or form.order or form.unit):
            return _from_form(array, form, kind, column)
        text = without_words(as_text(array), form)
        return _from_text(without_missing_words(text), kind, column)
    if stored is not None and kind == CATEGORY:
        text = without_words(as_text(array), form)
        part = None if form is None else form.part
        return Converted(text if part is None else take_part(text, part), {})
    if kind == TIME and stored == TIME:
        return Converted(times(array), {})
    if kind == TIME and stored == NUMBER and form is not None and form.unit is not None:
        return _times_of_numbers(array, form, column)
    if kind in (NUMBER, FLAG, CLOCK) and stored in (NUMBER, FLAG):
        values = numbers(array)
        return Converted(values, _neither_true_nor_false(values, column) if kind == FLAG else {})
    raise DataError(
        f"column {column!r} holds {array.type} where {_EXPECTED[kind]} is needed; "
        "give the column as it was in the training data, or train again"
    )


def convert_scores(
    array: pa.Array | pa.ChunkedArray, column: str, form: Form | None = None
) -> Converted:
    """Return a column of numbers as `convert` does, with infinite ones also where they are words."""
    array = plain(array)
    if not is_text(array.type):
        return convert(array, NUMBER, column, form)
    text = pc.utf8_lower(trimmed(array))
    is_infinite = pc.match_substring_regex(text, _INFINITE_PATTERN).fill_null(False)
    converted = convert(null_where(is_infinite, array), NUMBER, column, form)
    is_below = pc.starts_with(text, "-").fill_null(False)
    infinities = np.where(to_numpy(is_below), -np.inf, np.inf)
    values = np.where(to_numpy(is_infinite), infinities, converted.values)
    return Converted(values, converted.problems)


def numbers(array: pa.Array) -> NDArray[np.float64]:
    """Return an Arrow array of numbers or booleans as float64, null as NaN."""
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    if pa.types.is_duration(array.type):
        ticks = array.cast(pa.duration("us"), safe=False).cast(pa.int64())
        return to_numpy(ticks.cast(pa.float64()), null=np.nan) / 1e6
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


def _from_form(array: pa.Array, form: Form, kind: str, column: str) -> Converted:
    """Read a column of texts that are written in a form of their own."""
    text = without_missing_words(without_words(trimmed(array), form))
    values: NDArray[np.float64] | NDArray[np.datetime64]
    if form.order is not None:
        values = read_dates(text, form.order)
    elif form.unit == COMPACT:
        values = read_compact(text)
    elif form.unit == DURATION:
        values = durations(text)
    else:
        values = numbers(plain_numbers(text, form.decimal or ".").cast(pa.float64()))
        if kind == TIME:
            values = moments_of_numbers(values, form.unit or "")
    is_missing = np.isnat(values) if kind == TIME else np.isnan(values)
    is_bad = is_missing & text.is_valid().to_numpy(zero_copy_only=False)
    return Converted(
        values,
        {int(row): _misfit(text[int(row)].as_py(), kind, column) for row in np.flatnonzero(is_bad)},
    )


def _times_of_numbers(array: pa.Array, form: Form, column: str) -> Converted:
    if form.unit == COMPACT:
        return _from_form(as_text(array), form, TIME, column)
    values = numbers(array)
    moments = moments_of_numbers(values, form.unit or "")
    is_bad = np.isnat(moments) & ~np.isnan(values)
    return Converted(
        moments,
        {int(row): _misfit(f"{values[row]:g}", TIME, column) for row in np.flatnonzero(is_bad)},
    )


def trimmed(array: pa.Array) -> pa.Array:
    """Return texts without white space around them, null where they say missing."""
    text = pc.utf8_trim_whitespace(pc.cast(array, pa.string()))
    return null_where(pc.is_in(text, from_texts(MISSING_WORDS)), text)


def without_words(text: pa.Array, form: Form | None) -> pa.Array:
    """Return texts with nulls for the words by which the column says missing."""
    if form is None or not form.missing:
        return text
    return null_where(pc.is_in(text, from_texts(form.missing)), text)


def without_missing_words(text: pa.Array) -> pa.Array:
    """Return texts of numbers or times with nulls where a word says that the value is missing."""
    return null_where(pc.is_in(pc.utf8_lower(text), _missing_words()), text)


@cache
def _missing_words() -> pa.Array:
    return from_texts(sorted(MISSING_LIKE))


def _is_clock_text(text: pa.Array) -> pa.Array:
    return null_where(pc.is_null(text), mask_from_numpy(~np.isnan(seconds_of_day(text))))


def _read_clocks(text: pa.Array) -> NDArray[np.float64]:
    values = np.floor(seconds_of_day(text))
    if (np.isnan(values) & text.is_valid().to_numpy(zero_copy_only=False)).any():
        raise pa.ArrowInvalid("not a time of day")
    return values


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
    CLOCK: (_read_clocks, _is_clock_text),
}
