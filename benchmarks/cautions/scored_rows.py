"""Scored rows as a run leaves them, drawn so that nothing is wrong with them, or one thing is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomaly.cautions.evidence import AtThreshold, Entities, Evidence, SampledColumn, ScoredPart
from thresholds import evaluate, pick

DAY = 86_400.0
_CARDS, _COLUMNS = 400, 20
_TRAINING_ROWS, _SAMPLED_ROWS = 8_000, 2_000
_DRAWS: tuple[Callable[[np.random.Generator, int], NDArray[np.float64]], ...] = (
    lambda random, rows: random.normal(size=rows),
    lambda random, rows: random.lognormal(3, 1, rows).round(2),
    lambda random, rows: random.integers(0, 24, rows).astype(np.float64),
    lambda random, rows: random.standard_t(3, rows),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is drawn.

    Attributes
    ----------
    rows, positives : int
        Of validation, and of test.
    days : float
        Of both, one after the other.
    spread : float
        Standard deviation of the logarithm of a normal row's score.
    distance : float
        From the normal rows to the positive ones, in standard deviations.
    """

    rows: int = 10_000
    positives: int = 100
    days: float = 10.0
    spread: float = 0.7
    distance: float = 3.0


#: How the scores of all rows are changed: from places in the period, 0 to 1, to factors.
Change = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def evidence_of(setting: Setting, seed: int, change: Change | None = None) -> Evidence:
    """Draw rows, pick the threshold with the best F1 on validation, and look at test.

    Parameters
    ----------
    setting : Setting
    seed : int
    change : callable, optional
        By default nothing is wrong.
    """
    random = np.random.default_rng(seed)
    parts = [_part(setting, random, place, change) for place in (0, 1)]
    threshold = pick(parts[0].labels, parts[0].scores, "f1", replicates=100, seed=seed).value
    return Evidence(
        noun="fraud",
        validation=parts[0],
        test=parts[1],
        split_method="time",
        knows_time=True,
        normal_train_rows=_TRAINING_ROWS,
        n_features=_COLUMNS,
        columns=columns(random),
        threshold=threshold,
        at_threshold={
            name: at_threshold(part, threshold)
            for name, part in zip(("validation", "test"), parts, strict=True)
        },
    )


def columns(random: np.random.Generator) -> Sequence[SampledColumn]:
    """Draw columns of training and of held-out rows alike: normal, lognormal, whole, long-tailed."""
    drawn = []
    for place in range(_COLUMNS):
        draw = _DRAWS[place % len(_DRAWS)]
        train = draw(random, _TRAINING_ROWS).astype(np.float32)
        ends = float(train.min()), float(train.max())
        values = draw(random, _SAMPLED_ROWS).astype(np.float32)
        drawn.append(
            SampledColumn(f"V{place}", 0.0, _SAMPLED_ROWS, 0.0, values, ends, _TRAINING_ROWS)
        )
    return drawn


def at_threshold(part: ScoredPart, threshold: float) -> AtThreshold:
    """Return what a threshold does on a part."""
    found = evaluate(threshold, part.labels, part.scores)
    return AtThreshold(found.alerts, found.tp, found.fp, found.fn)


def _part(
    setting: Setting, random: np.random.Generator, place: int, change: Change | None
) -> ScoredPart:
    rows = setting.rows
    labels = np.zeros(rows, np.int8)
    labels[random.choice(rows, setting.positives, replace=False)] = 1
    scores = np.exp(setting.spread * (random.normal(size=rows) + setting.distance * labels))
    places = np.sort(random.random(rows) + place) / 2
    if change is not None:
        scores *= change(places)
    # Some cards pay often, most seldom.
    share = random.pareto(2.0, _CARDS) + 0.1
    cards = random.choice(_CARDS, rows, p=share / share.sum())
    return ScoredPart(
        scores=scores,
        labels=labels,
        moments=places * setting.days * DAY,
        entities={"card": Entities(cards, [f"card {number}" for number in range(_CARDS)])},
    )
