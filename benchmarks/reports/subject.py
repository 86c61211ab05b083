"""Seconds that `anomaly report` takes, and the bytes of its page, for many scores."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import anomaly
from benchmarks.shared.commands import Subject
from benchmarks.shared.results import FOLDER, circumstances, write
from reports.features.differences import MOST_DRAWN

_PACKAGES = ("numpy", "matplotlib", "jinja2", "pyarrow")
ROWS = (300_000, 10_000_000)
TRAINED_ON = 20_000


def trained(folder: Path) -> anomaly.Run:
    """A run on simulated transactions, as small as it may be, with more features than are drawn."""
    data = anomaly.simulate(TRAINED_ON)
    noise = np.random.default_rng(0).normal(size=(TRAINED_ON, MOST_DRAWN))
    for place in range(MOST_DRAWN):
        data[f"V{place + 1}"] = noise[:, place]
    return anomaly.train(data, label="fraud", time="time", out=folder)


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


def written(run: anomaly.Run, runs: int) -> dict[str, Any]:
    """Write the report so many times, each in a process of its own: the seconds, and its bytes."""
    page = run.folder / "report.html"
    command = [sys.executable, "-m", "anomaly", "report", str(run.folder), "--out", str(page)]
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds, "page_bytes": page.stat().st_size}


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Measure, print a table, write the JSON."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        run = trained(Path(folder) / "run")
        print(f"{'scores':>12} {'seconds':>9} {'bytes':>9}")
        for rows in ROWS:
            enlarge(run, rows)
            run.pick_threshold("f1")
            result = written(run, options.runs)
            median = statistics.median(result["seconds"])
            results.append({"scores": rows, "median_seconds": median, **result})
            print(f"{rows:>12,} {median:>9.2f} {result['page_bytes']:>9,}")
    write(options.out, {"results": results, **circumstances(_PACKAGES)})


SUBJECT = Subject(
    title="Measure seconds of anomaly report, and the bytes of its page, for many scores.",
    parts=("speed",),
    results=FOLDER / "report_speed.json",
    measure=measure,
    options={"--runs": {"type": int, "default": 5, "help": "of each number of scores"}},
)
