"""From rows to counts: rows, weights, money and cards at or above each score, or one threshold."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from thresholds.counting.cards import card_counts
from thresholds.counting.counts import Counts, Ratios, Tallies
from thresholds.counting.curve import PrecisionRecallCurve, require_both_classes
from thresholds.counting.daily_alerts import day_counts
from thresholds.counting.inputs import Flags, ascending, refuse_nan
from thresholds.counting.ranking import levels_of, ranked
from thresholds.counting.rows import ScoredRows

# From the values of all rows and which rows are meant: the sums of those that alert, and of all.
Summing = Callable[[Ratios, Flags], tuple[Tallies, float]]


def curve_of(rows: ScoredRows, *, one_class_will_do: bool = False) -> PrecisionRecallCurve:
    """Build the curve of some rows, with all that they bring.

    Parameters
    ----------
    rows : ScoredRows
        Without labels every row counts as normal.
    one_class_will_do : bool, default=False
        Whether the rows may all be anomalies or all be normal.

    Returns
    -------
    PrecisionRecallCurve

    Raises
    ------
    ThresholdError
        A score is NaN, or one class is missing.
    """
    if rows.flags is None:
        levels, alerts = levels_of(ascending(rows.scores))
        tp = np.zeros_like(alerts)
    else:
        positives = int(np.count_nonzero(rows.flags))
        if not one_class_will_do:
            require_both_classes(positives, rows.scores.size - positives)
        levels, alerts, tp = ranked(rows.scores, rows.flags)
    fp = np.subtract(alerts, tp, out=alerts)
    curve = PrecisionRecallCurve.from_tallies(levels, tp, fp, n_days=rows.n_days)
    if _is_measured(rows):
        places = np.searchsorted(levels, rows.scores)

        def at_or_above(values: Ratios, which: Flags) -> tuple[Tallies, float]:
            sums = np.bincount(places[which], values[which], minlength=levels.size)
            sums = np.cumsum(sums[::-1])[::-1]
            return sums, float(sums[0])

        curve = replace(curve, **_measured(rows, curve, at_or_above))
    if rows.flags is not None and rows.days is not None and rows.entities is not None:
        cards = card_counts(levels, rows.flags, rows.scores, rows.days, rows.entities)
        curve = replace(curve, cards=cards)
    return curve


def counts_of(rows: ScoredRows, value: float) -> Counts:
    """Return what one threshold does to some rows.

    Alerts are NumPy's own ``scores >= value``, in the dtype of the scores.

    Parameters
    ----------
    rows : ScoredRows
        Without labels every row counts as normal.
    value : float
        The threshold.

    Returns
    -------
    Counts
        Of shape (1,).

    Raises
    ------
    ThresholdError
        A score is NaN.
    """
    refuse_nan(rows.scores)
    # A float64 threshold beyond the range of float32 scores becomes infinite, which is right.
    with np.errstate(over="ignore"):
        alerted = rows.scores >= value
        value_among_scores = rows.scores.dtype.type(value)
    alerts = int(np.count_nonzero(alerted))
    positives = tp = 0
    if rows.flags is not None:
        positives = int(np.count_nonzero(rows.flags))
        tp = int(np.count_nonzero(alerted & rows.flags))
    counts = Counts(
        tp=np.array([tp]),
        fp=np.array([alerts - tp]),
        positives=positives,
        negatives=rows.scores.size - positives,
        n_days=rows.n_days,
    )
    if _is_measured(rows):

        def alerting(values: Ratios, which: Flags) -> tuple[Tallies, float]:
            return np.array([values[which & alerted].sum()]), float(values[which].sum())

        counts = replace(counts, **_measured(rows, counts, alerting))
    counts = replace(counts, days=day_counts(rows, [value_among_scores]))
    if rows.flags is not None and rows.days is not None and rows.entities is not None:
        levels, _ = levels_of(ascending(rows.scores))
        cards = card_counts(levels, rows.flags, rows.scores, rows.days, rows.entities)
        counts = replace(counts, cards=cards.at(np.searchsorted(levels, [value_among_scores])))
    return counts


def _is_measured(rows: ScoredRows) -> bool:
    return rows.weights is not None or (rows.amounts is not None and rows.flags is not None)


def _measured(rows: ScoredRows, counted: Counts, summing: Summing) -> dict[str, Any]:
    """Return the attributes of `Counts` that weights and amounts make or change."""
    flags = np.zeros(rows.scores.size, np.bool_) if rows.flags is None else rows.flags
    plain: dict[str, Any] = {}
    squares: dict[str, Any] = {
        name: getattr(counted, name) for name in ("tp", "fp", "positives", "negatives")
    }
    if rows.weights is not None:
        for sums, weights in ((plain, rows.weights), (squares, rows.weights**2)):
            sums["tp"], sums["positives"] = summing(weights, flags)
            sums["fp"], sums["negatives"] = summing(weights, ~flags)
    if rows.stakes is not None and rows.flags is not None:
        for sums, stakes in ((plain, rows.stakes), (squares, rows.stakes**2)):
            sums["caught"], sums["at_stake"] = summing(stakes, flags)
    n_anomalies = int(np.count_nonzero(flags))
    n_rows = (n_anomalies, flags.size - n_anomalies)
    return plain | {"squares": Counts(**squares), "n_rows": n_rows}
