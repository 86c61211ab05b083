"""Files and folders that appear under their name complete or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anomaly.errors import OptionError

_PARTIAL = ".partial-"


@contextmanager
def replaced_when_done(target: Path) -> Iterator[Path]:
    """Give a path beside `target` to write to, and rename it at the end.

    Raises
    ------
    OptionError
        When the folder is missing or not writable, or the disk is full. Nothing is left of
        the attempt, and an older file of the name stays as it was.
    """
    partial = _partial_of(target)
    try:
        with written_or_explained(target):
            yield partial
            partial.replace(target)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)


@contextmanager
def written_or_explained(target: Path) -> Iterator[None]:
    """Turn what the operating system says about writing `target` into one clear line."""
    try:
        yield
    except OSError as error:
        reason = _explanations(target).get(error.errno or 0)
        if reason is None:
            raise
        raise OptionError(f"{target} cannot be written: {reason}") from error


def _explanations(target: Path) -> dict[int, str]:
    folder = target.parent
    return {
        errno.ENOSPC: f"no space is left on the disk of {folder}; free some or write elsewhere",
        errno.EDQUOT: f"the disk quota is used up in {folder}; free some or write elsewhere",
        errno.ENOENT: f"there is no folder {folder}; make it first",
        errno.ENOTDIR: f"{folder} is not a folder; name another place",
        errno.EISDIR: f"{target} is a folder; name a file",
        errno.EACCES: f"the folder {folder} does not let you write; name another place",
        errno.EPERM: f"the folder {folder} does not let you write; name another place",
        errno.EROFS: f"the disk of {folder} is read-only; name another place",
    }


def _partial_of(target: Path) -> Path:
    return target.with_name(f".{target.name}{_PARTIAL}{os.getpid()}")


def make_partial_folder(target: Path) -> Path:
    """Make the hidden folder in which `target` grows, and remove what killed ones left."""
    with written_or_explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        for stale in target.parent.glob(f".{target.name}{_PARTIAL}*"):
            if not _is_alive(stale.name.rpartition("-")[2]):
                shutil.rmtree(stale, ignore_errors=True)
        partial = _partial_of(target)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
    return partial


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an object as indented JSON; a NaN in it is a `ValueError`."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    with replaced_when_done(path) as partial:
        partial.write_text(text + "\n", encoding="utf-8")
