"""The contract of a detector that reconstructs its input, as a scikit-learn outlier estimator.

A subclass says what it learns of rows; everything else (checks of the input, the exported graph,
scores, their parts) is here and the same for all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted, check_random_state, validate_data

from anomaly.detectors.exported import ops
from anomaly.detectors.exported.export import graph_by_keras, scoring_graph
from anomaly.detectors.exported.layers import (
    MeanSquaredShares,
    MissingShares,
    RowSum,
    Unstandardize,
)
from anomaly.detectors.weighting import n_copies, repeated
from anomaly.features.matrix import ChosenRows, FeatureRows, by_blocks
from anomaly.scoring.graph import Explanation, Graph
from anomaly.utils.backend import keras

Inputs = NDArray[np.float32]


class ReconstructionDetector(OutlierMixin, BaseEstimator, ABC):
    """Base of the detectors whose score is the error of a reconstruction.

    A subclass defines `_learn` and, where they differ, the methods around it.

    Attributes
    ----------
    network_ : keras.Model
        Standardised inputs in, their reconstruction out.
    model_ : keras.Model
        The whole scoring graph: raw features in; `score`, `shares` and `expected` out. Made when
        it is asked for.
    onnx_ : bytes
        The same graph in ONNX form, which scores are computed with.
    offset_ : float
        `decision_function` is `score_samples` minus this.
    n_features_in_ : int
        Number of raw features.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "clip": [Interval(Real, 0, None, closed="neither")],
        "contamination": [Interval(Real, 0, 0.5, closed="right")],
        "random_state": ["random_state"],
    }

    @abstractmethod
    def _learn(self, rows: FeatureRows, seed: int) -> None:
        """Learn `_standardize`, `network_` and what `_explained` needs from raw features."""

    def _explained(self, network: Any, seen: Any) -> tuple[Any, Any]:
        """Return what the network expects in place of standardised inputs, and the shares."""
        expected = ops.apply(network, seen)
        shares_of = MeanSquaredShares(name="squared_shares")
        return expected, ops.apply(shares_of, [seen, expected])

    def _share_of_missing(self, n_inputs: int) -> float:
        """Return the least share of a feature that is missing and never was in training."""
        return self.clip**2 / n_inputs

    def fit(self, X: ArrayLike | ChosenRows, y: Any = None, *, sample_weight: Any = None) -> Self:
        """Learn from rows that are held to be normal.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features), or anomaly.features.matrix.ChosenRows
            Raw features; NaN where missing. Rows of a file are read in blocks.
        y : ignored
            Present for scikit-learn's sake.
        sample_weight : array-like of shape (n_rows,), optional
            How often each row of X counts, as so many copies of it would; 0 leaves it out. Chance
            settles fractions, by the seed.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            When X is empty, infinite, not numeric, or a parameter is out of its range.
        """
        features, copies, seed = self._accepted(X, sample_weight)
        rows = repeated(features, copies)
        self._learn(rows, seed)
        return self._finished(rows)

    def _accepted(
        self, X: ArrayLike | ChosenRows, sample_weight: ArrayLike | None
    ) -> tuple[FeatureRows, NDArray[np.int64] | None, int]:
        """Return the rows, how often each counts, and the seed; raise where one is wrong."""
        self._validate_params()
        features = self._checked(X, is_first=True)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        copies = None if sample_weight is None else n_copies(sample_weight, features, seed)
        return features, copies, seed

    def _finished(self, rows: FeatureRows) -> Self:
        """Write the graph of what was learned, and find the offset."""
        self.onnx_ = self._exported(self._standardize.n_features)
        self.offset_ = self._offset(rows)
        return self

    def _offset(self, rows: FeatureRows) -> float:
        """Return the score sample that the share `contamination` of the rows is below."""
        graph = self._graph()
        samples = by_blocks(graph.scores, rows, np.empty(len(rows)))
        np.negative(samples, out=samples)
        return float(np.quantile(samples, self.contamination, overwrite_input=True))

    def _exported(self, n_features: int) -> bytes:
        try:
            return scoring_graph(self._scored, n_features)
        except ops.UnknownLayerError as error:
            return graph_by_keras(self.model_, str(error))

    def _scored(self, features: Any) -> dict[str, Any]:
        """Return what the scoring graph gives of raw features: Keras's tensors, or a graph's."""
        standardize = self._standardize
        seen = ops.apply(standardize, features)
        expected, value_shares = self._explained(self.network_, seen)
        missing = MissingShares(
            standardize.n_outputs,
            standardize.indicated,
            share=self._share_of_missing(standardize.n_outputs),
            name="shares",
        )
        shares = ops.apply(missing, [features, value_shares])
        unstandardize = Unstandardize(standardize, name="expected")
        return {
            "score": ops.apply(RowSum(name="score"), shares),
            "shares": shares,
            "expected": ops.apply(unstandardize, expected),
        }

    @property
    def model_(self) -> Any:
        """The whole scoring graph as a `keras.Model`, made when it is asked for."""
        check_is_fitted(self, "network_")
        shape = (self._standardize.n_features,)
        features = keras.Input(shape, name="features", dtype="float32")
        return keras.Model(features, self._scored(features), name=type(self).__name__.lower())

    @property
    def indicated_(self) -> list[int]:
        """Positions of the features whose missing values have an indicator in the graph."""
        return list(self._standardize.indicated)

    def anomaly_score(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the score of each row; higher is more anomalous.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features)

        Returns
        -------
        ndarray of shape (n_rows,), float64
        """
        return self._graph().scores(self._checked(X))

    def explain(self, X: ArrayLike) -> Explanation:
        """Return the scores of rows with their parts and the values expected."""
        return self._graph().explain(self._checked(X))

    def _graph(self) -> Graph:
        check_is_fitted(self, "onnx_")
        return Graph(self.onnx_)

    def _checked(self, X: ArrayLike | ChosenRows, *, is_first: bool = False) -> Any:
        """Return X as float32 of shape (n_rows, n_features), or raise `ValueError`."""
        if isinstance(X, ChosenRows):
            if is_first:
                self.n_features_in_ = X.shape[1]
            return X
        return validate_data(
            self,
            X,
            dtype=np.float32,
            ensure_all_finite="allow-nan",
            ensure_min_samples=2 if is_first else 1,
            reset=is_first,
        )

    def score_samples(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return minus the anomaly score, as scikit-learn has it: lower is more anomalous."""
        return -self.anomaly_score(X)

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return `score_samples` minus `offset_`: negative for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return -1 for outliers and 1 for inliers."""
        return np.where(self.decision_function(X) < 0, -1, 1)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
