"""Does a robust pick do better on rows it has not seen? Real scores, split in two over and over.

Each score set is split 200 times at random, stratified: the threshold is picked on one part, half
of the rows or as many as hold 40 anomalies, and its figure is taken on the rest. Every way to pick
gets the same parts, so that the differences are paired. The ways are the plain maximum
(``robust=False``), the median of the maxima on resamples (``robust=True``), and, for F1,
scikit-learn's ``TunedThresholdClassifierCV`` with its defaults, which tries 100 evenly
spaced thresholds in each of five folds; it gets the scores, and their logarithms, which suit it
better where they are all positive.

The score sets are the credit-card set split as in protocol A of benchmarks/quality, with the scores
of the default detector and of a logistic regression on the labels, and sets of ADBench split as in
protocol C, with those of the default detector.

A folder may keep the scores, so that another run need not train.
"""

from __future__ import annotations

import multiprocessing
import os
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.shared.commands import RefusedError

Labels = NDArray[np.int64]
Scores = NDArray[np.float64]

ADBENCH = ("annthyroid", "mammography", "PageBlocks", "satellite", "shuttle")
# What is picked on: so many anomalies, and the same share of the normal rows.
PARTS = {"half of the rows": None, "40 anomalies": 40}
# A missed anomaly costs this many false alarms.
MISSED_COST = 20


@dataclass(frozen=True, slots=True)
class Aim:
    """What is picked for, and how good it was on other rows."""

    objective: str
    options: dict[str, Any]
    # From the labels and whether a row alerts; higher is better.
    figure: Callable[[Labels, NDArray[np.bool_]], float]


def f_beta(beta: float, labels: Labels, alerted: NDArray[np.bool_]) -> float:
    """Return F-beta."""
    weight = beta**2
    tp = np.count_nonzero(alerted & (labels == 1))
    return (1 + weight) * tp / (np.count_nonzero(alerted) + weight * np.count_nonzero(labels))


def saving(labels: Labels, alerted: NDArray[np.bool_]) -> float:
    """Return the share of the cost of no alert at all that is saved."""
    anomalies = np.count_nonzero(labels)
    tp = np.count_nonzero(alerted & (labels == 1))
    fp = np.count_nonzero(alerted) - tp
    return (MISSED_COST * tp - fp) / (MISSED_COST * anomalies)


AIMS = {
    "f1": Aim("f1", {}, partial(f_beta, 1)),
    "fbeta 2": Aim("fbeta", {"beta": 2}, partial(f_beta, 2)),
    "fbeta 0.5": Aim("fbeta", {"beta": 0.5}, partial(f_beta, 0.5)),
    "cost": Aim("cost", {"false_alarm_cost": 1, "missed_cost": MISSED_COST}, saving),
}


# --- Scores ---


def score_sets() -> dict[str, Callable[[], tuple[Labels, Scores]]]:
    """Return what makes labels and scores, by name."""
    return {
        "creditcard, default detector": credit_card_by_detector,
        "creditcard, logistic regression": credit_card_by_regression,
        **{f"{name}, default detector": partial(adbench_by_detector, name) for name in ADBENCH},
    }


def detector_scores(training: Any, rows: Any) -> Scores:
    import anomaly

    detector = anomaly.DenoisingAutoencoder(random_state=0).fit(training)
    return np.asarray(detector.anomaly_score(rows), dtype=np.float64)


def credit_card() -> tuple[Any, Any, Labels]:
    """Return the rows to train on, the others, and their labels."""
    from benchmarks.quality import credit_card as protocol
    from benchmarks.quality.settings import Settings

    parts = protocol.prepare("random", 0, Settings())
    held_back = (parts.validation, parts.test)
    rows, labels = (
        np.concatenate([getattr(part, name) for part in held_back]) for name in ("rows", "labels")
    )
    return parts.train, rows, labels.astype(np.int64)


