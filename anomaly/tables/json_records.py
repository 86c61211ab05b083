"""JSON as a stream of records: one a line, or in one array, or in the array of one object.

An array is cut into its elements, which are then read as lines are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.errors import DataError
from anomaly.tables.base import Table, UnreadableRowError, checked_names
from anomaly.tables.encodings import UTF8, Encoding
from anomaly.tables.kinds import is_text
from anomaly.tables.records import LONGEST_RECORD_BYTES
from anomaly.tables.source import AS_IT_IS, Source
from anomaly.tables.text import TextFile, with_foreign_named
from anomaly.utils.parallel import map_in_order

BLOCK_BYTES = 4 << 20
_KEY = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:\s*$')
_COMMA, _OPENS_ARRAY, _OPENS_RECORD, _NEWLINE = b",[{\n"
_STEPS = np.zeros(256, np.int8)
_STEPS[list(b"[{")] = 1
_STEPS[list(b"]}")] = -1
_IS_STRUCTURE = _STEPS != 0
_IS_STRUCTURE[_COMMA] = True

Parsed = tuple[pa.RecordBatch, dict[int, str]]


class JSONTable(Table):
    """Records, each an object with a value for each column.

    A column that first appears after the first four megabytes is left out, which `readings` says.

    Parameters
    ----------
    name : str
        What to call it in messages.
    open_bytes : callable
        Opens the bytes, decompressed, at their start.
    source : Source, optional
        The encoding, where the user says it.
    """

    def __init__(
        self, name: str, open_bytes: Callable[[], BinaryIO], source: Source = AS_IT_IS
    ) -> None:
        self.name = name
        self._text = TextFile(name, open_bytes, source.encoding)
        self._place = _place_of_records(self._text)
        self._late_names: dict[str, None] = {}
        try:
            first = next(self._blocks(), None)
        except UnreadableRowError as fault:
            raise DataError(f"{self.place(0)}: {fault}") from fault
        parsed = None if first is None else _parse(*first, frozenset())
        if parsed is None or not parsed.names:
            raise DataError(f"{name} has no records; give JSON objects with a value per column")
        self.column_names = checked_names(parsed.names, name)
        self._text_columns = frozenset(
            name for name, array in parsed.arrays.items() if _was_text(array.type)
        )

    @property
    def readings(self) -> tuple[str, ...]:
        late = ", ".join(map(repr, self._late_names))
        return (
            *([self._text.reading] if self._text.reading else []),
            self._place.reading,
            *([f"left out, since the first records lack them: {late}"] if late else []),
        )

    def read(self, columns: list[str], types: Mapping[str, pa.DataType]) -> Iterator[Parsed]:
        # Else a text that looks like a time would come as one.
        as_text = frozenset(n for n in self._text_columns if n in types and is_text(types[n]))

        def parse(block: tuple[bytes, Encoding]) -> Parsed:
            parsed = _parse(*block, as_text)
            late = [name for name in parsed.names if name not in self.column_names]
            self._late_names.update(dict.fromkeys(late))
            return parsed.batch(columns), parsed.problems

        return map_in_order(parse, self._blocks(), "json")

    def _blocks(self) -> Iterator[tuple[bytes, Encoding]]:
        with self._text.open() as stream:
            stream.read(self._place.begin)
            cut = _elements if self._place.is_array else _lines
            for block in cut(stream, BLOCK_BYTES):
                yield block, self._text.encoding_from(block)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the records are: in lines, or in an array whose elements begin at a byte."""

    begin: int
    is_array: bool
    reading: str


