"""The alert desk: what a run has to show, served to browsers.

`serving` listens and answers until it is ended, `app` says what is at which address, and `page`
keeps the report rendered.
"""

from anomaly.errors import InstallError

try:
    import fastapi as fastapi
    import uvicorn as uvicorn
except ImportError as error:
    raise InstallError(
        "anomaly serve needs FastAPI and uvicorn; install them with: pip install fastapi uvicorn "
        "(or install anomaly with its extra named desk)"
    ) from error

from anomaly.desk.serving import Desk

__all__ = ["Desk"]
