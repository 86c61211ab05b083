"""A detector's score as a feature: no row is scored by a detector that was trained on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from anomaly.comparison.methods.encoding import Floats
from anomaly.comparison.methods.interruption import raise_if_interrupted
from anomaly.dataset.prepared import Dataset
from anomaly.runs.fitting import new_detector, with_signs
from anomaly.runs.options import Options
from anomaly.utils.stopwatch import Stopwatch

_FOLDS = 2


@dataclass(frozen=True, slots=True, eq=False)
class CrossFitted:
    """Scores of a detector, compressed and standardised.

    Attributes
    ----------
    of_train : ndarray of shape (n_training_rows,), float32
        Each by the detector of the other fold.
    of_others : ndarray of shape (n_others,), float32
        The mean of what the detectors say.
    fit_seconds, score_seconds : float
        To score the training rows is part of the fit.
    """

    of_train: Floats
    of_others: Floats
    fit_seconds: float
    score_seconds: float


def scores_of_rows(dataset: Dataset, options: Options) -> tuple[Floats, CrossFitted]:
    """Return the score of each row of a dataset by the detector of the options, and its making."""
    train, labels = dataset.split.train, dataset.rows.labels
    assert labels is not None
    others = np.flatnonzero(~dataset.split.has("train"))
    fitted = cross_fitted(
        lambda: with_signs(new_detector(options), dataset),
        dataset.matrix.take(train),
        labels[train],
        dataset.matrix.take(others),
        options.seed,
    )
    scores = np.empty(dataset.rows.n_rows, dtype=np.float32)
    scores[train], scores[others] = fitted.of_train, fitted.of_others
    return scores, fitted


def cross_fitted(
    new_detector: Callable[[], Any],
    train: Floats,
    labels: NDArray[np.int8],
    others: Floats,
    seed: int,
) -> CrossFitted:
    """Fit a detector on the normal rows of each half of train, and score the other half.

    A detector knows the rows it was trained on. Were these scored by it, the classifier would
    learn to trust a score that is better on its training rows than it will be on any other.

    Parameters
    ----------
    new_detector : callable
        Gives an untrained one.
    train : ndarray of shape (n_training_rows, n_features)
    labels : ndarray of shape (n_training_rows,)
    others : ndarray of shape (n_others, n_features)
    seed : int
    """
    watch = Stopwatch("fit", "score")
    fold = np.random.default_rng([seed, 2]).permutation(len(train)) % _FOLDS
    of_train = np.empty(len(train), dtype=np.float32)
    of_others = np.zeros(len(others), dtype=np.float32)
    for number in range(_FOLDS):
        is_other = fold != number
        with watch.time("fit"):
            detector = new_detector().fit(train[is_other & (labels != 1)])
            raise_if_interrupted(detector)
            # On one scale, by normal rows that this detector has not seen.
            scorer = _Standardised.by(detector, train[~is_other & (labels != 1)])
            of_train[~is_other] = scorer(train[~is_other])
        with watch.time("score"):
            of_others += scorer(others) / _FOLDS
    seconds = watch.seconds()
    return CrossFitted(of_train, of_others, seconds["fit"], seconds["score"])


@dataclass(frozen=True, slots=True)
class _Standardised:
    """Compresses scores, which span powers of ten, and puts those of usual rows on one scale.

    The inverse hyperbolic sine is a logarithm of large scores, and takes negative ones too.
    """

    detector: Any
    unit: float
    mean: float
    deviation: float

    @classmethod
    def by(cls, detector: Any, usual: Floats) -> Self:
        scores = detector.anomaly_score(usual)
        unit = float(np.median(np.abs(scores))) or 1.0
        compressed = np.arcsinh(scores / unit)
        mean, deviation = float(compressed.mean()), float(compressed.std())
        return cls(detector, unit, mean, deviation or 1.0)

    def __call__(self, rows: Floats) -> Floats:
        compressed = np.arcsinh(self.detector.anomaly_score(rows) / self.unit)
        return ((compressed - self.mean) / self.deviation).astype(np.float32)
