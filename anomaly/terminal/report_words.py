"""What `anomaly report` tells a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from anomaly.runs.folder import GRAPH


def words_of_report(page: Path, figures: Path | None, runs: Sequence[Path]) -> str:
    """Tell where the page is, and what comes next."""
    drawn = "" if figures is None else f", and its figures to {figures}"
    if len(runs) > 1:
        return f"Wrote {page}{drawn}\nNext: open it, and anomaly pick-threshold the run to keep"
    if not (runs[0] / GRAPH).is_file():
        # Scores that came from elsewhere, or methods that were compared.
        return f"Wrote {page}{drawn}\nNext: open it"
    return (
        f"Wrote {page}{drawn}\n"
        f"Next: open it, then score new transactions: anomaly score {runs[0]} DATA"
    )
