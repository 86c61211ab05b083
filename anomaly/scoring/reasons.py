"""Why a row has its score: the columns with the largest shares, values seen and expected."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features.features import Features
from anomaly.features.parts.base import Feature
from anomaly.scoring.graph import Explanation
from anomaly.tables import kinds
from anomaly.utils.arrow import from_numpy, from_texts, mask_from_numpy, pc, to_numpy

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
_OTHER = "(other)"
_DIGITS = 4
_LEAST_LONG, _LEAST_SCIENTIFIC = 1e3, 1e15
_LEAST_EXPONENT, _LEAST_SHORT, _LEAST_DIGITS = -6, 1e-6, 1000
_MANY = 5000
# Up to so many reasons, to look for each is faster than to sort.
_FEW = 8
_FIRST_PRINTED = ord(" ")
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
    """Return the columns that make up most of each row's score; see `Reasoner.reasons`."""
    return Reasoner(features, indicated, count).reasons(data, explanation)


class Reasoner:
    """Says why rows have their scores.

    Parameters
    ----------
    features : Features
    indicated : sequence of int
        Positions of the features with an indicator, in the order of the graph.
    count : int
        How many reasons a row gets, at most one for each column.
    """

    def __init__(self, features: Features, indicated: Sequence[int], count: int) -> None:
        kind_of = {column.name: column.kind for column in features.schema.columns}
        parts: dict[str, list[tuple[int, Feature]]] = {}
        for index, feature in enumerate(features.features):
            parts.setdefault(feature.column, []).append((index, feature))
        self._columns = [_Column(name, kind_of[name], made) for name, made in parts.items()]
        self._names = from_texts(list(parts))
        self._count = min(count, len(parts))
        made_of = [feature.column for feature in features.features]
        made_of += [made_of[index] for index in indicated]
        self._belongs = np.array([[part == name for name in parts] for part in made_of], float)

    @property
    def columns(self) -> list[str]:
        """The columns with a share, in the order of `by_column`."""
        return [column.name for column in self._columns]

    def by_column(self, explanation: Explanation) -> NDArray[np.float64]:
        """Return each column's share of each score, of shape (n_rows, n_columns)."""
        shares: NDArray[np.float64] = explanation.shares.astype(np.float64) @ self._belongs
        return shares

    def reasons(self, data: pa.RecordBatch | pa.Table, explanation: Explanation) -> pa.Array:
        """Return the columns that make up most of each row's score.

        Parameters
        ----------
        data : pyarrow.RecordBatch or pyarrow.Table
            The rows, as they were read.
        explanation : Explanation
            Of these rows.

        Returns
        -------
        pyarrow.Array of lists of structs
            `column`; `share`, its part of the score in the score's unit; `seen` and `expected`
            as text. The largest share first, equal ones in the order of the columns. Where the
            category seen is the likeliest, yet its share is above the row's mean, `rather` and
            the likeliest of the others tell what speaks against it.
        """
        shares = self.by_column(explanation)
        top = _largest(shares, self._count)
        largest = np.take_along_axis(shares, top, axis=1)
        is_large = largest > shares.mean(axis=1, keepdims=True)
        seen, expected = self._texts(data, explanation.expected, top.ravel(), is_large.ravel())
        reasons = pa.StructArray.from_arrays(
            [
                self._names.take(from_numpy(top.ravel())),
                from_numpy(largest.ravel()),
                seen,
                expected,
            ],
            fields=list(REASON_TYPE),
        )
        offsets = np.arange(0, top.size + 1, self._count, dtype=np.int32)
        return pa.ListArray.from_arrays(from_numpy(offsets), reasons)

    def _texts(
        self,
        data: pa.RecordBatch | pa.Table,
        expected: NDArray[np.float32],
        chosen: NDArray[np.int64],
        is_large: NDArray[np.bool_],
    ) -> tuple[pa.Array, pa.Array]:
        """Write out the chosen cells column by column, then put them into the rows' order."""
        order = np.argsort(chosen.astype(np.int32), kind="stable")
        ends = np.cumsum(np.bincount(chosen, minlength=len(self._columns)))
        seen: list[_Cells] = []
        wanted: list[_Cells] = []
        for column, places in zip(self._columns, np.split(order, ends[:-1]), strict=True):
            if places.size:
                rows = places // self._count
                cells = column.seen(data.column(column.name), rows)
                seen.append(cells)
                wanted.append(column.expected(expected, rows, cells, is_large[places]))
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return (
            _written_together(seen, _as_seen).take(from_numpy(back)),
            _written_together(wanted, _as_expected).take(from_numpy(back)),
        )


