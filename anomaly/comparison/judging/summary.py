"""From trials to figures with intervals, and to what can be said of two methods."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.comparison.folder.store import Trial
from anomaly.comparison.judging.costs import Costs
from thresholds import (
    Difference,
    Interval,
    MethodFigures,
    difference,
    mean_interval,
    pick,
)

HALF = "_at_half"
#: Figures of which methods are held against each other.
COMPARED = ("average_precision", "f1")
_CALIBRATION_BINS = 10


@dataclass(frozen=True, slots=True)
class SeedResult:
    """A method with one seed, on the test rows.

    Attributes
    ----------
    seed : int
    threshold : float
        Picked on validation, for F1.
    cost_threshold : float or None
        Picked on validation, for the least cost.
    figures : dict of str to float or None
    seconds : dict of str to float
    training : dict of str to int
    """

    seed: int
    threshold: float
    cost_threshold: float | None
    figures: dict[str, float | None]
    seconds: dict[str, float]
    training: dict[str, int]


@dataclass(frozen=True, slots=True)
class MethodResult:
    """A method on the test rows, over its seeds.

    Attributes
    ----------
    method : str
    figures : dict of str to float or None
        Means over the seeds: `average_precision`, `roc_auc`; `precision`, `recall`, `f1` and `mcc`
        at the picked threshold, and with `_at_half` at 0.5; `precision_at_100`, `brier`; where
        there are prices `cost` at the picked threshold and `least_cost` at `cost_threshold`.
    intervals : dict of str to (float, float) or None
        95 %, of the population that the rows and, of several seeds, the seeds are drawn from.
    fit_seconds, score_seconds : float
        Means.
    by_seed : tuple of SeedResult
    calibration : list of dict
        Of the first seed: `predicted` and `observed` share of positives by bin, and `rows`.
    history : dict of str to list of float
        Of the first seed.
    notes : tuple of str
    generated : dict
        How good the rows are that the sampler made, means over the seeds; see
        `anomaly.comparison.methods.generated_quality`. Empty without such a sampler.
    """

    method: str
    figures: dict[str, float | None]
    intervals: dict[str, Interval | None]
    fit_seconds: float
    score_seconds: float
    by_seed: tuple[SeedResult, ...]
    calibration: tuple[dict[str, float], ...]
    history: dict[str, list[float | None]]
    notes: tuple[str, ...]
    generated: dict[str, dict[str, float | None]]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON takes it, the figures that the design names first."""
        first = self.by_seed[0]
        named = ("average_precision", "roc_auc", "precision", "recall", "f1")
        return {
            "method": self.method,
            **{name: self.figures.get(name) for name in named},
            "average_precision_interval": self.intervals.get("average_precision"),
            "threshold": first.threshold,
            "fit_seconds": self.fit_seconds,
            "score_seconds": self.score_seconds,
            "seeds": len(self.by_seed),
            "figures": self.figures,
            "intervals": self.intervals,
            "by_seed": [asdict(result) for result in self.by_seed],
            "calibration": list(self.calibration),
            "history": self.history,
            "notes": list(self.notes),
            "generated": self.generated,
        }


def seed_result(trial: Trial, costs: Costs | None = None) -> tuple[SeedResult, MethodFigures]:
    """Pick the thresholds on validation and judge the method on test."""
    validation, test = trial.validation, trial.test
    threshold = _threshold(pick(validation.labels, validation.scores).value)
    cost_threshold = None
    if costs is not None:
        least = pick(
            validation.labels,
            validation.scores,
            "cost",
            amounts=costs.at_stake(validation.rows),
            replicates=1,
            **costs.options(),
        )
        cost_threshold = _threshold(least.value)
    judged = MethodFigures(
        test.labels,
        test.scores,
        {"": threshold} | ({HALF: 0.5} if trial.is_probability else {}),
        is_probability=trial.is_probability,
        prices=None if costs is None else costs.prices(test.rows),
        cost_thresholds=(
            {} if cost_threshold is None else {"cost": threshold, "least_cost": cost_threshold}
        ),
    )
    return (
        SeedResult(
            seed=trial.seed,
            threshold=threshold,
            cost_threshold=cost_threshold,
            figures={name: _number(figure.value) for name, figure in judged.figures.items()},
            seconds=trial.seconds,
            training=trial.training,
        ),
        judged,
    )


def summarised(
    trials: Mapping[str, Sequence[Trial]],
    costs: Costs | None,
) -> tuple[list[MethodResult], list[Difference]]:
    """Return the methods, the highest average precision first, and how they differ.

    Parameters
    ----------
    trials : mapping of str to sequence of Trial
        By method; of each seed once.
    costs : Costs or None
    """
    judged = {
        name: {trial.seed: seed_result(trial, costs) for trial in by_seed}
        for name, by_seed in trials.items()
    }
    rows = {trial.seed: trial.test.rows for by_seed in trials.values() for trial in by_seed}
    figures = {
        name: {seed: figures for seed, (_, figures) in by_seed.items()}
        for name, by_seed in judged.items()
    }
    results = [
        _method_result(
            by_seed, [result for result, _ in judged[name].values()], figures[name], rows
        )
        for name, by_seed in trials.items()
    ]
    results.sort(key=lambda result: -(result.figures["average_precision"] or 0))
    return results, _differences(results, figures, rows)


def _method_result(
    trials: Sequence[Trial],
    results: list[SeedResult],
    by_seed: Mapping[int, MethodFigures],
    test_rows: Mapping[int, NDArray[np.int64]],
) -> MethodResult:
    names = list(results[0].figures)
    first = trials[0]
    intervals = {name: mean_interval(name, by_seed, test_rows) for name in names}
    return MethodResult(
        method=first.method,
        figures={name: _mean([result.figures[name] for result in results]) for name in names},
        intervals=intervals,
        fit_seconds=float(np.mean([trial.seconds["fit"] for trial in trials])),
        score_seconds=float(np.mean([trial.seconds["score"] for trial in trials])),
        by_seed=tuple(results),
        calibration=calibration(first) if first.is_probability else (),
        history=first.history,
        notes=tuple(dict.fromkeys(note for trial in trials for note in trial.notes)),
        generated={
            part: {
                name: _mean([trial.generated.get(part, {}).get(name) for trial in trials])
                for name in quality
            }
            for part, quality in first.generated.items()
        },
    )


def _differences(
    results: Sequence[MethodResult],
    figures: Mapping[str, Mapping[int, MethodFigures]],
    test_rows: Mapping[int, NDArray[np.int64]],
) -> list[Difference]:
    differences = [
        difference(
            figure,
            (first.method, second.method),
            (figures[first.method], figures[second.method]),
            test_rows,
        )
        for figure in COMPARED
        for first, second in combinations(results, 2)
    ]
    return [each for each in differences if each is not None]


def calibration(trial: Trial) -> tuple[dict[str, float], ...]:
    """Return predicted and observed shares of positives on test, by tenths of the probability."""
    scores, labels = trial.test.scores, trial.test.labels
    places = np.minimum((scores * _CALIBRATION_BINS).astype(int), _CALIBRATION_BINS - 1)
    bins = []
    for place in np.unique(places):
        is_in = places == place
        bins.append(
            {
                "predicted": float(scores[is_in].mean()),
                "observed": float(labels[is_in].mean()),
                "rows": int(is_in.sum()),
            }
        )
    return tuple(bins)


def _threshold(value: float) -> float:
    """Return a threshold that JSON can hold: the largest number in place of an infinite one."""
    return float(np.clip(value, -np.finfo(np.float64).max, np.finfo(np.float64).max))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
