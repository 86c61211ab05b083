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
        columns: dict[str, Any] = dict(columns_of(held_out, policy, plan))
        validation, test = (held_out.part(name, **columns) for name in ("validation", "test"))
        check_classes(held_out, plan, validation)
        if policy.objective == CONFORMAL:
            return _conformal(policy, validation, test)
        if not plan.needs_labels and held_out.is_partly_labelled:
            return _by_scores_alone(held_out, policy, columns, (validation, test))
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


def _by_scores_alone(
    held_out: HeldOut,
    policy: Policy,
    columns: dict[str, Any],
    judged: tuple[ScoredRows, ScoredRows],
) -> tuple[Threshold, dict[str, Any]]:
    """Pick on all rows of validation without their labels, and judge on the rows that have one."""
    every = [held_out.part(n, **columns, by_scores_alone=True) for n in ("validation", "test")]
    threshold = pick(
        None,
        every[0].scores,
        policy.objective,
        also=policy.also,
        **every[0].columns,
        **policy.options,
    )
    figures = [threshold.evaluate(p.labels, p.scores, **p.columns) for p in judged]
    content = threshold.policy()
    return threshold, content | {
        "options": content["options"] | columns,
        "optimism": None,
        "of_all": [_alerts_of_all(part, threshold) for part in every],
        "notes": [note for part in judged for note in part.notes],
        "validation": without_intervals(figures[0].to_dict()),
        "test": figures[1].to_dict(),
    }


def _alerts_of_all(part: ScoredRows, threshold: Threshold) -> str:
    """Say how many of all rows alert, with a label or without."""
    found = threshold.evaluate(None, part.scores, **part.columns)
    a_day = "" if found.alerts_per_day is None else f", {found.alerts_per_day:.1f} a day"
    return f"Of all {found.rows:,} {part.part} rows {found.alerts:,} alert{a_day}."


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
