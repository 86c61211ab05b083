"""Peak memory of `anomaly score` from and to PostgreSQL as the rows grow."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.shared.cluster import Cluster, find_programs, started
from benchmarks.speed import data
from benchmarks.speed.programs import ANOMALY, Cost, cost, train_words
from benchmarks.speed.results import Measured
from benchmarks.speed.rows import Row
from benchmarks.speed.scaling import OPTIONS
from benchmarks.speed.settings import Settings
from benchmarks.speed.table import shown

ROWS = (1_000_000, 10_000_000)
TRAINING_ROWS = 10_000
Costs = dict[int, list[Cost]]


def measure(settings: Settings) -> Measured:
    """Measure the rows of this part; none where there is no PostgreSQL."""
    programs = find_programs()
    if programs is None:
        raise RuntimeError("no PostgreSQL is installed: make postgresql")
    sizes = [settings.rows(number) for number in ROWS]
    with tempfile.TemporaryDirectory() as name, started(programs) as server:
        run, file = Path(name) / "run", Path(name) / "training.parquet"
        data.write_simulated(file, TRAINING_ROWS)
        cost(*train_words(file, run, OPTIONS))
        to_file = [str(Path(name) / "scores.parquet")]
        to_table = [server.url, "--out-table", "scores", "--if-exists", "replace"]
        measured = [
            _row("file", "a file", _costs(server, run, sizes, to_file, settings.slow_turns)),
            _row(
                "table", "a table of it", _costs(server, run, sizes, to_table, settings.slow_turns)
            ),
        ]
    return Measured(measured, data.SIMULATED)


def query(rows: int) -> str:
    """Return a SELECT of so many rows that the server makes up as it goes."""
    columns = [f'sin(g * 0.{number}7) AS "{name}"' for number, name in enumerate(data.FEATURES, 1)]
    return f"SELECT {', '.join(columns)} FROM generate_series(1, {rows}) AS g"


def _costs(server: Cluster, run: Path, sizes: list[int], out: list[str], turns: int) -> Costs:
    costs: Costs = {rows: [] for rows in sizes}
    for rows in [rows for _ in range(turns) for rows in sizes]:
        spent = cost(
            *(ANOMALY, "score", run, server.url, "--query", query(rows), "--quiet"),
            *("--out", *out),
        )
        costs[rows].append(spent)
        print(f"  {rows:>12,} rows {spent.seconds:>8.2f} s {spent.peak_mib:>8.0f} MiB", flush=True)
    return costs


def _row(name: str, where: str, costs: Costs) -> Row:
    (smaller, few), (larger, many) = costs.items()
    return shown(
        Row(
            f"score-postgresql-{name}-memory",
            f"`anomaly score`, PostgreSQL into {where}, {larger:,} rows, peak",
            f"{smaller:,} rows",
            "MiB",
            [spent.peak_mib for spent in many],
            [spent.peak_mib for spent in few],
            "times as much",
            1.1,
        )
    )
