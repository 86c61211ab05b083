"""What a threshold is picked for: one function an objective.

To add an objective that needs labels, write its utility: a function from `Counts` to one number
for each, higher is better and never NaN, and put ``@maximised`` over it. Its keyword-only arguments
are its options. Only the corners of the curve are offered (see `PrecisionRecallCurve.corners`), so a
false alarm must never raise the utility.

    @maximised
    def caught_less_false(counts: Counts) -> Ratios:
        "Maximise what is caught less the false alarms."
        return counts.tp - counts.fp

An objective that is a limit, or has options to check, is a function from its options to a `Goal`
under ``@aimed`` (see `thresholds.objectives.precision_recall`). One that looks at unlabelled scores alone is a function
from the ascending scores to the threshold under ``@placed``; what it takes for granted stands in a
paragraph of its docstring that starts with "Assumes". A function of the same name under ``@redrawn``
gives it an interval (see `thresholds.uncertainty.grouped_scores`). In each case the function's name is the
objective's name, with a hyphen for each underscore, and nothing else has to be changed.
"""

from math import inf

import numpy as np

from thresholds.counting.counts import Counts, Ratios, ratio
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal
from thresholds.objectives.registry import aimed, maximised


@maximised
def f1(counts: Counts) -> Ratios:
    """Maximise F1, the harmonic mean of precision and recall."""
    return counts.f_beta(1)


@aimed
def fbeta(*, beta: float = 1.0) -> Goal:
    """Maximise F-beta, in which recall is `beta` times as important as precision.

    Parameters
    ----------
    beta : float, default=1.0
        Above 0 and finite. See `Counts.f_beta`.
    """
    if not 0 < beta < inf:
        raise ThresholdError(f"`beta` is {beta}; give a number above 0, such as 2")
    return Goal(utility=lambda counts: counts.f_beta(beta), can_be_robust=True)


@maximised
def mcc(counts: Counts) -> Ratios:
    """Maximise Matthews' correlation coefficient between alerts and labels.

    It is 0 where all rows alert or none does.

    References
    ----------
    B. W. Matthews, "Comparison of the predicted and observed secondary structure of T4 phage
    lysozyme", *Biochimica et Biophysica Acta* 405, 1975.
    """
    alerts, rows = counts.alerts, counts.positives + counts.negatives
    # tp tn - fp fn, without the differences that are not at hand.
    covariance = counts.tp * rows - alerts * counts.positives
    spread = np.sqrt(np.multiply(alerts, rows - alerts, dtype=np.float64)) * np.sqrt(
        np.multiply(counts.positives, counts.negatives, dtype=np.float64)
    )
    return np.divide(covariance, spread, out=np.zeros(np.shape(spread)), where=spread > 0)


@maximised
def youden(counts: Counts) -> Ratios:
    """Maximise Youden's J, recall minus the false positive rate.

    References
    ----------
    W. J. Youden, "Index for rating diagnostic tests", *Cancer* 3, 1950.
    """
    # One division, so that equals stay equal.
    difference = counts.tp * counts.negatives - counts.fp * counts.positives
    return ratio(difference, counts.positives * counts.negatives)


@maximised
def gmean(counts: Counts) -> Ratios:
    """Maximise the geometric mean of recall and specificity (1 - false positive rate).

    References
    ----------
    M. Kubat, S. Matwin, "Addressing the curse of imbalanced training sets: one-sided selection",
    *International Conference on Machine Learning*, 1997.
    """
    product = counts.tp * (counts.negatives - counts.fp)
    return np.sqrt(ratio(product, counts.positives * counts.negatives))


@aimed
def cost(
    *, false_alarm_cost: float, missed_cost: float | None = None, recovered: float = 1.0
) -> Goal:
    """Minimise the expected cost of false alarms and of missed anomalies.

    A false alarm costs `false_alarm_cost`. An anomaly costs `missed_cost`, or else its amount, where
    it is missed, and the share ``1 - recovered`` of that where it is caught. Alerting on nothing is
    an answer, where that is cheapest.

    Parameters
    ----------
    false_alarm_cost : float
        Of one false alarm, at least 0; in the unit of the amounts.
    missed_cost : float, optional
        Of one missed anomaly, at least 0. Without it the `amounts` of `pick` are taken.
    recovered : float, default=1.0
        The share of an anomaly's cost that catching it saves, from 0 to 1.
    """
    _refuse_costs(false_alarm_cost, missed_cost, recovered)

    def expected(counts: Counts) -> Ratios:
        alarms = false_alarm_cost * counts.fp
        if missed_cost is not None:
            return alarms + missed_cost * (counts.positives - recovered * counts.tp)
        if counts.caught is None:
            raise ThresholdError(
                "objective 'cost' needs the option `missed_cost` or `amounts`; "
                "give what a missed anomaly costs, or the money at stake in each row"
            )
        return alarms + (counts.at_stake - recovered * counts.caught)

    return Goal(
        utility=lambda counts: -expected(counts),
        silence_counts=True,
        can_be_robust=True,
        cost=expected,
        needs_amounts=missed_cost is None,
    )


def _refuse_costs(false_alarm_cost: float, missed_cost: float | None, recovered: float) -> None:
    for name, price in (("false_alarm_cost", false_alarm_cost), ("missed_cost", missed_cost)):
        if price is not None and not 0 <= price < inf:
            raise ThresholdError(f"`{name}` is {price}; give a finite number from 0")
    if not 0 <= recovered <= 1:
        raise ThresholdError(f"`recovered` is {recovered}; give a share from 0 to 1, such as 0.8")
