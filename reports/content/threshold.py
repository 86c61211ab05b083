"""A threshold, and what it does on each split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from thresholds import CostTerms, Interval


@dataclass(frozen=True, slots=True)
class ThresholdFigures:
    """What a threshold does on one split.

    Attributes
    ----------
    alerts : int
        Rows at or above the threshold.
    precision, recall, f1 : float or None
        None where there are no labels.
    tp, fp, fn, tn : int or None
        Positive rows caught, false alarms, positive rows missed, normal rows left alone.
    n_days : float or None
        Days that the rows span, where their days are known.
    alerts_per_day : float or None
        ``alerts / n_days``.
    cost : float or None
        Of false alarms and missed positive rows, where the threshold was picked for the least of
        it; on the `cost_terms` of the threshold.
    card_precision : float or None
        Share of the alerted cards that are compromised, where the threshold was picked for it.
    intervals : mapping of str to (float, float)
        95 % intervals of ``precision``, ``recall``, ``f1``, ``alerts_per_day`` and ``cost``, where
        known.
    """

    alerts: int
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    tp: int | None = None
    fp: int | None = None
    fn: int | None = None
    tn: int | None = None
    n_days: float | None = None
    alerts_per_day: float | None = None
    cost: float | None = None
    card_precision: float | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold, what it was picked for, and what it does on each split.

    Attributes
    ----------
    objective : str
        What it was picked for; empty where it was not picked.
    value : float
        A score at or above it alerts.
    splits : mapping of str to ThresholdFigures
        Keys as in `Split.name`.
    origin : str
        Where it comes from, in words.
    cost_terms : CostTerms or None
        What alerts cost, where it was picked for the least cost.
    picks : (float or None, float or None) or None
        Where the best threshold may be (95 %); None for an end beyond all scores.
    as_good : (float or None, float or None) or None
        The thresholds that are as good within one standard error.
    assumption : str
        What has to hold for the objective to mean what it says; empty for none.
    notes : sequence of str
        What else to know of its figures.
    """

    objective: str
    value: float
    splits: Mapping[str, ThresholdFigures]
    origin: str = "picked on validation"
    cost_terms: CostTerms | None = None
    picks: tuple[float | None, float | None] | None = None
    as_good: tuple[float | None, float | None] | None = None
    assumption: str = ""
    notes: Sequence[str] = ()
