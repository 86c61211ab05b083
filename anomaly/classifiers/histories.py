"""An entity's last transactions side by side, for the networks that read a sequence."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


def last_transactions(
    X: ArrayLike, entity: ArrayLike, time: ArrayLike, steps: int
) -> NDArray[np.float32]:
    """Return each transaction with those that its entity made before it.

    Only transactions at an earlier time are seen: not those at the same time, whatever the order
    of the rows. Where an entity has too short a past, its earliest transaction that is seen is
    repeated; a flag tells it from one that was made.

    Parameters
    ----------
    X : array-like of shape (n_rows, n_features)
        Numbers, in any order of time.
    entity : array-like of shape (n_rows,)
        Whose transaction it is. One of nobody (None or NaN) has no past.
    time : array-like of shape (n_rows,)
        Numbers or dates.
    steps : int
        How many transactions side by side, the row's own among them; at least 1.

    Returns
    -------
    ndarray of shape (n_rows, steps * (n_features + 1)), float32
        The oldest transaction first and the row's own last; of each the features and then the
        flag: 1 for a transaction, 0 for a repetition. Rows stay in their order.

    Raises
    ------
    ValueError
        When the lengths differ, a time is missing, or `steps` is below 1.

    Examples
    --------
    >>> last_transactions([[10], [20], [30]], entity=["a", "b", "a"], time=[1, 2, 3], steps=2)
    array([[10.,  0., 10.,  1.],
           [20.,  0., 20.,  1.],
           [10.,  1., 30.,  1.]], dtype=float32)
    """
    features = np.asarray(X, dtype=np.float32)
    if features.ndim != 2:
        raise ValueError(f"X has the shape {features.shape}; it is to have rows and columns")
    if steps < 1:
        raise ValueError(f"steps is {steps}; a row is at least itself, so that it is 1 or more")
    owners, moments = _codes(entity, "entity"), _codes(time, "time")
    if not len(features) == len(owners) == len(moments):
        lengths = [len(features), len(owners), len(moments)]
        raise ValueError(f"X, entity and time differ in rows: {lengths}")
    if (moments < 0).any():
        raise ValueError(f"row {int(np.argmax(moments < 0))} has no time")
    nobody = owners < 0
    owners[nobody] = len(owners) + np.arange(nobody.sum())

    order = np.lexsort((moments, owners))
    places = np.arange(len(order))
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = np.diff(owners[order]) != 0
    is_later = is_first.copy()
    is_later[1:] |= np.diff(moments[order]) != 0
    begins = np.maximum.accumulate(np.where(is_first, places, 0))
    # The first row of the same time: what lies before it is the past.
    present = np.maximum.accumulate(np.where(is_later, places, 0))

    sequences = np.empty((len(features), steps, features.shape[1] + 1), dtype=np.float32)
    for back in range(steps):
        seen = places if back == 0 else present - back
        earliest = np.where(present > begins, begins, places)
        is_made = seen >= begins
        sequences[order, steps - 1 - back, :-1] = features[order[np.where(is_made, seen, earliest)]]
        sequences[order, steps - 1 - back, -1] = is_made
    return sequences.reshape(len(features), -1)


def _codes(values: ArrayLike, name: str) -> NDArray[np.int64]:
    """Return a number for each value that keeps their order; -1 where it is missing."""
    series = pd.Series(values).reset_index(drop=True)
    codes, _ = pd.factorize(series, sort=name == "time")
    return codes.astype(np.int64)
