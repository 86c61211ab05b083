"""The project's detectors, each with its default parameters."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from typing import Any

import anomaly
from anomaly.detectors import DETECTORS
from anomaly.utils.backend import keras
from benchmarks.quality.data import Matrix
from benchmarks.quality.methods import Scored, configuration


class Ours:
    """A detector by the name that `--detector` takes."""

    is_slow = False

    def __init__(self, name: str) -> None:
        self.name = name
        parameters = DETECTORS[name]().get_params()
        del parameters["random_state"]
        self.configuration = configuration(f"anomaly {anomaly.__version__}", parameters)

    def fitted(self, training: Matrix, seed: int) -> tuple[Any, float]:
        """Return the fitted detector and the seconds it took."""
        # Else the graphs of hundreds of fits stay in memory.
        keras.backend.clear_session()
        gc.collect()
        started = time.perf_counter()
        detector = DETECTORS[self.name](random_state=seed).fit(training)
        return detector, time.perf_counter() - started

    def scores(self, training: Matrix, asked: Sequence[Matrix], seed: int) -> Scored:
        """Train on rows and score others."""
        detector, fit_seconds = self.fitted(training, seed)
        started = time.perf_counter()
        found = [detector.anomaly_score(rows) for rows in asked]
        return Scored(found, fit_seconds, time.perf_counter() - started)


def all_ours() -> list[Ours]:
    """Return every registered detector."""
    return [Ours(name) for name in DETECTORS]
