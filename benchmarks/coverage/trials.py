"""One drawing of rows, and which of its intervals hold the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from benchmarks.coverage.population import FALSE_ALARM, MISSED, Drawn, Population
from thresholds import (
    MethodFigures,
    PrecisionRecallCurve,
    difference,
    evaluate,
    pick,
    ranking_intervals,
)

# Enough for the interval of a threshold; a pick has 1,000.
REPLICATES = 300
PRICES = {"false_alarm_cost": FALSE_ALARM, "missed_cost": MISSED}
# How alike two methods score the same row, beside its class, and how well the second one does.
ALIKE, WEAKER = 0.7, 0.85
# Alerts for the budget.
BUDGET = 5.0


@dataclass(frozen=True, slots=True)
class Looked:
    """An interval that was looked at: whether it is shown and holds the truth, and how wide it is."""

    name: str
    is_shown: bool
    holds: bool
    width: float
    counts: tuple[int, int] | None = None


def looked(name: str, interval: Any, truth: float, counts: tuple[int, int] | None = None) -> Looked:
    """Hold an interval against the truth."""
    if interval is None:
        return Looked(name, False, False, np.nan)
    low, high = (np.inf if end is None else end for end in interval)
    return Looked(name, True, bool(low <= truth <= high), float(high - low), counts)


def at_threshold(population: Population, rows: Drawn, value: float, how: str) -> list[Looked]:
    """Look at the figures at a threshold that the rows had no part in."""
    truth = population.figures(value)
    by_unit = evaluate(value, rows.labels, rows.scores, cost=PRICES)
    by_amount = evaluate(
        value,
        rows.labels,
        rows.scores,
        cost={"false_alarm_cost": FALSE_ALARM},
        amounts=rows.amounts,
    )
    intervals = by_unit.intervals | {"cost by amount": by_amount.intervals["cost"]}
    tp, fp, fn = (int(count or 0) for count in (by_unit.tp, by_unit.fp, by_unit.fn))
    counts = {"precision": (tp, fp), "recall": (tp, fn)}
    return [
        looked(f"{name}, {how}", intervals[name], truth[name], counts.get(name))
        for name in ("precision", "recall", "f1", "cost", "cost by amount")
    ]


def one_trial(population: Population, random: np.random.Generator) -> list[Looked]:
    """Draw validation and test, and look at every interval of rows that are independent."""
    validation, test = population.draw(random), population.draw(random)
    found = at_threshold(population, test, population.best("f1"), "fixed")
    picked = pick(validation.labels, validation.scores, replicates=REPLICATES)
    if np.isfinite(picked.value):
        found += at_threshold(population, test, picked.value, "picked")
    cheapest = pick(validation.labels, validation.scores, "cost", replicates=REPLICATES, **PRICES)
    for name, threshold in (("f1", picked), ("cost", cheapest)):
        held = threshold.intervals["threshold"]
        found.append(looked(f"threshold for {name}", held, population.best(name)))
    curve = PrecisionRecallCurve.from_scores(test.labels, test.scores)
    ranking = ranking_intervals(curve)
    for name in ("average_precision", "roc_auc"):
        found.append(looked(name.replace("_", " "), ranking[name], getattr(population, name)))
    return found + _differences(population, test, random)


def _differences(population: Population, test: Drawn, random: np.random.Generator) -> list[Looked]:
    """Look at the differences between the scores and weaker ones of the same rows."""
    other = Population(population.rows, population.positives, WEAKER * population.separation)
    noise = test.scores - population.separation * test.labels
    blurred = ALIKE * noise + np.sqrt(1 - ALIKE**2) * random.normal(size=noise.size)
    methods = [
        MethodFigures(test.labels, scores, {"": of.best("f1")})
        for of, scores in (
            (population, test.scores),
            (other, blurred + other.separation * test.labels),
        )
    ]
    rows = {0: np.arange(noise.size)}
    truths = {
        "average_precision": population.average_precision - other.average_precision,
        "f1": _best_f1(population) - _best_f1(other),
    }
    found = []
    for name, truth in truths.items():
        between = difference(name, ("first", "second"), ({0: methods[0]}, {0: methods[1]}), rows)
        interval = None
        if between is not None:
            low, high = between.interval
            interval = (low, high) if between.better == "first" else (-high, -low)
        found.append(looked(f"difference of {name.replace('_', ' ')}", interval, truth))
    return found


def _best_f1(population: Population) -> float:
    return float(population.figures(population.best("f1"))["f1"])


def one_trial_of_days(
    population: Population, days: int, kind: str, random: np.random.Generator
) -> list[Looked]:
    """Draw days, quiet and busy ones or all alike, and look at the alerts a day.

    A day has as many rows as its factor makes it, and the rows of all days make the population.
    """
    factors = np.ones(days)
    if kind == "busy and quiet":
        # Weekends are quiet, and besides no day is like another.
        factors = np.where(np.arange(days) % 7 < 5, 1.2, 0.5)
        factors = factors / factors.mean() * np.exp(random.normal(-0.08, 0.4, days))
    a_day = population.rows / days
    day = np.repeat(np.arange(days), random.poisson(a_day * factors))
    rows = Population(
        day.size, population.positives / population.rows * day.size, population.separation
    )
    test = rows.draw(random)
    value = population.best("f1")
    alerts = float(population.figures(value)["alerts"]) / days
    found = evaluate(value, test.labels, test.scores, days=day)
    looked_at = [looked(f"alerts a day, {kind} days", found.intervals["alerts_per_day"], alerts)]
    looked_at += [
        looked(f"{name}, {kind} days", found.intervals[name], population.figures(value)[name])
        for name in ("precision", "f1")
    ]
    budget = pick(None, test.scores, "alerts", per_day=BUDGET, days=day, replicates=2)
    meets = brentq(
        lambda value: float(population.figures(value)["alerts"]) / days - BUDGET, -10, 20
    )
    held = budget.intervals["threshold"]
    return [*looked_at, looked(f"threshold for a budget, {kind} days", held, float(meets))]
