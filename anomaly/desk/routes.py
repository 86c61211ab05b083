"""The routes of the web app: what is at which address, and what every answer says to the browser."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from fastapi import FastAPI, Request
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from anomaly._version import __version__
from anomaly.desk.page import NOTHING, ReportPage
from anomaly.errors import AnomalyError
from anomaly.runs.folder import RunFolder

_LOG = logging.getLogger(__name__)
_METHODS = ["GET", "HEAD"]
_POLICY = "Content-Security-Policy"
_UNFRAMED = "frame-ancestors 'none'"
_HEADERS = {
    _POLICY: f"{NOTHING}; {_UNFRAMED}",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def make_app(run: RunFolder, hosts: Sequence[str], *, debug: bool = False) -> FastAPI:
    """Make the web app of a run.

    Parameters
    ----------
    run : RunFolder
    hosts : sequence of str
        Names that requests may call the server by, ``"*"`` for any. A page of somebody else that
        has its own name lead here (DNS rebinding) is refused, so it cannot read the report.
    debug : bool, default=False
        Whether the traceback of an error goes to the log.

    Returns
    -------
    fastapi.FastAPI
    """
    # The pages of FastAPI about its own addresses load scripts from elsewhere.
    app = FastAPI(title="anomaly", version=__version__, openapi_url=None)
    page = ReportPage(run)

    @app.api_route("/", methods=_METHODS)
    async def start() -> Response:
        return RedirectResponse("/report")

    @app.api_route("/health", methods=_METHODS)
    async def health() -> dict[str, str]:
        return {"status": "ok", "run": str(run.folder), "version": __version__}

    @app.api_route("/report", methods=_METHODS)
    async def report(request: Request) -> Response:
        try:
            shown = await page.current()
        except AnomalyError as error:
            return _failure(503, str(error), error if debug else None)
        except Exception as error:  # noqa: BLE001 - whatever it is, it gets one line
            words = f"a fault in anomaly: {type(error).__name__}: {error}"
            return _failure(500, words, error if debug else None)
        headers = {"ETag": shown.etag, _POLICY: f"{shown.policy}; {_UNFRAMED}"}
        if _knows(request, shown.etag):
            return Response(status_code=304, headers=headers)
        return HTMLResponse(shown.content, headers=headers)

    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.middleware("http")(_with_headers)  # the last one is the outermost
    return app


async def _with_headers(
    request: Request, answer: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await answer(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _knows(request: Request, etag: str) -> bool:
    """Whether the browser has this version of the page."""
    known = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]
    return "*" in known or etag in [tag.removeprefix("W/") for tag in known]


def _failure(status: int, words: str, error: Exception | None) -> Response:
    """Tell the browser and the log in one line what went wrong; the log gets the traceback too."""
    line = " ".join(words.split())
    _LOG.error("anomaly: %s", line, exc_info=error)
    return PlainTextResponse(f"{line}\n", status)
