"""Bounds on precision and on recall."""

from thresholds.objectives.goals import Goal, Limit, refuse_share
from thresholds.objectives.registry import with_goal


@with_goal(usual={"at_least": 0.9})
def precision(*, at_least: float) -> Goal:
    """Catch the most anomalies with precision no lower than a bound.

    Parameters
    ----------
    at_least : float
        The lowest precision, above 0 and at most 1.
    """
    refuse_share("at_least", at_least, 0.9)
    limit = Limit(
        figure=lambda counts: counts.precision,
        bound=at_least,
        at_least=True,
        words=f"precision of at least {at_least:g}",
        measured="precision is {}",
    )
    return Goal(utility=lambda counts: counts.recall, limit=limit, falls=True)


@with_goal(usual={"at_least": 0.8})
def recall(*, at_least: float) -> Goal:
    """Reach the highest precision with recall no lower than a bound.

    Parameters
    ----------
    at_least : float
        The lowest recall, above 0 and at most 1.
    """
    refuse_share("at_least", at_least, 0.9)
    limit = Limit(
        figure=lambda counts: counts.recall,
        bound=at_least,
        at_least=True,
        words=f"recall of at least {at_least:g}",
        measured="recall is {}",
        falls=True,
    )
    return Goal(utility=lambda counts: counts.precision, limit=limit)
