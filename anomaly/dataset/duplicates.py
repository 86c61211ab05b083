"""Rows of validation and test that were in train already, feature by feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd  # at once: a Ctrl-C amid a later import by pyarrow would leave half of it
from numpy.typing import NDArray

from anomaly.dataset.splits import Split
from anomaly.features.matrix import FeatureMatrix


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
    matrix: FeatureMatrix,
    split: Split,
    labels: NDArray[np.int8] | None,
    is_compared: NDArray[np.bool_] | None = None,
) -> tuple[Duplicates, ...]:
    """Count the rows of validation and test that are in train too.

    Rows are told apart by 64 bits of each: among ten million of them a false match is as likely
    as one in a hundred thousand.

    Parameters
    ----------
    matrix : FeatureMatrix
        Raw features, NaN where missing.
    split : Split
    labels : ndarray of shape (n_rows,) or None
        None takes every row as normal.
    is_compared : ndarray of shape (n_features,), bool, optional
        Which features tell rows apart; all by default. The history of a copy is another.
    """
    keys = _keys(matrix, slice(None) if is_compared is None else is_compared)
    is_positive = np.zeros(len(keys), bool) if labels is None else labels == 1
    learned = [keys[split.train[is_positive[split.train] == label]] for label in (False, True)]
    duplicates = []
    for part, members in (("validation", split.validation), ("test", split.test)):
        positive = is_positive[members]
        is_normal_copy, is_positive_copy = (np.isin(keys[members], known) for known in learned)
        is_copy = is_normal_copy | is_positive_copy
        is_same = np.where(positive, is_positive_copy, is_normal_copy)
        duplicates.append(
            Duplicates(
                part=part,
                rows=len(members),
                duplicates=int(is_copy.sum()),
                positives=int((is_copy & positive).sum()),
                contradictions=int((is_copy & ~is_same).sum()),
            )
        )
    return tuple(duplicates)


def _keys(matrix: FeatureMatrix, columns: slice | NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return 64 bits for each row, with one zero and one NaN."""
    keys = np.empty(matrix.shape[0], dtype=np.uint64)
    for start, block in matrix.blocks():
        whole = block[:, columns] + np.float32(0)  # minus zero becomes zero
        whole[np.isnan(whole)] = np.nan
        hashes = pd.util.hash_pandas_object(pd.DataFrame(whole), index=False)
        keys[start : start + len(block)] = hashes.to_numpy()
    return keys
