"""What one method reached on one set with one seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quality.data import LabelledRows, Matrix


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures with what they took and on how many rows.

    Attributes
    ----------
    figures : dict
    fit_seconds, score_seconds : float
    rows : dict of str to int
        Rows that train, rows of the test, anomalies among these.
    """

    figures: Mapping[str, Any]
    fit_seconds: float
    score_seconds: float
    rows: Mapping[str, int] = field(default_factory=dict)


def counted(training: Matrix, test: LabelledRows) -> dict[str, int]:
    """Return the number of rows that train and test, and of the anomalies to find."""
    return {
        "train": len(training),
        "test": len(test.rows),
        "anomalies": int(test.labels.sum()),
    }
