"""What is normal for each column: the range of its numbers, how frequent its categories are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.features.features import Features
from anomaly.features.matrix import FeatureRows, rows_of_a_block, sample_of
from anomaly.tables import kinds

_MOST_ROWS = 50_000
_ENDS = (0.05, 0.95)
_DIGITS = 6


def normality_of(features: Features, normal: FeatureRows, seed: int) -> dict[str, Any]:
    """Describe the normal training rows column by column, for reports.

    Parameters
    ----------
    features : Features
    normal : FeatureRows
        The features of the normal training rows; a sample of them is looked at.
    seed : int

    Returns
    -------
    dict
        `rows`, how many were looked at, and `columns`: by name, for a number `range`, its 5 % and
        95 % quantiles, and `least` and `greatest`; for a category `shares` of each frequent value;
        for both `missing`, the share of rows without a value.
    """
    most = min(_MOST_ROWS, rows_of_a_block(len(features.names)))
    values = sample_of(normal, most, np.random.default_rng(seed))
    kind_of = {column.name: column.kind for column in features.schema.columns}
    columns: dict[str, dict[str, Any]] = {}
    for place, feature in enumerate(features.features):
        kind = kind_of[feature.column]
        if feature.part == "value" and kind == kinds.NUMBER:
            columns[feature.column] = _number(values[:, place], feature.offset)
        elif kind == kinds.CATEGORY:
            description = columns.setdefault(feature.column, {"shares": {}, "missing": 0.0})
            share = _rounded(values[:, place].mean()) if len(values) else 0.0
            if feature.part == "level":
                description["shares"][feature.level] = share
            elif feature.part == "missing":
                description["missing"] = share
    return {"rows": len(values), "columns": columns}


def normal_range(description: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the range of a number's description, None where it has none."""
    ends = description.get("range")
    return None if ends is None else (float(ends[0]), float(ends[1]))


def whole_range(description: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the least and the greatest of a number's description, None where it has none."""
    if "least" not in description:  # an older version wrote it, or no value was there
        return None
    return float(description["least"]), float(description["greatest"])


def frequency(description: Mapping[str, Any], seen: str, *, is_missing: bool) -> float | None:
    """Return the share of normal rows with a value, 0 for a rare one; None where it is unknown."""
    if is_missing:
        return float(description["missing"]) if "missing" in description else None
    shares = description.get("shares")
    return None if shares is None else float(shares.get(seen, 0.0))


def _number(values: NDArray[np.float32], offset: float) -> dict[str, Any]:
    known = values[np.isfinite(values)] + (np.float64(offset) if offset else np.float32(0))
    missing = _rounded(1 - known.size / max(values.size, 1))
    if not known.size:
        return {"missing": missing}
    return {
        "range": [_rounded(end, offset) for end in np.quantile(known, _ENDS)],
        # Not rounded: many rows may lie exactly at an end.
        "least": float(known.min()),
        "greatest": float(known.max()),
        "missing": missing,
    }


def _rounded(value: float, offset: float = 0.0) -> float:
    # Beside a large offset only the last digits tell numbers apart.
    return float(f"{value:.{2 * _DIGITS if offset else _DIGITS}g}")
