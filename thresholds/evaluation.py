"""What a threshold does to rows."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thresholds.counts import Counts
from thresholds.inputs import Flags, Floats
from thresholds.intervals import Bootstrap, Interval

INTERVAL_NAMES = ("precision", "recall", "f1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures of one threshold on some rows.

    Without labels `rows` and `alerts` are known and everything else is None. With labels a figure
    is None where it is undefined: precision without alerts, recall without anomalies, F1 without
    both. F1 without alerts is 0.

    Attributes
    ----------
    rows : int
        Rows looked at.
    alerts : int
        Rows with ``score >= threshold``.
    tp, fp, fn, tn : int or None
        Anomalies caught, false alarms, anomalies missed, normal rows left alone.
    precision, recall, f1 : float or None
        Share of the alerts that are anomalies, share of the anomalies that alert, and their
        harmonic mean.
    intervals : dict
        For `precision`, `recall` and `f1` a pair ``(low, high)`` (see
        `thresholds.intervals.Bootstrap`), or None where there is none.
    """

    rows: int
    alerts: int
    tp: int | None = None
    fp: int | None = None
    fn: int | None = None
    tn: int | None = None
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    intervals: dict[str, Interval | None] = field(
        default_factory=lambda: dict.fromkeys(INTERVAL_NAMES)
    )

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON takes them: numbers, lists and None, never NaN."""
        names = ("precision", "recall", "f1", "rows", "alerts", "tp", "fp", "fn", "tn")
        figures: dict[str, Any] = {name: getattr(self, name) for name in names}
        figures["intervals"] = {
            name: None if interval is None else list(interval)
            for name, interval in self.intervals.items()
        }
        return figures


def figures_at(
    value: float, flags: Flags | None, scores: Floats, bootstrap: Bootstrap
) -> dict[str, Any]:
    """Return the attributes of an `Evaluation` of the alerts ``scores >= value``.

    Parameters
    ----------
    value : float
        The threshold.
    flags : ndarray of bool, shape (n,), or None
        True for an anomaly.
    scores : ndarray of float, shape (n,)
        Without NaN.
    bootstrap : Bootstrap
        Draws the intervals.
    """
    # A float64 threshold beyond the range of float32 scores becomes infinite, which is right.
    with np.errstate(over="ignore"):
        alerted = scores >= value
    alerts = int(np.count_nonzero(alerted))
    if flags is None:
        return {"rows": scores.size, "alerts": alerts}
    positives = int(np.count_nonzero(flags))
    tp = int(np.count_nonzero(alerted & flags))
    fp = alerts - tp
    negatives = scores.size - positives
    counts = Counts(tp=np.array(tp), fp=np.array(fp), positives=positives, negatives=negatives)
    return {
        "rows": scores.size,
        "alerts": alerts,
        "tp": tp,
        "fp": fp,
        "fn": positives - tp,
        "tn": negatives - fp,
        "precision": _defined(counts.precision),
        "recall": _defined(counts.recall),
        "f1": _defined(counts.f_beta(1)),
        "intervals": bootstrap.intervals(tp, fp, positives, negatives),
    }


def _defined(figure: Any) -> float | None:
    return None if math.isnan(figure) else float(figure)
