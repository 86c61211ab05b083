"""The precision-recall curve, exact at every distinct score."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.boundary import above, between, everything
from thresholds.counting.counts import Counts, Integers, Tallies
from thresholds.counting.inputs import Floats, as_counts, as_flags, as_scores, refuse_nan
from thresholds.counting.ranking import ranked
from thresholds.errors import ThresholdError
from thresholds.small_table import SmallTable

_SHOWN_RECALLS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
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
        flags = as_flags(labels, scores)
        positives = int(np.count_nonzero(flags))
        require_both_classes(positives, scores.size - positives)
        thresholds, alerts, tp = ranked(scores, flags)
        return cls.from_tallies(thresholds, tp, np.subtract(alerts, tp, out=alerts))

    @classmethod
    def from_counts(cls, levels: ArrayLike, positives: ArrayLike, negatives: ArrayLike) -> Self:
        """Build the curve from how many rows have each score.

        Parameters
        ----------
        levels : array-like, shape (m,)
            The distinct scores, ascending. Their dtype is that of the thresholds.
        positives, negatives : array-like of int or float, shape (m,)
            Anomalies and normal rows of each score. Floats, such as sums of sample weights, make a
            curve of floats. A level without rows is left out.

        Returns
        -------
        PrecisionRecallCurve

        Raises
        ------
        ThresholdError
            Levels that do not ascend, other lengths, negative counts, or a single class.

        Examples
        --------
        >>> curve = PrecisionRecallCurve.from_counts([0.1, 0.35, 0.8], [0, 1, 1], [5, 2, 0])
        >>> curve.tp, curve.fp
        (array([2, 2, 1]), array([7, 2, 0]))
        """
        levels = as_scores(levels)
        anomalies, normal = (
            as_counts(counts, name, levels.size)
            for counts, name in ((positives, "positives"), (negatives, "negatives"))
        )
        refuse_nan(levels)
        if not (levels[1:] > levels[:-1]).all():
            raise ThresholdError("levels do not ascend; give each distinct score once, sorted")
        occupied = (anomalies > 0) | (normal > 0)
        tp, fp = (np.cumsum(counts[occupied][::-1])[::-1] for counts in (anomalies, normal))
        if not tp.size or tp[0] == 0 or fp[0] == 0:
            require_both_classes(*(each[0].item() if each.size else 0 for each in (tp, fp)))
        return cls.from_tallies(levels[occupied], tp, fp)

    @classmethod
    def from_tallies(cls, thresholds: Floats, tp: Tallies, fp: Tallies, **further: Any) -> Self:
        """Build the curve from checked counts at or above each score; they are not copied.

        Parameters
        ----------
        thresholds : ndarray of float, shape (m,)
        tp, fp : ndarray of int64 or float64, shape (m,)
        **further
            Other attributes of `Counts`.
        """
        for array in (thresholds, tp, fp):
            array.flags.writeable = False
        positives, negatives = tp[0].item(), fp[0].item()
        return cls(
            thresholds=thresholds,
            tp=tp,
            fp=fp,
            positives=positives,
            negatives=negatives,
            **further,
        )

    @property
    def small_table(self) -> SmallTable:
        """What the curve says, for people."""
        lines = [
            ("average precision", f"{self.average_precision:.3f}"),
            ("ROC AUC", f"{self.roc_auc:.3f}"),
        ]
        for recall in _SHOWN_RECALLS:
            best = self.precision[self.recall >= recall].max()
            lines.append((f"precision at recall {recall:g}", f"{best:.3f}"))
        rows = self.positives + self.negatives
        title = (
            f"{type(self).__name__}: {len(self.thresholds):,} thresholds, {rows:,.10g} rows, "
            f"{self.positives:,.10g} anomalies"
        )
        return SmallTable(title, lines)

    def __repr__(self) -> str:
        return str(self.small_table)

    def _repr_html_(self) -> str:
        return self.small_table.to_html()

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
        doubled = np.sum(fp_steps * (tp[:-1] + tp[1:])).item()
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
        turns = np.append(self.tp[1:] != self.tp[:-1], self.tp[-1] > 0)
        return np.flatnonzero(turns)

    def value_at(self, position: int) -> float:
        """Return a threshold with the counts of `thresholds[position]` that rounding cannot upset.

        It stands midway to the next lower score (see `thresholds.counting.boundary.between`); where every
        row alerts there is none, and it is the lowest score itself, or a finite number below it. The position behind the last
        gives the lowest threshold that no score reaches.

        Examples
        --------
        >>> curve = PrecisionRecallCurve.from_scores([0, 0, 1, 1], [0.125, 0.5, 0.25, 0.75])
        >>> curve.value_at(3), curve.value_at(0)
        (0.625, 0.125)
        """
        if position == self.thresholds.size:
            return above(self.thresholds[-1])
        if position == 0:
            return everything(self.thresholds[0])
        return between(self.thresholds[position - 1], self.thresholds[position])


def require_both_classes(positives: float, negatives: float) -> None:
    """Raise a ThresholdError where there is no anomaly or no normal row."""
    if positives == 0:
        raise ThresholdError(
            f"none of the {negatives} labels is 1; add rows with anomalies, "
            "or pick without labels (objective 'contamination')"
        )
    if negatives == 0:
        raise ThresholdError(f"all {positives} labels are 1; add normal rows, labelled 0")
