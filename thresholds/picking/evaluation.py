"""What a threshold does to rows."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.at_thresholds import counts_of
from thresholds.counting.counts import Counts, Figure, Ratios, ratio
from thresholds.counting.rows import ScoredRows
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal
from thresholds.picking.plan import Plan
from thresholds.small_table import SmallTable
from thresholds.uncertainty.at_threshold import intervals_at_threshold
from thresholds.uncertainty.bootstrap import Bootstrap
from thresholds.uncertainty.percentile import Interval

ALWAYS = ("precision", "recall", "f1", "rows", "alerts", "tp", "fp", "fn", "tn")
WHERE_DEFINED = ("cost", "n_days", "alerts_per_day", "card_precision")
INTERVALS = ("precision", "recall", "f1", "cost", "alerts_per_day")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Evaluation:
    """The figures of one threshold on some rows.

    Without labels `rows`, `alerts`, `n_days` and `alerts_per_day` are known, all else is None. With
    labels a figure is None where it is undefined: precision without alerts, recall without
    anomalies, F1 without both. F1 without alerts is 0. With sample weights a row counts as much as
    it weighs, and the numbers of rows are floats.

    Attributes
    ----------
    rows : int or float
        Rows looked at.
    alerts : int or float
        Rows with ``score >= threshold``.
    tp, fp, fn, tn : int or float or None
        Anomalies caught, false alarms, anomalies missed, normal rows left alone.
    precision, recall, f1 : float or None
        Share of the alerts that are anomalies, share of the anomalies that alert, and their
        harmonic mean.
    cost : float or None
        Of the false alarms and the missed anomalies, for the objective `cost`; None beyond the
        range of floats.
    n_days : float or None
        Days that the rows span, where their days are known and span at least an hour (see
        `thresholds.counting.elapsed.days_spanned`). Below 1, figures a day are scaled up to it.
    alerts_per_day : float or None
        ``alerts / n_days``.
    card_precision : float or None
        Share of the cards that alert on a day that are compromised on it, where days and entities
        are known (see `thresholds.counting.cards`).
    intervals : dict
        For `precision`, `recall`, `f1`, `cost` and `alerts_per_day` a pair ``(low, high)`` that holds
        the figure of the population (see `thresholds.uncertainty.at_threshold`), or None where there
        is none that holds.
    """

    rows: float
    alerts: float
    tp: float | None = None
    fp: float | None = None
    fn: float | None = None
    tn: float | None = None
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    cost: float | None = None
    n_days: float | None = None
    alerts_per_day: float | None = None
    card_precision: float | None = None
    intervals: dict[str, Interval | None] = field(default_factory=lambda: dict.fromkeys(INTERVALS))

    @property
    def small_table(self) -> SmallTable:
        """The figures that there are, for people."""
        lines = [("alerts", f"{self.alerts:,.10g}")]
        if self.tp is not None and self.fn is not None:
            lines.append(("caught", f"{self.tp:,.10g} of {self.tp + self.fn:,.10g}"))
        named = {"precision": 3, "recall": 3, "f1": 3, "cost": 0, "alerts_per_day": 2}
        for name, digits in named.items():
            value, interval = getattr(self, name), self.intervals.get(name)
            if value is not None:
                ends = (
                    ""
                    if interval is None
                    else " ({:,.{n}f} to {:,.{n}f})".format(*interval, n=digits)
                )
                words = name.replace("per_day", "a day").replace("_", " ")
                lines.append((words, f"{value:,.{digits}f}{ends}"))
        return SmallTable(f"{self._named}, on {self.rows:,.10g} rows", lines)

    @property
    def _named(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        return str(self.small_table)

    def _repr_html_(self) -> str:
        return self.small_table.to_html()

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON takes them: numbers, lists and None, never NaN nor infinity.

        Cost, days, alerts a day, card precision and their intervals are there where they are defined.
        """
        figures: dict[str, Any] = {name: getattr(self, name) for name in ALWAYS}
        figures |= {
            name: getattr(self, name) for name in WHERE_DEFINED if getattr(self, name) is not None
        }
        figures["intervals"] = {
            name: pair_of(interval)
            for name, interval in self.intervals.items()
            if name in ALWAYS or interval is not None
        }
        return figures


