"""The thresholds of a run: picked or set by hand, the last one counts, and all are kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from anomaly.cautions.of_run import KEY, cautions_of, in_plain
from anomaly.errors import OptionError
from anomaly.picking.pick import pick_threshold
from anomaly.picking.policy import SET, Policy
from anomaly.picking.validation import without_intervals
from anomaly.runs.folder import RunFolder
from anomaly.runs.held_out import HeldOut
from anomaly.runs.writing import write_threshold
from thresholds import Threshold, evaluate


def pick_and_keep(run: RunFolder, policy: Policy) -> Threshold:
    """Pick the threshold of a run, and make it the run's; see `pick_threshold`."""
    held_out = HeldOut(run)
    threshold, content = pick_threshold(held_out, policy)
    _keep(run, held_out, content)
    return threshold


def set_by_hand(run: RunFolder, value: float) -> dict[str, Any]:
    """Make a threshold that nobody picked the run's, and return what the run keeps of it.

    Raises
    ------
    OptionError
        The value is not finite.
    """
    held_out = HeldOut(run)
    return _keep(run, held_out, _by_hand(held_out, value))


def _keep(run: RunFolder, held_out: HeldOut, policy: Mapping[str, Any]) -> dict[str, Any]:
    """Write a threshold with the cautions that it calls for, and return what is written."""
    content = {**policy, KEY: in_plain(cautions_of(run, policy, held_out))}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_threshold(run.folder, content, [*run.threshold_history, {"time": now, **content}])
    vars(run).pop("threshold", None)  # so that it is read anew
    return content


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
