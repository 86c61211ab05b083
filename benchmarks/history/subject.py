"""What the history of entities takes, and what detectors and classifiers make of it.

*speed*: features of the Fraud Detection Handbook's simulated transactions [1]_ against the Handbook's
own way, which groups by customer and by terminal and asks pandas for rolling windows of 1, 7 and 30
days: counts and mean amounts of customers, counts and risk of terminals. Its windows hold the row
itself, ours hold what went before; its count less one must be ours wherever an entity has no other row
in the same moment.

*memory*: twenty million payments in pieces, in a process of their own.

*handbook*: prequential as the Handbook does it: seven days to train, seven days until their labels are
known, seven days to test.

*simulated*: the built-in set by time, with and without history. *transfers*: a third set, whose figures
nobody looked at when the detector was chosen on the two others.

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

from benchmarks.history.detection import handbook, of_companies, simulated
from benchmarks.history.memory import memory
from benchmarks.history.tables import sections
from benchmarks.shared.commands import RefusedError, Subject
from benchmarks.shared.results import FOLDER, circumstances, data_folder, load, write

_DAYS = (1, 7, 30)
_ENTITIES = ("CUSTOMER_ID", "TERMINAL_ID")
_DELAY = 7


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Measure, print what was found, write the JSON."""
    ways = {
        "speed": lambda: speed(_handbook(), options.runs),
        "memory": memory,
        "handbook": lambda: handbook(_handbook(), options.first, options.weeks),
        "simulated": lambda: simulated(options.seeds),
        "transfers": lambda: of_companies(options.seeds),
    }
    for part in parts:
        found = {part: ways[part]()}
        print(found)
        versions = circumstances(("numpy", "pandas", "numba", "scikit-learn", "xgboost-cpu"))
        write(options.out, {**load(options.out), **found, **versions})


def _handbook() -> Any:
    path = data_folder() / "handbook.parquet"
    if not path.exists():
        raise RefusedError(f"there is no {path}; name the folder with ANOMALY_DATA")
    import pandas as pd

    return pd.read_parquet(path).sort_values("TX_DATETIME", kind="stable").reset_index(drop=True)


def speed(rows: Any, runs: int) -> dict[str, Any]:
    """Return the seconds of both ways, of the processor too, and where their counts agree."""
    _ours(rows[:1000])  # compiles
    ours, ours_of_processor = [], []
    for _ in range(runs):
        started, processor = time.perf_counter(), time.process_time()
        features = _ours(rows)
        ours.append(time.perf_counter() - started)
        ours_of_processor.append(time.process_time() - processor)
    started, processor = time.perf_counter(), time.process_time()
    counts = _theirs(rows)
    theirs, theirs_of_processor = time.perf_counter() - started, time.process_time() - processor
    return {
        "rows": len(rows),
        "features": features.shape[1],
        "seconds": {"ours": ours, "pandas": theirs},
        "processor_seconds": {"ours": ours_of_processor, "pandas": theirs_of_processor},
        "times_as_fast": theirs / statistics.median(ours),
        "microseconds_a_payment": _one_by_one(rows),
        "equal": _equal(rows, features, counts),
    }


def _one_by_one(rows: Any, n: int = 5_000) -> float:
    """Return the median microseconds of a payment by itself, with a month remembered."""
    history = _history()
    history.extend(rows[:600_000])
    some = rows[600_000 : 600_000 + n]
    ticks = some["TX_DATETIME"].to_numpy("datetime64[us]").astype(np.int64).tolist()
    columns = (some[name].tolist() for name in (*_ENTITIES, "TX_AMOUNT"))
    took = []
    for customer, terminal, amount, tick in zip(*columns, ticks, strict=True):
        started = time.perf_counter_ns()
        history.step((customer, terminal), tick, amount)
        took.append(time.perf_counter_ns() - started)
    return statistics.median(took) / 1e3


def _history() -> Any:
    from anomaly import History

    return History(
        _ENTITIES,
        time="TX_DATETIME",
        amount="TX_AMOUNT",
        windows=[f"{days}d" for days in _DAYS],
        label="TX_FRAUD",
        label_delay=f"{_DELAY}d",
    )


def _ours(rows: Any) -> Any:
    return _history().extend(rows)


def _theirs(rows: Any) -> dict[tuple[str, int], Any]:
    """Return the counts by entity and days, by the row's place."""
    found: dict[tuple[str, int], Any] = {
        (entity, days): np.empty(len(rows)) for entity in _ENTITIES for days in _DAYS
    }
    placed = rows.assign(place=np.arange(len(rows)))
    for entity in _ENTITIES:
        for _, group in placed.groupby(entity):
            ordered = group.sort_values("TX_DATETIME").set_index("TX_DATETIME")
            amounts, frauds = ordered["TX_AMOUNT"], ordered["TX_FRAUD"]
            if entity == "TERMINAL_ID":
                frauds_of_delay = frauds.rolling(f"{_DELAY}D").sum()
                of_delay = frauds.rolling(f"{_DELAY}D").count()
            for days in _DAYS:
                rolling = amounts.rolling(f"{days}D")
                count = rolling.count()
                found[entity, days][ordered["place"]] = count
                if entity == "CUSTOMER_ID":
                    _ = rolling.sum() / count
                else:
                    longer = frauds.rolling(f"{_DELAY + days}D")
                    _ = (longer.sum() - frauds_of_delay) / (longer.count() - of_delay)
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
    title="Measure the history of entities: against pandas, in memory, and what it helps.",
    parts=("speed", "memory", "handbook", "simulated", "transfers"),
    results=FOLDER / "history.json",
    measure=measure,
    options={
        "--runs": {"type": int, "default": 5, "help": "of ours; the other takes minutes"},
        "--first": {"default": "2018-07-04", "help": "the first test week"},
        "--weeks": {"type": int, "default": 4, "help": "test weeks"},
        "--seeds": {"type": int, "default": 3, "help": "simulated sets"},
    },
    tables=sections,
)
