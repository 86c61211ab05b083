"""One transaction at a time, in a fraction of a millisecond: plain Python values in, its score out.

What a table costs (Arrow arrays, kernels, threads) is many times what one row does. Here each
column has a reader, made once for a run, that turns one plain value into its features. Whatever
a reader does not know goes the way of a table with one row, so that the score is always the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from anomaly.errors import DataError
from anomaly.features.features import CYCLES, LARGEST, WAVES, Feature, Features
from anomaly.tables import kinds
from anomaly.tables.times import DAY, LATEST_SECOND
from anomaly.utils.arrow import from_numpy, from_texts, mask_from_numpy

if TYPE_CHECKING:
    from anomaly.scoring.graph import Graph

# From a value, and the seconds of the transaction's time, to the features of its column.
Reader = Callable[[Any, float], Iterable[float]]

_EPOCH = datetime(1970, 1, 1)
_EPOCH_IN_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ISO_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}")
_LONGEST_TEXT = 200
_TOO_LONG = 2**63  # for 64 bits
_NUMBERS: dict[type, Callable[[Any], float]] = dict.fromkeys(
    (float, int, bool, np.float64, np.float32, np.int64, np.int32, np.bool_), float
) | {type(None): lambda value: math.nan}


class _UnusualError(Exception):
    """A value that only the way of the tables can judge."""


class SingleScorer:
    """Scores transactions one by one; threads may share it.

    Parameters
    ----------
    features : Features
        What the graph takes.
    graph : Graph
    """

    def __init__(self, features: Features, graph: Graph) -> None:
        self._features = features
        self._graph = graph
        parts: dict[str, list[Feature]] = {}
        for feature in features.features:
            parts.setdefault(feature.column, []).append(feature)
        # A time without features is read too: a row with a wrong one has no score.
        self._names = list(dict.fromkeys([*parts, *(c.name for c in features.schema.inputs)]))
        kind_of = {column.name: column.kind for column in features.schema.columns}
        self._readers = [_reader(parts.get(name, ()), kind_of[name]) for name in self._names]
        self._seconds = _seconds_reader(kind_of.get(features.schema.time or "", ""))
        self._place_of_now: int | None = None
        if any(feature.part == "days_before" for feature in features.features):
            self._place_of_now = self._names.index(features.schema.time or "")

    def score(self, transaction: Mapping[str, Any]) -> float:
        """Return the score of one transaction; see `anomaly.Run.score_one`."""
        values = self._values(transaction)
        try:
            row = self._row(values)
        except (_UnusualError, OverflowError):
            row = self._row_by_table(values)
        return self._graph.score_of(row)

    def _values(self, transaction: Mapping[str, Any]) -> list[Any]:
        try:
            return [transaction[name] for name in self._names]
        except KeyError:
            missing = [repr(name) for name in self._names if name not in transaction]
        except (TypeError, IndexError):
            raise DataError(
                f"cannot read a transaction from {type(transaction).__name__}; "
                "give a mapping from the names of the columns to their values"
            ) from None
        word = "column" if len(missing) == 1 else "columns"
        raise DataError(
            f"the transaction lacks the {word} {', '.join(missing)} that the run was trained on; "
            "give every column of the training data, None where there is no value"
        )

    def _row(self, values: Sequence[Any]) -> list[float]:
        place = self._place_of_now
        now = math.nan if place is None else self._seconds(values[place])
        row: list[float] = []
        for read, value in zip(self._readers, values, strict=True):
            row += read(value, now)
        return row

    def _row_by_table(self, values: Sequence[Any]) -> list[float]:
        try:
            arrays = [_array_of(value) for value in values]
        except UnicodeEncodeError as error:
            raise DataError(
                f"the transaction cannot be scored: {error.object[:40]!r} is not UTF-8 text; "
                "correct it"
            ) from None
        matrix = self._features.transform(pa.RecordBatch.from_arrays(arrays, self._names))
        if matrix.problems:
            raise DataError(f"the transaction cannot be scored: {matrix.problems[0]}; correct it")
        row: list[float] = matrix.values[0].tolist()
        return row


def _array_of(value: Any) -> pa.Array:
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


def _reader(parts: Sequence[Feature], kind: str) -> Reader:
    if kind == kinds.CATEGORY:
        return _category_reader(parts)
    if kind == kinds.FLAG:
        return _read_flag
    if [feature.part for feature in parts] == ["value"]:
        return _read_number
    return _time_reader(parts, _seconds_reader(kind))


def _number(value: Any) -> float:
    read = _NUMBERS.get(type(value))
    if read is None:
        raise _UnusualError
    number = read(value)
    if -LARGEST <= number <= LARGEST or number != number:
        return number
    raise _UnusualError


def _read_number(value: Any, now: float) -> tuple[float]:
    return (_number(value),)


def _read_flag(value: Any, now: float) -> tuple[float]:
    number = _number(value)
    if number not in (0, 1) and not math.isnan(number):
        raise _UnusualError
    return (number,)


def _category_reader(parts: Sequence[Feature]) -> Reader:
    other = tuple(float(feature.part == "other") for feature in parts)
    known: dict[str | None, tuple[float, ...]] = {
        None: tuple(float(feature.part == "missing") for feature in parts)
    }
    for level in [feature.level for feature in parts if feature.part == "level"]:
        known[level] = tuple(float(feature.level == level) for feature in parts)

    def read(value: Any, now: float) -> tuple[float, ...]:
        if type(value) is str:
            if len(value) > _LONGEST_TEXT:
                raise _UnusualError
        elif type(value) not in _NUMBERS:
            raise _UnusualError
        return known.get(_spelled(value), other)

    return read


@lru_cache(maxsize=4096, typed=True)
def _spelled(value: Any) -> str | None:
    try:
        text: str | None = kinds.as_text(_array_of(value))[0].as_py()
    except UnicodeEncodeError:
        raise _UnusualError from None
    return text


def _time_reader(parts: Sequence[Feature], seconds_of: Callable[[Any], float]) -> Reader:
    makers = [_time_feature(feature.part) for feature in parts]

    def read(value: Any, now: float) -> list[float]:
        moment = seconds_of(value)
        return [feature_of(moment, now) for feature_of in makers]

    return read


def _time_feature(part: str) -> Callable[[float, float], float]:
    if part == "days_before":
        return lambda moment, now: (now - moment) / DAY
    name, _, cycle = part.partition("_")
    # NumPy's sine and Python's may differ in the last digit.
    wave, length = WAVES[name], CYCLES[cycle]
    return lambda moment, now: wave(2 * math.pi * (moment % length) / length)


def _seconds_reader(kind: str) -> Callable[[Any], float]:
    return _seconds_of_time if kind == kinds.TIME else _seconds_of_number


def _seconds_of_number(value: Any) -> float:
    found = _number(value)
    for unit in (1e9, 1e6, 1e3):
        if abs(found) > LATEST_SECOND / 1e3 * unit:
            found /= unit
    return found


def _seconds_of_time(value: Any) -> float:
    if type(value) is str and _ISO_TIME.fullmatch(value):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise _UnusualError from None
    if type(value) is datetime:
        epoch = _EPOCH if value.tzinfo is None else _EPOCH_IN_UTC
        return (value - epoch) // _MICROSECOND / 1e6
    if value is None or (type(value) is float and math.isnan(value)):
        return math.nan
    raise _UnusualError
