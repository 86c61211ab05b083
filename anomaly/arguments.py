"""Words of the command line as values, without the validation library that Typer imports.

Typer takes each value through Pydantic, which takes longer to import than a row to score. A text,
a whole number and a path without conditions need none of it; whatever else is left to Typer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class _Plain:
    """In place of Typer's way from words to the values of a parameter.

    Attributes
    ----------
    parameter : typer.core.TyperArgument or typer.core.TyperOption
    whole : callable
        Gives Typer's own way, at the cost of its imports.
    """

    parameter: Any
    whole: Callable[[], Any]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        has_one_value = self.parameter.nargs == 1 and not self.parameter.multiple
        annotation = self.parameter.type_descriptor.annotation
        if has_one_value and value is None:
            return None
        if has_one_value and _is_plain(value, annotation):
            return annotation(value)
        return self.whole().coerce(value, param=param, ctx=ctx)


def without_validation(command: Any) -> Any:
    """Return a Typer command, or a group of them, that reads plain values by itself."""
    for part in (command, *getattr(command, "commands", {}).values()):

        def parameters(context: Any, typers: Callable[[Any], list[Any]] = part.get_params) -> Any:
            found = typers(context)
            for parameter in found:
                _make_plain(parameter)
            return found

        part.get_params = parameters
    return command


def _make_plain(parameter: Any) -> None:
    if "get_runtime_param" in vars(parameter):
        return
    whole = getattr(parameter, "get_runtime_param", None)
    # Another version of Typer may do it in another way: then it does it all.
    if whole is None or _has_conditions(parameter.type_descriptor.parameter_info):
        return
    plain = _Plain(parameter, whole)
    parameter.get_runtime_param = lambda: plain


def _has_conditions(info: Any) -> bool:
    names = ("parser", "min", "max", "exists", "writable", "resolve_path", "allow_dash")
    return any(getattr(info, name) for name in names)


def _is_plain(value: Any, annotation: Any) -> bool:
    if annotation is Path and isinstance(value, str | Path):
        # Typer refuses what is there and cannot be read.
        return os.access(value, os.R_OK) or not os.path.exists(value)  # noqa: PTH110
    if annotation is int and isinstance(value, str):
        return value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    return annotation in (str, int) and type(value) is annotation
