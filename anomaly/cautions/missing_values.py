"""AN013: columns that lack values far more, or less, often than they did in training."""

from __future__ import annotations

from collections.abc import Iterator

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence
from anomaly.cautions.words import listed, percent

CODE = "AN013"
#: Between two shares of missing values.
FAR_MISSING = 0.2
FEWEST_ROWS = 20


def missing_values(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution where the share of missing values changed by more than `FAR_MISSING`."""
    changed = [
        column
        for column in evidence.columns
        if column.rows >= FEWEST_ROWS
        and column.missing_in_training is not None
        and abs(column.missing - column.missing_in_training) > FAR_MISSING
    ]
    if not changed:
        return
    named = [
        f"{column.name} ({percent(column.missing)} held out, "
        f"{percent(column.missing_in_training or 0.0)} in training)"
        for column in changed
    ]
    yield Caution(
        CODE,
        f"Values are missing as they were not in training: {listed(named)}. That alone moves "
        "scores; look at where these columns come from.",
        Gravity.MEDIUM,
        {"columns": len(changed)},
    )
