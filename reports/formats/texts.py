"""Any text from the data, printable, and cut where there is no room for it."""

import re
import unicodedata

from reports.formats.numbers import count

LONGEST_TEXT = 120
# Not allowed in HTML, or (surrogates) not possible in UTF-8, or (embeddings, overrides and isolates
# of a direction) turning round the words and figures that stand beside them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    """Any text from the data: printable, and cut with its length named when it is too long."""
    words = str(value)
    shown = _UNPRINTABLE.sub("\ufffd", words[:longest])
    return shown if len(words) <= longest else f"{shown}… ({count(len(words))} characters)"


def short(value: object, longest: int) -> str:
    """Any text from the data for a place with room for so many letters: one line, cut with an ellipsis.

    Wide letters count as more than one.
    """
    words = " ".join(_UNPRINTABLE.sub("\ufffd", str(value)[: 4 * longest + 4]).split())
    if sum(map(_width, words)) <= longest:
        return words
    shown, room = "", longest - 1.0
    for letter in words:
        room -= _width(letter)
        if room < 0:
            break
        shown += letter
    return f"{shown.rstrip()}…"


def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 2.0
    return 1.25 if letter.isupper() or letter in "mw@%" else 1.0
