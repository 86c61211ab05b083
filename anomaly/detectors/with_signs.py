"""A detector beside one-sided signs, each judged by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from anomaly.detectors.base import ReconstructionDetector
from anomaly.detectors.exported import ops
from anomaly.detectors.exported.export import scoring_graph
from anomaly.detectors.exported.layers import RowSum
from anomaly.detectors.exported.signs import SharesOfSigns, Surprise, UsualBeside, WeighedSigns
from anomaly.features.matrix import ChosenRows, FeatureRows, by_blocks, sample_of
from anomaly.scoring.graph import Explanation, Graph
from anomaly.utils.backend import keras

Inputs = NDArray[np.float32]
_MOST_LOOKED_AT = 200_000
# With fewer frauds the weights would be those of chance.
_LEAST_FRAUDS = 30
_PENALTY = 1e-4


@dataclass(frozen=True, slots=True)
class Sign:
    """A feature of which one side is suspicious.

    Attributes
    ----------
    name : str
    is_lower : bool
        Whether that is the lower side.
    subject : str
        What it tells of; signs of one subject tell of the same.
    """

    name: str
    is_lower: bool
    subject: str


def positive_weights(signs: Inputs, is_fraud: Inputs, counts: Inputs) -> Inputs:
    """Return the weights of a logistic regression, none of them negative.

    Parameters
    ----------
    signs : ndarray of shape (n_rows, n_signs)
    is_fraud : ndarray of shape (n_rows,)
        1 or 0.
    counts : ndarray of shape (n_rows,)
        How often each row counts.
    """
    scale = signs.std(axis=0, dtype=np.float64) + 1e-9
    scaled = signs / scale
    total = counts.sum()

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = scaled @ parameters[1:] + parameters[0]
        error = (expit(logits) - is_fraud) * counts / total
        value = ((np.logaddexp(0, logits) - is_fraud * logits) * counts).sum() / total
        penalty = _PENALTY * np.square(parameters[1:]).sum()
        slope = np.append(error.sum(), error @ scaled + 2 * _PENALTY * parameters[1:])
        return float(value + penalty), slope

    start = np.zeros(signs.shape[1] + 1)
    start[0] = logit(np.average(is_fraud, weights=counts))
    bounds = [(None, None), *[(0.0, None)] * signs.shape[1]]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x[1:] / scale, np.float32)


class DetectorWithSigns:
    """A detector of some features, and signs that others give.

    A distance over all features would let one strong sign drown among many weak ones, and history has
    many. So each sign is judged by itself, on the side that is suspicious, by how rare such values are
    among the training rows; the detector's score is one sign more, judged alike. Features that are no
    signs are context for people: they are not scored.

    Where enough frauds of the training rows are known, a row's score is the weighted sum of its signs,
    with the weights of a logistic regression that are not negative. Else it is the detector's sign, and
    of each group of signs that tell of the same the excess of the strongest over `threshold`.

    Parameters
    ----------
    detector : ReconstructionDetector
        Unfitted; of the first features.
    n_own : int
        How many those are.
    signs : sequence of Sign or None
        Of each feature after them; None where it is no sign.
    threshold : float, default=5
        A value as rare as one in 150 counts from there on.
    """

    def __init__(
        self,
        detector: ReconstructionDetector,
        n_own: int,
        signs: Sequence[Sign | None],
        threshold: float = 5.0,
    ) -> None:
        self.detector, self.n_own, self.threshold = detector, n_own, threshold
        self.n_features = n_own + len(signs)
        self._places = [place for place, sign in enumerate(signs) if sign is not None]
        self._signs = [sign for sign in signs if sign is not None]

    def fit(
        self,
        X: FeatureRows,
        *,
        frauds: FeatureRows | None = None,
        **options: Any,
    ) -> Self:
        """Learn from rows that are held to be normal; see `ReconstructionDetector.fit`.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features), or anomaly.features.matrix.ChosenRows
        frauds : like X, optional
            The known frauds among the training rows, from which weights are learned.
        **options
            Of the detector's own `fit`.
        """
        own = list(range(self.n_own))
        self.detector.fit(columns_of(X, own), **options)
        usual = sample_of(X, _MOST_LOOKED_AT, np.random.default_rng(0))
        self._of_score = Surprise([False], name="surprise_of_score")
        self._of_score.fit(self._scores(usual))
        self._of_signs = Surprise([s.is_lower for s in self._signs], name="surprise_of_signs")
        self._of_signs.fit(self._values_of_signs(usual))
        self._beside = UsualBeside(self.n_features - self.n_own, name="usual_beside")
        self._beside.set_weights([_medians(usual[:, self.n_own :])[None, :]])
        self._weigh(usual, len(X), frauds)
        self.onnx_ = scoring_graph(self._scored, self.n_features)
        return self

    def _weigh(self, usual: Inputs, n_rows: int, frauds: FeatureRows | None) -> None:
        """Settle how much each sign counts."""
        n_frauds = 0 if frauds is None else len(frauds)
        weights = None
        if frauds is not None and n_frauds >= _LEAST_FRAUDS:
            known = sample_of(frauds, _MOST_LOOKED_AT, np.random.default_rng(0))
            both = np.concatenate([self._surprises(usual), self._surprises(known)])
            is_fraud = np.repeat([0.0, 1.0], [len(usual), len(known)])
            # Of many rows some were drawn.
            each = [n_rows / len(usual), n_frauds / len(known)]
            weights = positive_weights(both, is_fraud, np.repeat(each, [len(usual), len(known)]))
        alone = [[place] for place in range(len(self._signs))]
        self._weighed_score = WeighedSigns([[0]], name="weighed_score")
        if weights is None or not weights.any():
            by_subject: dict[str, list[int]] = {}
            for place, sign in enumerate(self._signs):
                by_subject.setdefault(sign.subject, []).append(place)
            groups = list(by_subject.values())
            self._weighed_signs = WeighedSigns(groups, self.threshold, name="weighed_signs")
            self.weights_: dict[str, float] | None = None
            return
        self._weighed_signs = WeighedSigns(alone, name="weighed_signs")
        self._weighed_score.set_weights([weights[None, :1]])
        self._weighed_signs.set_weights([weights[None, 1:]])
        names = ["the row itself", *(sign.name for sign in self._signs)]
        self.weights_ = {
            name: round(float(weight), 4)
            for name, weight in zip(names, weights, strict=True)
            if weight > 0
        }

    def _scores(self, rows: Inputs) -> Inputs:
        """Return the detector's scores of rows, as a column."""
        own = np.ascontiguousarray(rows[:, : self.n_own])
        return Graph(self.detector.onnx_).scores(own)[:, None].astype(np.float32)

    def _values_of_signs(self, rows: Inputs) -> Inputs:
        return rows[:, [self.n_own + place for place in self._places]]

    def _surprises(self, rows: Inputs) -> Inputs:
        """Return the surprise of the detector's score, then of each sign."""
        parts = self._of_score(self._scores(rows)), self._of_signs(self._values_of_signs(rows))
        return np.concatenate([np.asarray(part) for part in parts], axis=1)

    def _scored(self, features: Any) -> dict[str, Any]:
        n_own = self.n_own
        inner = self.detector._scored(ops.take_columns(features, range(n_own)))
        of_score = ops.apply(self._of_score, ops.reshape(inner["score"], (-1, 1)))
        places = [n_own + place for place in self._places]
        of_signs = ops.apply(self._of_signs, ops.take_columns(features, places))
        terms = [
            inner["shares"],
            ops.apply(self._weighed_score, of_score),
            ops.apply(self._weighed_signs, of_signs),
        ]
        joined = SharesOfSigns(n_own, self._places, self.n_features, name="shares_of_signs")
        shares = ops.apply(joined, terms)
        return {
            "score": ops.apply(RowSum(name="score_of_signs"), shares),
            "shares": shares,
            "expected": ops.apply(self._beside, inner["expected"]),
        }

    @property
    def model_(self) -> Any:
        """The whole scoring graph as a `keras.Model`, made when it is asked for."""
        features = keras.Input((self.n_features,), name="features", dtype="float32")
        return keras.Model(features, self._scored(features), name=type(self).__name__.lower())

    @property
    def indicated_(self) -> list[int]:
        """Positions of the features whose missing values have an indicator in the graph."""
        return self.detector.indicated_

    def __getattr__(self, name: str) -> Any:
        # The history and the best epoch of one that is trained in epochs.
        if name in ("history_", "best_epoch_"):
            return getattr(self.detector, name)
        raise AttributeError(name)

    def get_params(self) -> dict[str, Any]:
        """Return the detector's parameters, and what stands beside it."""
        own = {"signs": len(self._signs), "weights_of_signs": self.weights_}
        return {**self.detector.get_params(), **own}

    def anomaly_score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each row; higher is more anomalous."""
        return Graph(self.onnx_).scores(X)

    def explain(self, X: NDArray[np.float32]) -> Explanation:
        """Return the scores of rows with their parts and the values expected."""
        return Graph(self.onnx_).explain(X)


def columns_of(rows: FeatureRows, places: Sequence[int]) -> FeatureRows:
    """Return some columns of rows."""
    if isinstance(rows, ChosenRows):
        return rows.of_columns(places)
    chosen = np.empty((len(rows), len(places)), np.float32)
    return by_blocks(lambda block: block[:, places], rows, chosen)


def _medians(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the median of each column, 0 where all are missing."""
    made = [
        np.median(column[~np.isnan(column)]) if not np.isnan(column).all() else 0.0
        for column in values.T
    ]
    return np.array(made, np.float32)
