"""Noise to train with, as XLA draws it fast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from anomaly.utils.backend import keras

ops = keras.ops


def standard_normal(like: Any, seeds: Sequence[Any]) -> Any:
    """Return standard normal draws, by the transform of Box and Muller [1]_.

    XLA makes each of Keras's own normal draws many times over: a training step is four times
    as long with them.

    Parameters
    ----------
    like : tensor of shape (n_rows, n_columns)
        What shape to return.
    seeds : sequence of two int or keras.random.SeedGenerator
        The same generator may stand twice, the same number may not.

    References
    ----------
    .. [1] G. E. P. Box, M. E. Muller, "A Note on the Generation of Random Normal Deviates",
       Annals of Mathematical Statistics 29, 1958.
    """
    n_rows, n_columns = ops.shape(like)
    shape = (n_rows, -(-n_columns // 2))
    # From 0 up to 1, which has no logarithm when it is turned about.
    radii = ops.sqrt(-2.0 * ops.log(1.0 - keras.random.uniform(shape, seed=seeds[0])))
    angles = 2.0 * np.pi * keras.random.uniform(shape, seed=seeds[1])
    pairs = [radii * ops.cos(angles), radii * ops.sin(angles)]
    return ops.concatenate(pairs, axis=1)[:, :n_columns]
