"""A PostgreSQL server of one's own, for tests and benchmarks: in a new folder, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa

USER = "tester"
#: Each character that a URL has another use for.
PASSWORD = "hunter2:s3cr3t@/?#%"
_TENTHS = 300  # of a second, for the server to start


class Cluster:
    """A running server with one database, `bank`.

    Attributes
    ----------
    port : int
    url : str
        With the user's password.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.url = f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/bank"
        self._by_socket = f"postgresql:///bank?host={folder}&port={port}&user={USER}"

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Give a cursor outside transactions."""
        with (
            adbc.connect(self._by_socket, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor

    def execute(self, *statements: str) -> list[tuple[Any, ...]] | None:
        """Execute statements, and return the rows of the last one where it has any."""
        with self.connected() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def load(self, table: str, rows: pa.Table) -> None:
        """Make a table of Arrow rows, in the place of one of that name."""
        with self.connected() as cursor:
            cursor.adbc_ingest(table, rows, mode="replace")


def find_programs() -> Path | None:
    """Return the folder of initdb, which Debian keeps off the path; None where there is none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    folders = sorted((path.parent for path in debian), key=lambda path: float(path.parent.name))
    return folders[-1] if folders else None


@contextmanager
def started(programs: Path) -> Iterator[Cluster]:
    """Start a server: as another user where this one is root, who may not run it."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder, port = Path(name), _free_port()
        owner = _owner(folder)
        _make(programs, folder, owner)
        with _running(programs, folder, port, owner):
            maintenance = f"postgresql:///postgres?host={folder}&port={port}&user={USER}"
            with adbc.connect(maintenance, autocommit=True) as connection:
                connection.execute("CREATE DATABASE bank").close()
            yield Cluster(folder, port)


def _owner(folder: Path) -> dict[str, Any]:
    """Return who is to run the server, as `subprocess` takes it, and give them the folder."""
    if os.getuid():
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _make(programs: Path, folder: Path, owner: dict[str, Any]) -> None:
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    subprocess.run(
        [
            *(programs / "initdb", "-D", folder / "data", "-U", USER, f"--pwfile={password}"),
            *("--auth-local=trust", "--auth-host=scram-sha-256"),
            *("--encoding=UTF8", "--locale=C", "--no-sync"),
        ],
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        **owner,
    )


@contextmanager
def _running(programs: Path, folder: Path, port: int, owner: dict[str, Any]) -> Iterator[None]:
    settings = {"port": port, "unix_socket_directories": folder, "listen_addresses": "127.0.0.1"}
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-c", "fsync=off", *words],
            cwd=folder,
            stdout=log,
            stderr=log,
            **owner,
        )
    try:
        _wait(programs, server, folder, port)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # it ends its clients, and then itself
        server.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait(programs: Path, server: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    ask = [programs / "pg_isready", "-q", "-h", folder, "-p", str(port)]
    for _ in range(_TENTHS):
        if subprocess.run(ask, check=False).returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-500:]}")
