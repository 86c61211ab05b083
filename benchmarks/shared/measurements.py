"""Stored results, a line for each method, set and seed, kept as soon as it is measured.

Several programs may add to one file at the same time.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.shared import results as stored

_DIGITS = 5


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What a result is about."""

    protocol: str
    set: str
    seed: int
    method: str

    def __str__(self) -> str:
        return f"{self.protocol} {self.set} seed {self.seed} {self.method}"


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures with what they took and on how many rows.

    Attributes
    ----------
    figures : dict
    fit_seconds, score_seconds : float
    rows : dict of str to int
        Rows that train, rows of the test, anomalies among these.
    """

    figures: Mapping[str, Any]
    fit_seconds: float
    score_seconds: float
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured, of which configuration; or why nothing could be.

    Attributes
    ----------
    key : Key
    configuration : str
        Of the method.
    measured : Measured or None
    failed : str
        Empty where it did not fail.
    """

    key: Key
    configuration: str
    measured: Measured | None
    failed: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the result for JSON."""
        content = {**asdict(self.key), "configuration": self.configuration}
        if self.measured is None:
            return {**content, "failed": self.failed}
        return {**content, **_rounded(asdict(self.measured))}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Result:
        """Return the result that `to_dict` made."""
        key = Key(*(content[name] for name in Key.__dataclass_fields__))
        failed = content.get("failed", "")
        names = Measured.__dataclass_fields__
        measured = None if failed else Measured(**{name: content[name] for name in names})
        return cls(key, content["configuration"], measured, failed)


Results = dict[Key, Result]


def load(path: Path) -> Results:
    """Return the results measured so far."""
    return results_of(stored.load(path))


def results_of(document: Mapping[str, Any]) -> Results:
    """Return the results in the content of a file, which has `versions` and `machine` beside them."""
    found = map(Result.from_dict, document.get("results", ()))
    return {result.key: result for result in found}


def add(path: Path, result: Result, circumstances: Mapping[str, Any]) -> None:
    """Put a result into the file, or in the place of the older one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent):
        before = stored.load(path)
        # A run without the peers must not forget their versions.
        versions = {**before.get("versions", {}), **circumstances["versions"]}
        merged = {**results_of(before), result.key: result}
        text = written(merged, {**circumstances, "versions": versions})
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        # A kill leaves the old file or the new one, never a part.
        fresh.replace(path)


def written(results: Results, around: Mapping[str, Any]) -> str:
    """Return the file's text: one line for each result, so that a change is one line too."""
    lines = [json.dumps(results[key].to_dict()) for key in sorted(results)]
    head = {name: around[name] for name in ("versions", "machine") if name in around}
    opening = "".join(f"{json.dumps(name)}: {json.dumps(head[name])},\n" for name in head)
    return "{\n" + opening + '"results": [\n' + ",\n".join(lines) + "\n]\n}\n"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    # The folder itself is locked: a file of its own would stay behind.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _rounded(content: Any) -> Any:
    if isinstance(content, float):
        return round(content, _DIGITS)
    if isinstance(content, Mapping):
        return {name: _rounded(value) for name, value in content.items()}
    return content
