"""Files and folders that appear under their name complete or not at all.

Each grows under a hidden name beside its own, locked by the process that writes it. The system
releases the lock when that process ends, however it ends, so that the next one to write the same
name can tell what a killed process left behind, and removes it.
"""

from __future__ import annotations

import ctypes
import errno
import glob
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from anomaly.errors import OptionError, RunError

try:
    import fcntl
except ImportError:  # Windows has no such locks: there, what a killed process left stays
    fcntl = None  # type: ignore[assignment]

_PARTIAL = ".partial-"
_FROM_CURRENT_FOLDER = -100  # AT_FDCWD of renameat2(2)
_EXCHANGE = 2  # RENAME_EXCHANGE


@contextmanager
def replaced_when_done(target: Path) -> Iterator[Path]:
    """Give a path beside `target` to write to, and rename it at the end.

    Where `target` is a link, the link stays and the file that it points to is replaced.

    Raises
    ------
    OptionError
        When the folder is missing or not writable, or the disk is full. Nothing is left of
        the attempt, and an older file of the name stays as it was.
    """
    real = _real(target)
    with written_or_explained(target):
        if real.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        _remove_abandoned(real)
        partial = _partial_of(real)
        try:
            partial.touch(exist_ok=False)
            with _locked(partial):
                yield partial
                partial.replace(real)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def growing_folder(target: Path) -> Iterator[Path]:
    """Make a hidden folder beside `target`; at the end it is gone, unless it was renamed.

    Missing folders above it are made, and removed again where nothing came into them.

    Raises
    ------
    OptionError
        When the folder cannot be made.
    RunError
        When another process is writing the same one.
    """
    real = _real(target)
    partial = _partial_of(real)
    new_folders = [folder for folder in real.parents if not folder.exists()]
    try:
        with written_or_explained(target):
            real.parent.mkdir(parents=True, exist_ok=True)
            if _remove_abandoned(real):
                raise RunError(
                    f"another process is writing {target} at this moment; "
                    "wait until it is done, or name another folder with --out"
                )
            partial.mkdir()
        with _locked(partial):
            yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        for folder in new_folders:
            with suppress(OSError):
                folder.rmdir()


def put_folder(partial: Path, target: Path) -> None:
    """Give a grown folder its name. An older one takes the hidden name, in the same instant."""
    real = _real(target)
    with written_or_explained(target):
        if not real.exists():
            partial.rename(real)
        elif not _exchanged(partial, real):
            exchange_in_steps(partial, real)


def _exchanged(first: Path, second: Path) -> bool:
    """Swap two names in one step that no kill can divide, if the system has one."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    here = _FROM_CURRENT_FOLDER
    names = (here, os.fsencode(first), here, os.fsencode(second))
    return rename is not None and rename(*names, _EXCHANGE) == 0


def exchange_in_steps(first: Path, second: Path) -> None:
    """Swap two names where the system cannot do it in one step; a failure puts them back."""
    aside = first.with_name(f"{first.name}-old")
    second.rename(aside)
    try:
        first.rename(second)
    except BaseException:
        aside.rename(second)
        raise
    aside.rename(first)


@contextmanager
def written_or_explained(target: Path) -> Iterator[None]:
    """Turn what the operating system says about writing `target` into one clear line."""
    try:
        yield
    except OSError as error:
        words = error.strerror or str(error).partition("\n")[0]
        reason = _explanations(target).get(error.errno or 0, f"the system says: {words}")
        raise OptionError(f"{target} cannot be written: {reason}") from error


def _explanations(target: Path) -> dict[int, str]:
    folder = _real(target).parent
    not_allowed = f"the folder {folder} does not let you write; name another place"
    return {
        errno.ENOSPC: f"no space is left on the disk of {folder}; free some or write elsewhere",
        errno.EDQUOT: f"the disk quota is used up in {folder}; free some or write elsewhere",
        errno.ENOENT: f"there is no folder {folder}; make it first",
        errno.ENOTDIR: f"{folder} is not a folder; name another place",
        errno.EEXIST: f"{folder} is not a folder; name another place",
        errno.EISDIR: f"{target} is a folder; name a file",
        errno.ENOTEMPTY: "something of that name has come up meanwhile; name another",
        errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
        errno.EACCES: not_allowed,
        errno.EPERM: not_allowed,
        errno.EROFS: f"the disk of {folder} is read-only; name another place",
    }


def _real(target: Path) -> Path:
    """Return the path with every link followed, also where it leads to nothing yet."""
    return Path(os.path.realpath(target))


def _partial_of(target: Path) -> Path:
    return target.with_name(f".{target.name}{_PARTIAL}{secrets.token_hex(4)}")


def _partials_of(target: Path) -> list[Path]:
    return list(target.parent.glob(f"{glob.escape(f'.{target.name}{_PARTIAL}')}*"))


def is_being_written(target: Path) -> bool:
    """Whether a process is writing a file or folder that will get this name."""
    return any(_is_in_use(partial) for partial in _partials_of(_real(target)))


def _remove_abandoned(target: Path) -> bool:
    """Remove what killed processes left of `target`, and return whether a live one writes it."""
    is_written = False
    for partial in _partials_of(target):
        in_use = _is_in_use(partial)
        is_written |= in_use is True
        if in_use is False and partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        elif in_use is False:
            partial.unlink(missing_ok=True)
    return is_written


def _is_in_use(partial: Path) -> bool | None:
    """Whether a process holds the lock; None where the file system cannot tell."""
    try:
        os.close(_lock(partial))
    except BlockingIOError:
        return True
    except OSError:
        return None
    return False


@contextmanager
def held_alone(folder: Path) -> Iterator[None]:
    """Keep other processes that ask the same out of a folder, where the file system has locks.

    Raises
    ------
    RunError
        When another one holds it.
    """
    with _locked(folder) as is_ours:
        if not is_ours and _is_in_use(folder):
            raise RunError(
                f"another process is at work in {folder}; wait until it is done, or name another "
                "folder with --out"
            )
        yield


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Hold the lock of a path, on file systems that have locks; give whether it is held."""
    descriptor = None
    with suppress(OSError):
        descriptor = _lock(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _lock(path: Path) -> int:
    if fcntl is None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def write_json(path: Path, content: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write an object or a list as indented JSON; a NaN in it is a `ValueError`."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    # A path in it may hold bytes that are no UTF-8; as an escape they come through.
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
