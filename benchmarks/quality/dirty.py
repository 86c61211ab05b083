"""Anomalies mixed into the training rows: what is left of average precision.

The same test rows clean and dirty. On the credit-card set (split at random as in protocol A) the
frauds of train are mixed in; on the sets of ADBench (halved as in protocol C) up to half of the
anomalies, which then do not test. Where there are too few for a share, fewer normal rows train,
clean and dirty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score

from benchmarks.quality import credit_card, data, figures, half_normal
from benchmarks.quality.data import LabelledRows, Matrix, counted
from benchmarks.quality.drawing import Dose, dose
from benchmarks.quality.methods import Method
from benchmarks.quality.settings import Settings
from benchmarks.shared.measurements import Measured

SHARES = (0.002, 0.01, 0.05)


@dataclass(frozen=True, slots=True)
class Material:
    """Rows of a set by what they are for.

    Attributes
    ----------
    normal : ndarray of shape (n_normal, n_features)
        To train, in random order.
    dirt : ndarray of shape (n_dirt, n_features)
        Anomalies to mix in, in random order.
    test : LabelledRows
    """

    normal: Matrix
    dirt: Matrix
    test: LabelledRows

    def training(self, amount: Dose) -> Matrix:
        """Return the first rows of each kind, so that a larger dose holds the smaller one."""
        return np.concatenate([self.normal[: amount.normal], self.dirt[: amount.anomalies]])


def sets() -> list[str]:
    """Return the credit-card set and those of ADBench."""
    return [data.CREDIT_CARD, *data.adbench_sets()]


def prepare(name: str, seed: int, settings: Settings) -> Material:
    """Set anomalies aside to be mixed in."""
    generator = np.random.default_rng(seed)
    if name == data.CREDIT_CARD:
        parts = credit_card.prepare("random", seed, settings)
        normal = generator.permutation(parts.train.normal)
        return Material(normal, generator.permutation(parts.train.anomalies), parts.test)
    halved = half_normal.prepare(name, seed, settings)
    anomalies = generator.permutation(np.flatnonzero(halved.test.labels))
    n_dirt = min(len(anomalies) // 2, dose(max(SHARES), len(halved.train.rows), 10**9).anomalies)
    kept = np.concatenate([np.flatnonzero(halved.test.labels == 0), anomalies[n_dirt:]])
    dirt = halved.test.rows[anomalies[:n_dirt]]
    return Material(halved.train.rows, dirt, halved.test.chosen(kept))


def measure(method: Method, material: Material, seed: int) -> Measured:
    """Return average precision clean and dirty, for each share that has a row at least."""
    doses = {share: dose(share, len(material.normal), len(material.dirt)) for share in SHARES}
    doses = {share: amount for share, amount in doses.items() if amount.anomalies}
    found: dict[Dose, float] = {}
    fit_seconds, score_seconds = 0.0, 0.0
    for amount in doses.values():
        for each in (Dose(amount.normal, 0), amount):
            # Shares with all the normal rows have one clean fit in common.
            if each not in found:
                scored = method.scores(material.training(each), [material.test.rows], seed)
                figures.refuse_unusable(scored.scores)
                found[each] = float(average_precision_score(material.test.labels, scored.scores[0]))
                fit_seconds += scored.fit_seconds
                score_seconds += scored.score_seconds
    compared = {
        f"{share:g}": {
            "clean": found[Dose(amount.normal, 0)],
            "dirty": found[amount],
            "normal": amount.normal,
            "anomalies": amount.anomalies,
        }
        for share, amount in doses.items()
    }
    rows = counted(material.normal, material.test)
    return Measured({"shares": compared}, fit_seconds, score_seconds, rows)
