"""How often cautions are raised where all is well, and how surely where the scores drift."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.cautions.raised import cautions_from
from benchmarks.cautions.scored_rows import Change, Setting, evidence_of
from benchmarks.cautions.tables import sections
from benchmarks.shared.commands import Subject
from benchmarks.shared.results import FOLDER, circumstances, load, write

DRIFT = "AN003"
SETTINGS = {
    "10,000 rows a part, 100 positives, 10 days": Setting(),
    "2,000 rows a part, 50 positives, 10 days": Setting(rows=2_000, positives=50),
    "50,000 rows a part, 80 positives, 20 hours": Setting(rows=50_000, positives=80, days=20 / 24),
    "10,000 rows a part, 100 positives that score much higher": Setting(distance=5.0),
}
#: Scores that move without a drift.
CYCLES: Mapping[str, Change] = {
    "a third higher by day than by night, 10 days": lambda places: np.exp(
        0.15 * np.sin(2 * np.pi * 10 * places)
    ),
    "each hour another level, a tenth up or down": lambda places: _hourly(places, 240),
}
FACTORS = (1.1, 1.3, 1.5, 2.0)
SPREADS, ROWS = (0.5, 1.0), (2_000, 10_000)


def growing(factor: float) -> Change:
    """Return what lets scores grow evenly, from the first held-out row to the last."""
    return lambda places: 1 + (factor - 1) * places


def stepping(factor: float) -> Change:
    """Return what makes scores higher from the first row of test on."""
    return lambda places: np.where(places < 0.5, 1.0, factor)


CHANGES: Mapping[str, Callable[[float], Change]] = {
    "evenly over the period": growing,
    "at once, between validation and test": stepping,
}


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Measure parts; the results of the other one stay."""
    content = load(options.out)
    if "clean" in parts:
        content["clean"] = clean(options.resamples)
    if "drift" in parts:
        content["drift"] = drifting(max(1, options.resamples // 4))
    write(options.out, content | circumstances(("numpy",)))


def clean(resamples: int) -> dict[str, Any]:
    """Count the resamples with any caution, and those with each."""
    settings = {name: (setting, None) for name, setting in SETTINGS.items()}
    settings |= {name: (Setting(), change) for name, change in CYCLES.items()}
    found = {}
    for name, (setting, change) in settings.items():
        codes = [codes_of(setting, seed, change) for seed in range(resamples)]
        by_code = Counter(code for each in codes for code in each)
        found[name] = {
            "resamples": resamples,
            "any": sum(map(bool, codes)),
            "by_code": dict(sorted(by_code.items())),
        }
        print(f"{name}: {found[name]}", flush=True)
    return found


def drifting(resamples: int) -> list[dict[str, Any]]:
    """Count the resamples in which the drift is found."""
    found = []
    for how, change in CHANGES.items():
        for spread in SPREADS:
            for rows in ROWS:
                setting = Setting(rows=rows, spread=spread, positives=50)
                shares = {
                    str(factor): sum(
                        DRIFT in codes_of(setting, seed, change(factor))
                        for seed in range(resamples)
                    )
                    / resamples
                    for factor in FACTORS
                }
                found.append(
                    {"how": how, "spread": spread, "rows": rows, "resamples": resamples}
                    | {"found": shares}
                )
                print(found[-1], flush=True)
    return found


def codes_of(setting: Setting, seed: int, change: Change | None = None) -> list[str]:
    """Return the codes of the cautions that a resample raises."""
    return [caution.code for caution in cautions_from(evidence_of(setting, seed, change))]


def _hourly(places: NDArray[np.float64], hours: int) -> NDArray[np.float64]:
    """Return a factor for each hour, the same for all rows in it."""
    levels = np.random.default_rng(len(places)).normal(scale=0.1, size=hours)
    return np.exp(levels[np.minimum((places * hours).astype(int), hours - 1)])


SUBJECT = Subject(
    title="Measure false alarms of cautions on sound rows, and how surely a drift is found.",
    parts=("clean", "drift"),
    results=FOLDER / "cautions.json",
    measure=measure,
    options={"--resamples": {"type": int, "default": 200, "help": "of each clean setting"}},
    tables=sections,
)
