"""Youden's J and the geometric mean: recall against the false positive rate."""

import numpy as np

from thresholds.counting.counts import Counts, Ratios, ratio
from thresholds.objectives.registry import maximised


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
