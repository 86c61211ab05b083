"""The figures of validation as they are kept: without intervals, which would not hold there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ALWAYS = ("precision", "recall", "f1")


def without_intervals(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of rows that a threshold was picked or calibrated on.

    They look better there than on other rows. The interval of the threshold itself stays.

    Parameters
    ----------
    figures : mapping
        Of `thresholds.Evaluation.to_dict`.
    """
    held = {"threshold": figures["intervals"].get("threshold")}
    kept = {name: interval for name, interval in held.items() if interval is not None}
    return {**figures, "intervals": dict.fromkeys(_ALWAYS) | kept}
