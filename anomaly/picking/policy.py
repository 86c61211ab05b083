"""What a threshold is to be picked for, and whether a run has what that needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anomaly.errors import DataError, OptionError
from anomaly.runs.held_out import HeldOut, ScoredRows
from thresholds import OBJECTIVES, PICK_OPTIONS, Plan

CONFORMAL = "conformal"
#: The objective of a threshold that was set by hand.
SET = "set"
_UNLABELLED = (
    f"or use --objective contamination --share {OBJECTIVES['contamination'].usual['share']:g}"
)
_FROM_THE_RUN = ("weights", "amounts", "days", "entities", "normal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a threshold of a run is to be picked for.

    Attributes
    ----------
    objective : str
    also : sequence of (str, mapping)
        Further constraints, with their options.
    missed_cost_column : str or None
        The column that holds what a missed positive row costs, for `cost`.
    entity : str or None
        The column of the cards, for `card-precision`.
    options : mapping
        Of the objective and of `thresholds.pick`.
    """

    objective: str = "f1"
    also: Sequence[tuple[str, Mapping[str, Any]]] = ()
    missed_cost_column: str | None = None
    entity: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def plan_of(policy: Policy) -> Plan:
    """Return the plan of a policy, its options checked.

    Raises
    ------
    OptionError
        An option comes from the run.
    ThresholdError
        The policy is unknown or incomplete.
    """
    given = dict(policy.options)
    if taken := [name for name in _FROM_THE_RUN if name in given]:
        raise OptionError(f"`{taken[0]}` comes from the run; leave it out")
    options = {name: value for name, value in given.items() if name not in PICK_OPTIONS}
    if policy.objective == CONFORMAL:
        options["normal"] = ()
    return Plan.checked(policy.objective, options, policy.also, given.get("robust"))


def _policies(plan: Plan) -> list[tuple[str, dict[str, Any]]]:
    """Return the objective and the constraints, each with its options."""
    return [(plan.objective.name, plan.options), *plan.also]


def _is_per_day(plan: Plan) -> bool:
    return any(options.get("per_day") is not None for _, options in _policies(plan))


def columns_of(held_out: HeldOut, policy: Policy, plan: Plan) -> dict[str, str]:
    """Return the columns that the policy looks at, by the option that names them."""
    entity = held_out.only_entity() if plan.of_cards and not policy.entity else policy.entity
    named = {"missed_cost_column": policy.missed_cost_column, "entity": entity}
    return {option: name for option, name in named.items() if name is not None}


def check_run(held_out: HeldOut, policy: Policy, plan: Plan) -> None:
    """Raise where the run does not have what the policy needs."""
    if plan.needs_labels and not held_out.has_labels:
        name = next(name for name, _ in _policies(plan) if OBJECTIVES[name].needs_labels)
        raise DataError(
            f"{held_out.folder} has no labels, and the objective {name} needs them; give them as "
            f"`labels`, {held_out.remedy} with --label, {_UNLABELLED}"
        )
    _check_costs(policy)
    if _is_per_day(plan):
        _check_days(held_out, plan)


def _check_costs(policy: Policy) -> None:
    named = policy.missed_cost_column is not None
    priced = policy.options.get("missed_cost") is not None
    if policy.objective != "cost":
        if named:
            raise OptionError("`missed_cost_column` goes with objective 'cost' alone; leave it out")
    elif named and priced:
        raise OptionError(
            "`missed_cost` and `missed_cost_column` each say what a missed anomaly costs; give one"
        )
    elif not named and not priced:
        raise OptionError(
            "objective 'cost' needs `missed_cost`, what a missed anomaly costs, "
            "or `missed_cost_column`, the column that tells; give one"
        )


def _check_days(held_out: HeldOut, plan: Plan) -> None:
    other = "" if plan.of_cards else ", or use `total` or `share`"
    if not held_out.has_time:
        raise OptionError(
            f"`per_day` needs the day of each row, and {held_out.folder} was {held_out.made} without "
            f"--time; {held_out.remedy} with --time COL{other}"
        )
    if not held_out.is_split_by_time:
        raise OptionError(
            f"`per_day` needs whole days, and the split of {held_out.folder} is at random: "
            f"validation holds only some rows of each day; {held_out.remedy} with "
            f"{'--time COL' if held_out.is_of_scores else '--split time'}{other}"
        )
    unlabelled = held_out.n_unlabelled("validation")
    if plan.needs_labels and unlabelled:
        raise OptionError(
            f"`per_day` counts every row of a day, and {unlabelled:,} validation rows of "
            f"{held_out.folder} have no label; label them too{other}"
        )
    by_scores_alone = not plan.needs_labels and held_out.is_partly_labelled
    days = held_out.part("validation", by_scores_alone=by_scores_alone).n_days
    if days is None and not plan.of_cards:
        raise OptionError(
            f"`per_day` needs at least an hour, and the validation rows of {held_out.folder} span "
            f"less; {held_out.remedy} with more rows{other}"
        )


def check_classes(held_out: HeldOut, plan: Plan, validation: ScoredRows) -> None:
    """Raise where labels are needed and validation has no positive row, or no normal one."""
    labels = validation.labels
    if labels is None or not plan.needs_labels:
        return
    for value, what in ((1, "positive"), (0, "normal")):
        if not (labels == value).any():
            raise DataError(
                f"none of the {len(labels)} validation rows of {held_out.folder} is {what}, so "
                f"the objective {plan.objective.name} has nothing to go by; {held_out.remedy} with more "
                f"labelled rows, {_UNLABELLED}"
            )
