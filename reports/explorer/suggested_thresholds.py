"""The objectives that the explorer has buttons for, each with the threshold that its command picks."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reports import formats
from reports.content.scores import Scores
from thresholds import OBJECTIVES, Plan, PrecisionRecallCurve, ThresholdError, pick, pick_on
from thresholds import Threshold as Picked

#: What the buttons say, in their order; shares of rows stand there in percent.
LABELLED = {
    "f1": "Highest F1",
    "fbeta": "Highest F{beta}",
    "precision": "Precision ≥ {at_least}",
    "recall": "Recall ≥ {at_least}",
    "mcc": "Matthews correlation",
    "youden": "Youden’s J",
    "gmean": "Geometric mean",
    "fpr": "False-positive rate ≤ {at_most}",
}
# Not `fpr`, which without labels is `contamination` by another name.
UNLABELLED = {
    "contamination": "Highest {share} %",
    "mad": "Far from the median",
    "evt": "Extreme values",
    "mixture": "Two groups",
}
BUDGET_A_DAY, BUDGET = "{per_day} alerts a day", "Highest {share} %"
CARDS = "Card precision, {per_day} a day"
DISCOVERIES = "False discovery rate ≤ {at_most}"
SHARES = ("share",)
#: Those that most readers want: with labels the first three beside the least cost, without the others.
USUAL = ("f1", "alerts", "recall", "contamination", "mad", "evt")

Options = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SuggestedThreshold:
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

    @property
    def is_usual(self) -> bool:
        """Whether it is one of the few that most readers want."""
        return self.objective.split()[1] in USUAL


def suggested_thresholds(
    scores: Scores | None, curve: PrecisionRecallCurve | None, test: Scores | None = None
) -> list[SuggestedThreshold]:
    """Pick a threshold for each objective that the rows allow, as `anomaly pick-threshold` does.

    The least cost is none of them: the page looks for it whenever a unit cost changes.

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
    list of SuggestedThreshold
        Empty without rows.
    """
    if scores is None or curve is None:
        return []
    has_days = curve.n_days is not None
    rows, budget = scores.known, {"alerts": BUDGET_A_DAY if has_days else BUDGET}
    if not (curve.positives and curve.negatives):
        return [
            _suggested(label, name, _usual(name, has_days), _on_scores(rows.scores, days=rows.days))
            for name, label in (UNLABELLED | budget).items()
        ] + _conformal(rows, test)
    return [
        *(
            _suggested(label, name, _usual(name, has_days), _on_curve(curve))
            for name, label in (LABELLED | budget).items()
        ),
        *(_of_cards(rows, column) for column in rows.entities if has_days),
        *_conformal(rows, test),
    ]


def _usual(objective: str, has_days: bool) -> Options:
    return OBJECTIVES[objective].usual_options(with_days=has_days)


def _suggested(
    label: str, objective: str, options: Options, picking: Callable[..., Picked]
) -> SuggestedThreshold:
    shown = {name: 100 * value if name in SHARES else value for name, value in options.items()}
    suggested = SuggestedThreshold(
        label.format(**{name: f"{value:g}" for name, value in shown.items()}),
        _in_words(objective, options),
        None,
    )
    # The threshold of a robust pick is the median of those on resamples; no other hangs on them.
    draws = (
        {} if Plan.checked(objective, _checked(objective, options)).robust else {"replicates": 1}
    )
    try:
        return replace(suggested, value=picking(objective, **options, **draws).value)
    except ThresholdError as error:
        return replace(suggested, problem=formats.text(error, longest=600))


def _checked(objective: str, options: Options) -> dict[str, Any]:
    """The options with those that only the rows can tell."""
    return {"normal": (), **options} if objective == "conformal" else dict(options)


def _on_curve(curve: PrecisionRecallCurve) -> Callable[..., Picked]:
    return lambda objective, **options: pick_on(curve, objective, **options)


def _on_scores(scores: Any, labels: Any = None, **columns: Any) -> Callable[..., Picked]:
    return lambda objective, **options: pick(labels, scores, objective, **columns, **options)


def _conformal(rows: Scores, test: Scores | None) -> list[SuggestedThreshold]:
    normal = rows.scores if rows.labels is None else rows.scores[rows.labels == 0]
    if test is None or not normal.size or not test.known.scores.size:
        return []
    options = {"at_most": OBJECTIVES["conformal"].options["at_most"]}
    picking = _on_scores(test.known.scores, normal=normal)
    suggested = _suggested(DISCOVERIES, "conformal", options, picking)
    return [replace(suggested, is_chosen_on_test=True)]


def _of_cards(rows: Scores, column: str) -> SuggestedThreshold:
    """The pick for the cards, or customers, of a column."""
    picking = _on_scores(rows.scores, rows.labels, days=rows.days, entities=rows.entities[column])
    options = _usual("card-precision", has_days=True)
    suggested = _suggested(CARDS, "card-precision", options, picking)
    of_column = f" ({formats.text(column)})" if len(rows.entities) > 1 else ""
    return replace(
        suggested,
        label=f"{suggested.label}{of_column}",
        objective=f"{suggested.objective} --entity {formats.text(shlex.quote(column))}",
    )


def _in_words(objective: str, options: Options) -> str:
    words = (f"--{name.replace('_', '-')} {value:g}" for name, value in options.items())
    return " ".join([f"--objective {objective}", *words])
