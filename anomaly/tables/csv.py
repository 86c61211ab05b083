"""CSV as a stream: blocks cut at line ends, parsed by pyarrow in parallel, in order.

pyarrow's own streaming reader parses on one thread, stops at the first value that does not
fit and guesses the types from the head of the file. Here each block is read with the types
asked for; a block in which one value does not fit comes as strings, so that the value can be
named and its row kept.
"""

from __future__ import annotations

import csv
import io
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from anomaly.errors import DataError
from anomaly.tables.base import Batch, Table, checked_names

BLOCK_BYTES = 8 << 20
_LONGEST_RECORD_BYTES = 256 << 20
_DELIMITERS = ",;\t|"
_WORKERS = max(1, min(4, os.cpu_count() or 1))


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
        names = next(csv.reader(io.StringIO(header), delimiter=self._delimiter))
        self.column_names = checked_names(names, name)

    def batches(
        self,
        columns: Sequence[str] | None = None,
        types: Mapping[str, pa.DataType] | None = None,
    ) -> Iterator[Batch]:
        wanted = list(self.column_names if columns is None else columns)
        hints = {name: kind for name, kind in (types or {}).items() if name in wanted}

        def parse(block: bytes) -> tuple[pa.Table, dict[int, str]]:
            return self._parse(block, wanted, hints)

        first_row = 0
        for table, problems in _in_order(parse, self._blocks()):
            data = table.combine_chunks()
            for batch in data.to_batches():
                yield Batch(first_row, batch, problems)
                first_row += batch.num_rows
        if first_row == 0:
            raise DataError(f"{self.name} has a header and no rows; there is nothing to read")

    def _blocks(self) -> Iterator[bytes]:
        with _readable(self.name), self._open_bytes() as stream:
            _read_header(stream, self.name)
            yield from _cut_at_line_ends(stream, self.name)

    def _parse(
        self, block: bytes, wanted: list[str], hints: Mapping[str, pa.DataType]
    ) -> tuple[pa.Table, dict[int, str]]:
        try:
            return self._parse_as(block, wanted, hints)
        except pa.ArrowInvalid as typed:
            if not hints:
                raise _as_data_error(typed, block, self.name) from typed
        try:
            return self._parse_as(block, wanted, dict.fromkeys(wanted, pa.string()))
        except pa.ArrowInvalid as error:
            raise _as_data_error(error, block, self.name) from error

    def _parse_as(
        self, block: bytes, wanted: list[str], types: Mapping[str, pa.DataType]
    ) -> tuple[pa.Table, dict[int, str]]:
        broken: dict[int, str] = {}

        def keep(row: pacsv.InvalidRow) -> str:
            # pyarrow counts the rows of the block from 1, broken ones included.
            number = row.number - 1
            broken[number] = (
                f"the row has {row.actual_columns} values where the header has "
                f"{row.expected_columns}"
            )
            return "skip"

        table = pacsv.read_csv(
            pa.BufferReader(block),
            read_options=pacsv.ReadOptions(
                column_names=self.column_names, use_threads=False, block_size=2 * len(block) + 1
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self._delimiter,
                newlines_in_values=b'"' in block,
                invalid_row_handler=keep,
            ),
            convert_options=pacsv.ConvertOptions(
                include_columns=wanted, column_types=dict(types), strings_can_be_null=True
            ),
        )
        return _with_broken_rows(table, broken), broken


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn what a broken or truncated compressed file raises into a `DataError`."""
    try:
        yield
    except (OSError, EOFError) as error:
        raise DataError(f"{name} is cut short or damaged ({error}); copy it again") from error


def _read_header(stream: BinaryIO, name: str) -> str:
    """Read the header record and leave the stream at the first row."""
    line = stream.readline()
    while line and not line.strip():
        line = stream.readline()
    while line.count(b'"') % 2:
        more = stream.readline()
        if not more:
            raise DataError(f"{name}: the header has a quote that never closes; correct line 1")
        line += more
    if not line:
        raise DataError(f"{name} is empty; give a file with a header line and rows")
    try:
        return line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise DataError(_not_utf8(name, error.start)) from None


def _delimiter_of(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _cut_at_line_ends(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield blocks that end where a record ends.

    A line end is inside a quoted value when an odd number of quotes stands before it.
    """
    rest = b""
    while True:
        read = stream.read(BLOCK_BYTES)
        if not read:
            break
        block = rest + read
        end = _last_record_end(block)
        rest = block[end:]
        if end:
            yield block[:end]
        elif len(rest) > _LONGEST_RECORD_BYTES:
            raise DataError(f"{name}: a quote opens and does not close within 256 MB; correct it")
    if rest.strip():
        yield rest


def _last_record_end(block: bytes) -> int:
    end = block.rfind(b"\n") + 1
    if b'"' not in block:
        return end
    while end and block.count(b'"', 0, end) % 2:
        end = block.rfind(b"\n", 0, end - 1) + 1
    return end


def _with_broken_rows(table: pa.Table, broken: Mapping[int, str]) -> pa.Table:
    """Put the rows that the parser skipped back into their places, as nulls."""
    if not broken:
        return table
    total = table.num_rows + len(broken)
    is_read = np.ones(total, dtype=bool)
    is_read[list(broken)] = False
    positions = np.cumsum(is_read) - 1
    return table.take(pa.array(positions, mask=~is_read))


def _in_order(
    parse: Callable[[bytes], tuple[pa.Table, dict[int, str]]], blocks: Iterator[bytes]
) -> Iterator[tuple[pa.Table, dict[int, str]]]:
    """Parse the blocks on several threads and yield the results in their order."""
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="anomaly-csv") as pool:
        waiting: deque[Future[tuple[pa.Table, dict[int, str]]]] = deque()
        try:
            for block in blocks:
                waiting.append(pool.submit(parse, block))
                if len(waiting) > _WORKERS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _as_data_error(error: pa.ArrowInvalid, block: bytes, name: str) -> DataError:
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as undecodable:
        line = block[undecodable.start - 60 : undecodable.start + 20]
        return DataError(_not_utf8(name, undecodable.start, line))
    reason = str(error).splitlines()[0].removeprefix("CSV parse error: ")
    return DataError(f"{name} cannot be read as CSV: {reason}")


def _not_utf8(name: str, position: int, near: bytes = b"") -> str:
    place = f" (near {near.decode('utf-8', 'replace')!r})" if near else f" (byte {position})"
    return (
        f"{name} is not UTF-8 text{place}; "
        "save it as UTF-8, for example: iconv -f LATIN1 -t UTF-8 FILE"
    )
