"""The register of objectives: their names, options and usual values."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from typing import Any

import numpy as np

from thresholds.counting.counts import Ratios
from thresholds.counting.inputs import Floats
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal

WITHOUT_LABELS = "Assumes, without labels,"

Usual = Mapping[str, float]
GoalOf = Callable[..., Goal]
PickFromScores = Callable[..., float]
PicksOnResamples = Callable[..., Ratios]


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
    usual : mapping of str to float
        What commonly stands for an option, where one is proposed and none is given.
    usual_with_days : mapping of str to float
        What stands in place of `usual` where the days of the rows are known; empty for the same.
    """

    name: str
    function: Callable[..., Any]
    needs_labels: bool = True
    usual: Usual = field(default_factory=dict)
    usual_with_days: Usual = field(default_factory=dict)

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

    def usual_options(self, *, with_days: bool = False) -> dict[str, float]:
        """Return what commonly stands for its options, for rows with or without known days."""
        return dict((with_days and self.usual_with_days) or self.usual)


class WithGoal(Objective):
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


class Maximised(WithGoal):
    """An objective whose function is the utility itself."""

    __slots__ = ()

    def goal(self, options: dict[str, Any]) -> Goal:
        return Goal(utility=partial(self.function, **options), can_be_robust=True)


@dataclass(frozen=True, slots=True)
class FromScores(Objective):
    """An objective that looks at the scores alone.

    Attributes
    ----------
    resample : callable or None
        Picks again on resamples (see `thresholds.uncertainty.grouped_scores`).
    """

    resample: PicksOnResamples | None = None

    def value(self, ordered: Floats, options: dict[str, Any]) -> float:
        """Return the threshold for ascending scores and complete options."""
        return self.function(ordered, **options)

    def on_resamples(
        self, ordered: Floats, options: dict[str, Any], replicates: int, seed: int
    ) -> Ratios | None:
        """Return the thresholds on resamples, NaN where it refuses; None where it cannot tell."""
        if self.resample is None:
            return None
        return self.resample(ordered, np.random.default_rng(seed), replicates, **options)


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


def with_goal(
    *, needs_labels: bool = True, usual: Usual | None = None, usual_with_days: Usual | None = None
) -> Callable[[GoalOf], GoalOf]:
    """Register a function from options to a `Goal` as an objective.

    Parameters
    ----------
    needs_labels, usual, usual_with_days
        As in `Objective`.
    """

    def register(goal: GoalOf) -> GoalOf:
        name = _name(goal)
        _register(WithGoal(name, goal, needs_labels, usual or {}, usual_with_days or {}))
        return goal

    return register


def from_scores(pick: PickFromScores) -> PickFromScores:
    """Register a function from ascending scores to a threshold as an objective."""
    _register(FromScores(_name(pick), pick, needs_labels=False))
    return pick


def resampled(pick: PickFromScores) -> Callable[[PicksOnResamples], PicksOnResamples]:
    """Register how an objective that was registered by `from_scores` is picked on resamples."""

    def register(picks: PicksOnResamples) -> PicksOnResamples:
        objective = OBJECTIVES[_name(pick)]
        assert isinstance(objective, FromScores), "others are resampled from their curve"
        _register(replace(objective, resample=picks))
        return picks

    return register


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
