"""Lazy imports: a package whose names are fetched when they are used, as PEP 562 has it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_face(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a package, which lists its public names alone.

    Parameters
    ----------
    package : str
        Its `__name__`.
    homes : mapping of str to str
        The module that each name of the face is imported from. None of the names is that of a
        module of the package, which Python would put in its place.
    """
    content = vars(sys.modules[package])

    def fetch(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        content[name] = getattr(import_module(homes[name]), name)
        return content[name]

    return fetch, lambda: sorted(content.get("__all__", homes))
