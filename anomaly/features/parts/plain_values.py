"""Plain Python values, one at a time: as a number, as text, as an array of one."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from anomaly.tables import kinds
from anomaly.utils.arrow import from_numpy, from_texts, mask_from_numpy

LARGEST = float(np.finfo(np.float32).max)

_TOO_LONG = 2**63  # for 64 bits
_LONGEST_TEXT = 200
_NUMBERS: dict[type, Callable[[Any], float]] = dict.fromkeys(
    (float, int, bool, np.float64, np.float32, np.int64, np.int32, np.bool_), float
) | {type(None): lambda value: math.nan}


class UnusualValueError(Exception):
    """A value that only the way of the tables can judge."""


def number_of(value: Any) -> float:
    """Return a number that float32 holds, NaN for none."""
    read = _NUMBERS.get(type(value))
    if read is None:
        raise UnusualValueError
    number = read(value)
    if -LARGEST <= number <= LARGEST or number != number:
        return number
    raise UnusualValueError


def text_of(value: Any) -> str | None:
    """Return the spelling of a value as `kinds.as_text` has it."""
    if type(value) is str:
        if len(value) > _LONGEST_TEXT:
            raise UnusualValueError
    elif type(value) not in _NUMBERS:
        raise UnusualValueError
    return _spelled(value)


@lru_cache(maxsize=4096, typed=True)
def _spelled(value: Any) -> str | None:
    try:
        text: str | None = kinds.as_text(array_of(value))[0].as_py()
    except UnicodeEncodeError:
        raise UnusualValueError from None
    return text


def array_of(value: Any) -> pa.Array:
    """Return a value as an Arrow array of one, as a table would have it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return pa.nulls(1)
    if isinstance(value, str):
        return from_texts([value])
    if isinstance(value, bool | np.bool_):
        return mask_from_numpy(np.array([value]))
    if type(value) in _NUMBERS and abs(value) < _TOO_LONG:
        return from_numpy(np.array([value]))
    try:
        return pa.array([value], from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        # As a text file has it: the value that does not fit is then found and named.
        return from_texts([str(value)])
