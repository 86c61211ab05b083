"""Picking the threshold of a run for a policy: on validation, with one look at test."""

from __future__ import annotations

from typing import Any

from anomaly.errors import OptionError
from anomaly.picking.policy import (
    CONFORMAL,
    Policy,
    check_classes,
    check_run,
    columns_of,
    plan_of,
)
from anomaly.picking.validation import without_intervals
from anomaly.runs.held_out import HeldOut, ScoredRows
from thresholds import Threshold, ThresholdError, pick


def pick_threshold(held_out: HeldOut, policy: Policy) -> tuple[Threshold, dict[str, Any]]:
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
        plan = plan_of(policy)
        check_run(held_out, policy, plan)
        columns = columns_of(held_out, policy, plan)
        validation, test = (held_out.part(name, **columns) for name in ("validation", "test"))
        check_classes(held_out, plan, validation)
        if policy.objective == CONFORMAL:
            return _conformal(policy, validation, test)
        threshold = pick(
            validation.labels,
            validation.scores,
            policy.objective,
            also=policy.also,
            **validation.columns,
            **policy.options,
        )
        figures = threshold.evaluate(test.labels, test.scores, **test.columns)
        content = threshold.policy()
    except ThresholdError as error:
        raise OptionError(str(error)) from error
    return threshold, content | {
        "options": content["options"] | columns,
        "optimism": threshold.optimism(figures),
        "notes": [*validation.notes, *test.notes],
        "validation": without_intervals(threshold.to_dict()),
        "test": figures.to_dict(),
    }


def _conformal(
    policy: Policy, validation: ScoredRows, test: ScoredRows
) -> tuple[Threshold, dict[str, Any]]:
    """Calibrate on the normal rows of validation, and choose the alerts among those of test."""
    labels = validation.labels
    normal = validation.scores if labels is None else validation.scores[labels == 0]
    threshold = pick(
        test.labels, test.scores, CONFORMAL, normal=normal, **test.columns, **policy.options
    )
    figures = threshold.evaluate(validation.labels, validation.scores, **validation.columns)
    which = "which are taken for normal" if labels is None else "labelled 0"
    content = threshold.policy()
    del content["options"]["normal"]
    return threshold, content | {
        "optimism": None,
        "notes": [
            f"Calibrated on the {len(normal):,} validation rows {which}; the alerts were chosen "
            f"among the {len(test.scores):,} test rows by their scores alone.",
            *validation.notes,
            *test.notes,
        ],
        "validation": without_intervals(figures.to_dict()),
        "test": threshold.to_dict(),
    }
