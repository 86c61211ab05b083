"""CSV as a stream: blocks cut at record ends, parsed by pyarrow in parallel, in order.

pyarrow's own streaming reader parses on one thread, stops at the first value that does not
fit and guesses the types from the head of the file. Here each block is read with the types
asked for; a block in which one value does not fit comes as strings, so that the value can be
named and its row kept.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from anomaly.tables import kinds
from anomaly.tables.base import Table
from anomaly.tables.encodings import UTF8, Encoding
from anomaly.tables.layout import layout_of
from anomaly.tables.records import ends_of_records, records
from anomaly.tables.source import AS_IT_IS, Source
from anomaly.tables.stray_rows import HEADER_AGAIN, TAIL_ROWS, rows_like_header, totals_among
from anomaly.tables.text import TextFile, with_foreign_named
from anomaly.utils.arrow import pc
from anomaly.utils.parallel import map_in_order, with_last

BLOCK_BYTES = 4 << 20
# What pyarrow works on at a time: what it makes of so much stays in the processor's cache.
# What stands before a zero inside a number or a time, not before its first digit.
_INSIDE = np.frombuffer(b".-:+eET ", np.uint8)
_CHUNK_BYTES = 1 << 20

Parsed = tuple[pa.RecordBatch, dict[int, str]]


class _Block(NamedTuple):
    """Some whole records of a file."""

    content: bytes
    encoding: Encoding
    is_last: bool


class CSVTable(Table):
    """A CSV file or stream with a header line.

    Parameters
    ----------
    name : str
        What to call it in messages.
    open_bytes : callable
        Opens the bytes, decompressed, at their start.
    source : Source, optional
        The encoding and the delimiter, where the user says them.
    """

    def __init__(
        self, name: str, open_bytes: Callable[[], BinaryIO], source: Source = AS_IT_IS
    ) -> None:
        self.name = name
        self._text = TextFile(name, open_bytes, source.encoding)
        encoding = self._text.encoding_from(self._text.head)
        self._layout = layout_of(self._text, encoding, source.delimiter)
        self.column_names = self._layout.names.visible
        self._has_comments = self._layout.begins_with_comments

    @property
    def readings(self) -> tuple[str, ...]:
        encoding = self._text.reading
        comments = "lines that begin with # are left out as comments"
        return (
            *([encoding] if encoding else []),
            *self._layout.readings,
            *([comments] if self._has_comments else []),
        )

    def read(self, columns: list[str], types: Mapping[str, pa.DataType]) -> Iterator[Parsed]:
        hints = {name: type_ for name, type_ in types.items() if name in columns}

        def parse(block: _Block) -> Parsed:
            return self._parse(block, columns, hints)

        return map_in_order(parse, self._blocks(), "csv")

    def _blocks(self) -> Iterator[_Block]:
        layout = self._layout
        with self._text.open() as stream:
            stream.read(layout.rows_begin)
            delimiter, quote = layout.delimiter.encode(), layout.quote.encode()
            blocks = records(stream, delimiter, BLOCK_BYTES, quote)
            for content, is_last in with_last(blocks):
                yield _Block(content, self._text.encoding_from(content), is_last)

    def _parse(self, block: _Block, columns: list[str], hints: Mapping[str, pa.DataType]) -> Parsed:
        text = block.encoding.utf8(block.content)
        has_foreign = text is not block.content and block.encoding == UTF8
        if self._layout.may_have_comments and b"#" in text:
            text = self._without_comments(text)
        strays: dict[int, str] = {}
        if block.is_last and (totals := totals_among(self._tail(text))):
            n_rows = len(self._rows(text))
            strays = {n_rows + place: words for place, words in totals.items()}
        data, problems = self._parse_apart(text, columns, hints, strays)
        if headers := self._headers(data, text):
            # Beside it each column is text, and without it maybe none.
            strays |= dict.fromkeys(headers, HEADER_AGAIN)
            data, problems = self._parse_apart(text, columns, hints, strays)
        if has_foreign:
            data = with_foreign_named(data, problems)
        return data, problems

    def _parse_apart(
        self,
        text: bytes,
        columns: list[str],
        hints: Mapping[str, pa.DataType],
        strays: Mapping[int, str],
    ) -> Parsed:
        """Parse a text, of which some rows are no rows of values."""
        nameless = list(self._layout.names.nameless)
        types = {**hints, **dict.fromkeys(nameless, pa.string())}
        read = self._without(text, strays) if strays else text
        data, problems = self._parse_text(read, [*columns, *nameless], types)
        for name in nameless:
            place = self._layout.names.every.index(name) + 1
            words = f"the row has a value in column {place}, which has no name"
            for row in np.flatnonzero(_is_there(data.column(name))).tolist():
                problems.setdefault(row, words)
        data = data.select(columns)
        if not strays:
            return data, problems
        rows = np.setdiff1d(np.arange(data.num_rows + len(strays)), list(strays))
        placed = {int(rows[row]): words for row, words in problems.items()}
        return _with_null_rows(data, strays), placed | dict(strays)

    def _rows(self, text: bytes) -> NDArray[np.int64]:
        """Return the bytes that each row begins and ends with, of shape (n_rows, 2)."""
        ends = ends_of_records(text, self._layout.delimiter.encode(), self._layout.quote.encode())
        bounds = np.concatenate([[0], ends + 1, [len(text)]])
        places = np.stack([bounds[:-1], bounds[1:]], axis=1)
        # Blank lines are no rows.
        lines = [text[begin:end].strip(b"\r\n") for begin, end in places.tolist()]
        return places[[bool(line) for line in lines]]

    def _without(self, text: bytes, rows: Iterable[int]) -> bytes:
        kept, last = [], 0
        places = self._rows(text)
        for row in sorted(rows):
            begin, end = places[row].tolist()
            kept.append(text[last:begin])
            last = end
        return b"".join([*kept, text[last:]]) or b"\n"

    def _parse_text(
        self, block: bytes, columns: list[str], hints: Mapping[str, pa.DataType]
    ) -> Parsed:
        # Types are inferred from the first chunk, so that they need the whole block in one.
        has_all_types = len(hints) == len(columns) and not self._has_quotes(block)
        chunk_bytes = _CHUNK_BYTES if has_all_types else _whole(block)
        try:
            data, problems = self._parse_as(block, columns, hints, chunk_bytes)
        except pa.ArrowInvalid:
            # Some value does not fit.
            return self._parse_as_text(block, columns)
        return self._with_codes_as_text(data, block), problems

    def _parse_as_text(self, block: bytes, columns: list[str]) -> Parsed:
        return self._parse_as(block, columns, dict.fromkeys(columns, pa.string()), _whole(block))

    def _has_quotes(self, block: bytes) -> bool:
        return self._layout.quote.encode() in block

    def _headers(self, data: pa.RecordBatch, text: bytes) -> list[int]:
        """Return the rows that repeat the header, whichever columns are read."""
        rows = rows_like_header(data)
        if rows and data.num_columns < len(self.column_names):
            return rows_like_header(self._parse_as_text(text, self.column_names)[0])
        return rows

    def _tail(self, text: bytes) -> list[list[str]]:
        """Return the cells of the last rows, of none where a line may not be a row."""
        lines = [line for line in text.splitlines()[-2 * TAIL_ROWS :] if line][-TAIL_ROWS:]
        quote = self._layout.quote
        if any(line.count(quote.encode()) % 2 for line in lines):
            return []
        rows = (line.decode() for line in lines)
        return list(csv.reader(rows, delimiter=self._layout.delimiter, quotechar=quote))

    def _without_comments(self, text: bytes) -> bytes:
        """Leave out the lines that begin with # and do not have the values of a row."""
        if not text.startswith(b"#") and b"\n#" not in text:
            return text
        layout = self._layout
        ends = ends_of_records(text, layout.delimiter.encode(), layout.quote.encode())
        begins = np.concatenate([[0], ends + 1])
        begins = begins[begins < len(text)]
        is_hash = np.frombuffer(text, np.uint8)[begins] == ord("#")
        kept, last = [], 0
        for place in np.flatnonzero(is_hash).tolist():
            begin = int(begins[place])
            end = int(begins[place + 1]) if place + 1 < len(begins) else len(text)
            if self._is_comment(text[begin:end]):
                kept.append(text[last:begin])
                last = end
        self._has_comments = self._has_comments or last > 0
        return b"".join([*kept, text[last:]]) or b"\n"

    def _is_comment(self, line: bytes) -> bool:
        width = len(self._layout.names.every)
        text = line.decode().strip("\r\n")
        reader = csv.reader([text], delimiter=self._layout.delimiter, quotechar=self._layout.quote)
        try:
            return width == 1 or len(next(reader)) != width
        except (csv.Error, StopIteration):
            return True

    def _with_codes_as_text(self, data: pa.RecordBatch, block: bytes) -> pa.RecordBatch:
        """Undo that pyarrow infers the codes 0x1F and 0042 to be the numbers 31 and 42."""
        whole = [field.name for field in data.schema if pa.types.is_integer(field.type)]
        if not whole or not (_has_hexadecimal(block) or _has_leading_zeros(block)):
            return data
        texts, _ = self._parse_as(block, whole, dict.fromkeys(whole, pa.string()), _whole(block))
        for name in whole:
            text = texts.column(name)
            if pc.any(pc.match_substring_regex(text, "^0[xX0-9]")).as_py():
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
                column_names=self._layout.names.every, use_threads=False, block_size=chunk_bytes
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self._layout.delimiter,
                quote_char=self._layout.quote,
                newlines_in_values=self._has_quotes(block),
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
        return _with_null_rows(_as_batch(table), broken), broken


