"""How a CSV file is laid out: delimiter, quotes, what stands before the header, and its names.

All of it is told from the first lines together: which delimiter gives lines of one width, and
the first line from which on they have it. Lines before it are a preamble.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from anomaly.errors import DataError, OptionError
from anomaly.tables.base import checked_names
from anomaly.tables.encodings import Encoding
from anomaly.tables.names import (
    Names,
    is_empty,
    is_header,
    is_index,
    names_of,
    refuse_numbers,
    stands_out,
)
from anomaly.tables.records import ends_of_records, toggling_quotes
from anomaly.tables.text import HEAD_BYTES, TextFile

DOUBLE, SINGLE = '"', "'"
#: Nobody writes it, so that it splits no line of a file with one column.
_NO_DELIMITER = "\x1f"
_DELIMITERS = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "vertical bars",
    "^": "carets",
    "~": "tildes",
    "\x01": "the character 1",
}
_SPACES = {" ": "spaces"}
_SPELLED = {"\\t": "\t", "tab": "\t"}
_ANNOUNCED = rb'"?sep=([^\r\n])"?\r?\n'
_MOST_LINES = 100
_FEW_LINES = 50
# Blank lines further down stand between rows.
_MOST_ABOVE = 12
_FIRST_BYTES = 1 << 16
# A header below other lines is believed less than one on the first line.
_BELOW_OTHERS = 0.7


class Layout(NamedTuple):
    """Where the values of a CSV file are.

    Attributes
    ----------
    delimiter, quote : str
        Between values and around them.
    may_have_comments : bool
        Whether a line that begins with # and is no row is a comment.
    begins_with_comments : bool
        Whether there are such above the header.
    rows_begin : int
        Bytes before the first row.
    names : Names
        Of the columns.
    readings : tuple of str
        What was taken for what, a sentence each.
    """

    delimiter: str
    quote: str
    may_have_comments: bool
    begins_with_comments: bool
    rows_begin: int
    names: Names
    readings: tuple[str, ...]


class _Line(NamedTuple):
    """A record of the head and where it ends, in bytes."""

    cells: tuple[str, ...]
    end: int
    is_comment: bool = False
    follows_blank: bool = False


class _Candidate(NamedTuple):
    """A way to read the head: the header's place among the lines, and how well it fits."""

    delimiter: str
    quote: str
    lines: Sequence[_Line]
    header: int
    width: int
    is_perfect: bool = False
    score: float = 0.0

    @property
    def rank(self) -> tuple[bool, float]:
        return self.is_perfect, self.score

    @property
    def names(self) -> Names:
        """The names, where R or a delimiter at the end of each row left the header one short."""
        rows = [line.cells for line in self.lines[self.header + 1 :] if not line.is_comment]
        rows = [cells for cells in rows if len(cells) == self.width]
        header = list(_uncommented(self.lines[self.header].cells))
        if len(header) < self.width:
            header.insert(len(header) if is_empty(rows, self.width - 1) else 0, "")
        return names_of(header, rows)


def checked_delimiter(delimiter: str) -> str:
    """Return the delimiter that the user names as the one character that it is.

    Raises
    ------
    OptionError
        When it is none that can stand between values.
    """
    character = _SPELLED.get(delimiter.lower(), delimiter)
    if len(character) != 1 or not character.isascii() or character in "\"'\r\n\x00":
        raise OptionError(
            f"--delimiter {delimiter!r}: give one character such as ';' or '|', or tab for a tab"
        )
    return character


def layout_of(text: TextFile, encoding: Encoding, delimiter: str | None = None) -> Layout:
    """Tell the layout of a CSV file from its head.

    Parameters
    ----------
    text : TextFile
    encoding : Encoding
        Of the head.
    delimiter : str, optional
        As the user names it, in place of the one that is told.

    Raises
    ------
    DataError
        When there is no header, or its names cannot be those of columns.
    OptionError
        When the named delimiter cannot be one.
    """
    head, name = text.head, text.name
    if not head.strip():
        raise DataError(f"{name} is empty; give a file with a header line and rows")
    announced = re.match(_ANNOUNCED, head) if b"sep=" in head[:5] else None
    begin = announced.end() if announced else 0
    given = checked_delimiter(delimiter) if delimiter is not None else None
    known = given or (announced[1].decode("latin-1") if announced else None)
    best = _best(_Head(head[begin:], text.is_whole, encoding), known)
    if best is None:
        raise _no_header(text)
    header = best.lines[best.header]
    begin_of_header = best.lines[best.header - 1].end if best.header else 0
    _check_characters(head[begin + begin_of_header : begin + header.end], encoding, name)
    refuse_numbers(_uncommented(header.cells), name)
    names = best.names
    checked_names(names.visible, name)
    readings = [] if given else _about_delimiter(best, announced is not None)
    return Layout(
        best.delimiter,
        best.quote,
        not _begins_rows_with_hash(best.lines),
        any(line.is_comment for line in best.lines[: best.header]),
        begin + header.end,
        names,
        (*readings, *_about_lines(best), *names.readings),
    )


