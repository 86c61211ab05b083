"""How much memory and time the sketch of scores takes, and how near its picks are to the exact ones.

The same simulated rows are drawn twice, in batches: once into sketches of several workers, which
are sent as bytes and merged, and once into arrays, from which the exact curve is made. Each is a
process of its own, so that the peak of memory is its own too. The figure of an objective is what it
maximises (F1, the recall within its limit, the alerts within the budget), or the cost.

    python -m benchmarks.thresholds.sketch sketch|exact ROWS SHARE WORKERS

A hundred million rows take the exact curve about four gigabytes.
"""

import json
import resource
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from benchmarks.shared.processes import figures_of
from thresholds import OBJECTIVES, PrecisionRecallCurve, ScoreSketch, pick_on

ROWS = 100_000_000
BATCH = 1_000_000
# Anomalies stand so many standard deviations above normal rows, on the logarithm of the scores.
DISTANCE = 3.0
TAIL, BINS = 100_000, 262_144


def objectives(rows: int) -> dict[str, dict[str, Any]]:
    """Return the objectives, with options for that many rows."""
    return {
        "f1": {},
        "fbeta": {"beta": 2},
        "mcc": {},
        "youden": {},
        "gmean": {},
        "cost": {"false_alarm_cost": 5, "missed_cost": 100},
        "precision": {"at_least": 0.8},
        "recall": {"at_least": 0.5},
        "alerts": {"total": rows // 1_000},
        "contamination": {"share": 0.005},
        "fpr": {"at_most": 0.001},
    }


def batches(rows: int, share: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draw labels and scores of shape (at most BATCH,)."""
    for number, start in enumerate(range(0, rows, BATCH)):
        random = np.random.default_rng([0, number])
        size = min(BATCH, rows - start)
        labels = random.random(size) < share
        yield labels, np.exp(random.normal(size=size) + DISTANCE * labels)


def picks(curve: PrecisionRecallCurve) -> dict[str, dict[str, float]]:
    """Return the threshold, the figure and the alerts of every objective."""
    found = {}
    for name, options in objectives(curve.positives + curve.negatives).items():
        picked = pick_on(curve, name, robust=False, replicates=1, **options)
        position = np.searchsorted(curve.thresholds, curve.thresholds.dtype.type(picked.value))
        goal = OBJECTIVES[name].goal(options)
        figure = (goal.cost or goal.utility)(curve.counts_at(np.array([position])))
        found[name] = {"threshold": picked.value, "figure": figure.item(), "alerts": picked.alerts}
    return found


def sketched(rows: int, share: float, workers: int) -> dict[str, Any]:
    """Return what the sketches of several workers find together."""
    parts = [ScoreSketch(TAIL, BINS) for _ in range(workers)]
    seconds = 0.0
    for number, (labels, scores) in enumerate(batches(rows, share)):
        start = time.perf_counter()
        parts[number % workers].add(labels, scores)
        seconds += time.perf_counter() - start
    start = time.perf_counter()
    sent = [part.to_bytes() for part in parts]
    merged = reduce(add, (ScoreSketch.from_bytes(each) for each in sent))
    return {
        "add_seconds": seconds,
        "merge_seconds": time.perf_counter() - start,
        "megabytes_sent": max(len(each) for each in sent) / 1e6,
        "relative_error": merged.relative_error,
        "picks": picks(merged.curve()),
    }


def exact(rows: int, share: float, workers: int) -> dict[str, Any]:
    """Return what the exact curve finds, whatever the number of workers."""
    labels, scores = np.empty(rows, dtype=np.bool_), np.empty(rows)
    for number, (some_labels, some_scores) in enumerate(batches(rows, share)):
        here = slice(number * BATCH, number * BATCH + some_scores.size)
        labels[here], scores[here] = some_labels, some_scores
    start = time.perf_counter()
    curve = PrecisionRecallCurve.from_scores(labels, scores)
    return {"curve_seconds": time.perf_counter() - start, "picks": picks(curve)}


WAYS = {"sketch": sketched, "exact": exact}


def measure(options: Namespace) -> dict[str, Any]:
    """Measure both, print them side by side, and return the figures."""
    rows, share, workers = options.rows or ROWS, options.share, options.workers
    of_sketch, of_exact = (
        figures_of("benchmarks.thresholds.sketch", name, rows, share, workers) for name in WAYS
    )
    print(f"{rows:,} rows, {share:.2%} anomalies, {workers} workers")
    print(
        f"sketch  {of_sketch['peak_mebibytes']:8,.0f} MiB {of_sketch['add_seconds']:6.1f} s to add "
        f"{of_sketch['merge_seconds']:6.1f} s to merge; {of_sketch['megabytes_sent']:.1f} MB sent "
        f"by a worker, relative error of a score {of_sketch['relative_error']:.1e}"
    )
    print(
        f"exact   {of_exact['peak_mebibytes']:8,.0f} MiB {of_exact['curve_seconds']:6.1f} s for the "
        "curve"
    )
    print(f"{'':16}{'exact':>16}{'sketch':>16}{'relative error':>18}")
    errors = {}
    for name, expected in of_exact["picks"].items():
        figure = of_sketch["picks"][name]["figure"]
        errors[name] = abs(figure / expected["figure"] - 1)
        print(f"{name:16}{expected['figure']:16,.8g}{figure:16,.8g}{errors[name]:18.1e}")
    return {
        "rows": rows,
        "share": share,
        "workers": workers,
        "tail": TAIL,
        "bins": BINS,
        "sketch": of_sketch,
        "exact": of_exact,
        "relative_errors": errors,
    }


if __name__ == "__main__":
    way, *numbers = sys.argv[1:]
    figures = WAYS[way](int(numbers[0]), float(numbers[1]), int(numbers[2]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(figures | {"peak_mebibytes": peak / 1024}))
