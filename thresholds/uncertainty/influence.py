"""How much each row moves a figure: what the variance of the figure is made of.

The influence of a row is the derivative of the figure by the row's weight. The figure strays from
that of the population as the sum of the influences of the drawn rows does, so the sum of their
squares is its variance (F. R. Hampel, "The influence curve and its role in robust estimation",
*Journal of the American Statistical Association* 69, 1974). For the ROC AUC that is the variance of
E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, "Comparing the areas under two or more
correlated receiver operating characteristic curves", *Biometrics* 44, 1988.
"""

from dataclasses import dataclass

import numpy as np

from thresholds.counting.counts import Ratios, Tallies
from thresholds.counting.inputs import Flags, Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankingInfluence:
    """A figure of a ranking and the influences of its rows, which equal scores share.

    Attributes
    ----------
    figure : float
    of_anomalies : ndarray of float64, shape (k,)
        Of an anomaly of each of the k scores that anomalies have, falling.
    of_normal : ndarray of float64, shape (2k + 1,)
        Of a normal row above the first of these scores, at it, between it and the next, and so on.
    """

    figure: float
    of_anomalies: Ratios
    of_normal: Ratios


def average_precision_influence(gained: Tallies, tp: Tallies, fp: Tallies) -> RankingInfluence:
    """Return the average precision and its influences.

    Parameters
    ----------
    gained, tp, fp : ndarray, shape (k,)
        At the falling scores that anomalies have: the anomalies of that score, those at or above
        it, and the normal rows at or above it.
    """
    alerts = tp + fp
    precision, positives = tp / alerts, tp[-1]
    figure = float((gained * precision).sum() / positives)
    # What one more anomaly, or normal row, adds to the precision at each score that it is above.
    better = _from_below(gained * fp / alerts**2)
    worse = _from_below(gained * tp / alerts**2)
    return RankingInfluence(
        figure=figure,
        of_anomalies=(precision - figure + better) / positives,
        of_normal=-np.append(np.repeat(worse, 2), 0.0) / positives,
    )


def roc_auc_influence(
    gained: Tallies, tp: Tallies, fp: Tallies, fp_above: Tallies, negatives: float
) -> RankingInfluence:
    """Return the ROC AUC and its influences.

    Parameters
    ----------
    gained, tp, fp : ndarray, shape (k,)
        As in `average_precision_influence`.
    fp_above : ndarray, shape (k,)
        The normal rows above each score.
    negatives : float
        All normal rows.
    """
    positives = tp[-1]
    outranked = (negatives - (fp + fp_above) / 2) / negatives
    figure = float((gained * outranked).sum() / positives)
    above = np.append(0.0, tp)
    outranking = np.empty(2 * tp.size + 1)
    outranking[::2] = above / positives
    outranking[1::2] = (above[:-1] + gained / 2) / positives
    return RankingInfluence(
        figure=figure,
        of_anomalies=(outranked - figure) / positives,
        of_normal=(outranking - figure) / negatives,
    )


def ranking_influences(flags: Flags, scores: Floats) -> dict[str, tuple[float, Ratios]]:
    """Return the average precision and the ROC AUC of some rows, each with the influence of each row.

    Parameters
    ----------
    flags : ndarray of bool, shape (n,)
        At least one anomaly and one normal row.
    scores : ndarray of float, shape (n,)

    Returns
    -------
    dict of str to (float, ndarray of float64, shape (n,))
    """
    levels, place, gained = np.unique(scores[flags], return_inverse=True, return_counts=True)
    normal = scores[~flags]
    # Twice the number of levels below, and one more where it is equal to one: the group counted
    # from below.
    group = np.searchsorted(levels, normal, "left") + np.searchsorted(levels, normal, "right")
    sizes = np.bincount(group, minlength=2 * levels.size + 1)[::-1]
    reached = np.cumsum(sizes)
    gained, fp_above, fp = gained[::-1], reached[:-1:2], reached[1::2]
    tp = np.cumsum(gained)
    figures = {
        "average_precision": average_precision_influence(gained, tp, fp),
        "roc_auc": roc_auc_influence(gained, tp, fp, fp_above, normal.size),
    }
    by_row = {}
    for name, influence in figures.items():
        rows = np.empty(scores.size)
        rows[flags] = influence.of_anomalies[::-1][place]
        rows[~flags] = influence.of_normal[::-1][group]
        by_row[name] = influence.figure, rows
    return by_row


def _from_below(values: Ratios) -> Ratios:
    """Return the sums from each place to the last."""
    return np.cumsum(values[::-1])[::-1]
