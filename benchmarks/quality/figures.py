"""What scores are worth, as figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from benchmarks.quality.data import Labels
from thresholds import pick

Scores = NDArray[np.float64]


def ranking(labels: Labels, scores: Scores) -> dict[str, float]:
    """Return average precision and the area under the ROC curve."""
    return {
        "average_precision": float(average_precision_score(labels, scores)),
        "roc_auc": float(roc_auc_score(labels, scores)),
    }


def at_picked_threshold(
    validation: tuple[Labels, Scores], test: tuple[Labels, Scores]
) -> dict[str, float]:
    """Pick the threshold of the best F1 on validation; return what it does on test."""
    found = pick(*validation, "f1", replicates=1).evaluate(*test)
    # Precision is undefined where there is no alert.
    return {name: float(getattr(found, name) or 0) for name in ("precision", "recall", "f1")}


def reasons(
    is_alert: NDArray[np.bool_],
    was_alert: NDArray[np.bool_],
    named: NDArray[np.int64],
    altered: NDArray[np.int64],
) -> dict[str, int]:
    """Count the alerts on altered rows, and those whose top reason names the altered feature.

    Parameters
    ----------
    is_alert, was_alert : ndarray of bool
        With the feature altered, and before.
    named, altered : ndarray of int
        The feature of the largest share, and the altered one.
    """
    is_right = named == altered
    is_new = is_alert & ~was_alert
    return {
        "altered": len(altered),
        "alerts": int(is_alert.sum()),
        "named": int((is_alert & is_right).sum()),
        "new_alerts": int(is_new.sum()),
        "new_named": int((is_new & is_right).sum()),
    }


def refuse_unusable(scores: Sequence[Scores]) -> None:
    """Raise `ValueError` for scores that order no rows."""
    if not all(np.isfinite(part).all() for part in scores):
        raise ValueError("scores that are not finite numbers")
