"""The objectives that the explorer offers as buttons, each with the threshold it picks."""

import shlex
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from reports import formats
from reports.content.scores import Scores
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
# Not `fpr`, which without labels is `contamination` by another name.
UNLABELLED: tuple[Wanted, ...] = (
    ("Highest 1 %", "contamination", {"share": 0.01}),
    ("Far from the median", "mad", {}),
    ("Extreme values", "evt", {}),
    ("Two groups", "mixture", {}),
)
DISCOVERIES: Wanted = ("False discovery rate ≤ 5 %", "conformal", {"at_most": 0.05})
CARDS: Wanted = ("Card precision, 50 a day", "card-precision", {"per_day": 50.0})
BUDGET_A_DAY: Wanted = ("50 alerts a day", "alerts", {"per_day": 50.0})
BUDGET: Wanted = ("Highest 0.1 %", "alerts", {"share": 0.001})


@dataclass(frozen=True, slots=True)
class Offer:
    """An objective, and what it picks, on validation where nothing else is said.

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
    is_chosen_on_test : bool
        Whether the scores of test were looked at, without their labels.
    """

    label: str
    objective: str
    value: float | None
    problem: str = ""
    is_chosen_on_test: bool = False


def offers(
    scores: Scores | None, curve: PrecisionRecallCurve | None, test: Scores | None = None
) -> list[Offer]:
    """Pick a threshold for each objective that the rows allow.

    The least cost is no offer: the page looks for it whenever a unit cost changes.

    Parameters
    ----------
    scores : Scores or None
        Of validation.
    curve : PrecisionRecallCurve or None
        Of the same rows.
    test : Scores or None
        Of test, which `conformal` chooses among by their scores alone.

    Returns
    -------
    list of Offer
        Empty without rows.
    """
    if scores is None or curve is None:
        return []
    budget = BUDGET if curve.n_days is None else BUDGET_A_DAY
    rows = scores.known
    if curve.positives and curve.negatives:
        found = [_on_curve(curve, *wanted) for wanted in (*LABELLED, budget)]
        found += [_of_cards(rows, name) for name in rows.entities if rows.days is not None]
    else:
        found = [
            _on_scores(rows.scores, *wanted, days=rows.days) for wanted in (*UNLABELLED, budget)
        ]
    return [*found, *_conformal(rows, test)]


def _conformal(rows: Scores, test: Scores | None) -> list[Offer]:
    normal = rows.scores if rows.labels is None else rows.scores[rows.labels == 0]
    if test is None or not normal.size or not test.known.scores.size:
        return []
    offer = _on_scores(test.known.scores, *DISCOVERIES, normal=normal)
    return [replace(offer, is_chosen_on_test=True)]


def _on_curve(
    curve: PrecisionRecallCurve, label: str, objective: str, options: dict[str, float]
) -> Offer:
    words = _in_words(objective, options)
    try:
        found = pick_on(curve, objective, robust=False, replicates=1, **_options(options))
    except ThresholdError as error:
        return Offer(label, words, None, formats.text(error, longest=600))
    return Offer(label, words, found.value)


def _of_cards(rows: Scores, name: str) -> Offer:
    """The pick for the cards, or customers, of a column."""
    label, objective, options = CARDS
    if len(rows.entities) > 1:
        label = f"{label} ({formats.text(name)})"
    rows_of = {"labels": rows.labels, "days": rows.days, "entities": rows.entities[name]}
    offer = _on_scores(rows.scores, label, objective, options, **rows_of)
    return replace(offer, objective=f"{offer.objective} --entity {formats.text(shlex.quote(name))}")


def _on_scores(
    scores: NDArray[Any], label: str, objective: str, options: dict[str, float],
    *, labels: NDArray[Any] | None = None, **columns: Any,
) -> Offer:  # fmt: skip
    words = _in_words(objective, options)
    try:
        found = pick(labels, scores, objective, replicates=1, **columns, **_options(options))
    except ThresholdError as error:
        return Offer(label, words, None, formats.text(error, longest=600))
    return Offer(label, words, found.value)


def _options(options: dict[str, float]) -> dict[str, Any]:
    return dict(options)


def _in_words(objective: str, options: dict[str, float]) -> str:
    given = (f"--{name.replace('_', '-')} {value:g}" for name, value in options.items())
    return " ".join([f"--objective {objective}", *given])
