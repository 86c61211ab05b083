"""What is measured: something that trains on rows and scores others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from benchmarks.quality.data import Matrix
from benchmarks.quality.figures import Scores


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of the rows asked for, and what they took.

    Attributes
    ----------
    scores : sequence of ndarray
        Of each matrix asked for; higher is more anomalous.
    fit_seconds, score_seconds : float
    """

    scores: Sequence[Scores]
    fit_seconds: float
    score_seconds: float


class Method(Protocol):
    """A detector by name.

    Attributes
    ----------
    name : str
    configuration : str
        Changes with the version and the parameters: results of another one are measured again.
    is_slow : bool
        Takes minutes on a hundred thousand rows.
    """

    name: str
    configuration: str
    is_slow: bool

    def scores(self, training: Matrix, asked: Sequence[Matrix], seed: int) -> Scored:
        """Train on rows and score others."""
        ...


@runtime_checkable
class Explaining(Method, Protocol):
    """A method whose detector says why."""

    def fitted(self, training: Matrix, seed: int) -> tuple[Any, float]:
        """Return the fitted detector and the seconds it took."""
        ...


def configuration(version: str, parameters: Mapping[str, Any]) -> str:
    """Return the version with a digest of the parameters."""
    text = json.dumps(parameters, sort_keys=True, default=repr)
    return f"{version} {hashlib.sha256(text.encode()).hexdigest()[:8]}"
