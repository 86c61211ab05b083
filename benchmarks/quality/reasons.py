"""Does the top reason of an alert name the feature that was altered? Does its removal end the alert?

Normal rows of the test get in one feature the value of another normal row. An alert is a score
above the 99 % quantile of the scores of these rows as they were. Split as in the protocols A and C.

The deletion test: the values of an alert are replaced by the expected ones, the greatest share first,
until the score is no longer above that quantile. How few could do is told by a greedy search, which
replaces at each step the value that lowers the score most; beside it stands the order of plain
standardised deviations.
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
_MOST_ALERTS = 500


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
    is_alert = explanation.scores > threshold
    shares = by_feature(explanation.shares, detector)
    found = figures.reasons(
        is_alert,
        before[material.altered.origins] > threshold,
        shares.argmax(axis=1),
        material.altered.features,
    )
    deleted = np.flatnonzero(is_alert)[:_MOST_ALERTS]
    alerts = material.altered.rows[deleted]
    explained = detector.explain(alerts)
    expected = explained.expected[:, : alerts.shape[1]]
    deviations = np.abs(alerts - material.training.mean(axis=0))
    deviations /= material.training.std(axis=0) + 1e-9
    orders = {
        "deletions": by_feature(explained.shares, detector).argsort(axis=1)[:, ::-1],
        "deletions_at_best": greedy_order(detector, alerts, expected),
        "deletions_by_deviation": deviations.argsort(axis=1)[:, ::-1],
    }
    needed = {
        name: deletions(detector, alerts, expected, order, threshold)
        for name, order in orders.items()
    }
    found |= {name: float(each.mean()) for name, each in needed.items()}
    found["ended_by_one"] = float((needed["deletions"] == 1).mean())
    rows = {"train": len(material.training), "test": len(material.test), "anomalies": 0}
    return Measured(found, fit_seconds, 0.0, rows)


def deletions(
    detector: Any, rows: Matrix, expected: Matrix, order: NDArray[np.int64], threshold: float
) -> NDArray[np.int64]:
    """Return how many values of each row must be replaced until its score is below the threshold.

    In the order given for each row; all of them and one more where that does not help.
    """
    changed = rows.copy()
    needed = np.full(len(rows), rows.shape[1] + 1)
    each = np.arange(len(rows))
    for step, features in enumerate(order.T, start=1):
        changed[each, features] = expected[each, features]
        is_below = detector.anomaly_score(changed) <= threshold
        needed[is_below] = np.minimum(needed[is_below], step)
    return needed


def greedy_order(detector: Any, rows: Matrix, expected: Matrix) -> NDArray[np.int64]:
    """Return for each row its features, the one first whose expected value lowers the score most.

    The next one is that of the row as it is then.
    """
    n_rows, n_features = rows.shape
    each, features = np.arange(n_rows), np.arange(n_features)
    changed, order = rows.copy(), np.empty((n_rows, n_features), np.int64)
    is_left = np.ones((n_rows, n_features), np.bool_)
    for step in range(n_features):
        tried = np.repeat(changed[:, None], n_features, axis=1)
        tried[:, features, features] = expected
        scores = detector.anomaly_score(tried.reshape(-1, n_features)).reshape(n_rows, n_features)
        best = np.where(is_left, scores, np.inf).argmin(axis=1)
        order[:, step], is_left[each, best] = best, False
        changed[each, best] = expected[each, best]
    return order


def by_feature(shares: NDArray[np.float32], detector: Any) -> NDArray[np.float64]:
    """Return each feature's share; that of its indicator of missing values is part of it."""
    n_features = detector.n_features_in_
    summed = shares[:, :n_features].astype(np.float64)
    for part, feature in enumerate(detector.indicated_, start=n_features):
        summed[:, feature] += shares[:, part]
    return summed
