"""What each column of a table holds, learned in one pass over all of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.schema.evidence import TextEvidence
from anomaly.tables import Batch, Table, kinds
from anomaly.tables.times import is_time_text
from anomaly.utils.arrow import pc

_ID_NAME = re.compile(r"(^|[_\s.-])(id|uuid|guid|key|index)$|^__index_level_\d+__$|^unnamed: \d+$")
_CAMEL_ID_NAME = re.compile(r"[a-z0-9](Id|ID)$")
_MOST_SAMPLED = 2_000
_MOST_COUNTED = 1_000
_MOST_EXAMPLES = 3
_FLAG_PAIRS = tuple(map(frozenset, ("01", "ny", "ft", ("no", "yes"), ("false", "true"))))
MOST_STRAYS = 0.1
_MOST_REMEMBERED = 100_000
# Values that tell whether a column may name its rows, and the share that differs then.
_ENOUGH_ASKED, _NEARLY = 1_000, 0.99
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
    has_fractions: bool = False
    has_leading_zeros: bool = False
    is_categorical: bool = False
    texts: TextEvidence = field(default_factory=TextEvidence)
    sampled_texts: dict[str, None] = field(default_factory=dict)
    sampled_numbers: set[float] = field(default_factory=set)
    least: float = np.inf
    greatest: float = -np.inf
    examples: list[str] = field(default_factory=list)
    n_typed: dict[str, int] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _first: dict[str, Stray] = field(default_factory=dict)
    _last: int | None = None
    _seen: set[str] = field(default_factory=set)
    _n_asked: int = 0

    def add(self, array: pa.Array, first_row: int) -> None:
        """Take in the column's values of one batch."""
        self.is_categorical |= _is_of_codes(array.type)
        array = kinds.plain(array)
        kind = kinds.kind_of_type(array.type)
        if kind == kinds.CATEGORY:
            self._add_texts(kinds.trimmed(array))
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
        if len(self.examples) < _MOST_EXAMPLES:
            some = kinds.as_text(present.slice(0, 10 * _MOST_EXAMPLES)).to_pylist()
            self.examples = list(dict.fromkeys([*self.examples, *some]))[:_MOST_EXAMPLES]
        if kind != kinds.CATEGORY:
            self.n_typed[kind] = self.n_typed.get(kind, 0) + len(present)
        if kind == kinds.NUMBER:
            self._add_numbers(array, first_row)
        self._add_values(present)

    def _add_texts(self, text: pa.Array) -> None:
        self.texts.add(text)
        if len(self.sampled_texts) < _MOST_SAMPLED:
            some = pc.unique(text.slice(0, _MOST_SAMPLED)).drop_null().to_pylist()
            self.sampled_texts.update(dict.fromkeys(some))
        if not self.has_leading_zeros:
            zeros = pc.match_substring_regex(text, "^0[0-9]+$")
            self.has_leading_zeros = bool(pc.any(zeros, min_count=0).as_py())

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

    def _add_numbers(self, array: pa.Array, first_row: int) -> None:
        values = kinds.numbers(array)
        infinite = np.flatnonzero(np.isinf(values))
        if infinite.size and self.first_infinite_row is None:
            self.first_infinite_row = first_row + int(infinite[0])
        finite = values[np.isfinite(values)]
        if not finite.size:
            return
        self.has_fractions |= bool((finite != np.floor(finite)).any())
        self.least = min(self.least, float(finite.min()))
        self.greatest = max(self.greatest, float(finite.max()))
        if len(self.sampled_numbers) < _MOST_SAMPLED:
            self.sampled_numbers.update(finite[:_MOST_SAMPLED].tolist())

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
        if self.has_fractions:
            self._seen.clear()
        elif self._n_asked < _MOST_REMEMBERED and self._may_name_rows:
            values = kinds.as_text(present).to_pylist()
            self._seen.update(values)
            self._n_asked += len(values)

    @property
    def _may_name_rows(self) -> bool:
        """Whether so few of the first values stood there twice that more have to be looked at."""
        return self._n_asked < _ENOUGH_ASKED or self.nearly_every_row_differs

    @property
    def every_row_differs(self) -> bool:
        """Whether each row has a value of its own, as far as was looked; not so for fractions."""
        return not self.has_fractions and len(self._seen) == self._n_asked

    @property
    def nearly_every_row_differs(self) -> bool:
        """Whether hardly a value stands in two rows."""
        return not self.has_fractions and len(self._seen) >= _NEARLY * self._n_asked

    def _add_distinct(self, values: pa.Array) -> None:
        assert self.distinct is not None
        # Most columns have enough of them among the first.
        for start in range(0, len(values), _DISTINCT_AT_ONCE):
            self.distinct.update(kinds.as_text(values.slice(start, _DISTINCT_AT_ONCE)).to_pylist())
            if len(self.distinct) > max(self.most_values, _MOST_COUNTED):
                self.distinct = None
                return

    def is_pair_of_truth_values(self, missing: Collection[str] = ()) -> bool:
        """Whether the values are two that say yes and no, but for words that say missing."""
        if self.distinct is None:
            return False
        return {value.lower() for value in self.distinct if value not in missing} in _FLAG_PAIRS

    @property
    def n_iso_times(self) -> int:
        """How many values are times, or texts of times as ISO 8601 has them."""
        return self._counts.get(kinds.TIME, 0)

    @property
    def example(self) -> str | None:
        """The first value."""
        return self.first_other_than("").value if self._first else None

    def first_other_than(self, kind: str) -> Stray:
        """Return the first value that is not of the kind; there must be one."""
        others = [stray for other, stray in self._first.items() if other != kind]
        return min(others, key=lambda stray: stray.row)

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
        return self.distinct is None or len(self.distinct) > self.most_values

    @property
    def looks_like_id(self) -> bool:
        is_named_so = _ID_NAME.search(self.name.lower()) or _CAMEL_ID_NAME.search(self.name)
        return bool(is_named_so) and not self.has_fractions

    @property
    def n_present(self) -> int:
        """How many rows have a value, whatever it is."""
        return self.rows - self.missing

    @property
    def is_mixed(self) -> bool:
        """Whether some parts of the table gave numbers and others texts of another form."""
        return bool(self.n_typed.get(kinds.NUMBER)) and not self.texts.numbers.is_plain

    @property
    def numbers(self) -> NDArray[np.float64]:
        """Some of the numbers, the least and the greatest among them."""
        ends = {end for end in (self.least, self.greatest) if np.isfinite(end)}
        return np.array(sorted(self.sampled_numbers | ends))


