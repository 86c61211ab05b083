"""One transaction at a time through the Python API, in a process without TensorFlow."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import anomaly
from benchmarks.speed import data
from benchmarks.speed.programs import cost, train_words
from benchmarks.speed.results import Measured
from benchmarks.speed.rows import Row, take_turns
from benchmarks.speed.settings import Settings
from benchmarks.speed.table import shown

ROWS, CALLS = 20_000, 5_000


def measure(settings: Settings) -> Measured:
    """Measure the row of this part."""
    with tempfile.TemporaryDirectory() as name:
        file, folder = Path(name) / "rows.parquet", Path(name) / "run"
        data.write_simulated(file, ROWS)
        cost(*train_words(file, folder, ["--epochs", 1]))
        run: Any = anomaly.load(folder)
        rows = pq.read_table(file).slice(0, settings.rows(CALLS)).to_pylist()
        for row in rows:
            run.score_one(row)
        found = take_turns({"ours": lambda: _microseconds(run, rows)}, settings.turns)
    work = "`Run.score_one(mapping)`, 29 numbers"
    return Measured([shown(Row("one-mapping", work, "", "µs", found["ours"]))], data.SIMULATED)


def _microseconds(run: Any, rows: list[dict[str, Any]]) -> float:
    """Return the median microseconds of a call."""
    taken = []
    for row in rows:
        started = time.perf_counter_ns()
        run.score_one(row)
        taken.append(time.perf_counter_ns() - started)
    return statistics.median(taken) / 1e3
