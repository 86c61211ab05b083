"""Why a row has its score: the columns with the largest shares, values seen and expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anomaly import kinds
from anomaly.arrow import from_numpy, from_texts
from anomaly.features import Feature, Features
from anomaly.scoring import Explanation

REASON_TYPE = pa.struct(
    [
        ("column", pa.string()),
        ("share", pa.float64()),
        ("seen", pa.string()),
        ("expected", pa.string()),
    ]
)
REASONS_TYPE = pa.list_(REASON_TYPE)

MISSING = "(missing)"
_DIGITS = 4
_LEAST_LONG, _LEAST_SCIENTIFIC = 1e3, 1e15
# The cycle of the week begins as 1970 did, with a Thursday.
_WEEKDAYS = ("Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday")
_DAYS_OF_SEVEN = tuple(f"day {number} of 7" for number in range(1, 8))


def reasons_of(
    data: pa.RecordBatch | pa.Table,
    features: Features,
    indicated: Sequence[int],
    explanation: Explanation,
    count: int,
) -> pa.Array:
    """Return the columns that make up most of each row's score.

    Parameters
    ----------
    data : pyarrow.RecordBatch or pyarrow.Table
        The rows, as they were read.
    features : Features
    indicated : sequence of int
        Positions of the features with an indicator, in the order of the graph.
    explanation : Explanation
        Of these rows.
    count : int
        How many reasons a row gets, at most one for each column.

    Returns
    -------
    pyarrow.Array of lists of structs
        `column`; `share`, its part of the score in the score's unit; `seen` and `expected` as
        text. The largest share first.
    """
    columns = list(dict.fromkeys(feature.column for feature in features.features))
    shares = _by_column(explanation.shares, features, indicated, columns)
    count = min(count, len(columns))
    top = np.argsort(-shares, axis=1, kind="stable")[:, :count]
    flat = top.ravel()
    texts = _Texts(data, features, explanation)
    seen, expected = _gather(texts, columns, flat, count)
    reasons = pa.StructArray.from_arrays(
        [
            from_texts(columns).take(from_numpy(flat)),
            from_numpy(np.take_along_axis(shares, top, axis=1).ravel()),
            seen,
            expected,
        ],
        fields=list(REASON_TYPE),
    )
    offsets = np.arange(0, len(flat) + 1, count, dtype=np.int32)
    return pa.ListArray.from_arrays(from_numpy(offsets), reasons)


def _by_column(
    shares: NDArray[np.float32],
    features: Features,
    indicated: Sequence[int],
    columns: Sequence[str],
) -> NDArray[np.float64]:
    """Sum the shares of the features that are made of one column: (n_rows, n_columns)."""
    made_of = [feature.column for feature in features.features]
    made_of += [made_of[index] for index in indicated]
    belongs = np.array([[part == column for column in columns] for part in made_of])
    return shares.astype(np.float64) @ belongs.astype(np.float64)


def _gather(
    texts: _Texts, columns: Sequence[str], flat: NDArray[np.int64], count: int
) -> tuple[pa.Array, pa.Array]:
    """Write out the chosen cells column by column, then put them into the order of the rows."""
    order, seen, expected = [], [], []
    for number, column in enumerate(columns):
        places = np.flatnonzero(flat == number)
        if places.size:
            rows = places // count
            order.append(places)
            seen.append(texts.seen(column, rows))
            expected.append(texts.expected(column, rows))
    if not order:
        return pa.nulls(0, pa.string()), pa.nulls(0, pa.string())
    back = from_numpy(np.argsort(np.concatenate(order)))
    return pa.concat_arrays(seen).take(back), pa.concat_arrays(expected).take(back)


class _Texts:
    """The cells of a batch, and what the network expected in them, as text."""

    def __init__(
        self, data: pa.RecordBatch | pa.Table, features: Features, explanation: Explanation
    ) -> None:
        self._data = data
        self._schema = features.schema
        self._expected = explanation.expected
        self._parts: dict[str, list[tuple[int, Feature]]] = {}
        for index, feature in enumerate(features.features):
            self._parts.setdefault(feature.column, []).append((index, feature))

    def seen(self, column: str, rows: NDArray[np.int64]) -> pa.Array:
        values = kinds.plain(self._data.column(column)).take(from_numpy(rows))
        kind = self._schema.kind(column)
        if kind == kinds.TIME:
            moments = np.asarray(kinds.convert(values, kind, column).values)
            values = pc.strftime(pa.array(moments.astype("datetime64[s]")), "%Y-%m-%d %H:%M:%S")
        return kinds.as_text(values).fill_null(MISSING)

    def expected(self, column: str, rows: NDArray[np.int64]) -> pa.Array:
        parts = self._parts[column]
        kind = self._schema.kind(column)
        if kind == kinds.CATEGORY:
            return self._likeliest_level(parts, rows)
        first_index, first = parts[0]
        if first.part == "value":
            return _as_text(self._expected[rows, first_index])
        return _place_in_cycles(
            {feature.part: self._expected[rows, index] for index, feature in parts},
            # Numbers count from a start that nobody named: its weekday is unknown.
            weekdays=_WEEKDAYS if kind == kinds.TIME else _DAYS_OF_SEVEN,
        )

    def _likeliest_level(
        self, parts: Sequence[tuple[int, Feature]], rows: NDArray[np.int64]
    ) -> pa.Array:
        indices = [index for index, _ in parts]
        names = [feature.level or f"({feature.part})" for _, feature in parts]
        likeliest = np.argmax(self._expected[rows][:, indices], axis=1)
        return from_texts(names).take(from_numpy(likeliest))


def _place_in_cycles(waves: Mapping[str, NDArray[np.float32]], weekdays: Sequence[str]) -> pa.Array:
    """Write out the days before the transaction, or the day of the week and the time of day."""
    if "days_before" in waves:
        return pc.binary_join_element_wise(_as_text(waves["days_before"]), "days before", " ")
    texts: list[Any] = []
    if "sin_week" in waves:
        day = np.floor(_turn(waves["sin_week"], waves["cos_week"]) * 7).astype(np.int64)
        texts.append(from_texts(weekdays).take(from_numpy(day % 7)))
    if "sin_day" in waves:
        minutes = (_turn(waves["sin_day"], waves["cos_day"]) * 1440).astype(np.int64)
        clock = pc.strftime(from_numpy(minutes * 60).cast(pa.timestamp("s")), "%H:%M")
        texts.append(pc.binary_join_element_wise("about", clock, " "))
    return pc.binary_join_element_wise(*texts, " ")


def _turn(sine: NDArray[np.float32], cosine: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the place in a cycle, from 0 to below 1."""
    return np.mod(np.arctan2(sine, cosine).astype(np.float64) / (2 * np.pi), 1.0)


def _as_text(values: NDArray[np.float32]) -> pa.Array:
    """Write numbers with four significant digits, and all digits before the point."""
    return from_texts([_written(value) for value in values.tolist()])


def _written(value: float) -> str:
    is_long = _LEAST_LONG <= abs(value) < _LEAST_SCIENTIFIC
    return f"{value:.0f}" if is_long else f"{value + 0.0:.{_DIGITS}g}"
