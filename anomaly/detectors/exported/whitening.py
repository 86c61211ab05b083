"""Layers of distances: of residuals whitened (Mahalanobis), and of rows to their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf

from anomaly.detectors.covariance import root_of_precision
from anomaly.detectors.exported import ops
from anomaly.detectors.exported.ops import GraphLayer
from anomaly.utils.backend import keras

_TINY = 1e-6
_PARTS = 5


@keras.saving.register_keras_serializable(package="anomaly")
class Whitened(GraphLayer):
    """Shares of the Mahalanobis distance of residuals from those of ordinary rows.

    The covariance is that by Ledoit and Wolf [1]_. A value's share is in proportion to how much
    of the distance would go if that value alone had been altered, and were put right: with the
    effect t of an alteration on the residual r and the precision P, ``(t' P r)^2 / (t' P t)``,
    the likelihood ratio of a known direction in Gaussian noise [2]_.

    Parameters
    ----------
    n_inputs : int

    References
    ----------
    .. [1] O. Ledoit, M. Wolf, "A Well-Conditioned Estimator for Large-Dimensional Covariance
       Matrices", Journal of Multivariate Analysis 88, 2004.
    .. [2] L. L. Scharf, B. Friedlander, "Matched Subspace Detectors", IEEE Transactions on
       Signal Processing 42, 1994.
    """

    def __init__(self, n_inputs: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_inputs = n_inputs
        self.mean = _constant(self, "mean", (n_inputs,))
        self.root = _constant(self, "root", (n_inputs, n_inputs))
        self.directions = _constant(self, "directions", (n_inputs, n_inputs))
        self.built = True

    def fit(self, residuals: NDArray[np.float32], effects: NDArray[np.float64]) -> Whitened:
        """Take the mean and the covariance of residuals.

        Parameters
        ----------
        residuals : ndarray of shape (n_rows, n_inputs)
            Of ordinary rows.
        effects : ndarray of shape (n_inputs, n_inputs)
            In each row, what a change of that input by 1 does to the residual.
        """
        return self.take(*_whitening(residuals), effects)

    def take(
        self, mean: NDArray[Any], root: NDArray[Any], effects: NDArray[np.float64]
    ) -> Whitened:
        """Take a mean, the root of a precision, and effects as `fit` does."""
        whitened = effects @ root
        lengths = np.linalg.norm(whitened, axis=1, keepdims=True)
        self.set_weights([mean, root, (whitened / (lengths + _TINY)).T])
        return self

    def call(self, residuals: Any) -> Any:
        whitened = ops.matmul(residuals - self.mean, self.root)
        strengths = ops.square(ops.matmul(whitened, self.directions))
        return strengths * (_summed(ops.square(whitened)) / (_summed(strengths) + _TINY))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n_inputs": self.n_inputs}


@keras.saving.register_keras_serializable(package="anomaly")
class NeighbourShares(GraphLayer):
    """Squared differences from a near one of some remembered rows.

    Parameters
    ----------
    n_rows, n_inputs : int
        Shape of what is remembered.
    rank : int
        Which neighbour: 1 is the nearest.
    """

    def __init__(self, n_rows: int, n_inputs: int, rank: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_rows, self.n_inputs, self.rank = n_rows, n_inputs, rank
        self.rows = _constant(self, "rows", (n_rows, n_inputs))
        self.half_squares = _constant(self, "half_squares", (n_rows,))
        self.built = True

    def fit(self, rows: NDArray[np.float32]) -> NeighbourShares:
        """Remember rows of shape (n_rows, n_inputs)."""
        self.set_weights([rows, 0.5 * (rows.astype(np.float64) ** 2).sum(axis=1)])
        return self

    def call(self, inputs: Any) -> Any:
        # Half the squared distance, but for what is the same for all neighbours.
        nearness = ops.matmul(inputs, ops.transpose(self.rows)) - self.half_squares
        places = ops.places_of_greatest(nearness, self.rank)
        neighbours = ops.take_rows(self.rows, places[:, self.rank - 1])
        return ops.square(inputs - neighbours)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        own = {"n_rows": self.n_rows, "n_inputs": self.n_inputs, "rank": self.rank}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="anomaly")
class HandicappedNeighbour(GraphLayer):
    """Shares of the distance to the nearest of some remembered rows, each with a handicap.

    A row's distance from a remembered one is the squared Euclidean one plus what the latter's
    strangeness adds, so that a remembered anomaly does not make others look usual.

    Parameters
    ----------
    n_rows, n_inputs : int
        Shape of what is remembered.
    """

    def __init__(self, n_rows: int, n_inputs: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_rows, self.n_inputs = n_rows, n_inputs
        self.rows = _constant(self, "rows", (n_rows, n_inputs))
        self.handicaps = _constant(self, "handicaps", (n_rows, n_inputs))
        self.offsets = _constant(self, "offsets", (n_rows,))
        self.built = True

    def fit(self, rows: NDArray[np.float32], handicaps: NDArray[Any]) -> HandicappedNeighbour:
        """Remember rows, and what each adds to the share of each input.

        Parameters
        ----------
        rows, handicaps : ndarray of shape (n_rows, n_inputs)
        """
        squares = (rows.astype(np.float64) ** 2).sum(axis=1)
        self.set_weights([rows, handicaps, 0.5 * (squares + handicaps.sum(axis=1))])
        return self

    def call(self, inputs: Any) -> Any:
        # Minus half the distance, but for what is the same for all remembered rows.
        nearness = ops.matmul(inputs, ops.transpose(self.rows)) - self.offsets
        place = ops.places_of_greatest(nearness, 1)[:, 0]
        differences = ops.square(inputs - ops.take_rows(self.rows, place))
        return differences + ops.take_rows(self.handicaps, place)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n_rows": self.n_rows, "n_inputs": self.n_inputs}


@keras.saving.register_keras_serializable(package="anomaly")
class RelativeDistances(GraphLayer):
    """Several distances as one score: the logarithm of one plus their weighted mean, in shares.

    Each distance is divided by its mean over ordinary rows, so that distances of any unit compare
    and an ordinary row scores some ``log(2)``.

    Parameters
    ----------
    n_terms : int
    """

    def __init__(self, n_terms: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_terms = n_terms
        self.factors = _constant(self, "factors", (n_terms,))
        self.built = True

    def fit(
        self, distances: Sequence[NDArray[np.float64]], weights: Sequence[float]
    ) -> RelativeDistances:
        """Learn the scale of each distance from arrays of shape (n_rows,), one for each weight."""
        means = np.array([each.mean() for each in distances]) + _TINY
        self.set_weights([np.array(weights) / sum(weights) / means])
        return self

    def call(self, terms: Sequence[Any]) -> Any:
        """Return the shares of the score, from as many arrays of shares of distances."""
        total = terms[0] * self.factors[0]
        for index in range(1, self.n_terms):
            total = total + terms[index] * self.factors[index]
        distance = _summed(total) + _TINY
        return total * (ops.log(1.0 + distance) / distance)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n_terms": self.n_terms}


@keras.saving.register_keras_serializable(package="anomaly")
class SummedLogarithms(GraphLayer):
    """Several distances as one score: the weighted sum of their logarithms, in shares.

    Each distance is a sum of shares; its term is ``log(1 + distance / median)`` over that
    logarithm's standard deviation on ordinary rows, so that terms of any unit compare.

    Parameters
    ----------
    weights : sequence of float
        Of the terms.
    """

    def __init__(self, weights: Sequence[float], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.weights_of_terms = [float(weight) for weight in weights]
        n_terms = len(self.weights_of_terms)
        self.medians = _constant(self, "medians", (n_terms,))
        self.factors = _constant(self, "factors", (n_terms,))
        self.built = True

    def fit(self, distances: Sequence[NDArray[np.float32]]) -> SummedLogarithms:
        """Learn the scale of each distance from arrays of shape (n_rows,)."""
        medians = np.array([np.median(each) for each in distances], dtype=np.float64) + _TINY
        spreads = [
            np.log1p(each / median).std() + _TINY
            for each, median in zip(distances, medians, strict=True)
        ]
        self.set_weights([medians, np.array(self.weights_of_terms) / np.array(spreads)])
        return self

    def call(self, terms: Sequence[Any]) -> Any:
        """Return the shares of the score, from as many arrays of shares of distances."""
        total = 0.0
        for index, shares in enumerate(terms):
            distance = _summed(shares) + _TINY
            logarithm = ops.log(1.0 + distance / self.medians[index]) * self.factors[index]
            total = total + shares * (logarithm / distance)
        return total

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "weights": self.weights_of_terms}


def distances_of_unseen(
    residuals: NDArray[np.float32], generator: np.random.Generator
) -> NDArray[np.float32]:
    """Return the Mahalanobis distance of each row from rows of other parts of them.

    The rows that a covariance was taken of look nearer than others do, and the more so the fewer
    they are against the columns.

    Parameters
    ----------
    residuals : ndarray of shape (n_rows, n_inputs)
    generator : numpy.random.Generator
        Divides the rows into parts.

    Returns
    -------
    ndarray of shape (n_rows,), float32
        Squared distances.
    """
    n_rows = len(residuals)
    n_parts = max(1, min(_PARTS, n_rows // 2))
    part = generator.permutation(n_rows) % n_parts
    distances = np.empty(n_rows, dtype=np.float32)
    for number in range(n_parts):
        is_own = part == number
        mean, root = _whitening(residuals[~is_own if n_parts > 1 else is_own])
        distances[is_own] = np.square((residuals[is_own] - mean) @ root).sum(axis=1)
    return distances


def _whitening(residuals: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the mean of rows, and the root of the precision that they have by Ledoit and Wolf."""
    wide = residuals.astype(np.float64)
    mean = wide.mean(axis=0)
    covariance, _ = ledoit_wolf(wide - mean, assume_centered=True)
    return mean, root_of_precision(covariance)


def _summed(shares: Any) -> Any:
    """Return the sum of each row, of shape (n_rows, 1)."""
    return ops.matmul(shares, np.ones((shares.shape[-1], 1), dtype=np.float32))


def _constant(layer: Any, name: str, shape: tuple[int, ...]) -> Any:
    return layer.add_weight(
        shape=shape, initializer="zeros", trainable=False, dtype="float32", name=name
    )
