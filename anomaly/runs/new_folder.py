"""Where a new run goes: a free name, nothing else in the way, and there only once it is whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anomaly.errors import RunError
from anomaly.runs.folder import DETAILS, EXPORTED, GRAPH
from anomaly.utils.files import growing_folder, is_being_written, put_folder, written_or_explained


@contextmanager
def new_run(folder: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a hidden folder to write a run into; at the end it gets its name.

    Raises
    ------
    RunError
        When something is in the way of the run by then, or another process is writing it.
    """
    with growing_folder(folder) as partial:
        yield partial
        refuse_existing(folder, overwrite=overwrite)
        put_folder(partial, folder)


def next_free_folder(name: str) -> Path:
    """Return `runs/NAME-1`, or the first after it that is neither taken nor being written."""
    number = 1
    while os.path.lexists(folder := Path("runs") / f"{name}-{number}") or is_being_written(folder):
        number += 1
    return folder


def refuse_existing(folder: Path, *, overwrite: bool) -> None:
    """Raise `RunError` when something is in the way of a new run.

    Only a run is ever overwritten: any other folder or file stays.
    """
    with written_or_explained(folder):
        if not folder.exists():
            return
        is_run = _is_run(folder)
    if not is_run:
        raise RunError(f"{folder} exists and is no run; name another folder with --out")
    if not overwrite:
        raise RunError(f"the run {folder} exists; add --overwrite, or name another with --out")


def _is_run(folder: Path) -> bool:
    if not (folder / DETAILS).is_file():
        return False
    if (folder / GRAPH).is_file():
        return True
    try:
        details = json.loads((folder / DETAILS).read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return False
    return isinstance(details, dict) and details.get(EXPORTED) is False
