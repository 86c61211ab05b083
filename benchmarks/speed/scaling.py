"""Time and peak memory of `anomaly train` and `anomaly score` as the rows grow."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed import data
from benchmarks.speed.programs import Cost, cost, score_words, train_words
from benchmarks.speed.results import Measured
from benchmarks.speed.rows import Row
from benchmarks.speed.settings import Settings
from benchmarks.speed.table import shown

ROWS = (10_000, 100_000, 1_000_000, 10_000_000)
# Epochs cost the same each, and the chart is about everything around them.
EPOCHS, BATCH_SIZE = 1, 1024
OPTIONS = ["--epochs", EPOCHS, "--batch-size", BATCH_SIZE]
MOST_MEMORY_MIB = 2048
Costs = dict[tuple[str, int], list[Cost]]


def measure(settings: Settings) -> Measured:
    """Measure the rows and points of this part."""
    sizes = [settings.rows(number) for number in ROWS]
    with tempfile.TemporaryDirectory() as name:
        costs = _growing(sizes, settings.slow_turns, Path(name))
    measured = _linear(costs, *sizes[-2:])
    if settings.rows_most:
        largest = _largest(settings.rows_most)
        costs |= largest
        measured += _larger_than_memory(largest, settings.rows_most)
    return Measured(measured, data.SIMULATED, points=_points(costs))


def _growing(sizes: Sequence[int], turns: int, folder: Path) -> Costs:
    """Train on and score files of these sizes; one size after the other in every turn."""
    for rows in sizes:
        data.write_simulated(folder / f"{rows}.parquet", rows)
    costs: Costs = {(command, rows): [] for command in ("train", "score") for rows in sizes}
    for command, rows in [pair for _ in range(turns) for pair in costs]:
        run, file = folder / "run", folder / f"{rows}.parquet"
        words = (
            train_words(file, run, [*OPTIONS, "--overwrite"])
            if command == "train"
            else score_words(run, file, folder / "scores.parquet")
        )
        spent = cost(*words)
        costs[command, rows].append(spent)
        print(
            f"  {command} {rows:>12,} rows {spent.seconds:>8.2f} s {spent.peak_mib:>8.0f} MiB",
            flush=True,
        )
    return costs


def _largest(rows: int) -> Costs:
    """Train on and score one file, once; empty where that fails, so that the rest is kept."""
    with tempfile.TemporaryDirectory() as name:
        try:
            return _growing([rows], 1, Path(name))
        except RuntimeError as error:
            print(f"left out: {rows:,} rows, since {error}", flush=True)
            return {}


def _linear(costs: Costs, smaller: int, larger: int) -> list[Row]:
    """Compare the scoring of two sizes: seconds a row, and memory."""
    few, many = costs["score", smaller], costs["score", larger]
    work, peer = f"`anomaly score`, Parquet of {larger:,} rows", f"{smaller:,} rows"
    per_row = [
        [1e6 * spent.seconds / rows for spent in found]
        for rows, found in ((larger, many), (smaller, few))
    ]
    memory = [[spent.peak_mib for spent in found] for found in (many, few)]
    return [
        shown(Row("score-linear", f"{work}, a row", peer, "µs", *per_row, "times as much", 1.1)),
        shown(Row("score-memory", f"{work}, peak", peer, "MiB", *memory, "times as much", 1.1)),
    ]


def _larger_than_memory(costs: Costs, rows: int) -> list[Row]:
    table = f"Parquet of {rows:,} rows x 30 columns"
    works = {"train": f"`anomaly train`, {table}, {EPOCHS} epoch", "score": "`anomaly score` of it"}
    measured = []
    for command, work in works.items():
        found = costs.get((command, rows), [])
        if not found:
            return []
        seconds = [spent.seconds for spent in found]
        memory = [spent.peak_mib for spent in found]
        name = f"{command}-most"
        measured += [
            Row(f"{name}-seconds", work, "", "s", seconds),
            Row(
                f"{name}-memory",
                "the same, peak",
                "",
                "MiB",
                memory,
                (),
                "at most",
                MOST_MEMORY_MIB,
            ),
        ]
    return [shown(row) for row in measured]


def _points(costs: Costs) -> list[dict[str, Any]]:
    return [
        {
            "command": command,
            "rows": rows,
            "seconds": [spent.seconds for spent in found],
            "peak_mib": [spent.peak_mib for spent in found],
            "median_seconds": statistics.median(spent.seconds for spent in found),
        }
        for (command, rows), found in sorted(costs.items())
    ]
