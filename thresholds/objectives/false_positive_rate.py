"""A bound on the false positive rate."""

from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal, Limit, within
from thresholds.objectives.registry import with_goal


@with_goal(needs_labels=False, usual={"at_most": 0.001})
def fpr(*, at_most: float) -> Goal:
    """Alert on as many rows as possible with a false positive rate no higher than a bound.

    Assumes, without labels, that all rows are normal: every alert counts as a false one.

    Parameters
    ----------
    at_most : float
        The highest share of the normal rows that may alert, from 0 to 1.
    """
    if not 0 <= at_most <= 1:
        raise ThresholdError(f"`at_most` is {at_most}; give a share from 0 to 1, such as 0.001")
    limit = Limit(
        figure=lambda counts: counts.false_positive_rate,
        bound=at_most,
        at_least=False,
        words=f"a false positive rate of at most {at_most:g}",
        measured="the false positive rate is {}",
        falls=True,
    )
    return within(limit)
