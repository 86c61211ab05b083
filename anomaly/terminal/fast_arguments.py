"""Words of the command line as values, without the validation library that Typer imports.

Typer takes each value through Pydantic, which takes longer to import than a row to score. A text,
a whole number and a path without conditions need none of it; whatever else is left to Typer, but for
the words in which it refuses a value.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import typer

_MOST_DIGITS = 9
_IN_WORDS = {float: ("a number", "numbers"), int: ("a whole number", "whole numbers")}
# What Typer has where a parameter sets no condition.
_NO_CONDITIONS = {
    "parser": None,
    "min": None,
    "max": None,
    "exists": False,
    "file_okay": True,
    "dir_okay": True,
    "writable": False,
    "resolve_path": False,
    "allow_dash": False,
    "path_type": None,
}


@dataclass(frozen=True, slots=True)
class _Plain:
    """In place of Typer's way from words to the values of a parameter.

    Attributes
    ----------
    annotation : type or type hint
        Of the one value that the parameter has.
    whole : callable
        Gives Typer's own way, at the cost of its imports.
    is_simple : bool
        Whether it is one value without conditions.
    """

    annotation: Any
    whole: Callable[[], Any]
    is_simple: bool

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        if value is None:
            return None
        if self.is_simple and _is_plain(value, self.annotation):
            return self.annotation(value)
        try:
            return self.whole().coerce(value, param=param, ctx=ctx)
        except typer.BadParameter as error:
            raise _refused(error, value, self.annotation) from error


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
    try:
        is_simple = parameter.nargs == 1 and not parameter.multiple
        is_simple &= not _has_conditions(parameter.type_descriptor.parameter_info)
        annotation = parameter.type_descriptor.annotation
        plain = _Plain(annotation, parameter.get_runtime_param, is_simple)
    except AttributeError:
        # Another version of Typer does it in another way: then it does it all.
        return
    parameter.get_runtime_param = lambda: plain


def _refused(error: typer.BadParameter, value: Any, annotation: Any) -> typer.BadParameter:
    """Return the refusal in words that say what to give, where it is the kind of value that is wrong."""
    kinds = [kind for kind in _IN_WORDS if kind in (annotation, *get_args(annotation))]
    if not kinds or not str(error).startswith("Input should be a valid"):
        return error
    given = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    one, several = _IN_WORDS[kinds[0]]
    what = several if isinstance(value, list | tuple) else one
    return typer.BadParameter(f"give {what}, not {given!r}", ctx=error.ctx, param=error.param)


def _has_conditions(info: Any) -> bool:
    return any(getattr(info, name) != usual for name, usual in _NO_CONDITIONS.items())


def _is_plain(value: Any, annotation: Any) -> bool:
    if annotation is Path and isinstance(value, str | Path):
        # Typer refuses what is there and cannot be read.
        return os.access(value, os.R_OK) or not os.path.exists(value)  # noqa: PTH110
    if annotation is int and isinstance(value, str):
        return value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    return annotation in (str, int) and type(value) is annotation
