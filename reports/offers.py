"""The objectives that the explorer offers as buttons, each with the threshold it picks."""

from dataclasses import dataclass
from typing import Any

from reports import formats
from reports.data import Scores
from thresholds import PrecisionRecallCurve, ThresholdError, pick, pick_on

Wanted = tuple[str, str, dict[str, float]]

LABELLED: tuple[Wanted, ...] = (
    ("Highest F1", "f1", {}),
    ("Highest F2", "fbeta", {"beta": 2.0}),
    ("Precision ≥ 90 %", "precision", {"at_least": 0.9}),
    ("Recall ≥ 80 %", "recall", {"at_least": 0.8}),
    ("Matthews correlation", "mcc", {}),
    ("Youden’s J", "youden", {}),
    ("Geometric mean", "gmean", {}),
    ("False-positive rate ≤ 0.1 %", "fpr", {"at_most": 0.001}),
)
UNLABELLED: tuple[Wanted, ...] = (
    ("Highest 1 %", "contamination", {"share": 0.01}),
    ("Far from the median", "mad", {}),
    ("Extreme values", "evt", {}),
    ("Two groups", "mixture", {}),
)
BUDGET_A_DAY: Wanted = ("50 alerts a day", "alerts", {"per_day": 50.0})
BUDGET: Wanted = ("Highest 0.1 %", "alerts", {"share": 0.001})


@dataclass(frozen=True, slots=True)
class Offer:
    """An objective, and what it picks on validation.

    Attributes
    ----------
    label : str
        What the button says.
    objective : str
        Its name and options, as the command takes them.
    value : float or None
        The threshold; None where there is none.
    problem : str
        Why there is none.
    """

    label: str
    objective: str
    value: float | None
    problem: str = ""


def offers(scores: Scores | None, curve: PrecisionRecallCurve | None) -> list[Offer]:
    """Pick a threshold for each objective that the rows allow.

    Parameters
    ----------
    scores : Scores or None
        Of validation.
    curve : PrecisionRecallCurve or None
        Of the same rows.

    Returns
    -------
    list of Offer
        Empty without rows.
    """
    if scores is None or curve is None:
        return []
    budget = BUDGET if curve.n_days is None else BUDGET_A_DAY
    if curve.positives and curve.negatives:
        return [_on_curve(curve, *wanted) for wanted in (*LABELLED, budget)]
    return [_on_scores(scores.known, *wanted) for wanted in (*UNLABELLED, budget)]


def _on_curve(
    curve: PrecisionRecallCurve, label: str, objective: str, options: dict[str, float]
) -> Offer:
    words = _in_words(objective, options)
    try:
        found = pick_on(curve, objective, robust=False, replicates=1, **_options(options))
    except ThresholdError as error:
        return Offer(label, words, None, formats.text(error))
    return Offer(label, words, found.value)


def _on_scores(scores: Scores, label: str, objective: str, options: dict[str, float]) -> Offer:
    words = _in_words(objective, options)
    try:
        found = pick(
            None, scores.scores, objective, days=scores.days, replicates=1, **_options(options)
        )
    except ThresholdError as error:
        return Offer(label, words, None, formats.text(error))
    return Offer(label, words, found.value)


def _options(options: dict[str, float]) -> dict[str, Any]:
    return dict(options)


def _in_words(objective: str, options: dict[str, float]) -> str:
    given = (f"--{name.replace('_', '-')} {value:g}" for name, value in options.items())
    return " ".join([f"--objective {objective}", *given])
