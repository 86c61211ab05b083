"""Which option of the command goes to which objective, and how messages spell it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from anomaly.errors import OptionError
from thresholds import ThresholdError, find_objective

Constraint = tuple[str, dict[str, Any]]


def divide_options(
    objective: str, given: Mapping[str, Any], words: Sequence[str]
) -> tuple[dict[str, Any], list[Constraint]]:
    """Divide options between an objective and its constraints.

    An option goes to the objective if that has it, else to the constraint that has it.

    Parameters
    ----------
    objective : str
    given : mapping of str to value
        The options of the command line.
    words : sequence of str
        A constraint each: `alerts`, or with options of its own `precision:at-least=0.5`.

    Returns
    -------
    options : dict
        Of the objective, and those that nobody has.
    also : list of (str, dict)
        The constraints with their options.

    Raises
    ------
    OptionError
        There is no such objective, a constraint cannot be read, or two could take an option.
    """
    try:
        own = find_objective(objective).options
        also = [_read(word) for word in words]
        known = [find_objective(name).options for name, _ in also]
    except ThresholdError as error:
        raise OptionError(str(error)) from error
    options: dict[str, Any] = {}
    for option, value in given.items():
        takers = [
            constraint
            for (name, constraint), has, word in zip(also, known, words, strict=True)
            if option in has and ":" not in word
        ]
        if option in own or not takers:
            options[option] = value
        elif len(takers) > 1:
            names = [name for name, constraint in also if any(constraint is t for t in takers)]
            raise OptionError(
                f"{flag(option)}: {' and '.join(names)} both take it; write --and "
                f"{names[0]}:{flag(option)[2:]}={value:g}, and so for the other"
            )
        else:
            takers[0][option] = value
    for (name, constraint), has in zip(also, known, strict=True):
        shared = [option for option in options if option in has]
        if shared and not constraint:
            word = flag(shared[0])
            raise OptionError(
                f"--and {name}: {word} goes to the objective {objective}; write "
                f"--and {name}:{word[2:]}=VALUE for the constraint's own"
            )
    return options, also


def flag(option: str) -> str:
    """Return an option as the command line writes it."""
    return f"--{option.replace('_', '-')}"


def with_options(words: str, command: Any) -> str:
    """Return words in which each parameter in backticks is the option of a command.

    Messages name parameters as Python spells them: `at_least` is --at-least on the command line,
    `also` is --and.
    """
    parts = getattr(command, "commands", {}).values()
    options = {each.name: each.opts[0] for part in parts for each in part.params}

    def spelled(found: re.Match[str]) -> str:
        option = options.get(found[1], "")
        return option if option.startswith("--") else found[0]

    return re.sub(r"`(\w+)`", spelled, words)


def refuse_beside(what: str, why: str, given: Mapping[str, Any]) -> None:
    """Raise `OptionError` where an option is given that something else leaves no use for."""
    named = [flag(name) for name, value in given.items() if value is not None]
    if named:
        raise OptionError(f"{what} {why}; leave {' and '.join(named)} out")


def _read(word: str) -> Constraint:
    name, colon, rest = word.partition(":")
    options: dict[str, Any] = {}
    for pair in rest.split(",") if colon else []:
        option, _, value = pair.partition("=")
        try:
            options[option.strip().replace("-", "_")] = float(value)
        except ValueError:
            raise OptionError(
                f"--and {word}: {pair!r} is no option with a number; "
                "write it like precision:at-least=0.5"
            ) from None
    return name.strip(), options
