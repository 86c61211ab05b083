"""How an objective is named, finds its options and turns into a threshold."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from typing import Any

import numpy as np

from thresholds.counting.counts import Ratios
from thresholds.counting.inputs import Floats
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal

WITHOUT_LABELS = "Assumes, without labels,"

Aim = Callable[..., Goal]
Place = Callable[..., float]
Redraw = Callable[..., Ratios]


@dataclass(frozen=True, slots=True)
class Objective:
    """A way to pick a threshold.

    Attributes
    ----------
    name : str
        As the user writes it.
    function : callable
        Its docstring explains the objective, its keyword-only arguments are the options.
    needs_labels : bool
        Whether it cannot do without them.
    """

    name: str
    function: Callable[..., Any]
    needs_labels: bool = True

    def assumption(self, *, labelled: bool) -> str | None:
        """Return what has to be true for a pick to be right, beyond what labels show.

        It is the paragraph of the function's docstring that starts with "Assumes", on one line. One
        that starts with "Assumes, without labels," is none with labels.
        """
        paragraphs = (inspect.getdoc(self.function) or "").split("\n\n")
        stated = [" ".join(text.split()) for text in paragraphs if text.startswith("Assumes")]
        if not stated or (labelled and stated[0].startswith(WITHOUT_LABELS)):
            return None
        return stated[0]

    @property
    def options(self) -> dict[str, Any]:
        """The default of each option; `inspect.Parameter.empty` where one must be given."""
        return {
            option.name: option.default
            for option in inspect.signature(self.function).parameters.values()
            if option.kind is option.KEYWORD_ONLY
        }


class Aimed(Objective):
    """An objective with a goal: its function makes the `Goal` from the options."""

    __slots__ = ()

    def goal(self, options: dict[str, Any]) -> Goal:
        """Return the goal for complete options.

        Raises
        ------
        ThresholdError
            An option out of its range.
        """
        return self.function(**options)


class Maximised(Aimed):
    """An objective whose function is the utility itself."""

    __slots__ = ()

    def goal(self, options: dict[str, Any]) -> Goal:
        return Goal(utility=partial(self.function, **options), can_be_robust=True)


@dataclass(frozen=True, slots=True)
class Placed(Objective):
    """An objective that looks at the scores alone.

    Attributes
    ----------
    redraw : callable or None
        Picks again on resamples (see `thresholds.uncertainty.grouped_scores`).
    """

    redraw: Redraw | None = None

    def value(self, ordered: Floats, options: dict[str, Any]) -> float:
        """Return the threshold for ascending scores and complete options."""
        return self.function(ordered, **options)

    def again(
        self, ordered: Floats, options: dict[str, Any], replicates: int, seed: int
    ) -> Ratios | None:
        """Return the thresholds on resamples, NaN where it refuses; None where it cannot tell."""
        if self.redraw is None:
            return None
        return self.redraw(ordered, np.random.default_rng(seed), replicates, **options)


OBJECTIVES: dict[str, Objective] = {}
"""Every objective by name."""

PICK_OPTIONS = (
    *("also", "weights", "amounts", "days", "entities"),
    *("robust", "confidence", "replicates", "seed"),
)
"""The options of `pick` itself, which every objective takes."""


def maximised(utility: Callable[..., Ratios]) -> Callable[..., Ratios]:
    """Register a utility of `Counts` as an objective."""
    _register(Maximised(_name(utility), utility))
    return utility


def aimed(aim: Aim) -> Aim:
    """Register a function from options to a `Goal` as an objective that needs labels."""
    _register(Aimed(_name(aim), aim))
    return aim


def aimed_without_labels(aim: Aim) -> Aim:
    """Register a function from options to a `Goal` as an objective that can do without labels."""
    _register(Aimed(_name(aim), aim, needs_labels=False))
    return aim


def placed(place: Place) -> Place:
    """Register a function from ascending scores to a threshold as an objective."""
    _register(Placed(_name(place), place, needs_labels=False))
    return place


def redrawn(redraw: Redraw) -> Redraw:
    """Register how the `Placed` objective of the same name is picked again on resamples."""
    placed_before = OBJECTIVES[_name(redraw)]
    assert isinstance(placed_before, Placed), "others are redrawn from their curve"
    _register(replace(placed_before, redraw=redraw))
    return redraw


def find_objective(name: str) -> Objective:
    """Return the objective of that name.

    Raises
    ------
    ThresholdError
        There is none; the message suggests the nearest.
    """
    if name in OBJECTIVES:
        return OBJECTIVES[name]
    raise ThresholdError(
        f"there is no objective {name!r}{_nearest(name, OBJECTIVES)}; "
        f"choose one of: {', '.join(sorted(OBJECTIVES))}"
    )


def complete(objective: Objective, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with defaults filled in.

    Raises
    ------
    ThresholdError
        An option the objective does not have, or a missing one.
    """
    known = objective.options
    for name in options:
        if name not in known:
            raise ThresholdError(_no_such_option(objective, name))
    completed = known | options
    for name, option in completed.items():
        if option is inspect.Parameter.empty:
            raise ThresholdError(f"objective {objective.name!r} needs the option `{name}`; give it")
    return completed


def _no_such_option(objective: Objective, name: str) -> str:
    owners = [other.name for other in OBJECTIVES.values() if name in other.options]
    hint = (
        f" ({' and '.join(owners)} {'has' if len(owners) == 1 else 'have'})"
        if owners
        else _nearest(name, [*objective.options, *PICK_OPTIONS], "`")
    )
    allowed = ", ".join(f"`{option}`" for option in objective.options)
    return f"objective {objective.name!r} has no option `{name}`{hint}; " + (
        f"its options are: {allowed}" if allowed else "it takes none"
    )


def _nearest(name: str, known: Iterable[str], quote: str = "'") -> str:
    near = get_close_matches(name.lower(), list(known), n=1)
    return f" (did you mean {quote}{near[0]}{quote}?)" if near else ""


def _name(function: Callable[..., Any]) -> str:
    return function.__name__.replace("_", "-")


def _register(objective: Objective) -> None:
    OBJECTIVES[objective.name] = objective
