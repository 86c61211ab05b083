"""From what a user names (a path, a glob, `-`, a data frame) to a table."""

from __future__ import annotations

import atexit
import difflib
import glob
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from anomaly.errors import DataError
from anomaly.tables.base import Batch, Table
from anomaly.tables.columnar import ArrowTable, ParquetTable, arrow_file_reader
from anomaly.tables.csv import CSVTable

BUILT_IN = ("simulated", "creditcard")
SIMULATED_ROWS = 100_000
_COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
}


def open_table(data: Any) -> Table:
    """Open transactions for reading.

    Parameters
    ----------
    data : str, path, pandas.DataFrame, pyarrow.Table or any Arrow-compatible table
        A path, a glob, `-` for standard input, the name of a built-in set (`simulated`,
        `creditcard`), or a table in memory. A file's form (CSV, also compressed; Parquet;
        Arrow or Feather) is told by its first bytes, not by its name.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        When there is no such file, or it is empty or damaged.
    """
    if isinstance(data, Table):
        return data
    if isinstance(data, str | os.PathLike):
        return _open_named(os.fspath(data))
    return _in_memory(data)


def _open_named(name: str) -> Table:
    if name == "-":
        return _open_standard_input()
    if Path(name).is_file():
        return _open_file(Path(name), name)
    if name in BUILT_IN:
        return _open_built_in(name)
    if "://" in name:
        raise DataError(
            f"{name}: this version reads files, not databases; "
            "export the table to CSV or Parquet first"
        )
    if Path(name).is_dir():
        raise DataError(f"{name} is a folder; name its files, for example {name}/*.parquet")
    if glob.has_magic(name):
        # pathlib has no glob for a pattern that may be absolute.
        paths = [Path(path) for path in sorted(glob.glob(name, recursive=True))]  # noqa: PTH207
        files = [path for path in paths if path.is_file()]
        if not files:
            raise DataError(f"no file matches {name}; check the pattern and its folder")
        return _Files(name, [_open_file(path, str(path)) for path in files])
    raise DataError(f"there is no file {name}{_similar_file(name)}")


def _similar_file(name: str) -> str:
    folder = Path(name).parent
    if not folder.is_dir():
        return f"; the folder {folder} does not exist either"
    names = [path.name for path in folder.iterdir() if path.is_file()]
    close = difflib.get_close_matches(Path(name).name, [*names, *BUILT_IN], 1)
    return f"; did you mean {close[0]}?" if close else f"; check the path (in {folder.resolve()})"


def _open_file(path: Path, name: str) -> Table:
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise DataError(f"{name} cannot be opened: {error.strerror}") from error
    if not head:
        raise DataError(f"{name} is empty; give a file with a header line and rows")
    if head.startswith(b"PAR1"):
        return ParquetTable(name, path)
    if head.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return ArrowTable(name, lambda: arrow_file_reader(path))
    if path.suffix in (".parquet", ".feather", ".arrow"):
        raise DataError(
            f"{name} does not begin as a {path.suffix[1:]} file does; write or copy it again"
        )
    if b"\x00" in head:
        raise DataError(
            f"{name} is not text, Parquet or Arrow; "
            "save it as UTF-8 CSV (for UTF-16: iconv -f UTF-16 -t UTF-8 FILE)"
        )
    compression = next((c for magic, c in _COMPRESSIONS.items() if head.startswith(magic)), None)
    return CSVTable(name, lambda: _open_bytes(path, compression))


def _open_bytes(path: Path, compression: str | None) -> BinaryIO:
    if compression is None:
        return path.open("rb")
    return io.BufferedReader(pa.input_stream(str(path), compression=compression))


class _Files(Table):
    """Several files with the same columns, one after the other."""

    def __init__(self, name: str, files: Sequence[Table]) -> None:
        self.name = name
        self._files = files
        self.column_names = files[0].column_names
        for other in files[1:]:
            different = set(self.column_names) ^ set(other.column_names)
            if different:
                raise DataError(
                    f"{files[0].name} and {other.name} differ in the columns "
                    f"{', '.join(sorted(different))}; give files with the same columns"
                )

    def batches(
        self,
        columns: Sequence[str] | None = None,
        types: Mapping[str, pa.DataType] | None = None,
    ) -> Iterator[Batch]:
        first_row = 0
        for table in self._files:
            for batch in table.batches(columns or self.column_names, types):
                yield Batch(first_row, batch.data, batch.problems)
                first_row += batch.data.num_rows


def _open_standard_input() -> Table:
    """Keep standard input in a temporary file, since training reads its data twice."""
    stream: BinaryIO = sys.stdin.buffer
    descriptor, path = tempfile.mkstemp(prefix="anomaly-stdin-")
    atexit.register(Path(path).unlink, missing_ok=True)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(stream, file, 1 << 20)
    return _open_file(Path(path), "standard input")


def _open_built_in(name: str) -> Table:
    if name == "simulated":
        from anomaly.simulation import simulate_table

        table = simulate_table(SIMULATED_ROWS, seed=0)
        return ArrowTable(name, table.to_reader)
    folder = os.environ.get("ANOMALY_DATA")
    path = Path(folder or ".") / "creditcard.parquet"
    if folder and path.is_file():
        return ParquetTable(name, path)
    raise DataError(
        "the built-in set creditcard is not on this machine: put creditcard.parquet (the "
        "credit-card fraud set of ULB, mlg-ulb/creditcardfraud on Kaggle) into a folder and "
        "name that folder in the environment variable ANOMALY_DATA"
    )


def _in_memory(data: Any) -> Table:
    if type(data).__module__.startswith("pandas"):
        try:
            table = pa.Table.from_pandas(data, preserve_index=False)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise DataError(
                f"the data frame has a column of mixed types: {error.args[0]}"
            ) from error
        except ValueError as error:
            raise DataError(
                f"data frame: {error}; rename one so that every name is unique"
            ) from error
    elif isinstance(data, pa.RecordBatch | pa.Table):
        table = pa.table(data) if isinstance(data, pa.Table) else pa.Table.from_batches([data])
    elif hasattr(data, "__arrow_c_stream__"):
        table = pa.table(data)
    else:
        raise DataError(
            f"cannot read transactions from {type(data).__name__}; give a path, a pandas data "
            "frame or an Arrow table"
        )
    if not table.num_columns:
        raise DataError("the data frame has no columns; give one with a column per feature")
    return ArrowTable("data frame", table.to_reader)
