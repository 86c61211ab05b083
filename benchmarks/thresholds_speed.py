"""How long the exact curve and the F1 pick take, against numpy.sort and scikit-learn.

One run of every contestant follows another on the same rows, so that a busy machine disturbs all
alike; the medians are compared. `curve` is ``PrecisionRecallCurve.from_scores``; `pick` is
``pick(labels, scores, "f1")``, which makes the same curve, picks and draws the intervals.

    python benchmarks/thresholds_speed.py [--rows N] [--runs N] [--out FILE]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from recording import FOLDER, record
from sklearn.metrics import precision_recall_curve

from thresholds import PrecisionRecallCurve, pick


class Case(NamedTuple):
    """A kind of labelled scores."""

    name: str
    share: float
    dtype: type[np.floating[Any]] = np.float64
    decimals: int | None = None
    magnitudes: bool = False


CASES = (
    Case("0.5 % anomalies", 0.005),
    Case("0.5 % anomalies, scores >= 0", 0.005, magnitudes=True),
    Case("0.5 % anomalies, ties (3 decimals)", 0.005, decimals=3),
    Case("0.5 % anomalies, float32", 0.005, np.float32),
    Case("10 % anomalies", 0.1),
    Case("50 % anomalies", 0.5),
    Case("50 % anomalies, scores >= 0", 0.5, magnitudes=True),
)


def simulated(case: Case, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (int64) and scores, both of shape (rows,)."""
    random = np.random.default_rng(0)
    labels = (random.random(rows) < case.share).astype(np.int64)
    scores = random.normal(size=rows) + 2 * labels
    if case.magnitudes:
        scores = np.abs(scores)
    if case.decimals is not None:
        scores = scores.round(case.decimals)
    return labels, scores.astype(case.dtype)


def scikit_learn_f1(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the threshold of the highest F1 by scikit-learn's curve."""
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)
    return float(thresholds[np.argmax(f1[:-1])])


def seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def measure(labels: np.ndarray, scores: np.ndarray, runs: int) -> dict[str, float]:
    """Return the median seconds of every contestant."""
    contestants: dict[str, Callable[[], Any]] = {
        "numpy_sort": lambda: np.sort(scores),
        "curve": lambda: PrecisionRecallCurve.from_scores(labels, scores),
        "pick": lambda: pick(labels, scores, "f1"),
        "scikit_learn": lambda: scikit_learn_f1(labels, scores),
    }
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(runs):
        for name, run in contestants.items():
            taken[name].append(seconds(run))
    return {name: statistics.median(each) for name, each in taken.items()}


def same_pick(labels: np.ndarray, scores: np.ndarray) -> bool:
    """Tell whether scikit-learn's best F1 is reached by the pick."""
    picked = pick(labels, scores, "f1", replicates=1)
    alerted = scores >= np.asarray(scikit_learn_f1(labels, scores), dtype=scores.dtype)
    tp = np.count_nonzero(alerted & (labels == 1))
    f1 = 2 * tp / (np.count_nonzero(alerted) + np.count_nonzero(labels))
    return picked.f1 is not None and bool(abs(picked.f1 - f1) < 1e-12)


def compare(case: Case, rows: int, runs: int) -> dict[str, Any]:
    """Return the figures of one case."""
    labels, scores = simulated(case, rows)
    taken = measure(labels, scores, runs)
    return {
        "case": case.name,
        "seconds": taken,
        "curve_to_sort": taken["curve"] / taken["numpy_sort"],
        "pick_to_sort": taken["pick"] / taken["numpy_sort"],
        "scikit_learn_to_pick": taken["scikit_learn"] / taken["pick"],
        "same_f1": same_pick(labels, scores),
    }


def row(figures: dict[str, Any]) -> str:
    """Return the figures of one case as a line of the table."""
    taken = figures["seconds"]
    return (
        f"{figures['case']:36}{taken['numpy_sort']:8.3f}{taken['curve']:8.3f}{taken['pick']:8.3f}"
        f"{taken['scikit_learn']:9.3f}{figures['curve_to_sort']:12.2f}"
        f"{figures['pick_to_sort']:11.2f}{figures['scikit_learn_to_pick']:14.1f}"
        f"{'yes' if figures['same_f1'] else 'NO':>9}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--out", type=Path, default=FOLDER / "thresholds_speed.json")
    arguments = parser.parse_args()

    print(f"{arguments.rows:,} rows, median seconds of {arguments.runs} runs")
    print(
        f"{'':36}{'sort':>8}{'curve':>8}{'pick':>8}{'sklearn':>9}{'curve/sort':>12}"
        f"{'pick/sort':>11}{'sklearn/pick':>14}{'same F1':>9}"
    )
    cases = []
    for case in CASES:
        cases.append(compare(case, arguments.rows, arguments.runs))
        print(row(cases[-1]), flush=True)
    results = {"rows": arguments.rows, "runs": arguments.runs, "cases": cases}
    record(arguments.out, results, ("numpy", "scikit-learn"))


if __name__ == "__main__":
    main()