def _about_delimiter(best: _Candidate, is_announced: bool) -> list[str]:
    said = []
    if best.delimiter not in (",", _NO_DELIMITER):
        what = (_DELIMITERS | _SPACES).get(best.delimiter, repr(best.delimiter))
        how = ", as the first line says" if is_announced else ""
        said.append(f"values are separated by {what}{how} (--delimiter overrules)")
    return said


def _about_lines(best: _Candidate) -> list[str]:
    said = []
    if best.quote == SINGLE:
        said.append("values stand in single quotes")
    above = [line for line in best.lines[: best.header] if not line.is_comment]
    if above:
        some = " ".join(cell for line in above for cell in line.cells if cell)[:40]
        which = f"{len(above)} lines above the header are" if len(above) > 1 else ""
        said.append(f"{which or '1 line above the header is'} left out ({some!r})")
    if best.lines[best.header].cells[0].startswith("#"):
        said.append("the # before the header is no part of the first name")
    return said


class _Head(NamedTuple):
    text: bytes
    is_whole: bool
    encoding: Encoding

    def lines(self, delimiter: str, quote: str) -> list[_Line]:
        """Return the first records, without blank ones."""
        part = self.text[:_FIRST_BYTES]
        if part.count(b"\n") < _FEW_LINES:
            part = self.text
        ends = ends_of_records(part, delimiter.encode(), quote.encode())[: 2 * _MOST_LINES]
        bounds = [0, *(ends + 1).tolist()]
        is_all = self.is_whole and len(part) == len(self.text) and len(ends) < 2 * _MOST_LINES
        rest = part[bounds[-1] :]
        if is_all and toggling_quotes(rest, delimiter.encode(), quote.encode()).size % 2 == 0:
            bounds.append(len(part))
        lines: list[_Line] = []
        is_blank = False
        for begin, end in pairwise(bounds):
            record = part[begin:end].strip(b"\r\n")
            if record and (record.strip() or delimiter.encode() in record):
                cells = _cells(self.encoding.utf8(record).decode(), delimiter, quote)
                lines.append(_Line(cells, end, record.startswith(b"#"), is_blank))
            is_blank = not record.strip()
        lines = lines[:_MOST_LINES]
        if _begins_rows_with_hash(lines):
            return [line._replace(is_comment=False) for line in lines]
        return lines


def _begins_rows_with_hash(lines: Sequence[_Line]) -> bool:
    """Tell whether most lines as wide as the rows begin with #, a part of the values then."""
    widths = [len(line.cells) for line in lines if not line.cells[0].startswith("#")]
    [(usual, count)] = Counter(widths).most_common(1) or [(0, 0)]
    behind_hash = [line for line in lines if line.cells[0].startswith("#")]
    return sum(len(line.cells) == usual or not usual for line in behind_hash) > count


def _cells(record: str, delimiter: str, quote: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader([record], delimiter=delimiter, quotechar=quote)))
    except (csv.Error, StopIteration):
        return tuple(record.split(delimiter))


