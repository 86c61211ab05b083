"""What `anomaly score` tells a person. It needs little: scoring a small file is a matter of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anomaly.runs.alerts import ScoreSummary


def words_of_scoring(summary: ScoreSummary) -> str:
    """Tell how many rows were scored, how many alert, and where they are."""
    alerts = "" if summary.alerts is None else f", {summary.alerts:,} alerts"
    problems = (
        f", {summary.problems:,} kept without a score (see `problem`)" if summary.problems else ""
    )
    return (
        f"Scored {summary.scored:,} of {summary.rows:,} rows in {summary.seconds['total']:.1f} s"
        f"{alerts}{problems}: {summary.out}"
    )
