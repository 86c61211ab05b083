"""Seconds and memory that simulated transactions take.

Run from the root of the repository: ``.venv/bin/python benchmarks/simulate_speed.py``.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from recording import FOLDER, record

ROWS = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Seconds of each run; resident memory in mebibytes before the first one and at its peak."""

    seconds: list[float]
    before_mib: float
    peak_mib: float


def measure(rows: int, runs: int) -> Measurement:
    """Simulate so many rows, with another seed in each run."""
    from anomaly.simulation import simulate_table

    simulate_table(1_000)  # so that no run pays for the imports
    before = resident_mebibytes()
    seconds = []
    for seed in range(runs):
        start = time.perf_counter()
        simulate_table(rows, seed)
        seconds.append(time.perf_counter() - start)
    return Measurement(seconds, before, resident_mebibytes())


def resident_mebibytes() -> float:
    """The highest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


def measure_apart(rows: int, runs: int) -> Measurement:
    """`measure` in a process of its own, whose peak memory is of these rows alone."""
    command = [sys.executable, __file__, "--child", str(rows), "--runs", str(runs)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Measurement(**json.loads(output))


def main() -> None:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs per number of rows")
    parser.add_argument(
        "--out", type=Path, default=FOLDER / "simulate_speed.json", help="where the JSON goes"
    )
    parser.add_argument("--child", type=int, metavar="ROWS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(asdict(measure(options.child, options.runs))))
        return
    results = []
    print(f"{'rows':>12} {'seconds':>9} {'rows/second':>12} {'peak MiB':>9}")
    for rows in ROWS:
        result = measure_apart(rows, options.runs)
        median = statistics.median(result.seconds)
        results.append({"rows": rows, "median_seconds": median, **asdict(result)})
        print(f"{rows:>12,} {median:>9.3f} {rows / median:>12,.0f} {result.peak_mib:>9.0f}")
    record(options.out, {"results": results}, ("numpy", "pyarrow"))


if __name__ == "__main__":
    main()