def evaluate(
    value: float,
    labels: ArrayLike | None,
    scores: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    amounts: ArrayLike | None = None,
    days: ArrayLike | None = None,
    entities: ArrayLike | None = None,
    cost: Mapping[str, Any] | None = None,
    confidence: float = 0.95,
) -> Evaluation:
    """Return what any threshold does to some rows.

    Alerts are NumPy's own ``scores >= value``, in the dtype of the scores.

    Parameters
    ----------
    value : float
        The threshold.
    labels : array-like, shape (n,), or None
        1 for an anomaly, 0 for a normal row. One class alone will do.
    scores : array-like, shape (n,)
        Higher is more anomalous.
    weights, amounts, days, entities : array-like, shape (n,), optional
        As in `thresholds.pick`.
    cost : mapping, optional
        Options of the objective `cost`, where the cost is to be told. It is None without the
        `amounts` that they call for.
    confidence : float, default=0.95
        Of the intervals.

    Returns
    -------
    Evaluation

    Raises
    ------
    ThresholdError
        Unusable labels, scores or options, or a value that is NaN.

    Examples
    --------
    >>> figures = evaluate(0.25, [0, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5])
    >>> figures.alerts, figures.recall, round(figures.f1, 3)
    (3, 1.0, 0.8)
    """
    if np.ndim(value):
        raise ThresholdError("`value` is not one number; give the threshold, labels, scores")
    if math.isnan(value):
        raise ThresholdError("`value` is nan; give a number")
    bootstrap = Bootstrap(confidence)
    goal = None if cost is None else Plan.checked("cost", dict(cost)).goal
    rows = ScoredRows.checked(
        labels, scores, weights=weights, amounts=amounts, days=days, entities=entities
    )
    return Evaluation(**figures_of(counts_of(rows, value), rows.flags is not None, goal, bootstrap))


def figures_of(
    counts: Counts,
    labelled: bool,
    goal: Goal | None,
    bootstrap: Bootstrap,
    without: Collection[str] = (),
) -> dict[str, Any]:
    """Return the attributes of an `Evaluation`.

    Parameters
    ----------
    counts : Counts
        Of shape (1,).
    labelled : bool
        Whether the rows have labels; without, all count as normal.
    goal : Goal or None
        Its cost is told, if it has one.
    bootstrap : Bootstrap
        Its confidence is that of the intervals.
    without : collection of str
        Figures whose intervals would not hold, since the threshold was picked by them.
    """
    tp, fp = counts.tp.item(), counts.fp.item()
    figures: dict[str, Figure] = {}
    if counts.n_days is not None:
        figures["alerts_per_day"] = lambda c: c.alerts_per_day
    attributes: dict[str, Any] = {
        "rows": counts.positives + counts.negatives,
        "alerts": tp + fp,
        "n_days": counts.n_days,
    }
    if labelled:
        attributes |= {
            "tp": tp,
            "fp": fp,
            # A partial sum of weights may be rounded above the whole one.
            "fn": max(counts.positives - tp, 0),
            "tn": max(counts.negatives - fp, 0),
            "card_precision": _card_precision(counts),
        }
        figures |= {
            "precision": lambda c: c.precision,
            "recall": lambda c: c.recall,
            "f1": lambda c: c.f_beta(1),
        }
        if goal and goal.cost and not (goal.needs_amounts and counts.caught is None):
            figures["cost"] = goal.cost
    held = intervals_at_threshold(
        counts,
        labelled=labelled,
        cost=goal.cost_sums(counts) if goal and goal.cost_sums and "cost" in figures else None,
        confidence=bootstrap.confidence,
    )
    intervals = {name: None if name in without else held.get(name) for name in INTERVALS}
    attributes |= {name: number_of(figure(counts)) for name, figure in figures.items()}
    return attributes | {"intervals": intervals}


def pair_of(interval: Interval | None) -> list[float | None] | None:
    """Return an interval as JSON takes it, an infinite end as None."""
    if interval is None:
        return None
    return [end if math.isfinite(end) else None for end in interval]


def number_of(figure: Ratios) -> float | None:
    """Return the only number of an array, and None for NaN and for what is beyond all floats."""
    number = float(figure.item())
    return number if math.isfinite(number) else None


def _card_precision(counts: Counts) -> float | None:
    if counts.cards is None:
        return None
    return number_of(ratio(counts.cards.compromised, counts.cards.alerted))
