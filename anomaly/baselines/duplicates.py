"""Rows of validation and test that were in train already, feature by feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomaly.baselines.inputs import Floats
from anomaly.splits import Split


@dataclass(frozen=True, slots=True)
class Duplicates:
    """How many rows of a part equal a training row in every feature.

    Attributes
    ----------
    part : str
    rows : int
        Of the part.
    duplicates : int
    positives : int
        Positive ones among the duplicates.
    contradictions : int
        Duplicates of a training row, none of which has their label.
    """

    part: str
    rows: int
    duplicates: int
    positives: int
    contradictions: int


def count_duplicates(
    matrix: Floats, split: Split, labels: NDArray[np.int8]
) -> tuple[Duplicates, ...]:
    """Count the rows of validation and test that are in train too.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_features), float32
        Raw features, NaN where missing.
    split : Split
    labels : ndarray of shape (n_rows,)
    """
    keys = _keys(matrix)
    seen: dict[int, set[bytes]] = {0: set(), 1: set()}
    for row in split.train:
        seen[int(labels[row])].add(keys[row].tobytes())
    found = []
    for part, members in (("validation", split.validation), ("test", split.test)):
        duplicates = positives = contradictions = 0
        for row in members:
            label, key = int(labels[row]), keys[row].tobytes()
            is_same, is_other = key in seen[label], key in seen[1 - label]
            duplicates += is_same or is_other
            positives += (is_same or is_other) and label
            contradictions += is_other and not is_same
        found.append(Duplicates(part, len(members), duplicates, positives, contradictions))
    return tuple(found)


def _keys(matrix: Floats) -> NDArray[np.void]:
    """Return each row as bytes, with one zero and one NaN."""
    whole = np.ascontiguousarray(matrix + np.float32(0))  # minus zero becomes zero
    whole[np.isnan(whole)] = np.nan
    return whole.view(np.dtype((np.void, whole.itemsize * whole.shape[1]))).ravel()
