"""Sensitivity: how much the residuals of a network change with each of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_ROWS, _FEWEST_ROWS = 1000, 32
_MOST_ROWS_OF_ALL = 1 << 15
# A few huge changes must not settle what a usual one does.
_MOST_CHANGE = 3.0


def effects_of_inputs(
    residuals_of: Callable[[NDArray[np.float32]], Any],
    usual: NDArray[np.float32],
    generator: np.random.Generator,
) -> NDArray[np.float64]:
    """Return by how much the residuals change with each input, on the mean of usual rows.

    An input's effect is the least-squares slope of the residuals over changes of the input, to
    the value of another usual row each.

    Parameters
    ----------
    residuals_of : callable
        From rows of shape (n, n_inputs) to their residuals of shape (n, n_kinds, n_inputs).
    usual : ndarray of shape (n_usual, n_inputs)
        Standardised ordinary rows.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of shape (n_kinds, n_inputs, n_inputs)
        For each kind and input a row of slopes. An input that never varies changes itself alone.
    """
    n_inputs = usual.shape[1]
    n_rows = max(_FEWEST_ROWS, min(_MOST_ROWS, _MOST_ROWS_OF_ALL // n_inputs))
    rows = usual[generator.integers(len(usual), size=n_rows)]
    before = np.asarray(residuals_of(rows), dtype=np.float64)
    effects = np.tile(np.eye(n_inputs), (before.shape[1], 1, 1))
    for place in range(n_inputs):
        changed = rows.copy()
        changed[:, place] = usual[generator.integers(len(usual), size=n_rows), place]
        change = (changed[:, place] - rows[:, place]).astype(np.float64)
        weights = np.clip(change, -_MOST_CHANGE, _MOST_CHANGE)
        if weights.any():
            slopes = np.tensordot(weights, residuals_of(changed) - before, axes=1)
            effects[:, place] = slopes / (weights @ change)
    return effects
