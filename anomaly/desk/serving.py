"""The server: it listens at an address and answers there, as `routes` says, until Ctrl-C."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

import uvicorn

from anomaly.desk.routes import make_app
from anomaly.errors import OptionError
from anomaly.runs.folder import RunFolder

_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
_LARGEST_PORT = 65_535
_ADVICE = "127.0.0.1 is this machine alone, 0.0.0.0 all of its addresses"
# Seconds that a page on its way has when the server is ended.
_PATIENCE = 1


class Desk:
    """The web app of a run, which listens from the start and answers once it serves.

    Parameters
    ----------
    run : path
        Folder of the run.
    host : str, default="127.0.0.1"
        Name or address to listen at; ``0.0.0.0`` is every address of the machine.
    port : int, default=8000
        From 0 to 65535; 0 is any that is free.
    debug : bool, default=False
        Whether tracebacks are shown.

    Attributes
    ----------
    url : str
        Where a browser on this machine finds it, with the real port.
    is_public : bool
        Whether other machines may reach it. There is no password.

    Raises
    ------
    OptionError
        When it cannot listen there.
    RunError
        When the folder is no run.
    """

    def __init__(
        self,
        run: str | os.PathLike[str],
        host: str = "127.0.0.1",
        port: int = 8000,
        *,
        debug: bool = False,
    ) -> None:
        opened = RunFolder(run)
        self._socket = _listening(host, port)
        bound, found = self._socket.getsockname()[:2]
        address = ip_address(bound)
        self.is_public = not address.is_loopback
        name = _loopback(address.version) if address.is_unspecified else host
        self.url = f"http://{_in_url(name)}:{found}"
        hosts = ["*"] if self.is_public else [*_THIS_MACHINE, _in_url(host), _in_url(bound)]
        self._app = make_app(opened, hosts, debug=debug)
        self._log_level = "error" if debug else "critical"

    def serve(self, once_ready: Callable[[], None] = lambda: None) -> None:
        """Answer until Ctrl-C, or a request to end (SIGTERM).

        Parameters
        ----------
        once_ready : callable, optional
            Called when requests are answered, and Ctrl-C ends it in peace.
        """
        config = uvicorn.Config(
            self._app,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            log_level=self._log_level,
            timeout_graceful_shutdown=_PATIENCE,
        )
        with suppress(KeyboardInterrupt):  # at its end uvicorn raises the signals that it caught
            _Server(config, once_ready).run(sockets=[self._socket])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, once_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._once_ready = once_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._once_ready()


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket to which browsers can connect from now on."""
    if not 0 <= port <= _LARGEST_PORT:
        raise OptionError(f"--port {port}: give 0 to {_LARGEST_PORT}; 0 takes a free one")
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise OptionError(f"--host {host}: there is no such host; {_ADVICE}") from None
    family, *_, address = min(addresses, key=lambda each: each[0] != socket.AF_INET)
    try:
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise OptionError(_explanation(error, host, port)) from error


def _explanation(error: OSError, host: str, port: int) -> str:
    explanations = {
        errno.EADDRINUSE: f"--port {port}: another program listens there; "
        "name another port, or 0 for a free one",
        errno.EACCES: f"--port {port}: the system does not let you listen there; "
        "name a port from 1024",
        errno.EADDRNOTAVAIL: f"--host {host}: it is no address of this machine; {_ADVICE}",
    }
    otherwise = f"--host {host} --port {port}: the system says: {error.strerror or error}"
    return explanations.get(error.errno or 0, otherwise)


def _loopback(version: int) -> str:
    return "127.0.0.1" if version == 4 else "::1"


def _in_url(host: str) -> str:
    """Return a host as URLs write it: IPv6 addresses stand in brackets."""
    return f"[{host}]" if ":" in host else host
