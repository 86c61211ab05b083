"""What `anomaly compare` finds and takes: the default methods on three sets, over several splits.

The credit-card set without its time and thyroid of ADBench are split at random, another time for
each seed; simulated card transactions are split by time, once. What is done stays in the folder, so
that a stopped run goes on; `seconds_of_a_seed` is the time of one seed that was run whole.
"""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.comparison.tables import SCORE, sections
from benchmarks.quality.data import adbench
from benchmarks.shared.commands import Subject
from benchmarks.shared.results import FOLDER, circumstances, data_folder, load, write

_PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "imbalanced-learn", "xgboost-cpu")
_ADBENCH = "thyroid"
_FIGURES = ("average_precision", "roc_auc", "precision", "recall", "f1", "f1_at_half", "brier")


def credit_card() -> dict[str, Any]:
    """Return what `anomaly.compare` is given for the credit-card set."""
    data = data_folder() / "creditcard.parquet"
    return {"data": str(data), "label": "Class", "drop": "Time"}


def simulated() -> dict[str, Any]:
    """Return what `anomaly.compare` is given for simulated card transactions."""
    return {
        "data": "simulated",
        "label": "fraud",
        "time": "time",
        "id": "transaction_id",
        "entity": ("customer_id", "terminal_id"),
        "drop": "scenario",
    }


def thyroid() -> dict[str, Any]:
    """Return what `anomaly.compare` is given for a set of ADBench."""
    import pandas as pd

    table = adbench(_ADBENCH)
    columns = [f"x{number}" for number in range(table.rows.shape[1])]
    return {"data": pd.DataFrame(table.rows, columns=columns).assign(y=table.labels), "label": "y"}


SETS: dict[str, Callable[[], dict[str, Any]]] = {
    "creditcard": credit_card,
    "simulated": simulated,
    _ADBENCH: thyroid,
}


def measured(name: str, seeds: int, folder: Path, before: Mapping[str, Any]) -> dict[str, Any]:
    """Compare the default methods on a set.

    Parameters
    ----------
    name : str
        One of `SETS`.
    seeds : int
    folder : path
        Where comparisons are kept.
    before : mapping
        What was measured of the set before, whose seconds stay where the first seed is done.
    """
    import anomaly

    options, out = SETS[name](), folder / name
    is_new = not out.exists()
    started = time.perf_counter()
    comparison = anomaly.compare(**options, out=out, progress=True)
    seconds = time.perf_counter() - started if is_new else before.get("seconds_of_a_seed")
    if seeds > 1 and "time" not in options:
        comparison = anomaly.compare(**options, out=out, seeds=seeds, progress=True)
    best = comparison.methods[0].method
    return {
        "rows": comparison.data["rows"],
        "positives": comparison.data["positives"],
        "split": comparison.data["split"],
        "test": comparison.data["parts"][2],
        "seeds": comparison.options["seeds"],
        "seconds_of_a_seed": seconds,
        "methods": {
            m.method: {
                "figures": {name: m.figures.get(name) for name in _FIGURES},
                "intervals": {name: m.intervals.get(name) for name in _FIGURES},
                "by_seed": [result.figures["average_precision"] for result in m.by_seed],
                "fit_seconds": m.fit_seconds,
                "score_seconds": m.score_seconds,
                "generated": m.generated,
            }
            for m in comparison.methods
        },
        "differences": [
            {
                "figure": d.figure,
                "better": d.better,
                "other": d.other,
                "difference": d.difference,
                "interval": d.interval,
                "is_clear": d.is_clear,
            }
            for d in comparison.differences
            if best in (d.better, d.other) or _is_hybrid(d.better, d.other)
        ],
        "duplicates": [
            {"part": c.part, "rows": c.rows, "duplicates": c.duplicates, "positives": c.positives}
            for c in comparison.duplicates
        ],
        "skipped": comparison.skipped,
    }


def _is_hybrid(first: str, second: str) -> bool:
    """Return whether two methods differ in a detector's score as one more feature alone."""
    return first + SCORE == second or second + SCORE == first


def measure(sets: Sequence[str], options: Namespace) -> None:
    """Compare the default methods on sets; each is in the results at once."""
    for name in sets:
        known = load(options.out).get("sets", {})
        figures = measured(name, options.seeds, options.folder, known.get(name, {}))
        known = {**known, name: figures}
        ordered = {each: known[each] for each in SETS if each in known}
        write(options.out, {"sets": ordered, **circumstances(_PACKAGES)})


SUBJECT = Subject(
    title="Run the default methods of anomaly compare on three sets. What is done is not done again.",
    parts=tuple(SETS),
    results=FOLDER / "comparison.json",
    measure=measure,
    options={
        "--seeds": {"type": int, "default": 5, "help": "splits of a set that is split at random"},
        "--folder": {
            "type": Path,
            "default": Path(".cache") / "comparisons",
            "help": "where comparisons are kept",
        },
    },
    tables=sections,
)
