"""Databases that are files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anomaly.errors import DataError
from anomaly.utils.files import replaced_when_done


def existing(path: Path) -> Path:
    """Return the path of a database that is read.

    Raises
    ------
    DataError
        When there is no such file.
    """
    if not path.is_file():
        raise DataError(f"there is no file {path}; check the path (in {path.parent.resolve()})")
    return path


@contextmanager
def grown_file(path: Path) -> Iterator[Path]:
    """Give the path to write to: the database, or where there is none what becomes it at the end."""
    if path.exists():
        yield path
        return
    with replaced_when_done(path) as partial:
        # What makes a database wants no file there.
        partial.unlink()
        yield partial
