"""The exported graph: raw features in, scores and their parts out. Imports no TensorFlow."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from anomaly.errors import RunError
from anomaly.scoring.onnx_pruning import only_output
from anomaly.utils.parallel import locked_property

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# Small enough for the cache, large enough that a call's overhead is lost in it.
BATCH_ROWS = 2048
# Vector instructions treat the last few values of an array apart, with other roundings. Whole
# multiples keep every row in the vector part, so that its score never depends on its batch.
_MULTIPLE = 16
_THREADS = max(1, min(8, os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Scores with what they are made of.

    Attributes
    ----------
    scores : ndarray of shape (n_rows,), float64
    shares : ndarray of shape (n_rows, n_parts), float32
        Parts of the score. A row's shares sum to its score. The first parts belong to the
        features in order, the others to the indicators of missing values.
    expected : ndarray of shape (n_rows, n_features), float32
        What the network expected in place of each raw feature, in that feature's unit.
    """

    scores: NDArray[np.float64]
    shares: NDArray[np.float32]
    expected: NDArray[np.float32]


class Graph:
    """A scoring graph in ONNX Runtime.

    Parameters
    ----------
    model : path or bytes
        An ONNX graph with the input `features` (float32) and the outputs `score`, `shares`
        and `expected`.

    Raises
    ------
    RunError
        When there is no graph, or it is damaged.
    """

    def __init__(self, model: Path | bytes) -> None:
        self._name = "the graph" if isinstance(model, bytes) else str(model)
        try:
            self._content = model if isinstance(model, bytes) else model.read_bytes()
        except OSError as error:
            raise RunError(f"{self._name} cannot be read: {error.strerror}; train again") from error
        self._scorer = self._session(only_output(self._content, "score"))

    def _session(self, content: bytes) -> InferenceSession:
        # Imported by the thread that needs it first, while others read the table.
        import onnxruntime as ort

        options = ort.SessionOptions()
        # Threads take whole batches: inside one they would move the ends of vectors.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            # ONNX Runtime's exceptions share no base class but Exception.
            if type(error).__module__.startswith("onnxruntime"):
                raise RunError(f"{self._name} is not a whole ONNX graph; train again") from error
            raise

    @locked_property
    def _explainer(self) -> InferenceSession:
        return self._session(self._content)

    @cached_property
    def n_features(self) -> int:
        """Number of raw features that the graph takes."""
        return int(self._scorer.get_inputs()[0].shape[1])

    def scores(self, features: NDArray[np.float32], threads: int = _THREADS) -> NDArray[np.float64]:
        """Return the scores of rows; a row's score does not depend on its neighbours.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), float32
            Raw features, NaN where missing.
        threads : int, optional
            By default one for each processor core.

        Returns
        -------
        ndarray of shape (n_rows,), float64
            Higher is more anomalous.
        """
        if len(features) <= BATCH_ROWS:
            return self._run(self._scorer, features)[0].astype(np.float64)
        scores = np.empty(len(features), dtype=np.float64)

        def fill(part: slice) -> None:
            scores[part] = self._run(self._scorer, features[part])[0]

        if threads == 1:
            for part in _parts(len(features)):
                fill(part)
            return scores
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, _parts(len(features))))
        return scores

    def score_of(self, row: Sequence[float]) -> float:
        """Return the score of one row, which is what `scores` says, without a matrix.

        Parameters
        ----------
        row : sequence of float of length n_features
            Raw features, NaN where missing; each within what float32 holds.
        """
        features = np.frombuffer(self._row_bytes(*row), dtype=np.float32)
        features = features.reshape(_MULTIPLE, self.n_features)
        return float(self._scorer.run(["score"], {"features": features})[0][0])

    @cached_property
    def _row_bytes(self) -> Callable[..., bytes]:
        """Packs a row as float32, with the rows of zeros that `_run` adds."""
        padding = 4 * self.n_features * (_MULTIPLE - 1)
        return struct.Struct(f"={self.n_features}f{padding}x").pack

    def explain(self, features: NDArray[np.float32]) -> Explanation:
        """Return the scores of rows with their parts and the values expected.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), float32
        """
        names = ("score", "shares", "expected")
        parts = [
            self._run(self._explainer, features[part], names) for part in _parts(len(features))
        ]
        scores, shares, expected = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return Explanation(scores.astype(np.float64), shares, expected)

    def _run(
        self,
        session: InferenceSession,
        features: NDArray[np.float32],
        outputs: Sequence[str] = ("score",),
    ) -> list[NDArray[np.float32]]:
        n_rows = len(features)
        left = -n_rows % _MULTIPLE
        if left or not n_rows:
            padding = np.zeros((left or _MULTIPLE, self.n_features), dtype=np.float32)
            features = np.concatenate([features, padding])
        arrays = session.run(list(outputs), {"features": np.ascontiguousarray(features)})
        return [array[:n_rows] for array in arrays]


def _parts(n_rows: int) -> Iterator[slice]:
    return (slice(start, start + BATCH_ROWS) for start in range(0, max(1, n_rows), BATCH_ROWS))
