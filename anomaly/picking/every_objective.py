"""Every objective side by side: what each would make of a run, and on what terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from anomaly.dataset.splits import PARTS
from anomaly.errors import AnomalyError, OptionError
from anomaly.picking.pick import pick_threshold
from anomaly.picking.policy import Policy
from anomaly.runs.folder import RunFolder
from anomaly.runs.held_out import HeldOut
from thresholds import OBJECTIVES, PICK_OPTIONS, CostTerms, Plan, ThresholdError, evaluate

_KEPT = ("options", "threshold", "validation", "test", "notes")
_NO_PRICES = (
    "no prices are given, and there are no usual ones; give `false_alarm_cost`, and `missed_cost` "
    "or `missed_cost_column`"
)
_BUDGETS = ("per_day", "total", "share")


def compare_objectives(
    run: RunFolder,
    missed_cost_column: str | None = None,
    entity: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Pick a threshold for every objective, and keep none.

    Parameters
    ----------
    run : RunFolder
        Without labels, the objectives that need them are left out.
    missed_cost_column, entity : str, optional
        As in `Run.pick_threshold`.
    options : mapping, optional
        Each goes to all objectives that have it; of what is not given the usual
        value stands (see `thresholds.OBJECTIVES`). Prices have none: with those of the objective
        `cost` each threshold has a cost, and without them none has.

    Returns
    -------
    list of dict
        For each objective `objective`, `options`, `conventional` (the names of the options that
        were not given), `threshold`, `validation`, `test`, `notes`, and `problem`: why there
        is no threshold, or None. `prices` are those of the cost in `validation` and `test`, which
        is None where they are.

    Raises
    ------
    OptionError
        No objective has an option of that name.
    """
    held_out, given = HeldOut(run), dict(options or {})
    _refuse_unknown(given)
    has_days = held_out.n_days("validation") is not None
    policies = {
        name: _policy(name, given, missed_cost_column, entity, has_days)
        for name, objective in OBJECTIVES.items()
        if held_out.has_labels or not objective.needs_labels
    }
    terms = _cost_terms(policies.get("cost"))
    cost = _costs(held_out, policies.get("cost"))
    rows = [_row(held_out, policy, given) for policy in policies.values()]
    for row in rows:
        row["prices"] = None if terms is None else asdict(terms)
        for name in PARTS[1:]:
            if row[name] is not None:
                row[name]["cost"] = cost(name, row["threshold"])
    return rows


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    known = {option for objective in OBJECTIVES.values() for option in objective.options}
    for option in given:
        if option not in known and option not in PICK_OPTIONS:
            raise OptionError(f"no objective has the option {option!r}")


def _policy(
    name: str,
    given: Mapping[str, Any],
    missed_cost_column: str | None,
    entity: str | None,
    has_days: bool,
) -> Policy:
    objective = OBJECTIVES[name]
    own = {option: value for option, value in given.items() if option in objective.options}
    usual = objective.usual_options(with_days=has_days)
    usual = {option: value for option, value in usual.items() if option not in own}
    if name == "alerts" and any(option in own for option in _BUDGETS):
        usual = {}
    draws = {option: value for option, value in given.items() if option in PICK_OPTIONS}
    if draws.get("robust") and not _can_be_robust(name, own | usual):
        del draws["robust"]
    return Policy(
        objective=name,
        missed_cost_column=missed_cost_column if name == "cost" else None,
        entity=entity if name == "card-precision" else None,
        options=own | usual | draws,
    )


def _can_be_robust(name: str, options: dict[str, Any]) -> bool:
    try:
        return Plan.checked(name, options, robust=True).robust
    except ThresholdError:
        return False


def _cost_terms(policy: Policy | None) -> CostTerms | None:
    return None if policy is None else CostTerms.from_options(_named_options(policy))


def _named_options(policy: Policy) -> dict[str, Any]:
    return {**policy.options, "missed_cost_column": policy.missed_cost_column}


def _costs(held_out: HeldOut, policy: Policy | None) -> Callable[[str, float], float | None]:
    """Return what a threshold costs on a part; always None where the costs are not usable."""
    if policy is None or _cost_terms(policy) is None:
        return lambda name, value: None
    options = {o: v for o, v in policy.options.items() if o not in PICK_OPTIONS}
    column = policy.missed_cost_column
    try:
        Plan.checked("cost", options)
        parts = {name: held_out.part(name, missed_cost_column=column) for name in PARTS[1:]}
    except (ThresholdError, AnomalyError):
        return lambda name, value: None

    def cost(name: str, value: float) -> float | None:
        part = parts[name]
        return evaluate(*(value, part.labels, part.scores), **part.columns, cost=options).cost

    return cost


def _row(held_out: HeldOut, policy: Policy, given: Mapping[str, Any]) -> dict[str, Any]:
    options = {o: v for o, v in policy.options.items() if o not in PICK_OPTIONS}
    row: dict[str, Any] = {
        "objective": policy.objective,
        "options": options,
        "conventional": [option for option in options if option not in given],
        "threshold": None,
        "validation": None,
        "test": None,
        "notes": [],
        "problem": None,
    }
    if policy.objective == "cost" and _cost_terms(policy) is None:
        return row | {"problem": _NO_PRICES}
    try:
        _, content = pick_threshold(held_out, policy)
    except AnomalyError as error:
        return row | {"problem": str(error)}
    row |= {name: content[name] for name in _KEPT}
    columns = ("missed_cost_column", "entity")
    row["conventional"] = [o for o in row["options"] if o not in given and o not in columns]
    return row
