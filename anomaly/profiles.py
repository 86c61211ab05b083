"""What each column of a table holds, learned in one pass over all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anomaly import kinds
from anomaly.errors import DataError
from anomaly.tables import Batch, Table

_NUMBER_PATTERN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_ID_NAME = re.compile(r"(^|[_\s.-])(id|uuid|guid|key|index)$")
_CAMEL_ID_NAME = re.compile(r"[a-z0-9](Id|ID)$")
_MOST_STRAYS = 0.1
_MOST_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Stray:
    """A text among numbers or times."""

    row: int
    value: str
    among: str


@dataclass(slots=True)
class ColumnProfile:
    """What one column holds; filled batch by batch, then only read."""

    name: str
    most_values: int
    rows: int = 0
    missing: int = 0
    first_missing_row: int | None = None
    first_infinite_row: int | None = None
    example: str | None = None
    distinct: set[str] | None = field(default_factory=set)
    has_unusable_type: bool = False
    numbers_every_row: bool = True
    every_row_differs: bool = True
    _counts: dict[str, int] = field(default_factory=dict)
    _number_texts: int = 0
    _first_text: tuple[int, str] | None = None
    _last: int | None = None
    _seen: set[str] = field(default_factory=set)

    def add(self, array: pa.Array, first_row: int) -> None:
        """Take in the column's values of one batch."""
        array = kinds.plain(array)
        self.rows += len(array)
        self._add_missing(array, first_row)
        present = array.drop_null()
        if not len(present):
            self.numbers_every_row = False
            return
        kind = kinds.kind_of_type(array.type)
        if kind is None:
            self.has_unusable_type = True
            self.distinct = None
            return
        self._counts[kind] = self._counts.get(kind, 0) + len(present)
        if kind == kinds.CATEGORY:
            self._add_text(array, first_row)
        elif kind == kinds.NUMBER:
            self._add_infinite(array, first_row)
        self._add_numbering(array)
        self._add_values(present)

    def _add_missing(self, array: pa.Array, first_row: int) -> None:
        is_missing = pc.is_null(array, nan_is_null=True)
        if kinds.is_text(array.type):
            is_missing = pc.or_(
                is_missing, pc.equal(pc.utf8_trim_whitespace(array), "").fill_null(True)
            )
        count = pc.sum(is_missing).as_py() or 0
        if count and self.first_missing_row is None:
            self.first_missing_row = first_row + pc.index(is_missing, True).as_py()
        self.missing += count

    def _add_text(self, array: pa.Array, first_row: int) -> None:
        text = pc.utf8_trim_whitespace(array)
        is_number = pc.match_substring_regex(text, _NUMBER_PATTERN)
        self._number_texts += pc.sum(is_number).as_py() or 0
        if self._first_text is None:
            is_word = pc.and_(pc.invert(is_number), pc.not_equal(text, ""))
            position = pc.index(is_word.fill_null(False), True).as_py()
            if position >= 0:
                self._first_text = (first_row + position, text[position].as_py())

    def _add_infinite(self, array: pa.Array, first_row: int) -> None:
        if self.first_infinite_row is None and not pa.types.is_integer(array.type):
            rows = np.flatnonzero(np.isinf(kinds.numbers(array)))
            if rows.size:
                self.first_infinite_row = first_row + int(rows[0])

    def _add_numbering(self, array: pa.Array) -> None:
        """Notice whether the column counts the rows one by one."""
        if not self.numbers_every_row:
            return
        if not pa.types.is_integer(array.type) or array.null_count:
            self.numbers_every_row = False
            return
        values = array.to_numpy()
        follows = self._last is None or int(values[0]) == self._last + 1
        self.numbers_every_row = follows and bool((np.diff(values) == 1).all())
        self._last = int(values[-1])

    def _add_values(self, present: pa.Array) -> None:
        if self.example is None:
            self.example = str(present[0].as_py())
        if self.distinct is not None:
            self.distinct.update(
                value for value in kinds.as_text(pc.unique(present)).to_pylist() if value
            )
            if len(self.distinct) > self.most_values:
                self.distinct = None
        if self.every_row_differs and self.looks_like_id and len(self._seen) < _MOST_REMEMBERED:
            values = kinds.as_text(present).to_pylist()
            before = len(self._seen)
            self._seen.update(values)
            self.every_row_differs = len(self._seen) == before + len(values)

    @property
    def kind(self) -> str:
        """The kind of the values, over the whole column."""
        found = set(self._counts)
        if found == {kinds.FLAG} or self._is_zero_or_one:
            return kinds.FLAG
        if len(found) == 1:
            only = next(iter(found))
            return kinds.NUMBER if only == kinds.CATEGORY and self._among == kinds.NUMBER else only
        return self._among or kinds.CATEGORY

    @property
    def _is_zero_or_one(self) -> bool:
        numeric = set(self._counts) <= {kinds.NUMBER, kinds.FLAG}
        return bool(self._counts) and numeric and self.distinct == {"0", "1"}

    @property
    def _among(self) -> str | None:
        """The kind that nearly all values have where a few are text."""
        total = sum(self._counts.values())
        for kind in (kinds.NUMBER, kinds.TIME):
            fitting = self._counts.get(kind, 0)
            if kind == kinds.NUMBER:
                fitting += self._number_texts
            if total and fitting >= (1 - _MOST_STRAYS) * total:
                return kind
        return None

    @property
    def stray(self) -> Stray | None:
        """The first text in a column of numbers or times, if it has one."""
        if self._among is None or self._first_text is None:
            return None
        return Stray(*self._first_text, self._among)

    @property
    def is_constant(self) -> bool:
        return self.distinct is not None and len(self.distinct) == 1 and not self.missing

    @property
    def has_many_values(self) -> bool:
        return self.distinct is None

    @property
    def looks_like_id(self) -> bool:
        return bool(_ID_NAME.search(self.name.lower()) or _CAMEL_ID_NAME.search(self.name))


def profile_columns(table: Table, most_values: int) -> list[ColumnProfile]:
    """Read the table once and return a profile of each column.

    Parameters
    ----------
    table : Table
    most_values : int
        Up to so many distinct values of a column are remembered.

    Raises
    ------
    DataError
        When a row is broken.
    """
    profiles = [ColumnProfile(name, most_values) for name in table.column_names]
    for batch in table.batches():
        raise_first_problem(batch, table.name)
        for profile in profiles:
            profile.add(batch.data.column(profile.name), batch.first_row)
    return profiles


def raise_first_problem(batch: Batch, table_name: str) -> None:
    """Raise a `DataError` that names the first broken row of the batch, if it has one."""
    if batch.problems:
        offset = min(batch.problems)
        raise DataError(
            f"{table_name}: row {batch.first_row + offset}: {batch.problems[offset]}; "
            "correct or remove the row"
        )
