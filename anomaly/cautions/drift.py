"""AN003: the scores of normal rows that drift over the held-out period, or between its parts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence, ScoredPart
from anomaly.cautions.words import duration, figure

CODE = "AN003"
#: How far the chance that a late row scores higher than an early one is from a half: less is no
#: drift that matters, however many rows show it.
LEAST_EFFECT = 0.05
#: Blocks in a third of the period, and the t that differences between thirds must reach (p < 0.001).
BLOCKS, LEAST_T = 8, 4.14
FEWEST_IN_A_BLOCK = 20
#: Standard errors between the rows of two parts whose order tells nothing.
LEAST_Z = 4.0
#: Of more rows, every k-th is looked at.
MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Drift:
    """How the scores of normal rows differ between an earlier and a later group of rows.

    Attributes
    ----------
    effect : float
        The chance that a later row scores higher than an earlier one, less a half (ties count half).
    certainty : float
        The effect in its standard errors.
    before, after : float
        Medians.
    """

    effect: float
    certainty: float
    before: float
    after: float


def drift(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution where the drift matters and chance does not explain it."""
    found = list(_over_time(evidence)) or list(_between_parts(evidence))
    if not found:
        return
    where, seconds, gravest = max(found, key=lambda each: abs(each[2].effect))
    over = f" over {duration(seconds)}" if seconds else ""
    way = "rise" if gravest.effect > 0 else "fall"
    who = (
        "transactions"
        if all(part.labels is None for part in evidence.parts.values())
        else "normal transactions"
    )
    figures: dict[str, float | str] = {
        "where": where,
        "median_before": gravest.before,
        "median_after": gravest.after,
        "effect": gravest.effect,
    }
    yield Caution(
        CODE,
        f"The scores of {who} {way} {where}: their median goes from {figure(gravest.before)} to "
        f"{figure(gravest.after)}{over}. What is normal has moved, or a feature follows the clock, "
        f"so the threshold will raise {'more' if gravest.effect > 0 else 'fewer'} alerts than it "
        "was picked for.",
        Gravity.HIGH,
        figures | ({"hours": seconds / 3600} if seconds else {}),
    )


def drift_of_blocks(scores: NDArray[np.float64]) -> Drift | None:
    """Compare the last third of scores in order of time with the first third.

    Rows near each other in time may be alike, so rows are not counted, but blocks of them: the means
    of their ranks, whose differences within a third are the noise (the method of batch means).

    Parameters
    ----------
    scores : ndarray of shape (n,)
        In order of time, without NaN.

    Returns
    -------
    Drift or None
        None for too few rows.

    References
    ----------
    Effect: A. Vargha and H. D. Delaney, "A critique and improvement of the CL common language effect
    size statistics of McGraw and Wong", *Journal of Educational and Behavioral Statistics* 25, 2000.
    """
    size = len(scores) // (3 * BLOCKS)
    if size < FEWEST_IN_A_BLOCK:
        return None
    rows = size * BLOCKS
    both = np.concatenate([scores[:rows], scores[-rows:]])
    means = (_ranks(both) / len(both)).reshape(2, BLOCKS, size).mean(axis=2)
    effect = float(means[1].mean() - means[0].mean())
    error = math.sqrt(means.var(axis=1, ddof=1).sum() / BLOCKS)
    return Drift(
        effect,
        abs(effect) / error if error else math.inf,
        float(np.median(both[:rows])),
        float(np.median(both[rows:])),
    )


def difference_of(before: NDArray[np.float64], after: NDArray[np.float64]) -> Drift | None:
    """Compare two groups of scores whose order tells nothing, by the rank-sum test.

    Parameters
    ----------
    before, after : ndarray
        Without NaN.

    Returns
    -------
    Drift or None
        None for too few rows.

    References
    ----------
    H. B. Mann and D. R. Whitney, "On a test of whether one of two random variables is stochastically
    larger than the other", *Annals of Mathematical Statistics* 18, 1947.
    """
    n, m = len(before), len(after)
    if min(n, m) < FEWEST_IN_A_BLOCK:
        return None
    ranks = _ranks(np.concatenate([before, after]))
    effect = float((ranks[n:].sum() - m * (m + 1) / 2) / (n * m) - 0.5)
    error = math.sqrt((n + m + 1) / (12 * n * m))
    return Drift(effect, abs(effect) / error, float(np.median(before)), float(np.median(after)))


def _over_time(evidence: Evidence) -> Iterator[tuple[str, float, Drift]]:
    """Yield where in time there is a drift, over how many seconds, and how large it is."""
    spans = {f"within {name}": [part] for name, part in evidence.parts.items()}
    if len(spans) > 1:
        together = {"over validation and test": list(evidence.parts.values())}
        # Parts of a split at random cover the same time, so that together they tell all.
        spans = together if evidence.split_method == "random" else spans | together
    for where, parts in spans.items():
        if any(part.moments is None for part in parts):
            continue
        moments, scores = map(np.concatenate, zip(*map(_normal, parts), strict=True))
        order = np.argsort(moments, kind="stable")
        found = drift_of_blocks(scores[order])
        if found and abs(found.effect) >= LEAST_EFFECT and found.certainty >= LEAST_T:
            yield where, float(np.ptp(moments)), found


def _between_parts(evidence: Evidence) -> Iterator[tuple[str, float, Drift]]:
    """Yield a difference between validation and test, where rows are dealt out at random."""
    if evidence.split_method == "time" or evidence.validation is None or evidence.test is None:
        return
    before, after = (part.scores[part.is_normal] for part in (evidence.validation, evidence.test))
    found = difference_of(before, after)
    if found and abs(found.effect) >= LEAST_EFFECT and found.certainty >= LEAST_Z:
        yield "from validation to test", 0.0, found


def _normal(part: ScoredPart) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return times and scores of the normal rows that have both."""
    assert part.moments is not None
    places = np.flatnonzero(part.is_normal & ~np.isnan(part.moments))
    places = places[:: max(1, -(-len(places) // MOST_ROWS))]
    return part.moments[places], part.scores[places].astype(np.float64)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ranks from 1, the mean rank for ties."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((2 * ends - counts + 1) / 2)[places]
