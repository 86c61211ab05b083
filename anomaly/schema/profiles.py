"""What each column of a table holds, learned in one pass over all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from anomaly.errors import DataError
from anomaly.tables import Batch, Table, kinds
from anomaly.tables.times import is_time_text
from anomaly.utils.arrow import pc

_ID_NAME = re.compile(r"(^|[_\s.-])(id|uuid|guid|key|index)$|^__index_level_\d+__$|^unnamed: \d+$")
_CAMEL_ID_NAME = re.compile(r"[a-z0-9](Id|ID)$")
_FLAG_PAIRS = tuple(map(frozenset, ("01", "ny", "ft", ("no", "yes"), ("false", "true"))))
_MOST_STRAYS = 0.1
# A decimal comma (15,64 or 1.234,50); a date as 31.01.2026, 31/01/2026 or 2026/01/31.
_UNREAD_PATTERN = (
    r"^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+$"
    r"|^\d{1,2}[./]\d{1,2}[./]\d{2,4}( .*)?$|^\d{4}/\d{1,2}/\d{1,2}( .*)?$"
)
_MOST_REMEMBERED = 100_000
_DISTINCT_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Stray:
    """A value of another kind than those around it."""

    row: int
    value: str


@dataclass(slots=True)
class ColumnProfile:
    """What one column holds; filled batch by batch, then only read."""

    name: str
    most_values: int
    rows: int = 0
    missing: int = 0
    first_missing_row: int | None = None
    first_infinite_row: int | None = None
    unusable_type: str | None = None
    distinct: set[str] | None = field(default_factory=set)
    numbers_every_row: bool = True
    every_row_differs: bool = True
    _has_fractions: bool = False
    _counts: dict[str, int] = field(default_factory=dict)
    _unread: int = 0
    _first: dict[str, Stray] = field(default_factory=dict)
    _last: int | None = None
    _seen: set[str] = field(default_factory=set)

    def add(self, array: pa.Array, first_row: int) -> None:
        """Take in the column's values of one batch."""
        array = kinds.plain(array)
        kind = kinds.kind_of_type(array.type)
        if kind == kinds.CATEGORY:
            array = kinds.as_text(array)
        self.rows += len(array)
        is_missing = pc.is_null(array, nan_is_null=True)
        self._add_missing(is_missing, first_row)
        self._add_numbering(array)
        if pc.all(is_missing, min_count=0).as_py():
            return
        if kind is None:
            self.unusable_type = str(array.type)
            self.distinct = None
            return
        for value_kind, has_kind in _by_kind(array, kind, is_missing).items():
            self._add_kind(value_kind, has_kind, array, first_row)
        present = array.filter(pc.invert(is_missing))
        if kind == kinds.NUMBER and not pa.types.is_integer(array.type):
            self._add_floats(array, first_row)
        self._add_values(present)

    def _add_missing(self, is_missing: pa.Array, first_row: int) -> None:
        if self.first_missing_row is None and is_missing.true_count:
            self.first_missing_row = first_row + pc.index(is_missing, True).as_py()
        self.missing += is_missing.true_count

    def _add_kind(self, kind: str, has_kind: pa.Array, array: pa.Array, first_row: int) -> None:
        count = has_kind.true_count
        if not count:
            return
        if kind not in self._first:
            position = pc.index(has_kind, True).as_py()
            value = kinds.as_text(array.slice(position, 1))[0].as_py()
            self._first[kind] = Stray(first_row + position, value)
        self._counts[kind] = self._counts.get(kind, 0) + count
        if kind == kinds.CATEGORY and kinds.is_text(array.type):
            is_unread = pc.match_substring_regex(pc.utf8_trim_whitespace(array), _UNREAD_PATTERN)
            self._unread += is_unread.true_count

    @property
    def unread_number_or_date(self) -> str | None:
        """The first value, where nearly all are numbers or dates in a form that is not read."""
        texts = self._counts.get(kinds.CATEGORY, 0)
        is_most = texts and self._unread >= (1 - _MOST_STRAYS) * sum(self._counts.values())
        return self._first[kinds.CATEGORY].value if is_most else None

    def _add_floats(self, array: pa.Array, first_row: int) -> None:
        values = kinds.numbers(array)
        infinite = np.flatnonzero(np.isinf(values))
        if infinite.size and self.first_infinite_row is None:
            self.first_infinite_row = first_row + int(infinite[0])
        finite = values[np.isfinite(values)]
        self._has_fractions |= bool((finite != np.floor(finite)).any())

    def _add_numbering(self, array: pa.Array) -> None:
        """Notice whether the column counts the rows one by one."""
        if not self.numbers_every_row:
            return
        if not pa.types.is_integer(array.type) or array.null_count:
            self.numbers_every_row = False
            return
        # Small types would wrap around, and 255 be followed by 0.
        values = array.to_numpy().astype(np.int64)
        follows = self._last is None or int(values[0]) == self._last + 1
        self.numbers_every_row = follows and bool((np.diff(values) == 1).all())
        self._last = int(values[-1])

    def _add_values(self, present: pa.Array) -> None:
        if self.distinct is not None:
            self._add_distinct(pc.unique(present))
        if self.every_row_differs and self.looks_like_id and len(self._seen) < _MOST_REMEMBERED:
            values = kinds.as_text(present).to_pylist()
            before = len(self._seen)
            self._seen.update(values)
            self.every_row_differs = len(self._seen) == before + len(values)

    def _add_distinct(self, values: pa.Array) -> None:
        assert self.distinct is not None
        # Most columns have enough of them among the first.
        for start in range(0, len(values), _DISTINCT_AT_ONCE):
            self.distinct.update(kinds.as_text(values.slice(start, _DISTINCT_AT_ONCE)).to_pylist())
            if len(self.distinct) > self.most_values:
                self.distinct = None
                return

    @property
    def kind(self) -> str:
        """The kind of the values, over the whole column."""
        if self._is_pair_of_truth_values:
            return kinds.FLAG
        return self._majority or kinds.CATEGORY

    @property
    def _is_pair_of_truth_values(self) -> bool:
        return self.distinct is not None and {v.lower() for v in self.distinct} in _FLAG_PAIRS

    @property
    def _majority(self) -> str | None:
        """The kind that all values have, or nearly all where that is numbers or times."""
        total = sum(self._counts.values())
        for kind, count in self._counts.items():
            least = 1 - _MOST_STRAYS if kind in (kinds.NUMBER, kinds.TIME) else 1
            if count >= least * total:
                return kind
        return None

    @property
    def example(self) -> str | None:
        """The first value."""
        return self.first_other_than("").value if self._first else None

    def first_other_than(self, kind: str) -> Stray:
        """Return the first value that is not of the kind; there must be one."""
        others = [stray for other, stray in self._first.items() if other != kind]
        return min(others, key=lambda stray: stray.row)

    @property
    def stray(self) -> Stray | None:
        """The first value of another kind in a column of numbers or times, if it has one."""
        is_strict = self.kind in (kinds.NUMBER, kinds.TIME) and len(self._counts) > 1
        return self.first_other_than(self.kind) if is_strict else None

    @property
    def is_of_numbers(self) -> bool:
        """Whether every value is a number; so are the flags 0 and 1."""
        return set(self._counts) == {kinds.NUMBER}

    @property
    def is_empty(self) -> bool:
        return self.missing == self.rows

    @property
    def is_constant(self) -> bool:
        return self.distinct is not None and len(self.distinct) == 1 and not self.missing

    @property
    def has_many_values(self) -> bool:
        return self.distinct is None

    @property
    def looks_like_id(self) -> bool:
        is_named_so = _ID_NAME.search(self.name.lower()) or _CAMEL_ID_NAME.search(self.name)
        return bool(is_named_so) and not self._has_fractions


