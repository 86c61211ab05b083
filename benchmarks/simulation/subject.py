"""Seconds and memory that simulated transactions take."""

from __future__ import annotations

import statistics
from argparse import Namespace
from collections.abc import Sequence

from benchmarks.shared.commands import Subject
from benchmarks.shared.processes import figures_of
from benchmarks.shared.results import FOLDER, circumstances, write

ROWS = (10_000, 100_000, 1_000_000)


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Measure, print a table, write the JSON."""
    results = []
    print(f"{'rows':>12} {'seconds':>9} {'rows/second':>12} {'peak MiB':>9}")
    for rows in ROWS:
        result = figures_of("benchmarks.simulation.one_size", rows, options.runs)
        median = statistics.median(result["seconds"])
        results.append({"rows": rows, "median_seconds": median, **result})
        print(f"{rows:>12,} {median:>9.3f} {rows / median:>12,.0f} {result['peak_mib']:>9.0f}")
    write(options.out, {"results": results, **circumstances(("numpy", "pyarrow"))})


SUBJECT = Subject(
    title="Measure seconds and memory of simulated transactions.",
    parts=("speed",),
    results=FOLDER / "simulate_speed.json",
    measure=measure,
    options={"--runs": {"type": int, "default": 5, "help": "of each number of rows"}},
)