def _is_of_codes(type_: pa.DataType) -> bool:
    """Whether a column came as pandas' `category` of numbers, so as codes."""
    return pa.types.is_dictionary(type_) and not kinds.is_text(type_.value_type)


def _by_kind(array: pa.Array, kind: str, is_missing: pa.Array) -> dict[str, pa.Array]:
    """Return for each kind which values have it."""
    if kind != kinds.CATEGORY:
        return {kind: pc.invert(is_missing)}
    is_number = kinds.is_number_text(array).fill_null(False)
    is_time = is_time_text(array).fill_null(False)
    is_plain = pc.invert(pc.or_(pc.or_(is_number, is_time), is_missing))
    return {kinds.NUMBER: is_number, kinds.TIME: is_time, kinds.CATEGORY: is_plain}


def profile_columns(
    table: Table,
    columns: Sequence[str],
    types: Mapping[str, pa.DataType],
    most_values: int,
    problems: dict[int, str],
) -> list[ColumnProfile]:
    """Read the table once and return a profile of each of the columns.

    Parameters
    ----------
    table : Table
    columns : sequence of str
    types : mapping of str to pyarrow.DataType
        Types to read columns with, where they are not to be inferred.
    most_values : int
        A column has many values where it has more distinct ones.
    problems : dict of int to str
        Rows that cannot be read are passed over, and put here with the reason.
    """
    profiles = [ColumnProfile(name, most_values) for name in columns]
    for batch in table.batches(columns, types):
        problems.update({batch.first_row + at: why for at, why in batch.problems.items()})
        for start, stop in readable_stretches(batch):
            for profile in profiles:
                values = batch.data.column(profile.name).slice(start, stop - start)
                profile.add(values, batch.first_row + start)
    return profiles


def readable_stretches(batch: Batch) -> Iterator[tuple[int, int]]:
    """Yield where stretches of rows without a problem start and stop."""
    start = 0
    for offset in (*sorted(batch.problems), batch.data.num_rows):
        if offset > start:
            yield start, offset
        start = offset + 1
