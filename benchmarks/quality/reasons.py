"""Does the top reason of an alert name the feature that was altered?

Normal rows of the test get in one feature the value of another normal row. An alert is a score
above the 99 % quantile of the scores of these rows as they were. Split as in the protocols A and C.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import credit_card, data, figures, half_normal
from benchmarks.quality.data import Matrix
from benchmarks.quality.drawing import Swapped, swapped
from benchmarks.quality.methods import Explaining
from benchmarks.quality.settings import Settings
from benchmarks.shared.measurements import Measured

SETS = ("annthyroid", "PageBlocks", "pendigits", "satellite", "shuttle", "vowels")
QUANTILE = 0.99
_MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Material:
    """Normal rows that train, those of the test, and these with a feature swapped."""

    training: Matrix
    test: Matrix
    altered: Swapped


def sets() -> list[str]:
    """Return the credit-card set and a few of ADBench."""
    there = data.adbench_sets()
    return [data.CREDIT_CARD, *(name for name in SETS if name in there)]


def prepare(name: str, seed: int, settings: Settings) -> Material:
    """Swap features of normal rows of the test."""
    if name == data.CREDIT_CARD:
        parts = credit_card.prepare("random", seed, settings)
        training, test = parts.train.normal, parts.test.normal
    else:
        halved = half_normal.prepare(name, seed, settings)
        training, test = halved.train.rows, halved.test.normal
    order = np.random.default_rng(seed).permutation(len(test))
    test = test[order[:_MOST_ROWS]]
    return Material(training, test, swapped(test, seed))


def measure(method: Explaining, material: Material, seed: int) -> Measured:
    """Count the alerts, and those whose top reason is right."""
    detector, fit_seconds = method.fitted(material.training, seed)
    before = detector.anomaly_score(material.test)
    threshold = np.quantile(before, QUANTILE)
    explanation = detector.explain(material.altered.rows)
    found = figures.reasons(
        explanation.scores > threshold,
        before[material.altered.origins] > threshold,
        by_feature(explanation.shares, detector).argmax(axis=1),
        material.altered.features,
    )
    rows = {"train": len(material.training), "test": len(material.test), "anomalies": 0}
    return Measured(found, fit_seconds, 0.0, rows)


def by_feature(shares: NDArray[np.float32], detector: Any) -> NDArray[np.float64]:
    """Return each feature's share; that of its indicator of missing values is part of it."""
    n_features = detector.n_features_in_
    summed = shares[:, :n_features].astype(np.float64)
    for part, feature in enumerate(detector.indicated_, start=n_features):
        summed[:, feature] += shares[:, part]
    return summed
