"""Measuring what has no result yet, one after another: a run that was stopped goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from benchmarks.shared import measurements
from benchmarks.shared.measurements import Key, Measured, Result, Results
from benchmarks.shared.progress import Estimate, line


def missing(
    configurations: Mapping[Key, str], known: Results, again: Collection[str] = ()
) -> list[Key]:
    """Return what has no result, or one of another configuration, or is asked for again.

    Parameters
    ----------
    configurations : mapping of Key to str
        Everything that is to have a result, and of which configuration.
    known : mapping of Key to Result
    again : collection of str
        Methods to measure though they are there.
    """
    return [
        key
        for key, configuration in configurations.items()
        if key.method in again or key not in known or known[key].configuration != configuration
    ]


def measure(
    configurations: Mapping[Key, str],
    take: Callable[[Key], Result],
    out: Path,
    circumstances: Mapping[str, Any],
    again: Collection[str] = (),
) -> None:
    """Measure what is missing; each result is in the file at once."""
    known = measurements.load(out)
    keys = missing(configurations, known, again)
    there = len(configurations) - len(keys)
    print(f"{there} results are there, {len(keys)} are to be measured")
    estimate = Estimate(known)
    for place, key in enumerate(keys, start=1):
        started = time.perf_counter()
        result = take(key)
        measurements.add(out, result, circumstances)
        estimate.learn(key, time.perf_counter() - started)
        print(line(place, len(keys), result, estimate.left(keys[place:])), flush=True)


def attempted(key: Key, configuration: str, work: Callable[[], Measured]) -> Result:
    """Return the result of the work, or why it failed."""
    try:
        return Result(key, configuration, work())
    except Exception as error:  # noqa: BLE001 - one failure must not end the night's run
        return Result(key, configuration, None, f"{type(error).__name__}: {error}"[:200])