def _uncommented(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a header without the # of a comment; a column may be named #."""
    first = cells[0].lstrip("#").strip() if cells[0].startswith("#") else cells[0]
    return (first or cells[0], *cells[1:])


def _best(head: _Head, delimiter: str | None) -> _Candidate | None:
    """Return the likeliest way to read the head; None where no line ends outside of quotes."""
    likely = [delimiter] if delimiter else _seen_delimiters(head.text)
    found = [c for d in likely for c in _with_either_quote(head, d)]
    if found:
        return max(found, key=lambda candidate: candidate.rank)
    if delimiter is None:
        spaced = [c for c in _with_either_quote(head, " ") if c.is_perfect and _has_values(c)]
        if spaced:
            return spaced[0]
    return _one_column(head, delimiter)


def _seen_delimiters(text: bytes) -> list[str]:
    """Return the delimiters that stand somewhere outside of quotes, or else anywhere."""
    outside = b"".join(text.split(DOUBLE.encode())[::2])
    return [d for d in _DELIMITERS if d.encode() in (outside or text)]


def _one_column(head: _Head, delimiter: str | None) -> _Candidate | None:
    taken = delimiter or ","
    quote = next((q for q in (SINGLE,) if _has_quotes(head, taken, q)), DOUBLE)
    lines = head.lines(taken, quote)
    header = next((i for i, line in enumerate(lines) if not line.is_comment), None)
    if header is None:
        return None
    rows = lines[header + 1 :]
    # Where most rows have it, it is a part of their values.
    if delimiter is None and 2 * sum(len(line.cells) > 1 for line in rows) > len(rows):
        taken = _NO_DELIMITER
        lines = head.lines(taken, quote)
    return _Candidate(taken, quote, lines, header, 1)


def _with_either_quote(head: _Head, delimiter: str) -> Iterator[_Candidate]:
    double = _candidates(head, delimiter, DOUBLE)
    if _has_quotes(head, delimiter, SINGLE):
        single = _candidates(head, delimiter, SINGLE)
        if single and (not double or _highest(single) >= _highest(double)):
            return iter(single)
    return iter(double)


def _highest(candidates: Sequence[_Candidate]) -> tuple[bool, float]:
    return max(candidate.rank for candidate in candidates)


def _has_quotes(head: _Head, delimiter: str, quote: str) -> bool:
    """Tell whether values stand in single quotes: as many cells begin with one as end with one."""
    if quote.encode() not in head.text:
        return False
    cells = [cell for line in head.lines(delimiter, DOUBLE) for cell in line.cells]
    begin = sum(cell.startswith(quote) for cell in cells)
    return 0 < begin == sum(cell.endswith(quote) and len(cell) > 1 for cell in cells)


def _candidates(head: _Head, delimiter: str, quote: str) -> list[_Candidate]:
    lines = head.lines(delimiter, quote)
    places = [place for place, line in enumerate(lines) if not line.is_comment]
    widths = [len(lines[place].cells) for place in places]
    if not places:
        return []
    counts = Counter(width for width in widths[1:] if width > 1)
    usual = counts.most_common(1)[0][0] if counts else widths[0]
    made = []
    first = _Candidate(delimiter, quote, lines, places[0], widths[0])
    if first.width > 1 and len(set(widths)) == 1 and _is_plain(lines):
        return [_scored(first, widths, 1.0)]
    if _is_one_short(lines, places, widths, usual):
        widths = [usual, *widths[1:]]
        first = _Candidate(delimiter, quote, lines, places[0], usual)
    above = _header_in_comment(first)
    if above is not None:
        return [above]
    is_title = widths[0] == usual and not _is_mostly_named(lines[places[0]].cells)
    below = _header_below(lines, places, widths, usual)
    apart = None if below is None else _header_apart(lines, places, widths, usual)
    if widths[0] > 1:
        made.append(_scored(first, widths, 0.5 if is_title or apart is not None else 1.0))
    if below is not None and usual > 1:
        place = below if apart is None else apart
        candidate = _Candidate(delimiter, quote, lines, places[place], usual)
        if apart is not None or is_title:
            made.append(_scored(candidate, widths[place:], 1.0))
        elif _must_be_below(candidate, widths[place:], widths[0]):
            made.append(_scored(candidate, widths[place:], _BELOW_OTHERS))
    return made


def _is_plain(lines: Sequence[_Line]) -> bool:
    """Tell whether nothing among the lines puts in doubt that the first is the header."""
    is_odd = any(line.is_comment or line.follows_blank for line in lines)
    return not is_odd and _is_mostly_named(lines[0].cells)


def _header_apart(
    lines: Sequence[_Line], places: Sequence[int], widths: Sequence[int], usual: int
) -> int | None:
    """Return the place of a header that a blank line sets apart from what stands above it."""
    for place in range(1, min(_MOST_ABOVE + 1, len(places))):
        line = lines[places[place]]
        if line.follows_blank and widths[place] == usual and is_header(line.cells):
            rows = [lines[x].cells for x in places[place + 1 :] if len(lines[x].cells) == usual]
            if stands_out(line.cells, rows) or set(widths[:place]) == {1}:
                return place
    return None


def _must_be_below(candidate: _Candidate, widths: Sequence[int], first_width: int) -> bool:
    """Tell whether a line below others must be the header, and no line of a text with commas."""
    rows = _rows(candidate)
    if not rows:
        return first_width == 1
    is_constant = len(rows) > 1 and len(set(widths)) == 1 and candidate.width > 2
    return is_constant or _has_values(candidate)


def _rows(candidate: _Candidate) -> list[_Line]:
    below = candidate.lines[candidate.header + 1 :]
    return [x for x in below if not x.is_comment and len(x.cells) == candidate.width]


def _has_values(candidate: _Candidate) -> bool:
    cells = candidate.lines[candidate.header].cells
    return stands_out(cells, [line.cells for line in _rows(candidate)])


def _scored(candidate: _Candidate, widths: Sequence[int], belief: float) -> _Candidate:
    share = widths.count(candidate.width) / len(widths)
    return _Candidate(
        candidate.delimiter,
        candidate.quote,
        candidate.lines,
        candidate.header,
        candidate.width,
        is_perfect=share == 1 and belief == 1,
        # Of two delimiters that fit, the one that makes more values of a line.
        score=belief * share * (1 - 1 / candidate.width),
    )


def _is_mostly_named(cells: Sequence[str]) -> bool:
    return sum(bool(cell.strip()) for cell in cells) > len(cells) / 2


def _is_one_short(
    lines: Sequence[_Line], places: Sequence[int], widths: Sequence[int], usual: int
) -> bool:
    """Tell whether each row has a value more than the header: numbers first, or nothing last."""
    if min(len(widths) - 1, widths[0]) < 2 or usual != widths[0] + 1 or widths[0] in widths[1:]:
        return False
    rows = [lines[place].cells for place in places[1:] if len(lines[place].cells) == usual]
    return is_index(rows) or is_empty(rows, usual - 1)


def _header_in_comment(first: _Candidate) -> _Candidate | None:
    """Return the line before the first row as the header, where it is one behind a #."""
    if not first.header or not first.lines[first.header - 1].is_comment:
        return None
    header = _uncommented(first.lines[first.header - 1].cells)
    cells = first.lines[first.header].cells
    if len(header) != len(cells) or not is_header(header) or not stands_out(header, [cells]):
        return None
    moved = _Candidate(first.delimiter, first.quote, first.lines, first.header - 1, len(header))
    widths = [len(line.cells) for line in first.lines[moved.header :]]
    return _scored(moved, widths, 1.0)


def _header_below(
    lines: Sequence[_Line], places: Sequence[int], widths: Sequence[int], usual: int
) -> int | None:
    """Return the first place below the first line from which on nearly all lines are as wide."""
    is_wide = np.array(widths) == usual
    # A line of another width below the header weighs more than a row above it.
    gain = np.cumsum(np.where(is_wide, 1, -2)[::-1])[::-1]
    may_be = [p for p in range(1, len(places)) if is_wide[p] and is_header(lines[places[p]].cells)]
    return max(may_be, key=lambda place: gain[place], default=None)


def _check_characters(header: bytes, encoding: Encoding, name: str) -> None:
    if b"\x00" in header:
        raise DataError(
            f"{name} is not text, Parquet or Arrow; save it as UTF-8 CSV, or name the encoding "
            "of its text with --encoding"
        )
    if not encoding.is_bytewise:
        try:
            header.decode()
        except UnicodeDecodeError as error:
            raise DataError(
                f"{name}: the header is not UTF-8 text (byte {error.start}), and the rest is; "
                "correct it, or name the encoding with --encoding"
            ) from None


def _no_header(text: TextFile) -> DataError:
    if text.is_whole or b"\n" in text.head:
        has_quote = text.head.lstrip().find(b'"') >= 0
        why = "has a quote that never closes; correct line 1" if has_quote else "is missing"
        return DataError(f"{text.name}: the header {why}")
    return DataError(
        f"{text.name}: the header is longer than {HEAD_BYTES >> 20} MB; is the file CSV?"
    )