def credit_card_by_detector() -> tuple[Labels, Scores]:
    train, rows, labels = credit_card()
    return labels, detector_scores(train.normal, rows)


def credit_card_by_regression() -> tuple[Labels, Scores]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    train, rows, labels = credit_card()
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return labels, model.fit(train.rows, train.labels).decision_function(rows)


def adbench_by_detector(name: str) -> tuple[Labels, Scores]:
    from benchmarks.quality import half_normal
    from benchmarks.quality.settings import Settings

    halved = half_normal.prepare(name, 0, Settings())
    labels = halved.test.labels.astype(np.int64)
    return labels, detector_scores(halved.train.rows, halved.test.rows)


@cache
def load(name: str, folder: Path | None) -> tuple[Labels, Scores]:
    """Return labels and scores, from the folder where they are there."""
    file = folder / f"{name}.npz" if folder else None
    if file is None or not file.exists():
        labels, scores = score_sets()[name]()
        if file is None:
            return labels, scores
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, labels=labels, scores=scores)
    with np.load(file) as arrays:
        return arrays["labels"], arrays["scores"]


# --- Ways to pick ---


def by_pick(robust: bool, aim: Aim, labels: Labels, scores: Scores) -> float:
    from thresholds import pick

    return pick(labels, scores, aim.objective, robust=robust, **aim.options).value


def by_tuner(logarithms: bool, aim: Aim, labels: Labels, scores: Scores) -> float:
    """Return the threshold of scikit-learn's tuner around a classifier that hands on the scores."""
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.metrics import make_scorer
    from sklearn.model_selection import TunedThresholdClassifierCV

    class HandedOn(ClassifierMixin, BaseEstimator):
        def fit(self, X: Any, y: Any) -> HandedOn:
            self.classes_ = np.unique(y)
            return self

        def decision_function(self, X: Any) -> Any:
            return X[:, 0]

        def predict(self, X: Any) -> Any:
            return (X[:, 0] >= 0).astype(np.int64)

    column = np.log(scores) if logarithms else scores
    # The scorer named "f1" finds the same threshold, in fifty times as long.
    scorer = make_scorer(lambda labels, alerted: f_beta(1, labels, alerted == 1))
    tuner = TunedThresholdClassifierCV(
        HandedOn(), scoring=scorer, response_method="decision_function"
    )
    value = float(tuner.fit(column[:, None], labels).best_threshold_)
    return float(np.exp(value)) if logarithms else value


def ways(name: str, scores: Scores) -> dict[str, Callable[[Aim, Labels, Scores], float]]:
    """Return the ways to pick for an aim, by name."""
    picks: dict[str, Callable[[Aim, Labels, Scores], float]] = {
        "maximum": partial(by_pick, False),
        "robust": partial(by_pick, True),
    }
    if name == "f1":
        picks["scikit-learn"] = partial(by_tuner, False)
        if scores.min() > 0:
            picks["scikit-learn, log"] = partial(by_tuner, True)
    return picks


# --- Measuring ---


def part(labels: Labels, anomalies: int | None, seed: int) -> NDArray[np.bool_]:
    """Return which rows to pick on: the same share of each class, by default a half."""
    random = np.random.default_rng(seed)
    share = 0.5 if anomalies is None else anomalies / np.count_nonzero(labels)
    chosen = np.zeros(labels.size, np.bool_)
    for label in (0, 1):
        rows = random.permutation(np.flatnonzero(labels == label))
        chosen[rows[: int(share * rows.size)]] = True
    return chosen


def on_one_resplit(
    labels: Labels, scores: Scores, anomalies: int | None, seed: int
) -> dict[str, dict[str, float]]:
    """Return the figure on the rest of the rows of every aim and way."""
    here = part(labels, anomalies, seed)
    figures: dict[str, dict[str, float]] = {}
    for name, aim in AIMS.items():
        figures[name] = {}
        for way, picks in ways(name, scores).items():
            value = picks(aim, labels[here], scores[here])
            figures[name][way] = aim.figure(labels[~here], scores[~here] >= value)
    return figures


