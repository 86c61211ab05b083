"""How long the exact curve and the picks take, against numpy.sort and scikit-learn.

One run of every contestant follows another on the same rows, so that a busy machine disturbs all
alike; the medians are compared.

- `curve` is ``PrecisionRecallCurve.from_scores``.
- `f1` is ``pick(labels, scores, "f1", robust=False, replicates=1)``: the same curve, and the highest
  F1 on it. It is what scikit-learn's curve and argmax do.
- `alerts` is the same for a budget of alerts.
- `default` is ``pick(labels, scores, "f1")`` as it comes: with 1,000 resamples, from which the robust
  pick and all intervals are.

What the resamples take by themselves is measured on a curve of 300,000 scores; and what a pick takes
as it comes, with 1,000 resamples, for every objective on as many rows.
"""

import statistics
import time
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import precision_recall_curve

from thresholds import PrecisionRecallCurve, pick, pick_on

ROWS = 10_000_000
ROWS_RESAMPLED = 300_000


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


def medians(contestants: dict[str, Callable[[], Any]], runs: int) -> dict[str, float]:
    """Return the median seconds of every contestant."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(runs):
        for name, run in contestants.items():
            taken[name].append(seconds(run))
    return {name: statistics.median(each) for name, each in taken.items()}


def seconds_of(labels: np.ndarray, scores: np.ndarray, runs: int) -> dict[str, float]:
    """Return the median seconds of everything that sees the rows."""
    contestants: dict[str, Callable[[], Any]] = {
        "numpy_sort": lambda: np.sort(scores),
        "curve": lambda: PrecisionRecallCurve.from_scores(labels, scores),
        "f1": lambda: pick(labels, scores, "f1", robust=False, replicates=1),
        "alerts": lambda: pick(labels, scores, "alerts", share=0.001, replicates=1),
        "default": lambda: pick(labels, scores, "f1"),
        "scikit_learn": lambda: scikit_learn_f1(labels, scores),
    }
    return medians(contestants, runs)


def measure_resamples(case: Case, runs: int) -> dict[str, Any]:
    """Return the median seconds of 1,000 resamples on a curve, and of one."""
    curve = PrecisionRecallCurve.from_scores(*simulated(case, ROWS_RESAMPLED))
    contestants: dict[str, Callable[[], Any]] = {
        "1,000 replicates": lambda: pick_on(curve, "f1"),
        "1 replicate": lambda: pick_on(curve, "f1", replicates=1),
    }
    return {"case": case.name, "rows": ROWS_RESAMPLED, "seconds": medians(contestants, runs)}


def measure_objectives(runs: int) -> dict[str, float]:
    """Return the median seconds of a pick as it comes, by objective."""
    labels, scores = simulated(CASES[0], ROWS_RESAMPLED)
    random = np.random.default_rng(1)
    days = np.sort(random.integers(0, 30, labels.size))
    entities = random.integers(0, labels.size // 7, labels.size)
    asked: dict[str, dict[str, Any]] = {
        "f1": {},
        "fbeta": {"beta": 2.0},
        "precision": {"at_least": 0.5},
        "recall": {"at_least": 0.5},
        "cost": {"false_alarm_cost": 5.0, "missed_cost": 100.0},
        "alerts": {"per_day": 50.0, "days": days},
        "fpr": {"at_most": 0.001},
        "mcc": {},
        "youden": {},
        "gmean": {},
        "card-precision": {"per_day": 50, "days": days, "entities": entities},
    }
    contestants: dict[str, Callable[[], Any]] = {
        name: partial(pick, labels, scores, name, **options) for name, options in asked.items()
    }
    unlabelled: dict[str, dict[str, Any]] = {
        "contamination": {"share": 0.005},
        "mad": {},
        "evt": {},
        "mixture": {},
        "conformal": {"normal": random.normal(size=ROWS_RESAMPLED // 3)},
    }
    # A tenth lies apart: a mixture of fewer is refused.
    apart = simulated(Case("", 0.1), ROWS_RESAMPLED)
    contestants |= {
        name: partial(pick, None, apart[1] + 2 * apart[0], name, **options)
        for name, options in unlabelled.items()
    }
    return medians(contestants, runs)


def same_pick(labels: np.ndarray, scores: np.ndarray) -> bool:
    """Tell whether scikit-learn's best F1 is reached by the pick."""
    picked = pick(labels, scores, "f1", robust=False, replicates=1)
    alerted = scores >= np.asarray(scikit_learn_f1(labels, scores), dtype=scores.dtype)
    tp = np.count_nonzero(alerted & (labels == 1))
    f1 = 2 * tp / (np.count_nonzero(alerted) + np.count_nonzero(labels))
    return picked.f1 is not None and bool(abs(picked.f1 - f1) < 1e-12)


def compare(case: Case, rows: int, runs: int) -> dict[str, Any]:
    """Return the figures of one case."""
    labels, scores = simulated(case, rows)
    taken = seconds_of(labels, scores, runs)
    return {
        "case": case.name,
        "seconds": taken,
        "curve_to_sort": taken["curve"] / taken["numpy_sort"],
        "f1_to_sort": taken["f1"] / taken["numpy_sort"],
        "scikit_learn_to_f1": taken["scikit_learn"] / taken["f1"],
        "same_f1": same_pick(labels, scores),
    }


def row(figures: dict[str, Any]) -> str:
    """Return the figures of one case as a line of the table."""
    taken = figures["seconds"]
    shown = ("numpy_sort", "curve", "f1", "alerts", "default", "scikit_learn")
    return (
        f"{figures['case']:36}{''.join(f'{taken[name]:9.3f}' for name in shown)}"
        f"{figures['curve_to_sort']:12.2f}{figures['f1_to_sort']:9.2f}"
        f"{figures['scikit_learn_to_f1']:12.1f}{'yes' if figures['same_f1'] else 'NO':>9}"
    )


def measure(options: Namespace) -> dict[str, Any]:
    """Measure every case, print it, and return the figures."""
    rows, runs = options.rows or ROWS, options.runs
    print(f"{rows:,} rows, median seconds of {runs} runs")
    print(
        f"{'':36}{'sort':>9}{'curve':>9}{'f1':>9}{'alerts':>9}{'default':>9}{'sklearn':>9}"
        f"{'curve/sort':>12}{'f1/sort':>9}{'sklearn/f1':>12}{'same F1':>9}"
    )
    cases = []
    for case in CASES:
        cases.append(compare(case, rows, runs))
        print(row(cases[-1]), flush=True)
    resampled = [measure_resamples(case, runs) for case in CASES]
    print(f"f1 on a curve of {ROWS_RESAMPLED:,} scores")
    for each in resampled:
        taken = "".join(f"{took:10.3f} s for {name}" for name, took in each["seconds"].items())
        print(f"{each['case']:36}{taken}")
    objectives = measure_objectives(runs)
    print(f"a pick as it comes on {ROWS_RESAMPLED:,} rows")
    for name, took in objectives.items():
        print(f"{name:36}{took:10.3f} s")
    return {
        "rows": rows,
        "runs": runs,
        "cases": cases,
        "resamples": resampled,
        "objectives": {"rows": ROWS_RESAMPLED, "seconds": objectives},
    }
