"""Reasons as text and as JSON: what was seen in a column, and what was expected."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features.commonness import Commonness
from anomaly.features.parts.base import Feature
from anomaly.schema.columns import SHARE, Column
from anomaly.tables import kinds
from anomaly.utils.arrow import from_numpy, from_texts, mask_from_numpy, pc, to_numpy

MISSING = "(missing)"
_OTHER = "(other)"
_DIGITS = 4
_LEAST_LONG, _LEAST_SCIENTIFIC = 1e3, 1e15
_LEAST_EXPONENT, _LEAST_SHORT, _LEAST_DIGITS = -6, 1e-6, 1000
_MANY = 5000
_FIRST_PRINTED = ord(" ")
# The cycle of the week begins as 1970 did, with a Thursday.
_WEEKDAYS = ("Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday")
_DAYS_OF_SEVEN = tuple(f"day {number} of 7" for number in range(1, 8))

# An ndarray of numbers still to be written, or an Arrow array of texts.
Cells: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class ColumnTexts:
    """A column of the table, with the places of its features."""

    column: Column
    parts: Sequence[tuple[int, Feature]]

    def seen(self, array: Any, rows: NDArray[np.int64]) -> Cells:
        """Return what the column holds in these rows."""
        values = kinds.plain(array).take(from_numpy(rows))
        if self.column.measure:
            return _measured(to_numpy(values.cast(pa.float64()), null=np.nan), self.column.measure)
        if self.column.kind == kinds.NUMBER and kinds.is_text(values.type):
            # A value that is no number has a problem, and no reasons.
            return self.column.convert(values).values
        if self.column.kind == kinds.TIME:
            moments = np.asarray(self.column.convert(values).values)
            values = pc.strftime(pa.array(moments.astype("datetime64[s]")), "%Y-%m-%d %H:%M:%S")
        if values.type == pa.float64():
            return to_numpy(values, null=np.nan)
        return kinds.as_text(values).fill_null(MISSING)

    def expected(
        self,
        values: NDArray[np.float32],
        rows: NDArray[np.int64],
        seen: Cells,
        is_large: NDArray[np.bool_],
    ) -> Cells:
        """Return what the network expected in these rows, `seen` and with a large share or not."""
        if self.column.kind == kinds.CATEGORY:
            texts = as_seen(seen) if isinstance(seen, np.ndarray) else seen
            return self._likeliest_level(values, rows, texts, is_large)
        first_index, first = self.parts[0]
        if first.part == "value":
            expected = values[rows, first_index]
            if self.column.measure:
                return _measured(expected, self.column.measure)
            return expected.astype(np.float64) + first.offset if first.offset else expected
        return _place_in_cycles(
            {feature.part: values[rows, index] for index, feature in self.parts},
            # Numbers count from a start that nobody named: its weekday is unknown.
            weekdays=_WEEKDAYS if self.column.kind == kinds.TIME else _DAYS_OF_SEVEN,
        )

    def counted(
        self, data: pa.RecordBatch | pa.Table, values: NDArray[np.float32], rows: NDArray[np.int64]
    ) -> tuple[pa.Array, pa.Array]:
        """Return how many there were in these rows, and how many there usually are.

        The column holds how many times as many there were as usual, one more counted on both sides;
        its partner how many there were.
        """
        names = (self.column.partner, self.column.name)
        n, times = (
            to_numpy(kinds.plain(data.column(name)).cast(pa.float64()), null=np.nan)[rows]
            for name in names
        )
        usual = values[rows, self.parts[0][0]] * (n + 1) / times - 1
        seen = [f"{each:.0f} payment{'s' * (each != 1)}" for each in n.tolist()]
        normal = [
            "less than 1" if each < 1 else f"about {_written(float(f'{each:.2g}'))}"
            for each in usual.tolist()
        ]
        is_there = ~np.isnan(usual)
        return tuple(
            from_texts(
                [text if there else MISSING for text, there in zip(texts, is_there, strict=True)]
            )
            for texts in (seen, normal)
        )

    def _likeliest_level(
        self,
        values: NDArray[np.float32],
        rows: NDArray[np.int64],
        seen: pa.Array,
        is_large: NDArray[np.bool_],
    ) -> pa.Array:
        commonness = next((f.commonness for _, f in self.parts if f.part == "common"), None)
        levels_of = [each for each in self.parts if each[1].part != "common"]
        if commonness is not None:
            rare = _rarity(seen, commonness)
            if not levels_of:
                return rare
        indices = np.array([index for index, _ in levels_of])
        names = [feature.level or f"({feature.part})" for _, feature in levels_of]
        likely = values[rows[:, None], indices]
        likeliest = np.argmax(likely, axis=1)
        levels = to_numpy(pc.index_in(seen, from_texts(names)), null=names.index(_OTHER))
        is_doubted = is_large & (likeliest == levels)
        likely[is_doubted, levels[is_doubted]] = -np.inf
        likeliest[is_doubted] = len(names) + np.argmax(likely[is_doubted], axis=1)
        texts = from_texts([*names, *(f"rather {name}" for name in names)])
        usual = texts.take(from_numpy(likeliest))
        if commonness is None:
            return usual
        # Of a value that is no level, how rare it is tells more than which one is likely.
        return pc.if_else(pc.is_in(seen, from_texts(names)), usual, rare)


def _measured(values: NDArray[np.floating], measure: str) -> pa.Array:
    """Write numbers as so many times, or as shares in percent."""
    if measure == SHARE:
        texts = [f"{100 * value:.2g} %" for value in values.tolist()]
    else:
        texts = [f"{_written(float(f'{value:.2g}'))} times" for value in values.tolist()]
    missing = np.isnan(values).tolist()
    pairs = zip(texts, missing, strict=True)
    return from_texts([MISSING if is_missing else text for text, is_missing in pairs])


def with_value(values: pa.Array, shares: pa.Array) -> pa.Array:
    """Write what a share is of before it, as in `TR: 0.4 %`."""
    joined: pa.Array = pc.binary_join_element_wise(values.fill_null(MISSING), shares, ": ")
    return joined


def _rarity(seen: pa.Array, commonness: Commonness) -> pa.Array:
    """Return in words how often each value stood in the training rows."""
    words = seen.dictionary_encode()
    shares = [commonness.share(value) for value in words.dictionary.to_pylist()]
    texts = [f"seen in {100 * share:.2g} %" if share else "never seen" for share in shares]
    return from_texts(texts).take(words.indices)


def written_together(
    pieces: Sequence[Cells], write: Callable[[NDArray[Any]], pa.Array]
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


def as_seen(values: NDArray[np.float64]) -> pa.Array:
    """Write numbers in full, as a table has them."""
    return kinds.as_text(from_numpy(values)).fill_null(MISSING)


def as_json(reasons: pa.Array) -> pa.Array:
    """Return each row's reasons as JSON text, for forms without lists.

    Parameters
    ----------
    reasons : pyarrow.Array of `REASONS_TYPE`
        Without nulls, as `Reasoner.reasons` returns them.
    """
    values = reasons.values
    column, share, seen, expected = (values.field(place) for place in range(4))
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
        return pc.binary_join_element_wise(as_expected(waves["days_before"]), "days before", " ")
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


def as_expected(values: NDArray[np.float32]) -> pa.Array:
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
