"""AN002: so few normal rows for so many features that what is normal is learned badly."""

from __future__ import annotations

from collections.abc import Iterator

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence
from anomaly.runs.few_rows import ROWS_A_FEATURE, is_few

CODE = "AN002"


def few_rows(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution where normal rows are few (see `anomaly.runs.few_rows`)."""
    rows, features = evidence.normal_train_rows, evidence.n_features
    if rows is None or features is None or not is_few(rows, features):
        return
    yield Caution(
        CODE,
        f"The detector learned {features:,} features from {rows:,} normal rows, fewer than "
        f"{ROWS_A_FEATURE} a feature: new rows may score higher than those it has seen. "
        "Give more rows, or leave columns out.",
        Gravity.MEDIUM,
        {"normal_rows": rows, "features": features},
    )
