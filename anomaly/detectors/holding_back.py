"""Which training rows a network is not trained on: what it watches and is calibrated on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# More add nothing to a loss or to a covariance.
_MOST = 20_000
_FEWEST = 100
_GREATEST_SHARE = 1 / 3
# Below so many rows each is too precious to be kept out of training.
_FEWEST_TO_SPARE = 1000
# So many a feature make a covariance that differs little on other rows.
_FOR_A_FEATURE = 5


def n_held_back(n_rows: int, fraction: float, least: int = _FEWEST) -> int:
    """Return how many rows to hold back: a share that is larger where rows are few.

    It is `fraction` of them, but at least `least` and at most 20,000, and never more than a third.
    A third of one or two rows is one.
    """
    wanted = min(max(round(fraction * n_rows), least), _MOST)
    return max(1, min(wanted, int(n_rows * _GREATEST_SHARE)))


def n_for_statistics(n_features: int) -> int:
    """Return how many rows statistics of residuals need: five a feature, and at least 100."""
    return max(_FEWEST, _FOR_A_FEATURE * n_features)


def are_too_few_to_spare(n_rows: int, n_features: int) -> bool:
    """Return whether rows are too few to spare as many of them as statistics of residuals need.

    That is so below 1,000 rows, and below 15 rows a feature: a third of them would be fewer than
    five a feature.
    """
    most = int(n_rows * _GREATEST_SHARE)
    return n_rows < _FEWEST_TO_SPARE or n_for_statistics(n_features) > most


def drawn(n_rows: int, n_drawn: int, seed: int) -> NDArray[np.bool_]:
    """Return a mask of shape (n_rows,) of so many rows drawn at random."""
    is_drawn = np.zeros(n_rows, dtype=bool)
    generator = np.random.default_rng(seed)
    is_drawn[generator.choice(n_rows, n_drawn, replace=False, shuffle=False)] = True
    return is_drawn
