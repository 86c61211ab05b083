"""Where the records of a CSV file end, quoted line ends and stray quotes in mind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from anomaly.tables.base import UnreadableRowError

LONGEST_RECORD_BYTES = 64 << 20
_NEWLINE, _RETURN = b"\n\r"


def records(
    stream: BinaryIO, delimiter: bytes, block_bytes: int, quote: bytes = b'"'
) -> Iterator[bytes]:
    """Yield the rest of the stream in blocks of whole records.

    Raises
    ------
    UnreadableRowError
        When a quote opens and never closes, after the records before it.
    """
    rest = b""
    # Reading as much as is left over doubles the block until it holds a whole record.
    while read := stream.read(max(block_bytes, len(rest))):
        block = rest + read
        end = end_of_records(block, delimiter, quote)
        rest = block[end:]
        if end:
            yield block[:end]
        elif len(rest) > LONGEST_RECORD_BYTES:
            break
    is_open = toggling_quotes(rest, delimiter, quote).size % 2 == 1
    if is_open:
        raise UnreadableRowError("a quote opens in this row and never closes; correct the row")
    if len(rest) > LONGEST_RECORD_BYTES:
        raise UnreadableRowError("the row is longer than 64 MB; is the file CSV?")
    if rest:
        yield rest


def end_of_records(block: bytes, delimiter: bytes, quote: bytes = b'"') -> int:
    """Return how many bytes of the block, which begins with a record, are whole records."""
    if quote not in block:
        return block.rfind(b"\n") + 1
    ends = ends_of_records(block, delimiter, quote)
    return int(ends[-1]) + 1 if ends.size else 0


def ends_of_records(block: bytes, delimiter: bytes, quote: bytes = b'"') -> NDArray[np.int64]:
    """Return where the newlines are that end the records of a block, which begins with one."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == _NEWLINE)
    toggles = toggling_quotes(block, delimiter, quote)
    return ends[np.searchsorted(toggles, ends) % 2 == 0] if toggles.size else ends


def toggling_quotes(block: bytes, delimiter: bytes, quote: bytes = b'"') -> NDArray[np.int64]:
    """Return where quotes open and close a quoted value, in turn.

    A quote opens a value only as its first character, as pyarrow reads CSV; elsewhere
    (`5" pipe`) it is a character like any other. A doubled one closes and opens again.
    """
    if quote not in block:
        return np.empty(0, dtype=np.int64)
    values = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(values == quote[0])
    before = values[quotes - 1]
    may_open = np.isin(before, [_NEWLINE, _RETURN, *delimiter]) | (quotes == 0)
    follows_quote = before == quote[0]
    if (may_open | follows_quote)[::2].all():
        return quotes
    return _without_strays(quotes, may_open)


def _without_strays(quotes: NDArray[np.int64], may_open: NDArray[np.bool_]) -> NDArray[np.int64]:
    toggles: list[int] = []
    is_inside = False
    for quote, opens in zip(quotes.tolist(), may_open.tolist(), strict=True):
        if is_inside or opens or (toggles and toggles[-1] == quote - 1):
            toggles.append(quote)
            is_inside = not is_inside
    return np.array(toggles, dtype=np.int64)
