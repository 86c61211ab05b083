"""A population whose figures are known: two normal distributions of scores, one for each class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm

FALSE_ALARM, MISSED = 1.0, 100.0
# Of the logarithm of amounts, whose mean is that of a missed anomaly.
SPREAD_OF_AMOUNTS = 1.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows that were drawn: labels, scores and amounts."""

    labels: NDArray[np.bool_]
    scores: Floats
    amounts: Floats


@dataclass(frozen=True)
class Population:
    """Rows that are anomalies with the same chance each, and score higher where they are.

    Attributes
    ----------
    rows : int
        Drawn at once.
    positives : float
        Anomalies among them, on average.
    separation : float
        Of the two classes, in standard deviations.
    """

    rows: int
    positives: float
    separation: float

    def draw(self, random: np.random.Generator) -> Drawn:
        """Draw rows, again where one class is missing."""
        labels = random.random(self.rows) < self.positives / self.rows
        while labels.all() or not labels.any():
            labels = random.random(self.rows) < self.positives / self.rows
        scores = random.normal(size=self.rows) + self.separation * labels
        drift = random.normal(-(SPREAD_OF_AMOUNTS**2) / 2, SPREAD_OF_AMOUNTS, self.rows)
        return Drawn(labels, scores, MISSED * np.exp(drift))

    def figures(self, threshold: Any) -> dict[str, Any]:
        """Return what is true at a threshold, or at many."""
        tp = self.positives * norm.sf(threshold - self.separation)
        fp = (self.rows - self.positives) * norm.sf(threshold)
        cost = FALSE_ALARM * fp + MISSED * (self.positives - tp)
        share, alerts = self.positives / self.rows, (tp + fp) / self.rows
        spreads = np.sqrt(share * (1 - share) * alerts * (1 - alerts))
        return {
            "precision": tp / (tp + fp),
            "recall": tp / self.positives,
            "f1": 2 * tp / (tp + fp + self.positives),
            "mcc": (tp / self.rows - share * alerts) / spreads,
            "fpr": fp / (self.rows - self.positives),
            "cost": cost,
            "cost by amount": cost,
            "alerts": tp + fp,
        }

    @cache  # noqa: B019 - populations are few
    def best(self, figure: str) -> float:
        """Return the threshold at which a figure is highest, or a cost is lowest."""
        values = self.figures(self._grid)[figure]
        return float(self._grid[values.argmin() if "cost" in figure else values.argmax()])

    @property
    def average_precision(self) -> float:
        return self._average_precision()

    @cache  # noqa: B019
    def _average_precision(self) -> float:
        precision = self.figures(self._grid)["precision"]
        return float(np.trapezoid(precision * norm.pdf(self._grid - self.separation), self._grid))

    def probability(self, scores: Floats) -> Floats:
        """Return how probable it is that rows of some scores are anomalies."""
        prior = logit(self.positives / self.rows)
        return expit(prior + self.separation * scores - self.separation**2 / 2)

    @property
    def brier(self) -> float:
        """The mean squared error of these probabilities."""
        share = self.positives / self.rows
        error = self.probability(self._grid)
        of_anomalies = np.trapezoid(
            (1 - error) ** 2 * norm.pdf(self._grid - self.separation), self._grid
        )
        of_others = np.trapezoid(error**2 * norm.pdf(self._grid), self._grid)
        return float(share * of_anomalies + (1 - share) * of_others)

    @property
    def roc_auc(self) -> float:
        return float(norm.cdf(self.separation / np.sqrt(2)))

    @cached_property
    def _grid(self) -> Floats:
        return np.linspace(-8, self.separation + 9, 200_001)
