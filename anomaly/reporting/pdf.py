"""Printing a page to PDF through the browser that is installed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from anomaly.errors import InstallError, OptionError

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
_SECONDS = 120


def browser() -> str:
    """Return the first browser on PATH that can print.

    Raises
    ------
    InstallError
        When there is none.
    """
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise InstallError(
        "a PDF is printed by a browser, and none is on PATH; install Chromium, Chrome or Edge, or "
        "write the page as .html and print it from your own"
    )


def print_page(page: str, target: Path) -> None:
    """Print an HTML page into a file as PDF.

    Parameters
    ----------
    page : str
        HTML that needs nothing else.
    target : Path

    Raises
    ------
    InstallError
        When there is no browser.
    OptionError
        When the browser does not print.
    """
    program = browser()
    with tempfile.TemporaryDirectory(prefix="anomaly-print-", ignore_cleanup_errors=True) as folder:
        source, printed, said = (Path(folder) / name for name in ("page.html", "page.pdf", "said"))
        source.write_text(page, encoding="utf-8")
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-extensions",
            "--no-first-run",
            "--no-default-browser-check",
            "--no-pdf-header-footer",
            f"--user-data-dir={Path(folder) / 'profile'}",
            f"--print-to-pdf={printed}",
            # A browser that root starts cannot shut itself in.
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            source.as_uri(),
        ]
        status = _run(command, said)
        if status != 0 or not _is_whole(printed):
            raise OptionError(f"{program} could not print the page: {_reason(status, said)}")
        shutil.copyfile(printed, target)


def _run(command: list[str], said: Path) -> int | None:
    """Return the exit status; None where it took too long and was ended, with all it started."""
    with said.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            return process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the browser and its helpers, which would otherwise outlive an interruption."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _is_whole(printed: Path) -> bool:
    if not printed.is_file():
        return False
    content = printed.read_bytes()
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]


def _reason(status: int | None, said: Path) -> str:
    if status is None:
        return f"it did not end within {_SECONDS} seconds; write the page as .html instead"
    lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
    # Of its many lines the fatal one tells; a prefix names the process and the line of its source.
    lines = [line.strip() for line in lines if line.strip()]
    fatal = [line for line in lines if ":FATAL:" in line]
    told = (fatal or lines[-1:] or ["it says nothing"])[0]
    reason = re.sub(r"^\[[^]]*\]\s*", "", told).rstrip(".")
    return f"{reason[:300]}; write the page as .html instead"
