"""F1 and F-beta: weighted harmonic means of precision and recall."""

from math import inf

from thresholds.counting.counts import Counts, Ratios
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal
from thresholds.objectives.registry import maximised, with_goal


@maximised
def f1(counts: Counts) -> Ratios:
    """Maximise F1, the harmonic mean of precision and recall."""
    return counts.f_beta(1)


@with_goal(usual={"beta": 2.0})
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
