"""Sheets of workbooks (xlsx, xlsb, xls, ods) as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from anomaly.errors import AnomalyError, DataError, InstallError, OptionError
from anomaly.tables import kinds
from anomaly.tables.base import Table, checked_names
from anomaly.tables.columnar import BATCH_ROWS
from anomaly.tables.names import names_of, refuse_numbers
from anomaly.tables.source import AS_IT_IS, Source
from anomaly.tables.stray_rows import HEADER_AGAIN, TAIL_ROWS, totals_among
from anomaly.utils.parallel import with_last
from anomaly.utils.spelling import nearest

_HEAD_ROWS = 100
_TYPES = {
    float: pa.float64(),
    int: pa.int64(),
    bool: pa.bool_(),
    str: pa.string(),
    datetime: pa.timestamp("us"),
    date: pa.timestamp("us"),
    time: pa.time64("us"),
    timedelta: pa.duration("us"),
}

Row = list[Any]


class WorkbookTable(Table):
    """A sheet of a workbook, which is held in memory.

    Parameters
    ----------
    name : str
        What to call it in messages.
    path : path
    source : Source, optional
        Its sheet, by default the first one that has a value.
    """

    def __init__(self, name: str, path: Path, source: Source = AS_IT_IS) -> None:
        self.name = name
        with _explained(name), path.open("rb") as file:
            workbook = _calamine().CalamineWorkbook.from_filelike(file)
            sheet, about_sheet = _sheet(workbook, source.sheet, name)
            rows = (row for row in sheet.iter_rows() if any(cell != "" for cell in row))
            head = list(islice(rows, _HEAD_ROWS))
            if not head:
                raise DataError(f"{name}: the sheet {sheet.name!r} is empty; name another: --sheet")
            header, about_header = _header(head)
            cells = [_spelled(cell) for cell in head[header]]
            refuse_numbers(cells, name)
            arrays, self._problems = _columns(head[header], chain(head[header + 1 :], rows))
        # Spaces between tables, and columns that are only coloured, have neither.
        used = [
            place for place, cell in enumerate(cells) if cell.strip() or _has_value(arrays[place])
        ]
        below = [[_spelled(row[place]) for place in used] for row in head[header + 1 :]]
        names = names_of([cells[place] for place in used], below)
        self.column_names = checked_names(names.visible, name)
        self._data = pa.table([arrays[place] for place in used], names=list(names.every))
        self._readings = (*about_sheet, *about_header, *names.readings)

    @property
    def readings(self) -> tuple[str, ...]:
        return self._readings

    def read(
        self, columns: list[str], types: Mapping[str, pa.DataType]
    ) -> Iterator[tuple[pa.RecordBatch, dict[int, str]]]:
        data = self._data.select(columns)
        for begin in range(0, data.num_rows, BATCH_ROWS):
            part = data.slice(begin, BATCH_ROWS)
            rows = range(begin, begin + part.num_rows)
            problems = {row - begin: self._problems[row] for row in rows if row in self._problems}
            arrays = [column.combine_chunks() for column in part.columns]
            yield pa.RecordBatch.from_arrays(arrays, names=columns), problems

    def empty(self, columns: list[str], types: Mapping[str, pa.DataType]) -> pa.RecordBatch:
        return pa.RecordBatch.from_pylist([], self._data.select(columns).schema)


def _calamine() -> Any:
    try:
        import python_calamine
    except ImportError:
        raise InstallError(
            "workbooks need python-calamine; install it with: pip install python-calamine "
            "(or save the sheet as CSV)"
        ) from None
    return python_calamine


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn what a damaged or locked workbook raises into a `DataError`."""
    try:
        yield
    except (AnomalyError, MemoryError):
        raise
    except Exception as error:
        if type(error).__name__ == "PasswordError":
            raise DataError(f"{name} is a workbook with a password; save it without one") from error
        raise _damaged(name, error) from error
    except BaseException as error:
        # What stops the reader itself is no Exception.
        if type(error).__name__ == "PanicException":
            raise _damaged(name, error) from error
        raise


def _damaged(name: str, error: BaseException) -> DataError:
    reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    return DataError(f"{name} is not a whole workbook ({reason}); save or copy it again")


