"""What is still to be measured, and measuring it."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from quality import results
from quality.methods import Method
from quality.progress import Estimate, line
from quality.protocols import PROTOCOLS
from quality.results import Key, Result, Results
from quality.settings import Settings


def wanted(
    protocols: Sequence[str],
    methods: Sequence[Method],
    settings: Settings,
    sets: Collection[str] = (),
) -> list[Key]:
    """Return everything asked for; the first seed of every set comes first."""
    found = []
    for name in protocols:
        protocol = PROTOCOLS[name]
        names = [each for each in protocol.sets() if not sets or each in sets]
        found += [
            Key(name, each, seed, method.name)
            for seed in range(settings.seeds)
            for each in names[: settings.sets_each]
            for method in methods
            if protocol.takes(method, each)
        ]
    return found


def missing(
    keys: Sequence[Key], methods: Mapping[str, Method], known: Results, again: Collection[str]
) -> list[Key]:
    """Return what has no result, or one of another configuration, or is asked for again."""
    return [
        key
        for key in keys
        if key.method in again
        or key not in known
        or known[key].configuration != methods[key.method].configuration
    ]


def measure(
    keys: Sequence[Key],
    methods: Mapping[str, Method],
    settings: Settings,
    out: Path,
    circumstances: Mapping[str, Any],
) -> None:
    """Measure one after another; each result is in the file at once."""
    estimate = Estimate(results.load(out))
    place = 0
    for (name, each, seed), group in groupby(keys, lambda key: (key.protocol, key.set, key.seed)):
        prepared = PROTOCOLS[name].prepare(each, seed, settings)
        for key in group:
            started = time.perf_counter()
            result = _result(key, methods[key.method], prepared)
            results.add(out, result, circumstances)
            place += 1
            estimate.learn(key, time.perf_counter() - started)
            left = estimate.left(keys[place:])
            print(line(place, len(keys), result, left), flush=True)


def _result(key: Key, method: Method, prepared: Any) -> Result:
    try:
        found = PROTOCOLS[key.protocol].measure(method, prepared, key.seed)
    except Exception as error:  # noqa: BLE001 - one failure must not end the night's run
        return Result(key, method.configuration, None, f"{type(error).__name__}: {error}"[:200])
    return Result(key, method.configuration, found)
