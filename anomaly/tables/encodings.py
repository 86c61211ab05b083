"""Which encoding a text has, told from its bytes; and blocks of it as UTF-8."""

from __future__ import annotations

import codecs
from typing import NamedTuple

import numpy as np

from anomaly.errors import OptionError
from anomaly.utils.spelling import nearest

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_COMMON = ("utf-8", "utf-16", "latin-1", "cp1252", "cp1250", "cp1251", "iso8859-15", "shift_jis")
_ASCII = "".join(map(chr, range(128)))
# Of the codes 0x80 to 0x9F, Latin-1 has no character that anybody writes.
_C1 = bytes(range(0x80, 0xA0))
#: Stands in a text for a byte that is not UTF-8; Unicode never gives it to a character.
FOREIGN = "\U0010ffff"


class Encoding(NamedTuple):
    """How characters are written as bytes.

    Attributes
    ----------
    codec : str
        Python's name of it.
    is_bytewise : bool
        Whether each byte is a character of its own, those of ASCII as ASCII has them.
    """

    codec: str
    is_bytewise: bool

    def utf8(self, block: bytes) -> bytes:
        """Return a block of UTF-8 or of a bytewise encoding as UTF-8, foreign bytes marked."""
        if block.isascii():
            return block
        if self.is_bytewise:
            return block.decode(self.codec, "anomaly-control").encode()
        try:
            block.decode()
        except UnicodeDecodeError:
            return block.decode("utf-8", "anomaly-foreign").encode()
        return block


def _marked(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return FOREIGN, error.end


def _control(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that has no character as the control character of its code, as browsers do."""
    assert isinstance(error, UnicodeDecodeError)
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error("anomaly-foreign", _marked)
codecs.register_error("anomaly-control", _control)

UTF8 = Encoding("utf-8", is_bytewise=False)
WINDOWS_1252 = Encoding("cp1252", is_bytewise=True)


def encoding_named(name: str) -> Encoding:
    """Return the encoding that the user names.

    Raises
    ------
    OptionError
        When Python knows no text encoding of that name.
    """
    try:
        codec = codecs.lookup(name)
        # Some codecs turn no bytes into text.
        b"a".decode(codec.name, "replace")
    except (LookupError, ValueError):
        near = nearest(name.lower(), _COMMON)
        hint = f"did you mean {near}?" if near else f"such as {', '.join(_COMMON[:4])}"
        raise OptionError(f"--encoding {name}: there is no such encoding; {hint}") from None
    if codec.name in ("utf-8", "utf-8-sig", "ascii"):
        return UTF8
    return Encoding(codec.name, _is_bytewise(codec.name))


def _is_bytewise(codec: str) -> bool:
    try:
        every = bytes(range(256)).decode(codec, "anomaly-control")
        return len(every) == 256 and every.startswith(_ASCII)
    except UnicodeError:
        return False


def encoding_of(text: bytes) -> Encoding | None:
    """Tell the encoding of a text from its bytes, or of a part of it that begins a line.

    Windows-1252 stands for Latin-1 too, which has the same characters wherever it has any.

    Returns
    -------
    Encoding or None
        None where the bytes are ASCII, which tells nothing of what follows.
    """
    for mark, codec in _BYTE_ORDER_MARKS.items():
        if text.startswith(mark):
            return UTF8 if codec == "utf-8" else Encoding(codec, is_bytewise=False)
    if wide := _wide_without_mark(text[:4096]):
        return wide
    return None if text.isascii() else _utf8_or_windows(text)


def _wide_without_mark(text: bytes) -> Encoding | None:
    """Tell UTF-16 by the NUL in every other byte, which letters of Europe leave there."""
    is_nul = np.frombuffer(text[: len(text) // 2 * 2], np.uint8) == 0
    if not is_nul.any():
        return None
    first, second = is_nul[::2].mean(), is_nul[1::2].mean()
    if second > 0.7 and first < 0.1:
        return Encoding("utf-16-le", is_bytewise=False)
    if first > 0.7 and second < 0.1:
        return Encoding("utf-16-be", is_bytewise=False)
    return None


def _utf8_or_windows(text: bytes) -> Encoding:
    try:
        # A character may be cut at the end.
        codecs.getincrementaldecoder("utf-8")().decode(text)
    except UnicodeDecodeError:
        escaped = text.decode("utf-8", "surrogateescape").encode("utf-32-le", "surrogatepass")
        codes = np.frombuffer(escaped, "<u4")
        foreign = np.count_nonzero((codes >= 0xDC80) & (codes <= 0xDCFF))
        others = np.count_nonzero(codes >= 0x80) - foreign
        # Other encodings hardly ever have bytes that make sense as UTF-8.
        return UTF8 if others >= foreign else WINDOWS_1252
    return UTF8


def has_windows_characters(text: bytes) -> bool:
    """Tell whether a text that may be Latin-1 has bytes that only Windows-1252 uses."""
    return len(text.translate(None, _C1)) < len(text)
