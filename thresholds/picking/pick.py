"""From labels and scores, or a curve, to a threshold."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.at_thresholds import counts_of, curve_of
from thresholds.counting.counts import Counts
from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.counting.elapsed import SHORTEST
from thresholds.counting.inputs import ascending
from thresholds.counting.rows import ScoredRows
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal
from thresholds.objectives.registry import FromScores
from thresholds.picking.daily_budgets import daily_budget_interval
from thresholds.picking.evaluation import INTERVALS, Evaluation, evaluate, figures_of, pair_of
from thresholds.picking.plan import Constraint, Plan
from thresholds.picking.selection import select
from thresholds.picking.stability import stability
from thresholds.uncertainty.bootstrap import Bootstrap
from thresholds.uncertainty.percentile import Interval

FEWEST_FOR_THRESHOLD = 10
"""Of fewer anomalies nothing is known of where else the best threshold may be."""

OPTIMISTIC = ("precision", "recall", "f1")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Threshold(Evaluation):
    """A picked threshold, with its figures on the rows it was picked on.

    Attributes
    ----------
    value : float
        A row alerts where ``score >= value``. It keeps clear of the scores it was picked from
        (see `thresholds.counting.boundary.between`).
    objective : str
        What it was picked for.
    options : dict
        The options of the objective, defaults included.
    also : tuple of (str, dict)
        The further constraints, with their options.
    assumption : str or None
        What has to be true for the pick to be right beyond what labels show, in words.
    robust : bool
        Whether it is the median of the picks on resamples of the rows.
    as_good : (float, float) or None
        The thresholds around this one whose mean utility over resamples is at most one standard
        error below its own; None without labels, and where cards are counted.
    bootstrap : Bootstrap
        How the resamples were drawn; its confidence is that of all intervals.
    rows, alerts, tp, fp, fn, tn, precision, recall, f1, cost, n_days, alerts_per_day, card_precision
        As in `Evaluation`.
    intervals : dict
        As in `Evaluation`, but None for figures that the pick has looked at: on the rows it was
        picked on they are better than on others, which `evaluate` is for. And `threshold`: where the
        best threshold of the population may be (see `thresholds.picking.stability`), of the scores
        where an objective looks at them alone (see `thresholds.objectives`). It is None for fewer
        than 10 anomalies where the objective looks at them, where more than half of the resamples
        allow no pick, for a budget a day over fewer than 7 days, and for limits whose resamples
        held the best threshold too rarely: of cards (58 % to 87 % with 50 to 150 compromised ones),
        and recall or precision of at least so much (82 % with 500 anomalies).
    """

    value: float
    objective: str
    options: dict[str, Any]
    also: tuple[tuple[str, dict[str, Any]], ...] = ()
    assumption: str | None = None
    robust: bool = False
    as_good: Interval | None = None
    bootstrap: Bootstrap

    @property
    def _named(self) -> str:
        also = "".join(f" and {name}" for name, _ in self.also)
        return f"Threshold {self.value:.4g} for {self.objective}{also}"

    def evaluate(
        self,
        labels: ArrayLike | None,
        scores: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        amounts: ArrayLike | None = None,
        days: ArrayLike | None = None,
        entities: ArrayLike | None = None,
    ) -> Evaluation:
        """Return the figures of the same threshold on other rows.

        Parameters
        ----------
        labels, scores, weights, amounts, days, entities
            As in `thresholds.evaluate`.

        Returns
        -------
        Evaluation

        Raises
        ------
        ThresholdError
            Unusable labels or scores.

        Examples
        --------
        >>> threshold = pick([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4])
        >>> test = threshold.evaluate([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4])
        >>> test.alerts, test.precision, test.recall
        (2, 0.5, 0.5)
        """
        return evaluate(
            self.value,
            labels,
            scores,
            weights=weights,
            amounts=amounts,
            days=days,
            entities=entities,
            cost=self.options if self.objective == "cost" else None,
            confidence=self.bootstrap.confidence,
        )

    def optimism(self, test: Evaluation) -> dict[str, float | None]:
        """Return by how much the figures look better here than on other rows.

        Parameters
        ----------
        test : Evaluation
            What `evaluate` said of rows that the threshold was not picked on.

        Returns
        -------
        dict
            `precision`, `recall` and `f1`: here minus there, None where either is undefined.

        Examples
        --------
        >>> threshold = pick([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4])
        >>> threshold.optimism(threshold.evaluate([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4]))
        {'precision': 0.5, 'recall': 0.5, 'f1': 0.5}
        """
        pairs = {name: (getattr(self, name), getattr(test, name)) for name in OPTIMISTIC}
        return {
            name: None if here is None or there is None else here - there
            for name, (here, there) in pairs.items()
        }

    def policy(self) -> dict[str, Any]:
        """Return how the threshold was picked, as JSON takes it; `to_dict` has its figures.

        Raises
        ------
        ThresholdError
            The threshold is infinite: minus infinity where rows of that score are to alert, plus
            infinity where none is and the highest score is the largest number there is.
        """
        if not math.isfinite(self.value):
            raise ThresholdError(
                f"the threshold is {self.value}, which JSON cannot hold; drop the rows with the "
                f"{'lowest' if self.value < 0 else 'highest'} scores, or score them again"
            )
        return {
            "objective": self.objective,
            "options": {name: _plain(option) for name, option in self.options.items()},
            "also": [
                [name, {option: _plain(given) for option, given in options.items()}]
                for name, options in self.also
            ],
            "assumption": self.assumption,
            "robust": self.robust,
            "bootstrap": asdict(self.bootstrap),
            "threshold": self.value,
            "as_good": pair_of(self.as_good),
        }


def pick(
    labels: ArrayLike | None,
    scores: ArrayLike,
    objective: str = "f1",
    *,
    also: Sequence[Constraint] = (),
    weights: ArrayLike | None = None,
    amounts: ArrayLike | None = None,
    days: ArrayLike | None = None,
    entities: ArrayLike | None = None,
    robust: bool | None = None,
    confidence: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
    **options: Any,
) -> Threshold:
    """Pick the threshold that serves an objective best.

    Parameters
    ----------
    labels : array-like, shape (n,), or None
        1 for an anomaly, 0 for a normal row. None for the objectives that need none.
    scores : array-like, shape (n,)
        Higher is more anomalous. Infinities are allowed, NaN is not.
    objective : str, default="f1"
        `f1` maximises F1 over all distinct scores; of equals, the highest threshold wins. A robust
        pick stands where the middle of the maxima on resamples does.
        `contamination`, which needs no labels, alerts on the most rows that are at most the option
        `share` of all. `thresholds.OBJECTIVES` holds them all.
    also : sequence of (str, dict)
        Constraints besides: names and options of objectives that set a limit, such as
        ``[("alerts", {"per_day": 100})]``.
    weights : array-like, shape (n,), optional
        How much each row counts, finite and at least 0. Cards take none.
    amounts : array-like, shape (n,), optional
        Money at stake in each row, finite and at least 0; for `cost`. Those of normal rows are not
        looked at.
    days : array-like, shape (n,), optional
        The day or the time of each row; for budgets a day and `alerts_per_day`. Days are numbers or
        dates, and count from the first to the last, both included. Times are numbers with a
        fraction, or dates with a time of day, and count by what elapsed (see
        `thresholds.counting.elapsed.days_spanned`).
    entities : array-like, shape (n,), optional
        The card or customer of each row; for `card-precision`.
    robust : bool, optional
        Whether to take the median of the picks on resamples in place of the pick on the rows (see
        `thresholds.picking.stability`). Needs at least 100 replicates, and an objective that maximises a
        utility of its own. Where this is left out, it is so for `f1` and `fbeta` with replicates
        enough.
    confidence : float, default=0.95
        Confidence of the intervals.
    replicates : int, default=1000
        Bootstrap resamples behind the interval of the threshold, and behind a robust pick.
    seed : int, default=0
        The same seed gives the same interval. The threshold depends on it only where it is robust.
    **options
        Options of the objective.

    Returns
    -------
    Threshold

    Raises
    ------
    ThresholdError
        Unusable input, one class alone where the objective needs both, an unknown objective or
        option, or limits that no threshold keeps.

    Examples
    --------
    >>> threshold = pick([0, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5])
    >>> threshold.value, threshold.tp, threshold.fp, threshold.fn
    (0.25, 2, 1, 0)
    >>> pick(None, [0.1, 0.2, 0.3, 0.4, 0.5], "contamination", share=0.4).alerts
    2
    >>> also = [("alerts", {"total": 2})]
    >>> pick([0, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5], also=also).alerts
    1
    """
    bootstrap = Bootstrap(confidence, replicates, seed)
    plan = Plan.checked(objective, options, also, robust, replicates)
    rows = ScoredRows.checked(
        labels, scores, weights=weights, amounts=amounts, days=days, entities=entities
    )
    if rows.flags is None:
        plan.require_labels()
    if plan.of_cards and rows.weights is not None:
        raise ThresholdError("cards take no weights; leave `weights` out")
    if plan.goal is None:
        return _from_scores(plan, rows, bootstrap)
    curve = curve_of(rows, one_class_will_do=not plan.needs_labels)
    labelled = rows.flags is not None
    return _picked(curve, plan, plan.goal, bootstrap, labelled=labelled, rows=rows)


def pick_on(
    curve: PrecisionRecallCurve,
    objective: str = "f1",
    *,
    also: Sequence[Constraint] = (),
    n_days: float | None = None,
    robust: bool | None = None,
    confidence: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
    **options: Any,
) -> Threshold:
    """Pick the threshold that serves an objective best from a curve.

    Parameters
    ----------
    curve : PrecisionRecallCurve
        Of labelled rows.
    n_days : float, optional
        Days that the rows span, where the curve does not know; at least an hour.
    objective, also, robust, confidence, replicates, seed, **options
        As in `pick`. Objectives that look at unlabelled scores alone take no curve.

    Returns
    -------
    Threshold

    Raises
    ------
    ThresholdError
        As `pick`.

    Examples
    --------
    >>> curve = PrecisionRecallCurve.from_counts([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], [1, 2, 0, 1])
    >>> pick_on(curve, "recall", at_least=0.5, n_days=2).alerts_per_day
    1.5
    """
    bootstrap = Bootstrap(confidence, replicates, seed)
    plan = Plan.checked(objective, options, also, robust, replicates)
    if plan.goal is None:
        raise ThresholdError(
            f"objective {plan.objective.name!r} looks at the scores and takes no curve; "
            "pick from the scores"
        )
    if n_days is not None:
        if not SHORTEST <= n_days < math.inf:
            raise ThresholdError(f"`n_days` is {n_days}; give days, an hour (1/24) or more")
        curve = replace(curve, n_days=n_days)
    return _picked(curve, plan, plan.goal, bootstrap, labelled=True)


def _plain(option: Any) -> Any:
    """Return an option as JSON takes it: of many values only how many there are."""
    if np.ndim(option):
        return f"{np.size(option)} values"
    return option.item() if isinstance(option, np.generic | np.ndarray) else option


def _from_scores(plan: Plan, rows: ScoredRows, bootstrap: Bootstrap) -> Threshold:
    """Return what an objective makes of the scores alone."""
    assert isinstance(plan.objective, FromScores), "without a goal"
    ordered = ascending(rows.scores)
    value = plan.objective.value(ordered, plan.options)
    without = _picked_by(plan)
    figures = figures_of(counts_of(rows, value), rows.flags is not None, None, bootstrap, without)
    picks = plan.objective.on_resamples(ordered, plan.options, bootstrap.replicates, bootstrap.seed)
    interval = None if picks is None else bootstrap.middle_of_picks(picks)
    figures["intervals"]["threshold"] = interval
    assumption = plan.assumption(labelled=rows.flags is not None)
    return _threshold(plan, bootstrap, value=value, assumption=assumption, **figures)


def _picked(
    curve: PrecisionRecallCurve,
    plan: Plan,
    goal: Goal,
    bootstrap: Bootstrap,
    *,
    labelled: bool,
    rows: ScoredRows | None = None,
) -> Threshold:
    """Return the best point of a curve."""
    selection = select(curve, goal, plan.limits)
    position, threshold, as_good = selection.best, None, None
    if not plan.of_cards:
        stable = stability(curve, goal, plan.limits, selection, bootstrap, robust=plan.robust)
        threshold, as_good = stable.threshold, stable.as_good if labelled else None
        position = stable.position
    is_told = curve.thresholds.size > 1 and not (
        plan.needs_labels and _n_anomalies(curve) < FEWEST_FOR_THRESHOLD
    )
    threshold = threshold if is_told and not plan.has_least else None
    if plan.of_days:
        threshold = _interval_for_days(plan, curve, goal, rows, bootstrap)
    counts: Counts = curve.counts_at(np.array([position]))
    figures = figures_of(counts, labelled, goal, bootstrap, _picked_by(plan))
    figures["intervals"]["threshold"] = threshold
    return _threshold(
        plan,
        bootstrap,
        value=curve.value_at(position),
        assumption=plan.assumption(labelled=labelled),
        as_good=as_good,
        **figures,
    )


def _n_anomalies(curve: PrecisionRecallCurve) -> float:
    """Return how many anomalies there are, whatever they weigh."""
    return curve.positives if curve.squares is None else curve.n_rows[0]


def _interval_for_days(
    plan: Plan,
    curve: PrecisionRecallCurve,
    goal: Goal,
    rows: ScoredRows | None,
    bootstrap: Bootstrap,
) -> Interval | None:
    """Return the interval of the threshold for a budget a day; None beside other goals."""
    if rows is None or plan.also or goal.limit is None:
        return None
    return daily_budget_interval(curve, rows, goal.limit, bootstrap.confidence)


def _picked_by(plan: Plan) -> tuple[str, ...]:
    """Return the figures that a pick looks at, so that intervals of them would not hold."""
    return INTERVALS if plan.needs_labels else ("alerts_per_day",)


def _threshold(plan: Plan, bootstrap: Bootstrap, **attributes: Any) -> Threshold:
    return Threshold(
        objective=plan.objective.name,
        options=plan.options,
        also=plan.also,
        robust=plan.robust,
        bootstrap=bootstrap,
        **attributes,
    )
