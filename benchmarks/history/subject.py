"""Features of history against the Fraud Detection Handbook's own way, on its simulated transactions.

The Handbook groups by customer and by terminal and asks pandas for rolling windows of 1, 7 and 30
days [1]_: counts and mean amounts of customers, counts of terminals. Its windows hold the row itself,
ours hold what went before; its count less one must be ours wherever an entity has no other row in
the same moment.

.. [1] Y.-A. Le Borgne, W. Siblini, B. Lebichot, G. Bontempi, "Reproducible Machine Learning for Credit
   Card Fraud Detection - Practical Handbook", 2022, chapter 3.
"""

from __future__ import annotations

import statistics
import time
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.shared.commands import RefusedError, Subject
from benchmarks.shared.results import FOLDER, circumstances, data_folder, write

_DAYS = (1, 7, 30)
_ENTITIES = ("CUSTOMER_ID", "TERMINAL_ID")


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Measure, print what was found, write the JSON."""
    path = data_folder() / "handbook.parquet"
    if not path.exists():
        raise RefusedError(f"there is no {path}; name the folder with ANOMALY_DATA")
    import pandas as pd

    rows = pd.read_parquet(path, columns=[*_ENTITIES, "TX_DATETIME", "TX_AMOUNT"])
    ours: list[float] = []
    _ours(rows[:1000])  # compiles
    for _ in range(options.runs):
        started = time.perf_counter()
        features = _ours(rows)
        ours.append(time.perf_counter() - started)
    started = time.perf_counter()
    counts = _theirs(rows)
    theirs = time.perf_counter() - started
    found = {
        "rows": len(rows),
        "features": features.shape[1],
        "seconds": {"ours": ours, "pandas": theirs},
        "times_as_fast": theirs / statistics.median(ours),
        "equal": _equal(rows, features, counts),
    }
    print(found)
    write(options.out, {**found, **circumstances(("numpy", "pandas", "numba"))})


def _ours(rows: Any) -> Any:
    from anomaly import History

    windows = [f"{days}d" for days in _DAYS]
    history = History(_ENTITIES, time="TX_DATETIME", amount="TX_AMOUNT", windows=windows)
    return history.extend(rows)


def _theirs(rows: Any) -> dict[tuple[str, int], Any]:
    """Return the counts by entity and days, by the row's place."""
    found: dict[tuple[str, int], Any] = {
        (entity, days): np.empty(len(rows)) for entity in _ENTITIES for days in _DAYS
    }
    placed = rows.assign(place=np.arange(len(rows)))
    for entity in _ENTITIES:
        for _, group in placed.groupby(entity):
            amounts = group.sort_values("TX_DATETIME").set_index("TX_DATETIME")
            for days in _DAYS:
                rolling = amounts["TX_AMOUNT"].rolling(f"{days}D")
                count, total = rolling.count(), rolling.sum()
                _ = total / count  # the mean, as there
                found[entity, days][amounts["place"]] = count
    return found


def _equal(rows: Any, features: Any, counts: dict[tuple[str, int], Any]) -> dict[str, float]:
    """Return in which share of the rows that have their moment for themselves the counts agree."""
    found = {}
    for (entity, days), theirs in counts.items():
        word = entity.split("_")[0].lower()
        ago = "1 day" if days == 1 else f"{days} days"
        ours = features[f"payments of the {word} in {ago}"].to_numpy()
        shares = rows.duplicated([entity, "TX_DATETIME"], keep=False).to_numpy()
        # One that shares its moment is in the windows of later rows as well: that is no difference.
        found[f"{word}, {ago}"] = float((ours == theirs - 1)[~shares].mean())
    return found


SUBJECT = Subject(
    title="Measure features of history against rolling windows of pandas, on the Handbook's data.",
    parts=("speed",),
    results=FOLDER / "history.json",
    measure=measure,
    options={"--runs": {"type": int, "default": 5, "help": "of ours; the other takes minutes"}},
)
