"""Conformal p-values: alerts within a false discovery rate."""

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.boundary import above, between, everything
from thresholds.counting.counts import Integers, Ratios
from thresholds.counting.inputs import Floats, as_scores
from thresholds.errors import ThresholdError
from thresholds.objectives.registry import from_scores, resampled
from thresholds.uncertainty.grouped_scores import (
    DEVIATIONS,
    GROUPS,
    draw_groups,
    ranks_from_the_top,
)


@from_scores
def conformal(ordered: Floats, *, normal: ArrayLike, at_most: float = 0.05) -> float:
    """Alert on as many rows as a false discovery rate allows.

    The p-value of a row is ``(1 + normal scores at or above its score) / (1 + normal scores)``. Of
    the `n` rows, those up to the largest `k` alert whose `k`-th smallest p-value is at most
    ``at_most * k / n`` (Benjamini and Hochberg). Where there is none, nothing alerts and the
    threshold is the next number above the highest score.

    Assumes that normal rows and the held-back ones are exchangeable: scored by the same model, none
    of them trained on, from the same time and process. Then, on average over such sets of rows, no
    larger share of the alerts is false than was asked for. It holds for these rows together, not
    for other rows at the same threshold.

    Parameters
    ----------
    ordered : ndarray of float, shape (n,)
        Ascending.
    normal : array-like, shape (m,)
        Scores of held-back normal rows, which are not among the scores to pick from. The
        smallest p-value is ``1 / (m + 1)``.
    at_most : float, default=0.05
        The false discovery rate: the expected share of alerts that are false. Between 0 and 1.

    Returns
    -------
    float

    Raises
    ------
    ThresholdError
        Unusable normal scores or rate, or no alert where the highest score is infinite.

    References
    ----------
    S. Bates, E. Candès, L. Lei, Y. Romano and M. Sesia, "Testing for outliers with conformal
    p-values", *Annals of Statistics* 51, 2023. Y. Benjamini and Y. Hochberg, *Journal of the Royal
    Statistical Society B* 57, 1995.
    """
    if not 0 < at_most < 1:
        raise ThresholdError(f"`at_most` is {at_most}; give a number between 0 and 1, such as 0.05")
    try:
        held_back = np.sort(as_scores(normal))
    except ThresholdError as error:
        raise ThresholdError(f"`normal`: {error}") from error
    if np.isnan(held_back[-1]):
        raise ThresholdError("`normal` holds NaN; drop those rows or score them again")
    rows = ordered.size
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    as_high = held_back.size - np.searchsorted(held_back, ordered[first])
    p_values = (1 + as_high) / (1 + held_back.size)
    rejected = np.flatnonzero(p_values <= at_most * (rows - first) / rows)
    if rejected.size == 0:
        if np.isposinf(ordered[-1]):
            raise ThresholdError(
                "no row may alert, but the highest score is infinite and no threshold is above it; "
                "give more normal scores, or raise `at_most`"
            )
        return above(ordered[-1])
    lowest = first[rejected[0]]
    return everything(ordered[0]) if lowest == 0 else between(ordered[lowest - 1], ordered[lowest])


@resampled(conformal)
def conformal_on_resamples(
    ordered: Floats,
    random: np.random.Generator,
    replicates: int,
    *,
    normal: ArrayLike,
    at_most: float,
) -> Ratios:
    """Pick again with both the scores and the held-back normal scores redrawn, each by themselves.

    Beyond some 1,500 distinct scores only so many may be picked: the highest, then ever fewer, about
    1 % of the rank apart, and more around the pick itself. A threshold stands where
    it does among all rows, midway to the next lower score.
    """
    held_back = np.sort(as_scores(normal))
    rows, known = ordered.size, held_back.size
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    as_high = known - np.searchsorted(held_back, ordered[first])
    levels = _levels(first, as_high, rows, at_most, known)
    first, as_high = first[levels], as_high[levels]
    silence = np.nan if np.isposinf(ordered[-1]) else above(ordered[-1])
    steps = (between(ordered[at - 1], ordered[at]) for at in first[1:])
    values = np.array([everything(ordered[0]), *steps, silence])
    alerting = np.diff(first, append=rows)
    calibrating = np.append(known - as_high[0], -np.diff(as_high, append=0))
    picks = []
    for drawn, held in zip(
        draw_groups(random, alerting, replicates, calibrating.size),
        draw_groups(random.spawn(1)[0], calibrating, replicates, calibrating.size),
        strict=True,
    ):
        alerts, false = (np.cumsum(a[:, ::-1], axis=1)[:, ::-1] for a in (drawn, held[:, 1:]))
        rejected = (1 + false) / (1 + known) <= at_most * alerts / rows
        # The lowest that some row stands at.
        rejected &= drawn > 0
        lowest = np.where(rejected.any(axis=1), rejected.argmax(axis=1), first.size)
        picks.append(values[lowest])
    return np.concatenate(picks)


def _levels(first: Integers, as_high: Integers, rows: int, at_most: float, known: int) -> Integers:
    """Return which of the distinct scores may be picked, ascending, the lowest among them."""
    if first.size <= 3 * GROUPS // 2:
        return np.arange(first.size)
    rejected = (1 + as_high) / (1 + known) <= at_most * (rows - first) / rows
    alerts = rows - first[rejected.argmax()] if rejected.any() else 1
    reach = DEVIATIONS * np.sqrt(alerts) + 1
    near = np.linspace(max(1, alerts - reach), min(rows, alerts + reach), GROUPS // 2)
    ranks = np.concatenate((ranks_from_the_top(rows, GROUPS), near.astype(np.int64)))
    return np.unique(np.append(np.searchsorted(first, rows - ranks, side="right") - 1, 0))
