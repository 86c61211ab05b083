"""From a run and a policy to its threshold: picked or set by hand, with all earlier ones kept."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anomaly.errors import DataError, OptionError, RunError
from anomaly.runs.held_out import HeldOut, Part
from anomaly.utils.files import replaced_when_done, write_json
from thresholds import (
    OBJECTIVES,
    PICK_OPTIONS,
    Plan,
    Threshold,
    ThresholdError,
    evaluate,
    pick,
)

if TYPE_CHECKING:
    from anomaly.runs.folder import RunFolder

#: The objective of a threshold that was given by hand.
SET = "set"
CONFORMAL = "conformal"
HISTORY = "thresholds.json"
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


def picked(held_out: HeldOut, policy: Policy) -> tuple[Threshold, dict[str, Any]]:
    """Pick the threshold on validation, and look at test.

    Parameters
    ----------
    held_out : HeldOut
    policy : Policy

    Returns
    -------
    threshold : Threshold
        With its figures on validation; for `conformal`, on test.
    content : dict
        What the run keeps of it.

    Raises
    ------
    OptionError
        The policy is unknown, incomplete, or cannot be met.
    DataError
        The run lacks labels, or values in a column, that the policy needs.
    """
    try:
        plan = _plan(policy)
        _check(held_out, policy, plan)
        columns = _columns(held_out, policy, plan)
        validation, test = (held_out.part(name, **columns) for name in ("validation", "test"))
        _check_classes(held_out, plan, validation)
        if policy.objective == CONFORMAL:
            return _conformal(policy, validation, test)
        found = pick(
            validation.labels,
            validation.scores,
            policy.objective,
            also=policy.also,
            **validation.columns,
            **policy.options,
        )
        figures = found.evaluate(test.labels, test.scores, **test.columns)
        content = found.policy()
    except ThresholdError as error:
        raise OptionError(str(error)) from error
    return found, content | {
        "options": content["options"] | columns,
        "optimism": found.optimism(figures),
        "notes": [*validation.notes, *test.notes],
        "validation": found.to_dict(),
        "test": figures.to_dict(),
    }


def set_by_hand(held_out: HeldOut, value: float) -> dict[str, Any]:
    """Return what the run keeps of a threshold that nobody picked.

    Raises
    ------
    OptionError
        The value is not finite.
    """
    if not math.isfinite(value):
        raise OptionError(f"the threshold is {value}; give a finite number")
    parts = {name: held_out.part(name) for name in ("validation", "test")}
    found = {name: evaluate(value, p.labels, p.scores, **p.columns) for name, p in parts.items()}
    return {
        "objective": SET,
        "options": {},
        "also": [],
        "assumption": None,
        "robust": False,
        "bootstrap": None,
        "threshold": float(value),
        "as_good": None,
        "optimism": None,
        "notes": [note for part in parts.values() for note in part.notes],
        **{name: figures.to_dict() for name, figures in found.items()},
    }


def keep(run: RunFolder, content: Mapping[str, Any]) -> None:
    """Make a threshold the run's, and add it to the history."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    history = [*history_of(run), {"time": now, **content}]
    with replaced_when_done(run.folder / "threshold.json") as partial:
        write_json(partial, content)
        with replaced_when_done(run.folder / HISTORY) as partial_history:
            write_json(partial_history, history)


def history_of(run: RunFolder) -> list[dict[str, Any]]:
    """Return every threshold that the run had, the last one last.

    Raises
    ------
    RunError
        The file is damaged.
    """
    path = run.folder / HISTORY
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (ValueError, OSError):
        found = None
    if not isinstance(found, list) or not all(
        isinstance(entry, dict) and "threshold" in entry and "time" in entry for entry in found
    ):
        raise RunError(f"{path} is damaged; remove it, and the history begins anew")
    return found


def _plan(policy: Policy) -> Plan:
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


def _columns(held_out: HeldOut, policy: Policy, plan: Plan) -> dict[str, str]:
    """Return the columns that the policy looks at, by the option that names them."""
    entity = held_out.only_entity() if plan.of_cards and not policy.entity else policy.entity
    named = {"missed_cost_column": policy.missed_cost_column, "entity": entity}
    return {option: name for option, name in named.items() if name is not None}


def _check(held_out: HeldOut, policy: Policy, plan: Plan) -> None:
    """Raise where the run does not have what the policy needs."""
    if plan.needs_labels and not held_out.has_labels:
        name = next(name for name, _ in _policies(plan) if OBJECTIVES[name].needs_labels)
        raise DataError(
            f"{held_out.folder} was trained without labels, and the objective {name} needs "
            f"them; train with --label, {_UNLABELLED}"
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
            f"`per_day` needs the day of each row, and {held_out.folder} was trained without "
            f"--time; train with --time COL{other}"
        )
    if not held_out.is_split_by_time:
        raise OptionError(
            f"`per_day` needs whole days, and the split of {held_out.folder} is at random: "
            f"validation holds only some rows of each day; train with --split time{other}"
        )


def _check_classes(held_out: HeldOut, plan: Plan, validation: Part) -> None:
    """Raise where labels are needed and validation has no positive row, or no normal one."""
    labels = validation.labels
    if labels is None or not plan.needs_labels:
        return
    for value, what in ((1, "positive"), (0, "normal")):
        if not (labels == value).any():
            raise DataError(
                f"none of the {len(labels)} validation rows of {held_out.folder} is {what}, so "
                f"the objective {plan.objective.name} has nothing to go by; train with more "
                f"labelled rows, {_UNLABELLED}"
            )


def _conformal(policy: Policy, validation: Part, test: Part) -> tuple[Threshold, dict[str, Any]]:
    """Calibrate on the normal rows of validation, and choose the alerts among those of test."""
    labels = validation.labels
    normal = validation.scores if labels is None else validation.scores[labels == 0]
    found = pick(
        test.labels, test.scores, CONFORMAL, normal=normal, **test.columns, **policy.options
    )
    figures = found.evaluate(validation.labels, validation.scores, **validation.columns)
    which = "which are taken for normal" if labels is None else "labelled 0"
    content = found.policy()
    del content["options"]["normal"]
    return found, content | {
        "optimism": None,
        "notes": [
            f"Calibrated on the {len(normal):,} validation rows {which}; the alerts were chosen "
            f"among the {len(test.scores):,} test rows by their scores alone.",
            *validation.notes,
            *test.notes,
        ],
        "validation": figures.to_dict(),
        "test": found.to_dict(),
    }
