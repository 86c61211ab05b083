"""What is still to be measured, and measuring it."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quality import results
from quality.progress import Estimate, line
from quality.results import Key, Result, Results

import anomaly
from anomaly.utils.backend import keras
from published.recipes import VARIANTS
from published.settings import Settings
from published.variants import Variant

CONFIGURATION = f"anomaly {anomaly.__version__}"
Cells = dict[Key, Variant]


def wanted(sources: Sequence[str], settings: Settings) -> Cells:
    """Return everything asked for; the first seed of every source comes first."""
    return {
        Key(source, variant.kind, seed, variant.name): variant
        for seed in range(settings.seeds)
        for source in sources
        for variant in VARIANTS[source]
    }


def missing(cells: Cells, known: Results) -> Cells:
    """Return what has no result, or one of another version."""
    return {
        key: variant
        for key, variant in cells.items()
        if key not in known or known[key].configuration != CONFIGURATION
    }


def measure(cells: Cells, settings: Settings, out: Path, circumstances: Mapping[str, Any]) -> None:
    """Measure one after another; each result is in the file at once."""
    estimate, keys = Estimate(results.load(out)), list(cells)
    for place, (key, variant) in enumerate(cells.items(), start=1):
        started = time.perf_counter()
        result = _result(key, variant, settings)
        results.add(out, result, circumstances)
        estimate.learn(key, time.perf_counter() - started)
        print(line(place, len(keys), result, estimate.left(keys[place:])), flush=True)


def _result(key: Key, variant: Variant, settings: Settings) -> Result:
    # Else the graphs of hundreds of fits stay in memory.
    keras.backend.clear_session()
    gc.collect()
    try:
        found = variant.measure(key.seed, settings)
    except Exception as error:  # noqa: BLE001 - one failure must not end the whole run
        return Result(key, CONFIGURATION, None, f"{type(error).__name__}: {error}"[:200])
    return Result(key, CONFIGURATION, found)
