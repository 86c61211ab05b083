"""Seconds and memory of one number of simulated rows.

A process of its own, whose peak memory is of these rows alone:

    python -m benchmarks.simulation.one_size ROWS RUNS
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any


def measure(rows: int, runs: int) -> dict[str, Any]:
    """Simulate so many rows, with another seed in each run: their seconds, and resident memory."""
    from anomaly.simulation import simulate_table

    simulate_table(1_000)  # so that no run pays for the imports
    before = resident_mebibytes()
    seconds = []
    for seed in range(runs):
        start = time.perf_counter()
        simulate_table(rows, seed)
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds, "before_mib": before, "peak_mib": resident_mebibytes()}


def resident_mebibytes() -> float:
    """The highest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