def _sheet(workbook: Any, named: str | None, name: str) -> tuple[Any, list[str]]:
    """Return the sheet to read, and the sentence about it where the user did not name it."""
    # Charts and macros are sheets too.
    sheets = _calamine().SheetTypeEnum.WorkSheet
    names = [data.name for data in workbook.sheets_metadata if data.typ == sheets]
    if named is not None:
        if named not in names:
            near = nearest(named, names, cutoff=0.4)
            hint = f"did you mean {near!r}?" if near else f"its sheets are: {', '.join(names[:12])}"
            raise OptionError(f"--sheet: there is no sheet {named!r} in {name}; {hint}")
        return workbook.get_sheet_by_name(named), []
    for title in names:
        sheet = workbook.get_sheet_by_name(title)
        if sheet.height:
            others = ", ".join(repr(other) for other in names if other != title)
            more = f", and not from {others} (--sheet overrules)" if others else ""
            return sheet, [f"read from the sheet {title!r} of the workbook{more}"]
    raise DataError(f"{name} has no sheet with values; give one with a header and rows")


def _header(head: Sequence[Row]) -> tuple[int, list[str]]:
    """Return where the header is, below a title of fewer cells, and the sentence about that."""
    counts = [sum(cell != "" for cell in row) for row in head]
    most = max(counts)
    header = next(
        place
        for place, count in enumerate(counts)
        if 2 * count > most or (head[place][0] == "" and 0 < count == most - 1)
    )
    if not header:
        return 0, []
    some = " ".join(_spelled(cell) for row in head[:header] for cell in row if cell != "")[:40]
    which = f"{header} rows above the header are" if header > 1 else "1 row above the header is"
    return header, [f"{which} left out ({some!r})"]


def _columns(header: Row, rows: Iterable[Row]) -> tuple[list[pa.ChunkedArray], dict[int, str]]:
    """Return each column of the rows below the header, and the problems by row."""
    parts: list[list[pa.Array]] = [[] for _ in header]
    problems: dict[int, str] = {}
    n_rows = 0
    for part, is_last in with_last(_in_parts(rows)):
        strays = {place: HEADER_AGAIN for place, row in enumerate(part) if row == header}
        if is_last:
            tail = [[_spelled(cell) for cell in row] for row in part[-TAIL_ROWS:]]
            strays |= {len(part) + place: words for place, words in totals_among(tail).items()}
        for place in strays:
            part[place] = [""] * len(header)
        for arrays, cells in zip(parts, zip(*part, strict=True), strict=True):
            arrays.append(_array(cells))
        problems |= {n_rows + place: words for place, words in strays.items()}
        n_rows += len(part)
    return [_of_one_type(arrays) for arrays in parts], problems


def _in_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while part := list(islice(remaining, BATCH_ROWS)):
        yield part


def _array(cells: Sequence[Any]) -> pa.Array:
    """Return cells as an array: of the type that they have, else as text."""
    types = {_TYPES[type(cell)] for cell in cells if cell != ""}
    if len(types) > 1:
        return pa.array([_spelled(cell) or None for cell in cells], pa.string())
    if pa.timestamp("us") in types:
        cells = [_moment(cell) if isinstance(cell, date) else cell for cell in cells]
    type_ = next(iter(types), pa.null())
    return pa.array([None if cell == "" else cell for cell in cells], type_)


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def _of_one_type(arrays: Sequence[pa.Array]) -> pa.ChunkedArray:
    """Return the parts of a column with one type; numbers that are all whole as integers."""
    types = {array.type for array in arrays} - {pa.null()}
    if len(types) > 1:
        arrays = [kinds.as_text(array) for array in arrays]
        types = {pa.string()}
    column = pa.chunked_array(
        [array.cast(type_) for array in arrays for type_ in types or {pa.null()}],
        next(iter(types), pa.null()),
    )
    if pa.types.is_floating(column.type):
        try:
            return column.cast(pa.int64())
        except pa.ArrowInvalid:
            pass  # some have a fraction
    return column


def _spelled(cell: Any) -> str:
    """Return a cell as a CSV file would have it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell if isinstance(cell, str) else str(cell)


def _has_value(column: pa.ChunkedArray) -> bool:
    return column.null_count < len(column)