def summary(figures: NDArray[np.float64], against: NDArray[np.float64]) -> dict[str, float]:
    """Return mean and spread, and the difference to another way with its standard error."""
    differences = figures - against
    return {
        "mean": figures.mean(),
        "deviation": figures.std(ddof=1),
        "difference": differences.mean(),
        "standard_error": differences.std(ddof=1) / np.sqrt(differences.size),
    }


def compare(labels: Labels, scores: Scores, anomalies: int | None, resplits: int) -> dict[str, Any]:
    """Return the summaries of every aim and way on one score set."""
    on_one = partial(on_one_resplit, labels, scores, anomalies)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        by_resplit = pool.map(on_one, range(resplits), chunksize=10)
    summaries: dict[str, Any] = {}
    for name in AIMS:
        figures = {
            way: np.array([each[name][way] for each in by_resplit]) for way in by_resplit[0][name]
        }
        summaries[name] = {
            way: summary(values, figures["maximum"]) for way, values in figures.items()
        }
    return {"rows": labels.size, "anomalies": int(labels.sum()), "aims": summaries}


def over_all(sets: dict[str, Any]) -> dict[str, Any]:
    """Return the means over the score sets: each counts as much as any other."""
    means: dict[str, Any] = {}
    for name in AIMS:
        means[name] = {}
        for way in ("maximum", "robust", "scikit-learn"):
            each = [one["aims"][name][way] for one in sets.values() if way in one["aims"][name]]
            if not each:
                continue
            base = [one["aims"][name]["maximum"]["deviation"] for one in sets.values()]
            errors = np.array([summary["standard_error"] for summary in each])
            means[name][way] = {
                "mean": np.mean([summary["mean"] for summary in each]),
                "difference": np.mean([summary["difference"] for summary in each]),
                "standard_error": float(np.sqrt((errors**2).sum())) / len(each),
                "deviation_to_maximum": np.mean(
                    [summary["deviation"] / one for summary, one in zip(each, base, strict=True)]
                ),
            }
    return means


def rows_of(summaries: dict[str, Any]) -> Iterator[str]:
    """Return the lines of the table of one score set."""
    for name, by_way in summaries["aims"].items():
        for way, figures in by_way.items():
            yield (
                f"  {name:12}{way:20}{figures['mean']:10.4f}{figures['deviation']:10.4f}"
                f"{figures['difference']:+12.4f} ± {figures['standard_error']:.4f}"
            )


def compare_all(title: str, anomalies: int | None, options: Namespace) -> dict[str, Any]:
    """Return and print what is found on every score set, and on all together."""
    sets = {}
    head = f"{'mean':>10}{'deviation':>10}{'difference to the maximum':>28}"
    for name in score_sets():
        labels, scores = load(name, options.scores)
        sets[name] = compare(labels, scores, anomalies, options.resplits)
        print(f"{name}: {labels.size:,} rows, {labels.sum():,} anomalies; picked on {title}")
        print(f"  {'':12}{'':20}{head}", *rows_of(sets[name]), sep="\n", flush=True)
    together = over_all(sets)
    print(f"picked on {title}, mean over the sets: difference, deviation to that of the maximum")
    for name, by_way in together.items():
        for way, figures in by_way.items():
            print(
                f"  {name:12}{way:20}{figures['difference']:+10.4f} ± "
                f"{figures['standard_error']:.4f}{figures['deviation_to_maximum']:10.3f}"
            )
    return {"sets": sets, "together": together}


def measure(options: Namespace) -> dict[str, Any]:
    """Resplit for both parts to pick on, and return the figures."""
    from benchmarks.quality import data

    if missing := data.is_missing():
        raise RefusedError(f"{missing}, so there are no real scores to split")
    parts = {title: compare_all(title, anomalies, options) for title, anomalies in PARTS.items()}
    return {"resplits": options.resplits, "picked_on": parts}
