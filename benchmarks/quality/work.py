"""What is to be measured, and measuring it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.quality.methods import Method
from benchmarks.quality.protocols import PROTOCOLS
from benchmarks.quality.settings import Settings
from benchmarks.shared import work
from benchmarks.shared.measurements import Key, Result


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


def measure(
    keys: Sequence[Key],
    methods: Mapping[str, Method],
    settings: Settings,
    out: Path,
    circumstances: Mapping[str, Any],
    again: Collection[str] = (),
) -> None:
    """Measure what is missing; the methods of a set and a seed share its rows."""

    @lru_cache(maxsize=1)
    def prepared(protocol: str, name: str, seed: int) -> Any:
        return PROTOCOLS[protocol].prepare(name, seed, settings)

    def take(key: Key) -> Result:
        method, rows = methods[key.method], prepared(key.protocol, key.set, key.seed)
        found = PROTOCOLS[key.protocol].measure
        return work.attempted(key, method.configuration, lambda: found(method, rows, key.seed))

    configurations = {key: methods[key.method].configuration for key in keys}
    work.measure(configurations, take, out, circumstances, again)