def _place_of_records(text: TextFile) -> _Place:
    head = text.head
    start = len(head) - len(head.lstrip())
    if head[start : start + 1] == b"[":
        return _Place(start + 1, True, "read as a JSON array of records")
    lines = [line for line in head.split(b"\n") if line.strip()]
    whole = lines if text.is_whole else lines[:-1]
    objects = [value for line in whole[:2] if isinstance(value := _value(line), dict)]
    if objects and (len(lines) > 1 or _is_record(objects[0])):
        return _Place(0, False, "read as JSON, a record a line")
    place = _place_in_object(head, start)
    if place is not None:
        return place
    if text.is_whole or b"\n" in head:
        raise DataError(
            f"{text.name} is JSON without records; give an object a line, or an array of objects "
            "(pandas: to_json(orient='records'))"
        )
    # The first line is longer than the head.
    return _Place(0, False, "read as JSON, a record a line")


def _value(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8", "replace"))
    except ValueError:
        return None


def _is_record(value: dict[str, Any]) -> bool:
    """Tell whether an object that is the whole text is a record, and holds none."""
    values = list(value.values())
    has_records = any(isinstance(v, list) and v and isinstance(v[0], dict) for v in values)
    return not has_records and not all(isinstance(v, list | dict) for v in values)


def _place_in_object(head: bytes, start: int) -> _Place | None:
    """Return the place of the first array of records among the values of an object, if it has one."""
    inside = head[start + 1 :]
    positions, depths = _structure(inside)
    opened = positions[(depths == 1) & (np.frombuffer(inside, np.uint8)[positions] == _OPENS_ARRAY)]
    for position in opened.tolist():
        key = _KEY.search(inside, 0, position)
        if key and inside[position + 1 :].lstrip()[:1] == b"{":
            words = f"read as the JSON array of records under {_shown(key)!r}"
            return _Place(start + position + 2, True, words)
    return None


def _shown(key: re.Match[bytes]) -> str:
    return key[1].decode("utf-8", "replace")[:40]


def _structure(text: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where brackets, braces and commas are outside of strings, and the depth after each."""
    if b"\\" in text:
        text = text.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    values = np.frombuffer(text, np.uint8)
    positions = np.flatnonzero(_IS_STRUCTURE[values])
    quotes = np.flatnonzero(values == ord('"'))
    positions = positions[np.searchsorted(quotes, positions) % 2 == 0]
    return positions, np.cumsum(_STEPS[values[positions]], dtype=np.int64)


def _lines(stream: BinaryIO, block_bytes: int) -> Iterator[bytes]:
    """Yield the rest of the stream in blocks of whole lines."""
    rest = b""
    while read := stream.read(max(block_bytes, len(rest))):
        block = rest + read
        end = block.rfind(b"\n") + 1
        rest = block[end:]
        if end:
            yield block[:end]
        elif len(rest) > LONGEST_RECORD_BYTES:
            raise UnreadableRowError("the record is longer than 64 MB; is the file JSON?")
    if rest:
        yield rest


def _elements(stream: BinaryIO, block_bytes: int) -> Iterator[bytes]:
    """Yield the elements of an array, of which the stream is behind the bracket, a line each."""
    rest = b""
    while read := stream.read(max(block_bytes, len(rest))):
        block = rest + read
        positions, depths = _structure(block)
        closing = positions[depths < 0]
        end = int(closing[0]) if closing.size else None
        is_comma = np.frombuffer(block, np.uint8)[positions] == _COMMA
        commas = positions[is_comma & (depths == 0)]
        if end is not None:
            commas = commas[commas < end]
            yield _one_a_line(block[:end], commas)
            _refuse_more(block[end + 1 :] + stream.read(block_bytes))
            return
        if commas.size:
            last = int(commas[-1])
            rest = block[last + 1 :]
            yield _one_a_line(block[:last], commas[:-1])
        else:
            rest = block
            if len(rest) > LONGEST_RECORD_BYTES:
                raise UnreadableRowError("the record is longer than 64 MB; is the file JSON?")
    raise UnreadableRowError("the array ends in this record; the file is cut short or damaged")


def _one_a_line(block: bytes, commas: NDArray[np.int64]) -> bytes:
    """Return elements with a line end in place of each comma between them."""
    # Within a string a line end is escaped.
    values = np.frombuffer(block.translate(_ON_ONE_LINE), np.uint8).copy()
    values[commas] = _NEWLINE
    return values.tobytes()


_ON_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")


def _refuse_more(tail: bytes) -> None:
    """Raise where another array of records follows, as in an object that holds two."""
    positions, _ = _structure(tail)
    values = np.frombuffer(tail, np.uint8)[positions]
    if ((values[:-1] == _OPENS_ARRAY) & (values[1:] == _OPENS_RECORD)).any():
        raise UnreadableRowError(
            "before it the array of records ends, and another follows; give a file with one"
        )


@dataclass(frozen=True, slots=True)
class _Records:
    """Records as columns, and what is wrong with some of them."""

    arrays: Mapping[str, pa.Array]
    n_rows: int
    problems: dict[int, str]

    @property
    def names(self) -> list[str]:
        return list(self.arrays)

    def batch(self, columns: list[str]) -> pa.RecordBatch:
        missing = pa.nulls(self.n_rows)
        arrays = [self.arrays.get(name, missing) for name in columns]
        return pa.RecordBatch.from_arrays(arrays, names=columns)


def _parse(block: bytes, encoding: Encoding, as_text: frozenset[str]) -> _Records:
    text = encoding.utf8(block)
    records = _parse_at_once(text, as_text) or _parse_one_by_one(text)
    if text is block or encoding != UTF8:
        return records
    problems = dict(records.problems)
    named = with_foreign_named(records.batch(records.names), problems)
    arrays = dict(zip(records.names, named.columns, strict=True))
    return _Records(arrays, records.n_rows, problems)


def _parse_at_once(text: bytes, as_text: frozenset[str]) -> _Records | None:
    """Return the records as Arrow reads them; None where one is no record, or a type changes."""
    import pyarrow.json as pajson

    if not text.strip():
        return _Records({}, 0, {})
    schema = pa.schema([(name, pa.string()) for name in sorted(as_text)])
    try:
        table = pajson.read_json(
            pa.BufferReader(text),
            pajson.ReadOptions(use_threads=False, block_size=2 * len(text) + 1),
            pajson.ParseOptions(explicit_schema=schema if as_text else None),
        )
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    arrays = {name: table.column(name).combine_chunks() for name in table.column_names}
    return _Records(arrays, table.num_rows, {})


def _parse_one_by_one(text: bytes) -> _Records:
    records: list[dict[str, Any]] = []
    problems: dict[int, str] = {}
    for line in text.split(b"\n"):
        if not line.strip():
            continue
        record: Any = {}
        try:
            # A number keeps its spelling, should its column be text.
            record = json.loads(line, parse_float=_Spelled, parse_int=_Spelled)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", "") or type(error).__name__
            problems[len(records)] = f"{_beginning(line)!r} is not JSON ({reason})"
        if not isinstance(record, dict):
            problems[len(records)] = f"{_beginning(line)!r} is not a record: an object with columns"
            record = {}
        records.append(record)
    names = dict.fromkeys(name for record in records for name in record)
    arrays = {name: _array([record.get(name) for record in records]) for name in names}
    return _Records(arrays, len(records), problems)


class _Spelled(str):
    """A number as the file spells it."""


def _beginning(line: bytes) -> str:
    return line.strip().decode("utf-8", "replace")[:40]


def _array(values: list[Any]) -> pa.Array:
    try:
        return pa.array([_plain(value) for value in values])
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([_as_text(value) for value in values], pa.string())


def _plain(value: Any) -> Any:
    if isinstance(value, _Spelled):
        number = float(value)
        return int(value) if number.is_integer() and value.lstrip("-").isdigit() else number
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(_plain(value))
    return text.encode("utf-8", "replace").decode()


def _was_text(type_: pa.DataType) -> bool:
    return is_text(type_) or pa.types.is_timestamp(type_)
