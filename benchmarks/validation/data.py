"""Made-up rows: noise, rows of one latent structure, and claims like those of an insurance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
Labels = NDArray[np.int8]

_SHARE = 0.1
_AMOUNT, _NUMBERS = 4, 20
_LEVELS = (2, 3, 4, 5, 6, 8)


def noise(n_rows: int, n_features: int, seed: int) -> tuple[Rows, Labels]:
    """Return normal values of one covariance and nothing else; in anomalies they are independent."""
    mixing = np.random.default_rng(0).normal(size=(n_features, n_features)) / np.sqrt(n_features)
    random = np.random.default_rng(seed)
    rows, labels = random.normal(size=(n_rows, n_features)), _labels(n_rows, random)
    rows[labels == 0] = rows[labels == 0] @ mixing
    return rows.astype(np.float32), labels


def latent(n_rows: int, n_features: int, seed: int) -> tuple[Rows, Labels]:
    """Return values that a quarter as many latent ones explain, but for a tenth of noise.

    In an anomaly a fifth of the values are those of another row.
    """
    # One structure for all seeds, as of one bank.
    mixing = np.random.default_rng(0).normal(size=(max(1, n_features // 4), n_features))
    random = np.random.default_rng(seed)
    rows = np.tanh(random.normal(size=(n_rows, len(mixing))) @ mixing / 2)
    rows += 0.1 * random.normal(size=rows.shape)
    labels = _labels(n_rows, random)
    return _swapped(rows, labels, 0.2, random).astype(np.float32), labels


def insurance(n_rows: int, n_features: int, seed: int) -> tuple[Rows, Labels]:
    """Return claims: 20 numbers that depend on each other, and one-hot categories up to 144 columns.

    A category's level depends on a number, and some levels are rare. In a fraud a quarter of the
    values are those of another claim.
    """
    n_flags = n_features - _NUMBERS
    structure = np.random.default_rng(1)
    mixing = structure.normal(size=(6, _NUMBERS))
    random = np.random.default_rng(seed)
    hidden = random.normal(size=(n_rows, 6))
    numbers = hidden @ mixing + 0.5 * random.normal(size=(n_rows, _NUMBERS))
    numbers[:, _AMOUNT:] = np.expm1(np.abs(numbers[:, _AMOUNT:]))
    codes, levels = [], []
    while sum(levels) < n_flags:
        n_levels = min(int(structure.choice(_LEVELS)), n_flags - sum(levels))
        utilities = structure.normal(size=(6, n_levels)) - structure.exponential(1.5, n_levels)
        chances = hidden @ utilities + random.gumbel(size=(n_rows, n_levels))
        codes.append(chances.argmax(axis=1))
        levels.append(n_levels)
    labels = _labels(n_rows, random)
    table = _swapped(np.column_stack([numbers, *codes]), labels, 0.25, random)
    flags = [
        table[:, [_NUMBERS + place]] == np.arange(n_levels) for place, n_levels in enumerate(levels)
    ]
    return np.hstack([table[:, :_NUMBERS], *flags]).astype(np.float32), labels


#: From numbers of rows and of features, and a seed, to rows and labels.
SETS: dict[str, Callable[[int, int, int], tuple[Rows, Labels]]] = {
    "noise": noise,
    "latent": latent,
    "insurance": insurance,
}


def _labels(n_rows: int, random: np.random.Generator) -> Labels:
    labels = np.zeros(n_rows, dtype=np.int8)
    labels[random.choice(n_rows, round(_SHARE * n_rows), replace=False)] = 1
    return labels


def _swapped(
    rows: NDArray[np.float64], labels: Labels, share: float, random: np.random.Generator
) -> NDArray[np.float64]:
    """Return the rows, of which the positive ones have a share of their values from others."""
    others = rows[random.permutation(len(rows))]
    is_swapped = (random.random(rows.shape) < share) & (labels == 1)[:, None]
    return np.where(is_swapped, others, rows)
