"""How an objective is named, finds its options and turns into a threshold."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, ClassVar

import numpy as np

from thresholds.counts import Ratios
from thresholds.curve import PrecisionRecallCurve
from thresholds.errors import ThresholdError
from thresholds.inputs import Flags, Floats, ascending


@dataclass(frozen=True, slots=True)
class Objective(ABC):
    """A way to pick a threshold.

    Attributes
    ----------
    name : str
        As the user writes it.
    function : callable
        Its docstring explains the objective, its keyword-only arguments are the options.
    """

    name: str
    function: Callable[..., Any]
    needs_labels: ClassVar[bool]

    @property
    def options(self) -> dict[str, Any]:
        """The default of each option; `inspect.Parameter.empty` where one must be given."""
        return {
            option.name: option.default
            for option in inspect.signature(self.function).parameters.values()
            if option.kind is option.KEYWORD_ONLY
        }

    @abstractmethod
    def value(self, flags: Flags | None, scores: Floats, options: dict[str, Any]) -> float:
        """Return the threshold for checked labels and scores and complete options."""


OBJECTIVES: dict[str, Objective] = {}
"""Every objective by name."""

PICK_OPTIONS = ("confidence", "replicates", "seed")
"""The options of `pick` itself, which every objective takes."""


# Thresholds looked at in one go: so many fit in the processor's cache.
BLOCK = 1 << 15


class Maximised(Objective):
    """An objective with a utility: takes the threshold where it is highest.

    Of thresholds with equal utility it takes the highest, which alerts on the fewest rows.
    """

    __slots__ = ()
    needs_labels = True

    def value(self, flags: Flags | None, scores: Floats, options: dict[str, Any]) -> float:
        assert flags is not None, "pick refuses missing labels"
        curve = PrecisionRecallCurve.from_scores(flags, scores)
        corners = curve.corners()
        utility = np.concatenate(
            [
                self.function(curve.counts_at(part), **options)
                for part in np.array_split(corners, corners.size // BLOCK + 1)
            ]
        )
        best = corners[utility == utility.max()][-1]
        return curve.value_at(best)


class Placed(Objective):
    """An objective that looks at the scores alone."""

    __slots__ = ()
    needs_labels = False

    def value(self, flags: Flags | None, scores: Floats, options: dict[str, Any]) -> float:
        return self.function(ascending(scores), **options)


def maximised(utility: Callable[..., Ratios]) -> Callable[..., Ratios]:
    """Register a utility of `Counts` as an objective."""
    _register(Maximised(_name(utility), utility))
    return utility


def placed(place: Callable[..., float]) -> Callable[..., float]:
    """Register a function from ascending scores to a threshold as an objective."""
    _register(Placed(_name(place), place))
    return place


def find(name: str) -> Objective:
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
            raise ThresholdError(f"objective {objective.name!r} needs the option {name!r}; give it")
    return completed


def _no_such_option(objective: Objective, name: str) -> str:
    owners = [other.name for other in OBJECTIVES.values() if name in other.options]
    hint = (
        f" (objective {owners[0]!r} has)"
        if owners
        else _nearest(name, [*objective.options, *PICK_OPTIONS])
    )
    allowed = ", ".join(objective.options)
    return f"objective {objective.name!r} has no option {name!r}{hint}; " + (
        f"its options are: {allowed}" if allowed else "it takes none"
    )


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.lower(), list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _name(function: Callable[..., Any]) -> str:
    return function.__name__.replace("_", "-")


def _register(objective: Objective) -> None:
    OBJECTIVES[objective.name] = objective
