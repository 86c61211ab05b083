"""The one file of a zip archive, unpacked as a stream."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from anomaly.errors import DataError
from anomaly.tables.text import readable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PIECE_BYTES = 1 << 20
# What macOS and Windows put beside the files.
_BY_THE_WAY = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_ENCRYPTED = 1


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
        with readable(name), _zip_errors_explained(), zipfile.ZipFile(path) as archive:
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
        with readable(self._name), _zip_errors_explained(), zipfile.ZipFile(self._path) as archive:
            return io.BufferedReader(_Unpacked(archive.open(member)), _PIECE_BYTES)


@contextmanager
def _zip_errors_explained() -> Iterator[None]:
    """Turn what a damaged archive raises into the `OSError` that a damaged file is."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError) as error:
        raise OSError(str(error) or type(error).__name__) from error


class _Unpacked(io.RawIOBase):
    """A file of an archive, of which no more is unpacked at a time than is asked for."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer)
        with _zip_errors_explained():
            piece = self._member.read(len(target))
        target[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._member.close()
        super().close()


def _is_by_the_way(name: str) -> bool:
    return name.startswith(_BY_THE_WAY[0]) or name.rpartition("/")[2] in _BY_THE_WAY[1:]
