"""From what a user names (a path, a glob, `-`, a data frame) to a table or a sink."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from anomaly.errors import DataError, OptionError
from anomaly.tables.base import Sink, Table, checked_names
from anomaly.tables.built_in import BUILT_IN
from anomaly.tables.columnar import ArrowTable
from anomaly.tables.files import Files, open_file, spooled
from anomaly.tables.source import AS_IT_IS, Source, is_url
from anomaly.tables.writing import CSVSink, FileSink, ParquetSink
from anomaly.utils.spelling import nearest

_FILE_SINKS: dict[str, type[FileSink]] = {".csv": CSVSink, ".parquet": ParquetSink}


def open_table(data: Any, source: Source = AS_IT_IS) -> Table:
    """Open transactions for reading.

    Parameters
    ----------
    data : str, path, pandas.DataFrame, pyarrow.Table or any Arrow-compatible table
        A path, a glob, `-` for standard input, the name of a built-in set (`simulated`,
        `creditcard`), the URL of a database, or a table in memory. A file's form (CSV or JSON, also
        compressed; a workbook; Parquet; Arrow or Feather; a zip archive with one of them) is told by
        its first bytes, not by its name.
    source : Source, optional
        What the user says about the form of the data.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        When there is no such file, or it is empty or damaged.
    OptionError
        When an option of the source cannot be met, or says nothing about the form.
    """
    if isinstance(data, Table):
        return data
    if is_url(data):
        return _open_database(data, source)
    for option in ("table", "query"):
        if option in source.given:
            raise OptionError(
                f"--{option} is of a database: give its URL, such as sqlite:///file.db"
            )
    if isinstance(data, str | os.PathLike):
        return _open_named(os.fspath(data), source)
    source.check("the data", "a table in memory")
    return _in_memory(data)


def open_sink(out: Any, table: str | None = None, if_exists: str | None = None) -> Sink:
    """Say where rows are to be written; nothing is written yet.

    Parameters
    ----------
    out : path or str
        A path ends in `.csv` or `.parquet`, which decides the form. Else the URL of a database.
    table : str, optional
        Of a database: the table to write.
    if_exists : {"fail", "append", "replace"}, optional
        Of a database: what to do where the table exists, by default `fail`.

    Raises
    ------
    OptionError
        When the name ends in something else, or an option is not one for it.
    """
    if isinstance(out, Sink):
        return out
    if is_url(out):
        from anomaly.tables.sql import open_database_sink

        return open_database_sink(out, table, if_exists)
    for option, value in {"--out-table": table, "--if-exists": if_exists}.items():
        if value is not None:
            raise OptionError(f"{option} is of a database: give --out its URL")
    path = Path(out)
    sink = _FILE_SINKS.get(path.suffix.lower())
    if sink is None:
        if is_url(str(path).replace(":/", "://", 1)):  # it may hold a password
            raise OptionError("--out: this is written into a file; name one")
        raise OptionError(f"--out {path}: name a file that ends in .csv or .parquet")
    return sink(path)


def _open_database(url: str, source: Source) -> Table:
    from anomaly.tables.sql import open_database_table

    for option in source.given.keys() - {"table", "query"}:
        raise OptionError(f"--{option} is of a file, and the data are in a database; leave it out")
    return open_database_table(url, source.table, source.query)


def _open_named(name: str, source: Source) -> Table:
    path = Path(name)
    with _openable(name):
        if name == "-":
            return open_file(spooled(sys.stdin.buffer), "standard input", source)
        if path.is_file():
            return open_file(path, name, source)
        if name in BUILT_IN:
            source.check(name, "a built-in set")
            return BUILT_IN[name].open()
        if name and path.is_dir():
            raise DataError(f"{name} is a folder; name its files, for example {name}/*.parquet")
        if glob.has_magic(name):
            return _open_matching(name, source)
        if path.is_fifo() or path.is_char_device():
            with path.open("rb") as stream:
                return open_file(spooled(stream), name, source)
        raise DataError(f"there is no file {name}{_similar_file(path)}")


@contextmanager
def _openable(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(f"{name[:200]} cannot be opened: {error.strerror or error}") from error


def _open_matching(pattern: str, source: Source) -> Table:
    # pathlib has no glob for a pattern that may be absolute.
    paths = [Path(path) for path in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207
    files = [path for path in paths if path.is_file()]
    if not files:
        raise DataError(f"no file matches {pattern}; check the pattern and its folder")
    return Files(pattern, [open_file(path, str(path), source) for path in files])


def _similar_file(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"; the folder {folder} does not exist either"
    names = [entry.name for entry in folder.iterdir() if entry.is_file()]
    near = nearest(path.name, [*names, *BUILT_IN])
    if near is None:
        return f"; check the path (in {folder.resolve()})"
    return f"; did you mean {folder / near if near in names else near}?"


def _in_memory(data: Any) -> Table:
    name = "Arrow table"
    # Who gives a data frame has imported pandas.
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(data, pandas.DataFrame):
        table = _table_of_frame(data)
        if table.num_columns:
            return _FrameTable("data frame", table.to_reader, _about_index(data))
        name = "data frame"
    elif isinstance(data, pa.RecordBatch):
        table = pa.Table.from_batches([data])
    else:
        table = _table_of_stream(data)
    if not table.num_columns:
        raise DataError(f"the {name} has no columns; give one with a column per feature")
    return ArrowTable(name, table.to_reader)


class _FrameTable(ArrowTable):
    """A data frame, without its index."""

    def __init__(
        self, name: str, open_reader: Callable[[], pa.RecordBatchReader], readings: tuple[str, ...]
    ) -> None:
        super().__init__(name, open_reader)
        self._readings = readings

    @property
    def readings(self) -> tuple[str, ...]:
        return self._readings


def _about_index(frame: Any) -> tuple[str, ...]:
    """Say that an index is left out that may be more than numbers of rows."""
    index = frame.index
    names = [str(name) for name in index.names if name is not None]
    if not names and index.dtype.kind != "M":
        return ()
    called = f"{' and '.join(map(repr, names))} " if names else "of times "
    return (
        f"the index {called}of the data frame is left out; frame.reset_index() makes it a column",
    )


def _table_of_stream(data: Any) -> pa.Table:
    try:
        if isinstance(data, pa.Table) or hasattr(data, "__arrow_c_stream__"):
            return pa.table(data)
    except pa.ArrowException:
        pass  # a stream of single values: a series
    raise DataError(
        f"cannot read transactions from {type(data).__name__}; give a path, a pandas data "
        "frame or an Arrow table"
    )


def _table_of_frame(frame: Any) -> pa.Table:
    names = checked_names([str(name) for name in frame.columns], "data frame")
    periods = [place for place, type_ in enumerate(frame.dtypes) if type_.name.startswith("period")]
    if periods:
        # A period is known by its start.
        frame = frame.set_axis(range(len(names)), axis=1)
        for place in periods:
            frame[place] = frame[place].dt.to_timestamp()
    try:
        table = pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        # Some column mixes types, or has one that Arrow lacks.
        columns = [_array_of_series(frame.iloc[:, place]) for place in range(len(names))]
        table = pa.table(columns, names=names)
    return table.rename_columns(names)


def _array_of_series(series: Any) -> pa.Array:
    try:
        return pa.array(series, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        # As a text file has it: the value that does not fit is then found and named.
        return pa.array(
            [str(value) for value in series], pa.string(), mask=series.isna().to_numpy()
        )