def _largest(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the places of the largest values of each row, the first of equal ones first."""
    if count > _FEW:
        return np.argsort(-values, axis=1, kind="stable")[:, :count]
    left = values.copy()
    places = np.empty((len(values), count), dtype=np.int64)
    rows = np.arange(len(values))
    for rank in range(count):
        places[:, rank] = left.argmax(axis=1)
        left[rows, places[:, rank]] = -np.inf
    return places


# An ndarray of numbers still to be written, or an Arrow array of texts.
_Cells: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table, with the places of its features."""

    name: str
    kind: str
    parts: Sequence[tuple[int, Feature]]

    def seen(self, array: Any, rows: NDArray[np.int64]) -> _Cells:
        values = kinds.plain(array).take(from_numpy(rows))
        if self.kind == kinds.TIME:
            moments = np.asarray(kinds.convert(values, self.kind, self.name).values)
            values = pc.strftime(pa.array(moments.astype("datetime64[s]")), "%Y-%m-%d %H:%M:%S")
        if values.type == pa.float64():
            return to_numpy(values, null=np.nan)
        return kinds.as_text(values).fill_null(MISSING)

    def expected(
        self,
        values: NDArray[np.float32],
        rows: NDArray[np.int64],
        seen: _Cells,
        is_large: NDArray[np.bool_],
    ) -> _Cells:
        if self.kind == kinds.CATEGORY:
            texts = _as_seen(seen) if isinstance(seen, np.ndarray) else seen
            return self._likeliest_level(values, rows, texts, is_large)
        first_index, first = self.parts[0]
        if first.part == "value":
            return values[rows, first_index]
        return _place_in_cycles(
            {feature.part: values[rows, index] for index, feature in self.parts},
            # Numbers count from a start that nobody named: its weekday is unknown.
            weekdays=_WEEKDAYS if self.kind == kinds.TIME else _DAYS_OF_SEVEN,
        )

    def _likeliest_level(
        self,
        values: NDArray[np.float32],
        rows: NDArray[np.int64],
        seen: pa.Array,
        is_large: NDArray[np.bool_],
    ) -> pa.Array:
        indices = np.array([index for index, _ in self.parts])
        names = [feature.level or f"({feature.part})" for _, feature in self.parts]
        likely = values[rows[:, None], indices]
        likeliest = np.argmax(likely, axis=1)
        levels = to_numpy(pc.index_in(seen, from_texts(names)), null=names.index(_OTHER))
        is_doubted = is_large & (likeliest == levels)
        likely[is_doubted, levels[is_doubted]] = -np.inf
        likeliest[is_doubted] = len(names) + np.argmax(likely[is_doubted], axis=1)
        texts = from_texts([*names, *(f"rather {name}" for name in names)])
        return texts.take(from_numpy(likeliest))


def _written_together(
    pieces: Sequence[_Cells], write: Callable[[NDArray[Any]], pa.Array]
) -> pa.Array:
    """Return the pieces as one array of texts; the numbers among them are written at once."""
    numbers = [piece for piece in pieces if isinstance(piece, np.ndarray)]
    written: Any = write(np.concatenate(numbers)) if numbers else None
    texts, start = [], 0
    for piece in pieces:
        if isinstance(piece, np.ndarray):
            texts.append(written.slice(start, len(piece)))
            start += len(piece)
        else:
            texts.append(piece)
    return pa.concat_arrays(texts) if texts else pa.nulls(0, pa.string())


def _as_seen(values: NDArray[np.float64]) -> pa.Array:
    return kinds.as_text(from_numpy(values)).fill_null(MISSING)


def as_json(reasons: pa.Array) -> pa.Array:
    """Return each row's reasons as JSON text, for forms without lists.

    Parameters
    ----------
    reasons : pyarrow.Array of `REASONS_TYPE`
        Without nulls, as `Reasoner.reasons` returns them.
    """
    found = reasons.values
    column, share, seen, expected = (found.field(place) for place in range(4))
    objects = pc.binary_join_element_wise(
        '{"column": "',
        _escaped(column),
        '", "share": ',
        share.cast(pa.string()),
        ', "seen": "',
        _escaped(seen),
        '", "expected": "',
        _escaped(expected),
        '"}',
        "",
    )
    lists = pc.binary_join(pa.ListArray.from_arrays(reasons.offsets, objects), ", ")
    return pc.binary_join_element_wise("[", lists, "]", "")


def _escaped(texts: pa.Array) -> pa.Array:
    """Return texts as they stand in JSON between the quotes."""
    content = texts.buffers()[2]
    letters = np.frombuffer(content, np.uint8) if content else np.empty(0, np.uint8)
    is_special = (letters < _FIRST_PRINTED) | (letters == ord('"')) | (letters == ord("\\"))
    if not is_special.any():
        return texts
    encoded = texts.dictionary_encode()
    escaped = [
        json.dumps(text, ensure_ascii=False)[1:-1] for text in encoded.dictionary.to_pylist()
    ]
    return from_texts(escaped).take(encoded.indices)


def _place_in_cycles(waves: Mapping[str, NDArray[np.float32]], weekdays: Sequence[str]) -> pa.Array:
    """Write out the days before the transaction, or the day of the week and the time of day."""
    if "days_before" in waves:
        return pc.binary_join_element_wise(_as_expected(waves["days_before"]), "days before", " ")
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


def _as_expected(values: NDArray[np.float32]) -> pa.Array:
    """Write numbers with four significant digits, and all digits before the point."""
    if len(values) < _MANY:
        return from_texts([_written(value) for value in values.tolist()])
    size = np.abs(values.astype(np.float64))
    is_short = (size >= _LEAST_SHORT) & (size < _LEAST_LONG)
    exponents = np.floor(np.log10(size, where=is_short, out=np.zeros(len(size))))
    places = _places_of_short(np.where(is_short, size, 1.0), exponents)
    texts = _short_numbers().take(from_numpy(2 * places + np.signbit(values)))
    others = from_texts([_written(value) for value in values[~is_short].tolist()])
    return pc.replace_with_mask(texts, mask_from_numpy(~is_short), others)


def _places_of_short(
    size: NDArray[np.float64], exponents: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the places of numbers in `_short_numbers`, but for the sign.

    A digit too many after rounding (999.96) is the first number of the next exponent.
    """
    digits = np.rint(size * 10.0 ** (_DIGITS - 1 - exponents)) - _LEAST_DIGITS
    return ((exponents - _LEAST_EXPONENT) * 9 * _LEAST_DIGITS + digits).astype(np.int64)


@cache
def _short_numbers() -> pa.Array:
    """Write out every number of four significant digits from `_LEAST_SHORT` to `_LEAST_LONG`.

    They are few beside the cells of a large table; each stands without and with a minus.
    """
    sizes = [
        f"{float(f'{digits}e{exponent - _DIGITS + 1}'):.{_DIGITS}g}"
        for exponent in range(_LEAST_EXPONENT, 3)
        for digits in range(_LEAST_DIGITS, 10 * _LEAST_DIGITS)
    ]
    sizes.append(f"{_LEAST_LONG:.0f}")
    return from_texts([text for size in sizes for text in (size, f"-{size}")])


def _written(value: float) -> str:
    is_long = _LEAST_LONG <= abs(value) < _LEAST_SCIENTIFIC
    return f"{value:.0f}" if is_long else f"{value + 0.0:.{_DIGITS}g}"
