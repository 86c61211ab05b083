"""Which form a file has, told by its first bytes; and several files as one table."""

from __future__ import annotations

import atexit
import bisect
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa

from anomaly.errors import DataError
from anomaly.tables.base import Table
from anomaly.tables.columnar import ArrowTable, ParquetTable, arrow_file_reader
from anomaly.tables.csv import CSVTable
from anomaly.tables.source import Source
from anomaly.tables.text import readable
from anomaly.utils.files import written_or_explained

_HEAD_BYTES = 4096
_MOST_WORKBOOK_BYTES = 4 << 30
_ZIP_BEGINS = (b"PK\x03\x04", b"PK\x05\x06")
# Excel before 2007, and workbooks with a password.
_OLE_BEGINS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
}
# Whatever else begins so is not CSV either.
_JSON_BEGINS = rb"(\[\s*[\[{\]\d\"]|\{\s*[\"}])"


class Content(NamedTuple):
    """The bytes of a file, which may be inside another.

    Attributes
    ----------
    name : str
        What to call it in messages.
    open : callable
        Opens the bytes at their start.
    path : path or None
        The file that has these bytes; None where they are inside another.
    """

    name: str
    open: Callable[[], BinaryIO]
    path: Path | None

    def on_disk(self) -> Path:
        """Return a file of these bytes, for forms that are not read from the start on."""
        if self.path is not None:
            return self.path
        with readable(self.name), self.open() as stream:
            return spooled(stream)


def spooled(stream: BinaryIO) -> Path:
    """Keep a stream in a temporary file, which goes away with the process."""
    descriptor, path = tempfile.mkstemp(prefix="anomaly-stream-")
    atexit.register(Path(path).unlink, missing_ok=True)
    with written_or_explained(Path(path)), os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(stream, file, 1 << 20)
    return Path(path)


def open_file(path: Path, name: str, source: Source) -> Table:
    """Open a file of any form.

    Raises
    ------
    DataError
        When it is empty, damaged, or not what its name says.
    OptionError
        When an option of the source says nothing about its form.
    """
    content = Content(name, lambda: path.open("rb"), path)
    return _opened(content, source, path.suffix.lower())


def _opened(content: Content, source: Source, suffix: str = "") -> Table:
    name = content.name
    head = _head(content)
    if not head:
        raise DataError(f"{name} is empty; give a file with a header line and rows")
    if head.startswith(b"PAR1"):
        source.check(name, "a Parquet file")
        return ParquetTable(name, content.on_disk())
    if head.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        source.check(name, "an Arrow file")
        file = content.on_disk()
        return ArrowTable(name, lambda: arrow_file_reader(file))
    if suffix in (".parquet", ".feather", ".arrow"):
        raise DataError(
            f"{name} does not begin as a {suffix[1:]} file does; write or copy it again"
        )
    if head.startswith(_ZIP_BEGINS):
        return _of_archive(content, source)
    if head.startswith(_OLE_BEGINS):
        return _of_workbook(content, content.on_disk(), source)
    codec = next((codec for magic, codec in _COMPRESSIONS.items() if head.startswith(magic)), None)
    if codec is not None:
        return _opened(_decompressed(content, codec), source)
    if _begins_json(head):
        from anomaly.tables.json_records import JSONTable

        source.check(name, "JSON", "encoding")
        return JSONTable(name, content.open, source)
    source.check(name, "CSV text", "encoding", "delimiter")
    return CSVTable(name, content.open, source)


def _begins_json(head: bytes) -> bool:
    """Tell whether a text begins as an array or an object does, whatever its encoding."""
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return text[:1] in b"[{" and bool(re.match(_JSON_BEGINS, text))


def _head(content: Content) -> bytes:
    if content.path is not None:
        with content.open() as stream:
            return stream.read(_HEAD_BYTES)
    with readable(content.name), content.open() as stream:
        return stream.read(_HEAD_BYTES)


def _decompressed(content: Content, codec: str) -> Content:
    outer = content.path

    def open_inner() -> BinaryIO:
        if outer is not None:
            return io.BufferedReader(pa.input_stream(str(outer), compression=codec))
        inner = pa.PythonFile(content.open(), "r")
        return io.BufferedReader(pa.CompressedInputStream(inner, codec))

    return content._replace(open=open_inner, path=None)


def _of_archive(content: Content, source: Source) -> Table:
    from anomaly.tables.archives import Archive  # few need it, and each import delays every command

    path = content.on_disk()
    archive = Archive(path, content.name)
    if archive.is_workbook:
        if archive.unpacked_bytes > _MOST_WORKBOOK_BYTES:
            raise DataError(f"{content.name} unpacks to more than 4 GB; save its sheet as CSV")
        return _of_workbook(content, path, source)
    member = archive.only_file()
    if content.path is None:
        raise DataError(f"{content.name}: {member} is inside two archives; unpack the outer one")
    inner = Content(content.name, lambda: archive.open(member), None)
    return _Found(_opened(inner, source), f"read {member!r} from the zip archive")


def _of_workbook(content: Content, path: Path, source: Source) -> Table:
    from anomaly.tables.workbook import WorkbookTable

    source.check(content.name, "a workbook", "sheet")
    return WorkbookTable(content.name, path, source)


class _Found(Table):
    """A table, and a sentence on where it was found."""

    def __init__(self, table: Table, reading: str) -> None:
        self.name = table.name
        self.column_names = table.column_names
        self._table = table
        self._reading = reading

    @property
    def readings(self) -> tuple[str, ...]:
        return (self._reading, *self._table.readings)

    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        return self._table.read(columns, types)

    def empty(self, columns: list[str], types: Mapping[str, pa.DataType]) -> pa.RecordBatch:
        return self._table.empty(columns, types)


class Files(Table):
    """Several files with the same columns, one after the other."""

    def __init__(self, name: str, files: Sequence[Table]) -> None:
        self.name = name
        self.column_names = files[0].column_names
        self._files = files
        self._first_rows: list[int] = []
        for other in files[1:]:
            different = set(self.column_names) ^ set(other.column_names)
            if different:
                raise DataError(
                    f"{files[0].name} and {other.name} differ in the columns "
                    f"{', '.join(sorted(different))}; give files with the same columns"
                )

    @property
    def readings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(words for file in self._files for words in file.readings))

    def empty(self, columns: list[str], types: Mapping[str, pa.DataType]) -> pa.RecordBatch:
        return self._files[0].empty(columns, types)

    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        self._first_rows = []
        row = 0
        for table in self._files:
            self._first_rows.append(row)
            for data, problems in table.read(columns, types):
                placed = {
                    offset: f"{problem} (in {self.place(row + offset)})"
                    for offset, problem in problems.items()
                }
                yield data, placed
                row += data.num_rows

    def place(self, row: int) -> str:
        if not self._first_rows:
            return super().place(row)
        # The last of those that begin there: the others are without rows.
        number = bisect.bisect_right(self._first_rows, row) - 1
        return self._files[number].place(row - self._first_rows[number])
