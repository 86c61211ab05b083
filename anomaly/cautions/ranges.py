"""AN004: features that leave the range which they had in training."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence, SampledColumn
from anomaly.cautions.words import figure, listed, percent

CODE = "AN004"
#: Of the held-out normal rows: fewer outside the range do no harm.
LEAST_SHARE = 0.01
#: How rarely sampling alone is to raise it, all columns together.
CHANCE = 0.001


def left_ranges(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution where more held-out normal rows leave a range than sampling explains."""
    compared = [column for column in evidence.columns if column.range_in_training is not None]
    outside = {column.name: share_outside(column) for column in compared}
    left = [
        column
        for column in compared
        if outside[column.name] >= LEAST_SHARE
        and _chance(column, outside[column.name]) < CHANCE / len(compared)
    ]
    if not left:
        return
    left.sort(key=lambda column: -outside[column.name])
    yield Caution(
        CODE,
        f"Of held-out normal rows some have values that training never had: "
        f"{listed([_in_words(column, outside[column.name]) for column in left])}. There the "
        "detector extrapolates, and high scores may say no more than that.",
        Gravity.MEDIUM,
        {column.name: outside[column.name] for column in left},
    )


def share_outside(column: SampledColumn) -> float:
    """Return the share of the values that are below the least or above the greatest in training."""
    values = column.values
    if values is None or not values.size or column.range_in_training is None:
        return 0.0
    least, greatest = column.range_in_training
    return float(((values < least) | (values > greatest)).mean())


def chance_outside(outside: int, rows: int, rows_in_training: int) -> float:
    """Return how likely so many of new rows, or more, leave the range of exchangeable older ones.

    Whatever the distribution, the share of new rows beyond both extremes of n is Beta(2, n - 1), so
    that their number is beta-binomial (S. S. Wilks, "Determination of sample sizes for setting
    tolerance limits", *Annals of Mathematical Statistics* 12, 1941).

    Parameters
    ----------
    outside, rows : int
        New rows outside, and all new rows.
    rows_in_training : int
        At least 2.
    """
    fewer = np.arange(outside, dtype=np.float64)
    if not len(fewer):
        return 1.0
    n = rows_in_training

    # C(rows, k) B(k + 2, rows - k + n - 1) / B(2, n - 1), as logarithms, of which k + 1 is left.
    def log_factorial(values: np.ndarray) -> np.ndarray:
        return np.array([math.lgamma(value + 1) for value in values])

    logs = (
        math.lgamma(rows + 1)
        + np.log(fewer + 1)
        - log_factorial(rows - fewer)
        + log_factorial(rows - fewer + n - 2)
        - math.lgamma(rows + n + 1)
        + math.lgamma(n + 1)
        - math.lgamma(n - 1)
    )
    return float(max(0.0, 1 - np.exp(logs).sum()))


def _chance(column: SampledColumn, share: float) -> float:
    assert column.values is not None
    rows = column.values.size
    return chance_outside(round(share * rows), rows, column.rows_in_training)


def _in_words(column: SampledColumn, share: float) -> str:
    assert column.range_in_training is not None
    least, greatest = map(figure, column.range_in_training)
    return f"{column.name} ({percent(share)} outside {least} to {greatest})"
