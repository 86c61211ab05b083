"""The thresholds of a run: picked or set by hand, the last one counts, and all are kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from anomaly.cautions.of_run import KEY, cautions_of, in_plain, refresh
from anomaly.errors import OptionError
from anomaly.picking.pick import pick_threshold
from anomaly.picking.policy import SET, Policy
from anomaly.picking.validation import without_intervals
from anomaly.runs.folder import RunFolder
from anomaly.runs.held_out import HeldOut
from anomaly.runs.writing import write_threshold
from thresholds import Threshold, ThresholdError, evaluate

GIVEN = (
    "The threshold came as it is: which rows it was picked on is not known here, and figures of rows "
    "among those look better than of new ones, whatever their intervals say."
)


def pick_and_keep(run: RunFolder, policy: Policy) -> Threshold:
    """Pick the threshold of a run, and make it the run's; see `pick_threshold`."""
    held_out = HeldOut(run)
    threshold, content = pick_threshold(held_out, policy)
    _keep(run, held_out, content)
    return threshold


def set_by_hand(run: RunFolder, value: float | Threshold) -> dict[str, Any]:
    """Make a threshold the run's that was not picked on it, and return what the run keeps of it.

    Parameters
    ----------
    run : RunFolder
    value : float or Threshold
        A threshold that was picked elsewhere keeps what it was picked for.

    Raises
    ------
    OptionError
        The value is not finite.
    """
    held_out = HeldOut(run)
    if isinstance(value, Threshold):
        return _keep(run, held_out, _given(held_out, value))
    return _keep(run, held_out, _by_hand(held_out, value))


def _keep(run: RunFolder, held_out: HeldOut, policy: Mapping[str, Any]) -> dict[str, Any]:
    """Write a threshold with the cautions that it calls for, and return what is written."""
    content = {**policy, KEY: in_plain(cautions_of(run, policy, held_out))}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_threshold(run.folder, content, [*run.threshold_history, {"time": now, **content}])
    vars(run).pop("threshold", None)  # so that it is read anew
    return content


def judge_anew(run: RunFolder) -> None:
    """Write the figures of a run's threshold, and its cautions, anew: its labels are others now."""
    held_out, content = HeldOut(run), run.threshold
    if content is not None:
        history = run.threshold_history
        now = content | _judged(held_out, content)
        write_threshold(run.folder, now, [*history[:-1], *({**e, **now} for e in history[-1:])])
        vars(run).pop("threshold", None)
    refresh(run, held_out)


def _judged(held_out: HeldOut, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a threshold that stays does on rows with other labels."""
    options = content.get("options", {})
    column = options.get("missed_cost_column")
    own = {
        name: value
        for name, value in options.items()
        if name not in ("missed_cost_column", "entity")
    }
    cost = own if content["objective"] == "cost" else None
    parts = {n: held_out.part(n, missed_cost_column=column) for n in ("validation", "test")}
    figures = {
        n: evaluate(content["threshold"], p.labels, p.scores, **p.columns, cost=cost)
        for n, p in parts.items()
    }
    return {
        "optimism": None,
        "as_good": None,
        "notes": [note for part in parts.values() for note in part.notes],
        "validation": without_intervals(figures["validation"].to_dict()),
        "test": figures["test"].to_dict(),
    }


def _by_hand(held_out: HeldOut, value: float) -> dict[str, Any]:
    if not math.isfinite(value):
        raise OptionError(f"the threshold is {value}; give a finite number")
    parts = {name: held_out.part(name) for name in ("validation", "test")}
    figures = {n: evaluate(value, p.labels, p.scores, **p.columns) for n, p in parts.items()}
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
        "validation": without_intervals(figures["validation"].to_dict()),
        "test": figures["test"].to_dict(),
    }


def _given(held_out: HeldOut, threshold: Threshold) -> dict[str, Any]:
    """Return what is kept of a threshold that was picked elsewhere, as it is."""
    try:
        content = threshold.policy()
    except ThresholdError as error:
        raise OptionError(str(error)) from error
    columns: dict[str, Any] = dict(_columns_of(held_out, threshold))
    parts = [held_out.part(name, **columns) for name in ("validation", "test")]
    figures = [threshold.evaluate(p.labels, p.scores, **p.columns) for p in parts]
    return content | {
        "given": True,
        "options": content["options"] | columns,
        "optimism": None,
        "notes": [GIVEN, *(note for part in parts for note in part.notes)],
        "validation": without_intervals(figures[0].to_dict()),
        "test": figures[1].to_dict(),
    }


def _columns_of(held_out: HeldOut, threshold: Threshold) -> dict[str, str]:
    """Return the column of what missed rows cost, where the threshold was picked by amounts."""
    by_amount = threshold.objective == "cost" and threshold.options.get("missed_cost") is None
    amount = held_out.amount
    return {"missed_cost_column": amount} if by_amount and amount is not None else {}
