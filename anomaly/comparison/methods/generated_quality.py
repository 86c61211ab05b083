"""How good the rows are that a sampler made, beside the positive rows that there are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from anomaly.comparison.methods.encoding import Floats, Layout, to_codes

_FIGURES = (
    *("auroc", "copies", "column_distance", "correlation_difference"),
    "nearest_distance_ratio",
)
_FEWEST = 5


def generated_quality(
    made: Floats, positives: Mapping[str, Floats], layout: Layout, seed: int
) -> dict[str, dict[str, float | None]]:
    """Measure generated rows against the positive rows of each part.

    Those of train, which the sampler was given, show copies; those of validation, which it has
    never seen, show how well it knows the class.

    Parameters
    ----------
    made : ndarray of shape (n, n_columns)
    positives : mapping of str to ndarray of shape (m, n_columns)
        By part.
    layout : Layout
    seed : int

    Returns
    -------
    dict
        By part, figures of `anomaly.samplers.GeneratedQuality` and `rows`, the positive
        rows of the part. Parts with fewer than five are left out.
    """
    from anomaly.samplers.quality import quality

    coded, discrete = to_codes(made, layout)
    by_part: dict[str, dict[str, float | None]] = {}
    for part, rows in positives.items():
        if min(len(rows), len(coded)) < _FEWEST:
            continue
        real, _ = to_codes(rows, layout)
        measured = quality(real, coded, seed, categorical_features=discrete)
        figures = {name: float(getattr(measured, name)) for name in _FIGURES}
        known = {name: value if np.isfinite(value) else None for name, value in figures.items()}
        by_part[part] = known | {"rows": float(len(rows))}
    return by_part
