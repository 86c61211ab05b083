"""What scores are worth, as the sources count it and as it should be counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import figures
from benchmarks.quality.data import Labels
from benchmarks.quality.figures import Scores


@dataclass(frozen=True, slots=True)
class Scored:
    """Rows with their scores.

    Attributes
    ----------
    labels : ndarray of shape (n_rows,)
    scores : ndarray of shape (n_rows,)
        Higher is more anomalous.
    """

    labels: Labels
    scores: Scores

    def above(self, threshold: float, where: str = "") -> dict[str, float]:
        """Return precision, recall and F1 of the alerts above a threshold.

        `where` comes after the names of the figures.
        """
        found = alerting(self.labels, self.scores > threshold)
        return {name + where: value for name, value in found.items()}

    def chosen(self, places: NDArray[np.bool_]) -> Scored:
        """Return some of the rows."""
        return Scored(self.labels[places], self.scores[places])

    @property
    def ranking(self) -> dict[str, float]:
        """Average precision and the area under the ROC curve."""
        return figures.ranking(self.labels, self.scores)


def alerting(labels: Labels, is_alert: NDArray[np.bool_]) -> dict[str, float]:
    """Return precision (0 without an alert), recall and F1."""
    caught = int((is_alert & (labels == 1)).sum())
    alerts, anomalies = int(is_alert.sum()), int(labels.sum())
    return {
        "precision": caught / max(alerts, 1),
        "recall": caught / max(anomalies, 1),
        "f1": 2 * caught / max(alerts + anomalies, 1),
    }


def honest(validation: Scored, test: Scored) -> dict[str, float]:
    """Pick the threshold of the best F1 on validation; return what it does on test."""
    picked = figures.at_picked_threshold(
        (validation.labels, validation.scores), (test.labels, test.scores)
    )
    return {**test.ranking, **picked}
