"""The precision-recall curve, exact at every distinct score."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from thresholds.boundary import between
from thresholds.counts import Counts, Integers
from thresholds.errors import ThresholdError
from thresholds.inputs import Floats, as_flags, as_scores
from thresholds.ranking import ranked


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrecisionRecallCurve(Counts):
    """What each possible threshold catches and costs.

    Thresholds ascend, as in scikit-learn: the first alerts on every row, the last on the rows of
    the highest score. Rows of equal score alert together. The point of no alert, which
    scikit-learn appends with precision 1 and recall 0, is left out: it has no threshold.

    Attributes
    ----------
    thresholds : ndarray of float, shape (m,)
        All distinct scores, ascending, in the dtype of the scores.
    tp, fp : ndarray of int64, shape (m,)
        Anomalies and normal rows with ``score >= threshold``.
    positives, negatives : int
        All anomalies and all normal rows, each at least 1.

    Examples
    --------
    >>> curve = PrecisionRecallCurve.from_scores([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> curve.thresholds
    array([0.1 , 0.35, 0.4 , 0.8 ])
    >>> curve.precision
    array([0.5       , 0.66666667, 0.5       , 1.        ])
    >>> curve.recall
    array([1. , 1. , 0.5, 0.5])
    >>> round(curve.average_precision, 4), curve.roc_auc
    (0.8333, 0.75)
    """

    thresholds: Floats

    @classmethod
    def from_scores(cls, labels: ArrayLike, scores: ArrayLike) -> Self:
        """Build the curve.

        Parameters
        ----------
        labels : array-like, shape (n,)
            1 for an anomaly, 0 for a normal row.
        scores : array-like, shape (n,)
            Higher is more anomalous. Infinities are allowed, NaN is not.

        Returns
        -------
        PrecisionRecallCurve

        Raises
        ------
        ThresholdError
            Unusable labels or scores, or a single class.
        """
        scores = as_scores(scores)
        flags = as_flags(labels, scores.size)
        positives = int(np.count_nonzero(flags))
        negatives = scores.size - positives
        _require_both_classes(positives, negatives)
        thresholds, alerts, tp = ranked(scores, flags)
        fp = np.subtract(alerts, tp, out=alerts)
        for array in (thresholds, tp, fp):
            array.flags.writeable = False
        return cls(thresholds=thresholds, tp=tp, fp=fp, positives=positives, negatives=negatives)

    @property
    def average_precision(self) -> float:
        """Mean precision at the thresholds, each weighted by the recall it adds.

        It is what ``sklearn.metrics.average_precision_score`` computes, to the last digit.
        """
        recall_steps = np.diff(self.recall, append=0.0)
        return -float(np.sum(recall_steps * self.precision))

    @property
    def roc_auc(self) -> float:
        """Area under the ROC curve: the chance that an anomaly outscores a normal row.

        A tie counts one half (Hanley and McNeil, *Radiology* 143, 1982). The area is summed in
        integers and rounded once.
        """
        tp = np.append(self.tp, 0)
        fp_steps = -np.diff(self.fp, append=0)
        doubled = int(np.sum(fp_steps * (tp[:-1] + tp[1:])))
        return doubled / (2 * self.positives * self.negatives)

    def corners(self) -> Integers:
        """Return where the curve turns: the thresholds at which an anomaly stands, ascending.

        Between two corners a lower threshold adds false alarms alone, so any objective that never
        gains from a false alarm is at its best in one of them.

        Returns
        -------
        ndarray of int64, shape (at most `positives`,)
            Positions in `thresholds`.

        Examples
        --------
        >>> curve = PrecisionRecallCurve.from_scores([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
        >>> curve.corners()
        array([1, 3])
        """
        turns = np.append(self.tp[1:] != self.tp[:-1], True)
        return np.flatnonzero(turns)

    def counts_at(self, positions: Integers) -> Counts:
        """Return the counts at some of the thresholds.

        Parameters
        ----------
        positions : ndarray of int64
            Positions in `thresholds`.

        Returns
        -------
        Counts
        """
        return Counts(
            tp=self.tp[positions],
            fp=self.fp[positions],
            positives=self.positives,
            negatives=self.negatives,
        )

    def value_at(self, position: int) -> float:
        """Return a threshold with the counts of `thresholds[position]` that rounding cannot upset.

        It stands midway to the next lower score (see `thresholds.boundary.between`); where every
        row alerts there is none, and it is the lowest score itself.

        Examples
        --------
        >>> curve = PrecisionRecallCurve.from_scores([0, 0, 1, 1], [0.125, 0.5, 0.25, 0.75])
        >>> curve.value_at(3), curve.value_at(0)
        (0.625, 0.125)
        """
        if position == 0:
            return float(self.thresholds[0])
        return between(self.thresholds[position - 1], self.thresholds[position])


def _require_both_classes(positives: int, negatives: int) -> None:
    if positives == 0:
        raise ThresholdError(
            f"none of the {negatives} labels is 1; add rows with anomalies, "
            "or pick without labels (objective 'contamination')"
        )
    if negatives == 0:
        raise ThresholdError(f"all {positives} labels are 1; add normal rows, labelled 0")
