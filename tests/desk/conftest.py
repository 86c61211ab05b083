"""`anomaly serve` in a process of its own, and what it answers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

SLOW = Path(__file__).parents[1] / "support" / "slow_page.py"
# A process that does not end by then hangs.
PATIENCE = 20


@dataclass(frozen=True)
class Answer:
    """What the server said to a request."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Server:
    """A running `anomaly serve --json`, and the object that it printed."""

    def __init__(self, process: subprocess.Popen, errors: Path) -> None:
        self._process, self._errors = process, errors
        line = process.stdout.readline()
        assert line, self.complaints
        self.said = json.loads(line)
        self.url = self.said["url"]

    @property
    def complaints(self) -> str:
        """What it has printed on standard error so far."""
        return self._errors.read_text()

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a path, with `_` in the names of headers for `-`."""
        address = urlsplit(self.url)
        connection = HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer

    def end(self, how: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Ask it to end; return its exit status and what else it printed."""
        self._process.send_signal(how)
        out, _ = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, out, self.complaints


Serve = Callable[..., Server]


@contextmanager
def serving(errors: Path, *words: object, slow: float | None = None, **variables: str) -> Iterator[Server]:  # fmt: skip
    anomaly = ["-m", "anomaly"] if slow is None else [SLOW, str(slow)]
    with errors.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, *anomaly, "serve", *map(str, words), "--port=0", "--json"],
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            env={**os.environ, **variables},
        )
    try:
        yield Server(process, errors)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def desk(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The trained run, served to all tests: to ask, never to end."""
    with serving(tmp_path_factory.mktemp("desk") / "errors", trained) as server:
        yield server


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serve a run to one test, with more options and environment variables."""
    with ExitStack() as stack:
        yield lambda *words, **options: stack.enter_context(
            serving(tmp_path / "errors", *words, **options)
        )


@pytest.fixture
def written(command: Callable, tmp_path: Path) -> Callable[[Path], bytes]:
    """What `anomaly report` writes about a run."""

    def write(run: Path) -> bytes:
        page = tmp_path / "page.html"
        assert command("report", run, "--out", page, "--quiet").status == 0
        return page.read_bytes()

    return write
