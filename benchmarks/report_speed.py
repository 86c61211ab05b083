"""Seconds that `anomaly report` takes, and the bytes of its page, for many scores.

Run from the root of the repository: ``.venv/bin/python benchmarks/report_speed.py``.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from recording import FOLDER, record

import anomaly
from reports.features.differences import MOST_DRAWN

ROWS = (300_000, 10_000_000)
TRAINED_ON = 20_000


@dataclass(frozen=True, slots=True)
class Measurement:
    """Seconds of each run of the command, and bytes of its page."""

    seconds: list[float]
    page_bytes: int


def trained(folder: Path) -> anomaly.Run:
    """A run on simulated transactions, as small as it may be, with more features than are drawn."""
    data = anomaly.simulate(TRAINED_ON)
    noise = np.random.default_rng(0).normal(size=(TRAINED_ON, MOST_DRAWN))
    for place in range(MOST_DRAWN):
        data[f"V{place + 1}"] = noise[:, place]
    return anomaly.train(data, label="fraud", time="time", epochs=1, out=folder)


def enlarge(run: anomaly.Run, rows: int) -> None:
    """Give the run so many scores, half of them of validation: its own, each a little moved."""
    kept = run.scores()
    random = np.random.default_rng(0)
    parts = []
    for name in ("validation", "test"):
        part = kept.filter(pc.equal(kept.column("split"), name))
        known = part.filter(pc.is_valid(part.column("reasons")))
        drawn = np.sort(random.integers(0, part.num_rows, rows // 2 - known.num_rows))
        many = part.take(drawn)
        moved = many.column("score").to_numpy() * random.lognormal(0, 0.05, len(drawn))
        for column, values in (("score", moved), ("reasons", pa.nulls(len(drawn), many.schema.field("reasons").type))):  # fmt: skip
            place = many.schema.get_field_index(column)
            many = many.set_column(place, many.schema.field(place), pa.array(values))
        parts += [known, many]
    pq.write_table(pa.concat_tables(parts), run.folder / "scores.parquet")


def measure(run: anomaly.Run, runs: int) -> Measurement:
    """Write the report so many times, each in a process of its own."""
    page = run.folder / "report.html"
    command = [sys.executable, "-m", "anomaly", "report", str(run.folder), "--out", str(page)]
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return Measurement(seconds, page.stat().st_size)


def main() -> None:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs per number of scores")
    parser.add_argument(
        "--out", type=Path, default=FOLDER / "report_speed.json", help="where the JSON goes"
    )
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        run = trained(Path(folder) / "run")
        print(f"{'scores':>12} {'seconds':>9} {'bytes':>9}")
        for rows in ROWS:
            enlarge(run, rows)
            run.pick_threshold("f1")
            result = measure(run, options.runs)
            median = statistics.median(result.seconds)
            results.append({"scores": rows, "median_seconds": median, **asdict(result)})
            print(f"{rows:>12,} {median:>9.2f} {result.page_bytes:>9,}")
    record(options.out, {"results": results}, ("numpy", "matplotlib", "jinja2", "pyarrow"))


if __name__ == "__main__":
    main()
