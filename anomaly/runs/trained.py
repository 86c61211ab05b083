"""What was learned from a dataset, as its run keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.dataset.prepared import Dataset
from anomaly.dataset.splits import Split
from anomaly.features.matrix import FeatureMatrix
from anomaly.scoring.graph import Graph
from anomaly.utils.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Trained:
    """A detector, or the classifier of a method of a comparison, after its training.

    Attributes
    ----------
    name : str
        Of the detector or of the method.
    parameters : dict
        As JSON takes them.
    n_features : int
    scores : ndarray of shape (n_rows,)
        NaN for the training rows.
    history : mapping of str to list of float or None
        Losses by epoch.
    epochs : dict
        `epochs`, `interrupted` and, of a detector, `best_epoch`.
    seconds : callable
        Gives the seconds of `read`, `fit` and `score` so far, and the `total`.
    detector : object or None
        The fitted detector; a classifier leaves no graph that could score other rows.
    """

    name: str
    parameters: dict[str, Any]
    n_features: int
    scores: NDArray[np.floating]
    history: Mapping[str, list[Any]]
    epochs: dict[str, Any]
    seconds: Callable[[], Mapping[str, float]]
    detector: Any = None

    @classmethod
    def by_detector(cls, name: str, detector: Any, dataset: Dataset, watch: Stopwatch) -> Trained:
        """Return a fitted detector with its scores of validation and test."""
        history = getattr(detector, "history_", None)
        with watch.time("score"):
            scores = held_out_scores(detector.onnx_, dataset.matrix, dataset.split)
        return cls(
            name=name,
            parameters=detector.get_params(),
            n_features=len(dataset.features.names),
            scores=scores,
            history=history.losses if history else {},
            epochs={
                "epochs": history.epochs if history else 0,
                "best_epoch": detector.best_epoch_ if history else None,
                "interrupted": history.interrupted if history else False,
            },
            seconds=watch.seconds,
            detector=detector,
        )


def held_out_scores(onnx: bytes, matrix: FeatureMatrix, split: Split) -> NDArray[np.float32]:
    """Return the scores of validation and test in the places of their rows, NaN elsewhere."""
    graph = Graph(onnx)
    is_scored = ~split.has("train")
    scores = np.full(matrix.shape[0], np.nan, dtype=np.float32)
    for start, block in matrix.blocks():
        places = start + np.flatnonzero(is_scored[start : start + len(block)])
        if len(places):
            scores[places] = graph.scores(block[places - start])
    return scores
