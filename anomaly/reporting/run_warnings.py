"""What a reader of the report on a run is to know before its figures."""

from __future__ import annotations

from anomaly.runs.folder import RunFolder
from anomaly.schema.columns import FEATURE
from anomaly.tables import kinds


def warnings_of(run: RunFolder) -> list[str]:
    """Say what the page cannot know by itself."""
    warnings = []
    if run.metrics.get("interrupted"):
        warnings.append(
            f"The training was stopped by hand after {run.metrics['epochs']} epochs; longer "
            "training may give a better detector."
        )
    times = [
        column.name
        for column in run.schema.columns
        if column.kind == kinds.TIME and column.role == FEATURE
    ]
    if times and not run.schema.time:
        warnings.append(
            f"The split is at random though the column {times[0]} tells the time: the detector "
            f"has seen rows from the future. Train with --time {times[0]} for figures that hold "
            "tomorrow."
        )
    return warnings
