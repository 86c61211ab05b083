"""Files inside others: compressed ones, and the one file of a zip archive."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from anomaly.errors import DataError
from anomaly.tables.text import readable

ZIP_BEGINS = b"PK\x03\x04"
_EMPTY_ZIP_BEGINS = b"PK\x05\x06"
_COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
}
# What macOS and Windows put beside the files.
_BY_THE_WAY = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_ENCRYPTED = 1


def compression_of(head: bytes) -> str | None:
    """Return the codec that compressed the bytes, as Arrow names it; None where none did."""
    return next((codec for magic, codec in _COMPRESSIONS.items() if head.startswith(magic)), None)


def decompressed(content: BinaryIO | Path, codec: str) -> BinaryIO:
    """Open the bytes that were compressed."""
    if isinstance(content, Path):
        return io.BufferedReader(pa.input_stream(str(content), compression=codec))
    return io.BufferedReader(pa.CompressedInputStream(pa.PythonFile(content, "r"), codec))


def is_archive(head: bytes) -> bool:
    return head.startswith((ZIP_BEGINS, _EMPTY_ZIP_BEGINS))


class Archive:
    """A zip archive.

    Parameters
    ----------
    path : path
    name : str
        What to call it in messages.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        with readable(name), zipfile.ZipFile(path) as archive:
            self._files = [info for info in archive.infolist() if not info.is_dir()]

    @property
    def is_workbook(self) -> bool:
        return any(file.filename in _WORKBOOK_PARTS for file in self._files)

    @property
    def unpacked_bytes(self) -> int:
        return sum(file.file_size for file in self._files)

    def only_file(self) -> str:
        """Return the name of the one file in it.

        Raises
        ------
        DataError
            When there is none or more than one, or it cannot be unpacked.
        """
        files = [file for file in self._files if not _is_by_the_way(file.filename)]
        if len(files) != 1:
            some = ", ".join(file.filename for file in files[:6])
            more = ", ..." if len(files) > 6 else ""
            count = f"{len(files)} files ({some}{more})" if files else "no file"
            raise DataError(f"{self._name} holds {count}; give a zip archive with one file in it")
        if files[0].flag_bits & _ENCRYPTED:
            raise DataError(
                f"{self._name}: {files[0].filename} is encrypted; unpack it with its password first"
            )
        return files[0].filename

    def open(self, member: str) -> BinaryIO:
        """Open a file of the archive as a stream, of which little is unpacked at a time."""
        with readable(self._name), zipfile.ZipFile(self._path) as archive:
            try:
                return archive.open(member)  # type: ignore[return-value]
            except NotImplementedError as error:
                raise DataError(f"{self._name}: {error}; pack it anew, or unpack it") from error


def _is_by_the_way(name: str) -> bool:
    return name.startswith(_BY_THE_WAY[0]) or name.rpartition("/")[2] in _BY_THE_WAY[1:]
