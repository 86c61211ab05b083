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
    curve_of,
    difference,
    evaluate,
    mean_interval,
    pick,
    ranking_intervals,
)
from thresholds.counting.rows import ScoredRows

# Enough for the interval of a threshold; a pick has 1,000.
REPLICATES = 300
PRICES = {"false_alarm_cost": FALSE_ALARM, "missed_cost": MISSED}
# How alike two methods score the same row, beside its class, and how well the second one does.
ALIKE, WEAKER = 0.7, 0.85
# Alerts for the budget a day; alerts and limits of other picks.
BUDGET = 5.0
TOTAL, MOST_FALSE, LEAST_RECALL = 40, 0.005, 0.8
# Seeds of a comparison, the share of rows that each one tests on, and how alike their scores are.
SEEDS, TESTED, ALIKE_SEEDS = 3, 0.5, 0.9
# Times of day at which the first of some days begins and the last one ends.
CUT_SHORT, BEGINS, ENDS = "cut short", 0.6, 0.4
# Of rows of which only some were kept.
WEIGHTS = (1.0, 5.0)


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


def one_trial_of_others(population: Population, random: np.random.Generator) -> list[Looked]:
    """Draw rows, and look at what fewer people ask for: weights, limits, means over seeds."""
    rows = population.draw(random)
    return [
        *_with_weights(population, rows, random),
        *_with_limits(population, rows),
        *_over_seeds(population, rows, random),
    ]


def _with_weights(population: Population, rows: Drawn, random: np.random.Generator) -> list[Looked]:
    weights = random.choice(WEIGHTS, rows.scores.size)
    value = population.best("f1")
    found = evaluate(value, rows.labels, rows.scores, weights=weights)
    curve = curve_of(ScoredRows.checked(rows.labels, rows.scores, weights=weights))
    truth = population.figures(value)
    return [
        *(
            looked(f"{name}, weighted", found.intervals[name], truth[name])
            for name in ("precision", "recall", "f1")
        ),
        *(
            looked(
                f"{name.replace('_', ' ')}, weighted",
                ranking_intervals(curve)[name],
                getattr(population, name),
            )
            for name in ("average_precision", "roc_auc")
        ),
    ]


def _with_limits(population: Population, rows: Drawn) -> list[Looked]:
    """Look at thresholds that a limit decides on, and at the cheapest by amount."""

    def meets(figure: str, limit: float) -> float:
        return float(brentq(lambda value: population.figures(value)[figure] - limit, -10, 20))

    by_amount = {"amounts": rows.amounts, "false_alarm_cost": FALSE_ALARM}
    asked = {
        "cost by amount": ("cost", by_amount, population.best("cost")),
        "alerts in all": ("alerts", {"total": TOTAL}, meets("alerts", TOTAL)),
        "false positive rate": ("fpr", {"at_most": MOST_FALSE}, meets("fpr", MOST_FALSE)),
        "recall at least": ("recall", {"at_least": LEAST_RECALL}, meets("recall", LEAST_RECALL)),
    }
    found = []
    for name, (objective, options, truth) in asked.items():
        picked = pick(rows.labels, rows.scores, objective, replicates=REPLICATES, **options)
        found.append(looked(f"threshold for {name}", picked.intervals["threshold"], truth))
    return found


def _over_seeds(population: Population, rows: Drawn, random: np.random.Generator) -> list[Looked]:
    """Look at one seed and at the mean over some, each with test rows and scores of its own."""
    noise = rows.scores - population.separation * rows.labels
    figures, test_rows = {}, {}
    for seed in range(SEEDS):
        # Not all seeds of a table are as lucky as one another with its rows.
        own = ALIKE_SEEDS * noise + np.sqrt(1 - ALIKE_SEEDS**2) * random.normal(size=noise.size)
        scores = own + population.separation * rows.labels
        tested = np.flatnonzero(random.random(noise.size) < TESTED)
        if len(np.unique(rows.labels[tested])) < 2:
            return []
        test_rows[seed] = tested
        figures[seed] = MethodFigures(
            rows.labels[tested],
            population.probability(scores[tested]),
            {"": float(population.probability(np.array(population.best("f1"))))},
            is_probability=True,
        )
    truth = population.figures(population.best("f1")) | {
        name: getattr(population, name) for name in ("average_precision", "roc_auc", "brier")
    }
    found = []
    for name in ("average_precision", "roc_auc", "precision", "recall", "f1", "mcc", "brier"):
        for seeds, how in ((1, "one seed"), (SEEDS, "mean of three seeds")):
            interval = mean_interval(
                name, {seed: figures[seed] for seed in range(seeds)}, test_rows
            )
            found.append(looked(f"{name.replace('_', ' ')}, {how}", interval, truth[name]))
    return found


def _best_f1(population: Population) -> float:
    return float(population.figures(population.best("f1"))["f1"])


def one_trial_of_days(
    population: Population, days: int, kind: str, random: np.random.Generator
) -> list[Looked]:
    """Draw days, quiet and busy ones or all alike, and look at the alerts a day.

    A day has as many rows as its factor makes it, and the rows of all days make the population. Of
    days that are cut short, the first begins in the afternoon and the last ends before noon.
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
    times = day.astype(np.float64)
    if kind == CUT_SHORT:
        times += random.random(day.size)
        inside = (times >= BEGINS) & (times < days - 1 + ENDS)
        times = times[inside]
        test = Drawn(test.labels[inside], test.scores[inside], test.amounts[inside])
    found = evaluate(value, test.labels, test.scores, days=times)
    looked_at = [looked(f"alerts a day, {kind} days", found.intervals["alerts_per_day"], alerts)]
    looked_at += [
        looked(f"{name}, {kind} days", found.intervals[name], population.figures(value)[name])
        for name in ("precision", "f1")
    ]
    budget = pick(None, test.scores, "alerts", per_day=BUDGET, days=times, replicates=2)
    meets = brentq(
        lambda value: float(population.figures(value)["alerts"]) / days - BUDGET, -10, 20
    )
    held = budget.intervals["threshold"]
    return [*looked_at, looked(f"threshold for a budget, {kind} days", held, float(meets))]