def _whole(block: bytes) -> int:
    return 2 * len(block) + 1


def _has_leading_zeros(block: bytes) -> bool:
    """Whether a value may begin with a zero and go on with a digit."""
    values = np.frombuffer(block, np.uint8)
    zeros = np.flatnonzero(values[:-1] == ord("0"))
    follows = values[zeros + 1] - ord("0") <= 9  # unsigned, so that what is below wraps around
    zeros = zeros[follows]
    before = values[zeros[zeros > 0] - 1]
    is_inside = ((before >= ord("0")) & (before <= ord("9"))) | np.isin(before, _INSIDE)
    return bool((~is_inside).any()) or bool(zeros.size and zeros[0] == 0)


def _has_hexadecimal(block: bytes) -> bool:
    # A search for one byte is many times faster, and few files of numbers have an x.
    return (b"x" in block and b"0x" in block) or (b"X" in block and b"0X" in block)


def _with_null_rows(data: pa.RecordBatch, rows: Collection[int]) -> pa.RecordBatch:
    """Put rows that were not parsed back into their places, as nulls."""
    if not rows:
        return data
    total = data.num_rows + len(rows)
    is_read = np.ones(total, dtype=bool)
    is_read[list(rows)] = False
    positions = np.cumsum(is_read) - 1
    return data.take(pa.array(positions, mask=~is_read))


def _as_batch(table: pa.Table) -> pa.RecordBatch:
    arrays = [chunks.combine_chunks() for chunks in table.columns]
    return pa.RecordBatch.from_arrays(arrays, names=table.column_names)


def _is_there(array: pa.Array) -> Any:
    return pc.is_valid(array).to_numpy(zero_copy_only=False)
