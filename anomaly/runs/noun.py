"""The word for a row with label 1: a fraud where the data say so, or else an anomaly."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from anomaly.runs.folder import RunFolder
from anomaly.tables import BUILT_IN

FRAUD, ANOMALY = "fraud", "anomaly"


def noun_of(data_name: str, label: str | None) -> str:
    """Return ``fraud`` where the label's name or the set is of frauds, or else ``anomaly``.

    Parameters
    ----------
    data_name : str
        A path, or the name of a built-in set.
    label : str or None
        Name of the label's column.
    """
    # Each built-in set is of card payments, and not every label says what it marks.
    is_of_frauds = "fraud" in (label or "").lower() or Path(data_name).stem in BUILT_IN
    return FRAUD if is_of_frauds else ANOMALY


def noun_of_runs(runs: Iterable[RunFolder]) -> str:
    """Return the word that all runs have, or ``anomaly`` where they have not the same."""
    nouns = {noun_of(run.details["data"]["name"], run.label) for run in runs}
    return nouns.pop() if len(nouns) == 1 else ANOMALY
