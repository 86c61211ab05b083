"""A PostgreSQL server of the tests' own: started in a new folder, gone at the end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import adbc_driver_postgresql.dbapi as adbc

USER = "tester"
#: Each character that a URL has another use for.
PASSWORD = "hunter2:s3cr3t@/?#%"


class Cluster:
    """A running server with one database, `bank`."""

    def __init__(self, folder, port):
        self.folder = folder
        self.port = port
        self.url = f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/bank"
        #: By the socket, which needs no password.
        self.open_url = f"postgresql:///bank?host={folder}&port={port}&user={USER}"

    @contextmanager
    def connected(self):
        with (
            adbc.connect(self.open_url, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor

    def execute(self, *statements):
        """Execute statements, and return the rows of the last one where it has any."""
        with self.connected() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def load(self, table, rows):
        """Make a table of Arrow rows, in the place of one of that name."""
        with self.connected() as cursor:
            cursor.adbc_ingest(table, rows, mode="replace")


def programs():
    """The folder of initdb, which Debian keeps off the path; None where there is none."""
    found = shutil.which("initdb")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3].partition(".")[0]),
    )
    return Path(found).resolve().parent if found else (debian[-1].parent if debian else None)


@contextmanager
def started(programs):
    """Start a server; it refuses to be run by root, who starts it as another user."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        (folder / "password").write_text(PASSWORD)
        user = {}
        if os.getuid() == 0:
            account = _account()
            user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            for path in (folder, folder / "password"):
                os.chown(path, account.pw_uid, account.pw_gid)
        data, port = folder / "data", _free_port()
        words = ["-U", USER, "--auth-local=trust", "--auth-host=scram-sha-256"]
        words += [f"--pwfile={folder / 'password'}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [programs / "initdb", "-D", data, *words],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **user,
        )
        settings = {"port": port, "unix_socket_directories": folder, "fsync": "off"}
        settings |= {"listen_addresses": "127.0.0.1", "log_statement": "none"}
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                cwd=folder,
                stdout=log,
                stderr=log,
                **user,
            )
        try:
            _wait(programs, server, folder, port)
            maintenance = f"postgresql:///postgres?host={folder}&port={port}&user={USER}"
            with adbc.connect(maintenance, autocommit=True) as connection:
                connection.execute("CREATE DATABASE bank").close()
            yield Cluster(folder, port)
        finally:
            server.send_signal(2)  # SIGINT: it ends its clients, and then itself
            server.wait(timeout=30)


def _account():
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait(programs, server, folder, port):
    for _ in range(300):
        ready = subprocess.run(
            [programs / "pg_isready", "-q", "-h", folder, "-p", str(port)], check=False
        )
        if ready.returncode == 0:
            return
        assert server.poll() is None, (folder / "log").read_text()
        time.sleep(0.1)
    raise TimeoutError((folder / "log").read_text())
