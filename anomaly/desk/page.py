"""The report of a run as it is sent: rendered when asked for, and again once the run has changed.

What draws it is imported where it is used: the server is there before.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import os
import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TypeVar

from anomaly.runs.folder import RunFolder

Result = TypeVar("Result")
_File = tuple[str, int, int, int]

#: The policy of a page that needs nothing.
NOTHING = "default-src 'none'"
_OWN_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page and what is said of it.

    Attributes
    ----------
    content : bytes
        What `anomaly report` writes into its file.
    etag : str
        Another one for other content.
    policy : str
        The content security policy that the page names.
    """

    content: bytes
    etag: str
    policy: str


class ReportPage:
    """The report of a run, kept for as long as the files that it tells of stay the same.

    Parameters
    ----------
    run : RunFolder
    """

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._one_at_a_time = asyncio.Lock()
        self._files: frozenset[_File] = frozenset()
        self._kept: Rendered | None = None

    async def current(self) -> Rendered:
        """Return the report on the files as they are; those who ask meanwhile wait for the same.

        Raises
        ------
        RunError
            When the folder is gone or damaged.
        """
        async with self._one_at_a_time:
            return await _in_a_thread(self._look)

    def _look(self) -> Rendered:
        from anomaly.comparison.folder.reading import comparison_that_left

        comparison = comparison_that_left(self._run)
        files = _files_in(self._run.folder) | (_files_in(comparison) if comparison else set())
        if self._kept is None or files != self._files:
            self._kept, self._files = _rendered(self._run.folder), files
        return self._kept


def _files_in(folder: Path) -> frozenset[_File]:
    """Return what tells files from later ones of the same names."""
    try:
        with os.scandir(folder) as entries:
            files = {entry.path: entry.stat() for entry in entries if entry.is_file()}
    except OSError:
        return frozenset()  # rendering says what is wrong
    return frozenset(
        (path, file.st_ino, file.st_size, file.st_mtime_ns) for path, file in files.items()
    )


def _rendered(folder: Path) -> Rendered:
    from anomaly.reporting.pages import page_of_run

    page = page_of_run(RunFolder(folder))
    content = page.encode("utf-8")
    policy = _OWN_POLICY.search(page)
    return Rendered(
        content=content,
        etag=f'"{hashlib.sha256(content).hexdigest()}"',
        policy=html.unescape(policy[1]) if policy else NOTHING,
    )


async def _in_a_thread(work: Callable[[], Result]) -> Result:
    """Do the work beside the event loop, in a thread that holds up nobody who ends the process."""
    done: Future[Result] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            done.set_exception(error)

    Thread(target=run, name="anomaly-page", daemon=True).start()
    return await asyncio.wrap_future(done)
