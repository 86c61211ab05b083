"""What is asked of a pick: an objective, its options, and the constraints besides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal, Limit
from thresholds.objectives.registry import OBJECTIVES, Objective, WithGoal, complete, find_objective

Constraint = tuple[str, Mapping[str, Any]]

# Objectives that pick robustly unless told otherwise: those that this makes better on other rows,
# as benchmarks/thresholds/resplits.py measures. It makes `cost` no better.
ROBUST_BY_DEFAULT = frozenset({"f1", "fbeta"})
# The median of fewer picks would be noise.
FEWEST_FOR_ROBUST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A checked request.

    Attributes
    ----------
    objective : Objective
    options : dict
        Its options, defaults included.
    also : tuple of (str, dict)
        Name and options of each constraint, defaults included.
    goal : Goal or None
        None where the objective looks at the scores alone.
    limits : tuple of Limit
        The limit of the goal, if it has one, and those of the constraints.
    robust : bool
        Whether the median of the picks on resamples is taken.
    needs_labels : bool
        Whether the objective or a constraint cannot do without them.
    """

    objective: Objective
    options: dict[str, Any]
    also: tuple[tuple[str, dict[str, Any]], ...]
    goal: Goal | None
    limits: tuple[Limit, ...]
    robust: bool
    needs_labels: bool

    @classmethod
    def checked(
        cls,
        objective: str,
        options: dict[str, Any],
        also: Sequence[Constraint] = (),
        robust: bool | None = None,
        replicates: int = FEWEST_FOR_ROBUST,
    ) -> Self:
        """Look up the names and check the options.

        Raises
        ------
        ThresholdError
            An unknown objective or option, an option out of its range, a constraint that is none,
            or a robust pick where there is none.
        """
        chosen = find_objective(objective)
        completed = complete(chosen, options)
        goal = chosen.goal(completed) if isinstance(chosen, WithGoal) else None
        constraints = [_constraint(each) for each in also]
        if constraints and goal is None:
            raise ThresholdError(
                f"objective {chosen.name!r} takes no constraints; leave them out, "
                "or choose an objective with a goal, such as 'alerts'"
            )
        own = [goal.limit] if goal and goal.limit else []
        limits = (*own, *(limit for _, _, limit in constraints))
        return cls(
            objective=chosen,
            options=completed,
            also=tuple((each.name, given) for each, given, _ in constraints),
            goal=goal,
            limits=limits,
            robust=_is_robust(chosen, goal, limits, robust, replicates),
            needs_labels=chosen.needs_labels
            or any(each.needs_labels for each, _, _ in constraints),
        )

    @property
    def of_cards(self) -> bool:
        """Whether a limit counts cards."""
        return _any_of_cards(self.limits)

    @property
    def has_least(self) -> bool:
        """Whether a limit asks for recall or precision of at least so much."""
        return any(limit.at_least for limit in self.limits)

    @property
    def of_days(self) -> bool:
        """Whether a limit is one a day."""
        return any(limit.a_day for limit in self.limits)

    def assumption(self, *, labelled: bool) -> str | None:
        """Return what the objective and the constraints assume, each once; None for nothing."""
        objectives = [self.objective, *(OBJECTIVES[name] for name, _ in self.also)]
        stated = [each.assumption(labelled=labelled) for each in objectives]
        return " ".join(dict.fromkeys(filter(None, stated))) or None

    def require_labels(self) -> None:
        """Raise a ThresholdError where the plan cannot do without labels."""
        if not self.needs_labels:
            return
        names = [self.objective.name, *(name for name, _ in self.also)]
        name = next(name for name in names if OBJECTIVES[name].needs_labels)
        free = ", ".join(sorted(o.name for o in OBJECTIVES.values() if not o.needs_labels))
        raise ThresholdError(
            f"objective {name!r} needs labels; give them, or choose one of: {free}"
        )


def _is_robust(
    objective: Objective,
    goal: Goal | None,
    limits: tuple[Limit, ...],
    asked: bool | None,
    replicates: int,
) -> bool:
    can_be = goal is not None and goal.can_be_robust and not _any_of_cards(limits)
    if asked is None:
        enough = replicates >= FEWEST_FOR_ROBUST
        return can_be and enough and objective.name in ROBUST_BY_DEFAULT
    if asked and not can_be:
        among = " among cards" if _any_of_cards(limits) else ""
        raise ThresholdError(
            f"objective {objective.name!r} has no robust pick{among}; leave `robust` out"
        )
    if asked and replicates < FEWEST_FOR_ROBUST:
        raise ThresholdError(
            f"a robust pick from {replicates} replicates would be noise; "
            f"give `replicates` of at least {FEWEST_FOR_ROBUST}, or leave `robust` out"
        )
    return asked


def _any_of_cards(limits: tuple[Limit, ...]) -> bool:
    return any(limit.of_cards for limit in limits)


def _constraint(given: Any) -> tuple[Objective, dict[str, Any], Limit]:
    """Return the objective that constrains, its complete options, and its limit."""
    try:
        name, options = given
        options = dict(options)
    except (TypeError, ValueError) as error:
        raise ThresholdError(
            f"`also` holds {given!r}; give pairs of a name and options, "
            "such as ('alerts', {'per_day': 100})"
        ) from error
    chosen = find_objective(name)
    completed = complete(chosen, options)
    try:
        limit = chosen.goal(completed).limit if isinstance(chosen, WithGoal) else None
    except ThresholdError as error:
        raise ThresholdError(f"constraint {name!r}: {error}") from error
    if limit is None:
        raise ThresholdError(
            f"objective {name!r} sets no limit, so it is no constraint; "
            "use precision, recall, alerts, fpr or card-precision"
        )
    return chosen, completed, limit
