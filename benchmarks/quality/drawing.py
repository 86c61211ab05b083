"""Which rows train and which test; a seed settles every draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.data import LabelledRows, Matrix

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Halves:
    """Half of the normal rows to train; the other half and the anomalies to test.

    Attributes
    ----------
    train, test : ndarray of int
        Places of rows. Those to train are normal; those to test have the normal ones first.
    """

    train: Places
    test: Places


def drawn(n_rows: int, most: int, seed: int) -> Places:
    """Return the places of at most `most` rows, drawn without replacement, in random order.

    The generator is the legacy one on purpose: a paper's published code draws with it, so the same
    seed gives the same rows of the same file.
    """
    return np.random.RandomState(seed).choice(n_rows, min(most, n_rows), replace=False)


def halves(labels: NDArray[np.int8], order: Places) -> Halves:
    """Divide the rows at the places `order`: the first half of its normal rows trains."""
    normal, anomalies = order[labels[order] == 0], order[labels[order] == 1]
    n_train = round(len(normal) / 2)
    return Halves(normal[:n_train], np.concatenate([normal[n_train:], anomalies]))


@dataclass(frozen=True, slots=True)
class Dose:
    """So many normal rows and anomalies in training."""

    normal: int
    anomalies: int


def dose(share: float, normal: int, anomalies: int) -> Dose:
    """Return how many rows make `share` of the training rows anomalies.

    Where there are too few anomalies for all the normal rows, fewer normal rows train.
    """
    wanted = round(share / (1 - share) * normal)
    if wanted <= anomalies:
        return Dose(normal, wanted)
    return Dose(round(anomalies * (1 - share) / share), anomalies)


@dataclass(frozen=True, slots=True)
class Swapped:
    """Normal rows in which one feature has the value of another normal row.

    Attributes
    ----------
    rows : ndarray of shape (n_rows, n_features)
    features : ndarray of shape (n_rows,)
        The place of the feature.
    origins : ndarray of shape (n_rows,)
        The place of the row as it was.
    """

    rows: Matrix
    features: Places
    origins: Places


def swapped(rows: Matrix, seed: int) -> Swapped:
    """Swap one feature of each row; rows that this leaves as they were are dropped."""
    generator = np.random.default_rng(seed)
    places = np.arange(len(rows))
    features = generator.integers(rows.shape[1], size=len(rows))
    donors = (places + generator.integers(1, len(rows), size=len(rows))) % len(rows)
    altered = rows.copy()
    altered[places, features] = rows[donors, features]
    is_other = altered[places, features] != rows[places, features]
    return Swapped(altered[is_other], features[is_other], places[is_other])


def half_of(table: LabelledRows, most: int, seed: int) -> tuple[LabelledRows, LabelledRows]:
    """Return the rows that train (all normal) and those that test, of at most `most` rows."""
    found = halves(table.labels, drawn(len(table.rows), most, seed))
    return table.chosen(found.train), table.chosen(found.test)
