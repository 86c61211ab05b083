"""The results file: one entry a part, each with the versions and the machine it was measured on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.speed.rows import Row

PARTS = ("epochs", "scores", "processes", "forms", "single", "scaling", "databases", "shapes")
PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "pyarrow", "onnxruntime")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a part of the benchmark found.

    Attributes
    ----------
    rows : sequence of Row
    data : str
        Where the rows of data came from.
    points : list of dict
        For the chart: command, number of rows, seconds and peak memory of each run.
    versions : dict of str to str
        Of the peers' packages that are not in this environment.
    """

    rows: list[Row]
    data: str
    points: list[dict[str, Any]] = field(default_factory=list)
    versions: Mapping[str, str] = field(default_factory=dict)


def merged(
    results: Mapping[str, Any], part: str, found: Measured, around: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the results with a part put in or replaced, the parts in their order."""
    content: dict[str, Any] = {"data": found.data, "rows": [row.to_dict() for row in found.rows]}
    if found.points:
        content["points"] = found.points
    parts = {**results, part: {**content, **around}}
    return {name: parts[name] for name in PARTS if name in parts}


def rows_of(results: Mapping[str, Any], *parts: str) -> Iterator[Row]:
    """Yield the rows of the parts that are there, in order."""
    for part in parts:
        for content in results.get(part, {}).get("rows", ()):
            yield Row.from_dict(content)