def _by_kind(array: pa.Array, kind: str, is_missing: pa.Array) -> dict[str, pa.Array]:
    """Return for each kind which values have it."""
    if kind != kinds.CATEGORY:
        return {kind: pc.invert(is_missing)}
    is_number = kinds.is_number_text(array).fill_null(False)
    is_time = is_time_text(array).fill_null(False)
    is_plain = pc.invert(pc.or_(pc.or_(is_number, is_time), is_missing))
    return {kinds.NUMBER: is_number, kinds.TIME: is_time, kinds.CATEGORY: is_plain}


def profile_columns(
    table: Table, columns: Sequence[str], types: Mapping[str, pa.DataType], most_values: int
) -> list[ColumnProfile]:
    """Read the table once and return a profile of each of the columns.

    Parameters
    ----------
    table : Table
    columns : sequence of str
    types : mapping of str to pyarrow.DataType
        Types to read columns with, where they are not to be inferred.
    most_values : int
        Up to so many distinct values of a column are remembered.

    Raises
    ------
    DataError
        When a row is broken.
    """
    profiles = [ColumnProfile(name, most_values) for name in columns]
    for batch in table.batches(columns, types):
        raise_first_problem(batch, table)
        for profile in profiles:
            profile.add(batch.data.column(profile.name), batch.first_row)
    return profiles


def raise_first_problem(batch: Batch, table: Table) -> None:
    """Raise a `DataError` that names the first broken row of the batch, if it has one."""
    if batch.problems:
        offset = min(batch.problems)
        raise DataError(
            f"{table.place(batch.first_row + offset)}: {batch.problems[offset]}; "
            "correct or remove the row"
        )
