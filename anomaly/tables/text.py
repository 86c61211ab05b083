"""A text file as a stream of bytes that can be cut into lines, whatever its encoding."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa

from anomaly.errors import DataError
from anomaly.tables.encodings import (
    FOREIGN,
    UTF8,
    WINDOWS_1252,
    Encoding,
    encoding_named,
    encoding_of,
    has_windows_characters,
)
from anomaly.tables.kinds import is_text
from anomaly.utils.arrow import pc

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 1 << 20
_PIECE_BYTES = 1 << 20
_IN_WORDS = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32"}


class TextFile:
    """A text whose encoding is named, or told from its bytes as far down as need be.

    A file whose first megabyte is ASCII alone is settled by the first block of another kind:
    to look through the whole file beforehand would take a plain one as long as to parse it.

    Parameters
    ----------
    name : str
        What to call it in messages.
    open_bytes : callable
        Opens the bytes, decompressed, at their start.
    encoding : str, optional
        Named by the user.

    Attributes
    ----------
    head : bytes
        How the stream begins, up to a megabyte, without a byte-order mark.
    is_whole : bool
        Whether the head is all there is.
    """

    def __init__(
        self, name: str, open_bytes: Callable[[], BinaryIO], encoding: str | None = None
    ) -> None:
        self.name = name
        self._open_bytes = open_bytes
        self._is_named = encoding is not None
        self._encoding = None if encoding is None else encoding_named(encoding)
        self._has_windows_characters = False
        self._has_returns_alone = False
        with readable(name), open_bytes() as stream:
            start = stream.read(HEAD_BYTES)
        if self._encoding is None:
            self._encoding = self._told(start)
        self._is_wide = self._encoding not in (None, UTF8) and not self._encoding.is_bytewise
        self.is_whole = len(start) < HEAD_BYTES
        head = start.removeprefix(codecs.BOM_UTF8)
        if self._is_wide:
            with self.open() as stream:
                head = stream.read(HEAD_BYTES)
                self.is_whole = len(head) < HEAD_BYTES
        self._has_returns_alone = b"\r" in head and b"\n" not in head
        self.head = head.replace(b"\r", b"\n") if self._has_returns_alone else head

    @property
    def reading(self) -> str | None:
        """A sentence about the encoding, where it is neither plain nor named."""
        if self._is_named or self._encoding in (None, UTF8):
            return None
        if self._encoding == WINDOWS_1252:
            words = "Windows-1252" if self._has_windows_characters else "Latin-1"
        else:
            words = _IN_WORDS[self._encoding.codec]
        return f"read as {words} text, as its bytes are not UTF-8 (--encoding overrules)"

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the bytes behind the byte-order mark; lines end in a newline."""
        with readable(self.name), self._open_bytes() as raw:
            stream = raw
            if self._is_wide:
                assert self._encoding is not None
                stream = _translated(raw, self._decoder(self._encoding))
            if self._has_returns_alone:
                stream = _translated(stream, lambda piece: piece.replace(b"\r", b"\n"))
            yield _behind_mark(stream)

    def encoding_from(self, block: bytes) -> Encoding:
        """Return the encoding of a block; blocks must come in their order.

        What it is before the first byte beyond ASCII does not matter.
        """
        if self._encoding is None:
            self._encoding = self._told(block)
        elif self._encoding == WINDOWS_1252 and not self._has_windows_characters:
            self._has_windows_characters = has_windows_characters(block)
        if self._is_wide:
            return UTF8
        return self._encoding or UTF8

    def _told(self, text: bytes) -> Encoding | None:
        encoding = encoding_of(text)
        if encoding == WINDOWS_1252:
            self._has_windows_characters = has_windows_characters(text)
        return encoding

    def _decoder(self, encoding: Encoding) -> Callable[[bytes], bytes]:
        decoder = codecs.getincrementaldecoder(encoding.codec)()

        def utf8(piece: bytes) -> bytes:
            try:
                return decoder.decode(piece, final=not piece).encode()
            except UnicodeError as error:
                hint = "name another with --encoding" if self._is_named else "name its encoding"
                raise DataError(
                    f"{self.name} is not {encoding.codec} text throughout ({error}); {hint}, "
                    "or copy it again"
                ) from None

        return utf8


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turn what a broken or truncated compressed file raises into a `DataError`."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{name} is cut short or damaged ({error}); copy it again") from error


def with_foreign_named(data: pa.RecordBatch, problems: dict[int, str]) -> pa.RecordBatch:
    """Return the rows with a question mark for each byte that is not UTF-8, and their problems."""
    for place, name in enumerate(data.schema.names):
        array = data.column(place)
        if not is_text(array.type):
            continue
        is_foreign = pc.match_substring(array, FOREIGN).fill_null(False)
        rows = np.flatnonzero(is_foreign.to_numpy(zero_copy_only=False))
        if not len(rows):
            continue
        array = pc.replace_substring(array, FOREIGN, "\ufffd")
        data = data.set_column(place, name, array)
        for row in rows.tolist():
            problems.setdefault(
                row,
                f"{array[row].as_py()[:40]!r} in column {name!r} is not UTF-8 text, which the rest "
                "is (or name the file's encoding, such as --encoding latin-1)",
            )
    return data


def _behind_mark(stream: BinaryIO) -> BinaryIO:
    reader = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var, unused-ignore]
    if reader.peek(3)[:3] == codecs.BOM_UTF8:
        reader.read(3)
    return reader


def _translated(stream: BinaryIO, translate: Callable[[bytes], bytes]) -> BinaryIO:
    return io.BufferedReader(_Translated(stream, translate), _PIECE_BYTES)


class _Translated(io.RawIOBase):
    """A stream of which each piece is made into other bytes; an empty piece is the end."""

    def __init__(self, stream: BinaryIO, translate: Callable[[bytes], bytes]) -> None:
        self._stream = stream
        self._translate = translate
        self._ready = memoryview(b"")
        self._is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        while not self._ready and not self._is_at_end:
            piece = self._stream.read(_PIECE_BYTES)
            self._is_at_end = not piece
            self._ready = memoryview(self._translate(piece))
        target = memoryview(buffer)
        size = min(len(target), len(self._ready))
        target[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size
