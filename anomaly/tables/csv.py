"""CSV as a stream: blocks cut at record ends, parsed by pyarrow in parallel, in order.

pyarrow's own streaming reader parses on one thread, stops at the first value that does not
fit and guesses the types from the head of the file. Here each block is read with the types
asked for; a block in which one value does not fit comes as strings, so that the value can be
named and its row kept.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from anomaly.errors import DataError
from anomaly.tables import kinds
from anomaly.tables.base import Table, checked_names
from anomaly.tables.records import records, toggling_quotes
from anomaly.utils.arrow import pc
from anomaly.utils.parallel import map_in_order

BLOCK_BYTES = 4 << 20
# What pyarrow works on at a time: what it makes of so much stays in the processor's cache.
_CHUNK_BYTES = 1 << 20
_LONGEST_HEADER_BYTES = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DELIMITERS = ",;\t|"

Parsed = tuple[pa.RecordBatch, dict[int, str]]


class CSVTable(Table):
    """A CSV file or stream with a header line.

    Parameters
    ----------
    name : str
        What to call it in messages.
    open_bytes : callable
        Opens the bytes, decompressed, at their start.
    """

    def __init__(self, name: str, open_bytes: Callable[[], BinaryIO]) -> None:
        self.name = name
        self._open_bytes = open_bytes
        with _readable(name), open_bytes() as stream:
            header = _read_header(stream, name)
        self._delimiter = _delimiter_of(header)
        self.column_names = checked_names(_names_of(header, self._delimiter, name), name)

    def read(self, columns: list[str], types: Mapping[str, pa.DataType]) -> Iterator[Parsed]:
        hints = {name: type_ for name, type_ in types.items() if name in columns}

        def parse(block: bytes) -> Parsed:
            return self._parse(block, columns, hints)

        return map_in_order(parse, self._blocks(), "csv")

    def _blocks(self) -> Iterator[bytes]:
        with _readable(self.name), self._open_bytes() as stream:
            _read_header(stream, self.name)
            yield from records(stream, self._delimiter.encode(), BLOCK_BYTES)

    def _parse(self, block: bytes, columns: list[str], hints: Mapping[str, pa.DataType]) -> Parsed:
        # Types are inferred from the first chunk, so that they need the whole block in one.
        has_all_types = len(hints) == len(columns) and b'"' not in block
        chunk_bytes = _CHUNK_BYTES if has_all_types else _whole(block)
        try:
            data, problems = self._parse_as(block, columns, hints, chunk_bytes)
        except pa.ArrowInvalid:
            # Some value does not fit. Bytes always do, and are decoded one by one.
            as_bytes = dict.fromkeys(columns, pa.binary())
            return self._parse_as(block, columns, as_bytes, _whole(block))
        return self._with_codes_as_text(data, block), problems

    def _with_codes_as_text(self, data: pa.RecordBatch, block: bytes) -> pa.RecordBatch:
        """Undo that pyarrow infers the code 0x1F to be the number 31."""
        whole = [field.name for field in data.schema if pa.types.is_integer(field.type)]
        if not whole or not _has_hexadecimal(block):
            return data
        texts, _ = self._parse_as(block, whole, dict.fromkeys(whole, pa.string()), _whole(block))
        for name in whole:
            text = texts.column(name)
            if pc.any(pc.match_substring(text, "0x", ignore_case=True)).as_py():
                data = data.set_column(data.schema.get_field_index(name), name, text)
        return data

    def _parse_as(
        self,
        block: bytes,
        columns: list[str],
        types: Mapping[str, pa.DataType],
        chunk_bytes: int,
    ) -> Parsed:
        broken: dict[int, str] = {}
        asks_for_flags = pa.bool_() in types.values()

        def keep(row: Any) -> str:
            # pyarrow counts the rows of the block from 1: broken ones included, blank lines not.
            broken[row.number - 1] = (
                f"the row has {row.actual_columns} values where the header has "
                f"{row.expected_columns}"
            )
            return "skip"

        table = pacsv.read_csv(
            pa.BufferReader(block),
            read_options=pacsv.ReadOptions(
                column_names=self.column_names, use_threads=False, block_size=chunk_bytes
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self._delimiter,
                newlines_in_values=b'"' in block,
                invalid_row_handler=keep,
            ),
            convert_options=pacsv.ConvertOptions(
                include_columns=columns,
                column_types=dict(types),
                null_values=list(kinds.MISSING_WORDS),
                strings_can_be_null=True,
                # Only where a flag is asked for, or 1.0 would be inferred to be one.
                true_values=list(kinds.TRUE_WORDS) if asks_for_flags else None,
                false_values=list(kinds.FALSE_WORDS) if asks_for_flags else None,
            ),
        )
        return _decoded(_with_broken_rows(table, broken), broken)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn what a broken or truncated compressed file raises into a `DataError`."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{name} is cut short or damaged ({error}); copy it again") from error


def _read_header(stream: BinaryIO, name: str) -> str:
    """Read the header record and leave the stream at the first row."""
    line = _header_line(stream, name).removeprefix(_BYTE_ORDER_MARK)
    while line and not line.strip():
        line = _header_line(stream, name)
    if not line:
        raise DataError(f"{name} is empty; give a file with a header line and rows")
    # A quoted name may hold a line end.
    while toggling_quotes(line, _DELIMITERS.encode()).size % 2:
        more = _header_line(stream, name)
        if not more or len(line) > _LONGEST_HEADER_BYTES:
            raise DataError(f"{name}: the header has a quote that never closes; correct line 1")
        line += more
    return line.decode().rstrip("\r\n")


def _header_line(stream: BinaryIO, name: str) -> bytes:
    line = stream.readline(_LONGEST_HEADER_BYTES)
    if b"\x00" in line:
        raise DataError(
            f"{name} is not text, Parquet or Arrow; "
            "save it as UTF-8 CSV (for UTF-16: iconv -f UTF-16 -t UTF-8 FILE)"
        )
    if len(line) == _LONGEST_HEADER_BYTES:
        raise DataError(f"{name}: the header is longer than 1 MB; is the file CSV?")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name}: the header is not UTF-8 text (byte {error.start}); "
            "save the file as UTF-8, for example: iconv -f LATIN1 -t UTF-8 FILE"
        ) from None
    return line


def _delimiter_of(header: str) -> str:
    bare = re.sub(r'"[^"]*"', "", header)
    return max(_DELIMITERS, key=bare.count)


def _names_of(header: str, delimiter: str, table_name: str) -> list[str]:
    try:
        names = next(csv.reader([header], delimiter=delimiter))
    except csv.Error:
        raise DataError(
            f"{table_name}: its lines end in a carriage return alone, or its header is damaged; "
            "for the first, convert it: tr '\\r' '\\n' < FILE"
        ) from None
    if all(map(_is_number, names)) and not all(name.strip().isdigit() for name in names):
        raise DataError(
            f"{table_name}: the first line holds numbers ({names[0]}, ...); "
            "put a line with the names of the columns before it"
        )
    return [name.strip() for name in names]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _whole(block: bytes) -> int:
    return 2 * len(block) + 1


def _has_hexadecimal(block: bytes) -> bool:
    # A search for one byte is many times faster, and few files of numbers have an x.
    return (b"x" in block and b"0x" in block) or (b"X" in block and b"0X" in block)


def _with_broken_rows(table: pa.Table, broken: Mapping[int, str]) -> pa.Table:
    """Put the rows that the parser skipped back into their places, as nulls."""
    if not broken:
        return table
    total = table.num_rows + len(broken)
    is_read = np.ones(total, dtype=bool)
    is_read[list(broken)] = False
    positions = np.cumsum(is_read) - 1
    return table.take(pa.array(positions, mask=~is_read))


def _decoded(table: pa.Table, problems: dict[int, str]) -> Parsed:
    """Return the table as one batch, bytes as text; a value that is not UTF-8 is a problem."""
    columns = []
    for name, chunks in zip(table.column_names, table.columns, strict=True):
        array = chunks.combine_chunks()
        if pa.types.is_binary(array.type):
            try:
                array = array.cast(pa.string())
            except pa.ArrowInvalid:
                array = _decoded_one_by_one(array, name, problems)
        columns.append(array)
    return pa.RecordBatch.from_arrays(columns, names=table.column_names), problems


def _decoded_one_by_one(array: pa.Array, column: str, problems: dict[int, str]) -> pa.Array:
    texts: list[str | None] = []
    for row, value in enumerate(array.to_pylist()):
        text = None if value is None else value.decode("utf-8", "replace")
        if text is not None and text.encode() != value:
            problems.setdefault(
                row,
                f"{text[:40]!r} in column {column!r} is not UTF-8 text "
                "(iconv -f LATIN1 -t UTF-8 FILE converts a file)",
            )
        texts.append(text)
    return pa.array(texts, pa.string())
