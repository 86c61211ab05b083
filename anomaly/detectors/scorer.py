"""Average precision as a scorer for scikit-learn's searches, with the sign the right way round."""

from __future__ import annotations

from typing import Any

import numpy as np


def average_precision_scorer(estimator: Any, X: Any, y: Any) -> float:
    """Return the average precision with which a fitted estimator ranks rows.

    For `scoring=` of `GridSearchCV`, `cross_val_score` and the like. The `decision_function` of
    scikit-learn's outlier detectors, these here among them, is the lower the more anomalous a row is, so
    that the scorer `"average_precision"` ranks upside down and praises the worst.

    Parameters
    ----------
    estimator : outlier detector, classifier, or a pipeline that ends with one
        Fitted.
    X : array-like of shape (n_rows, n_features)
    y : array-like of shape (n_rows,)
        1 for an anomaly and 0 for a normal row, or scikit-learn's -1 for an outlier and 1.

    Returns
    -------
    float
        From 0 to 1; higher is better.

    Raises
    ------
    ValueError
        When the labels are others, or of one class.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.ensemble import IsolationForest
    >>> from anomaly import average_precision_scorer
    >>> X = np.r_[np.random.default_rng(0).normal(size=(200, 2)), [[9.0, 9.0], [-8.0, 9.0]]]
    >>> forest = IsolationForest(random_state=0).fit(X)
    >>> float(average_precision_scorer(forest, X, np.repeat([0, 1], [200, 2])))
    1.0
    """
    from sklearn.base import is_outlier_detector
    from sklearn.metrics import average_precision_score

    is_anomaly = _anomalies(np.asarray(y))
    if is_outlier_detector(estimator):
        scores = -np.asarray(estimator.score_samples(X))
    elif hasattr(estimator, "predict_proba"):
        scores = np.asarray(estimator.predict_proba(X))[:, 1]
    else:
        scores = np.asarray(estimator.decision_function(X))
    return float(average_precision_score(is_anomaly, scores))


def _anomalies(labels: np.ndarray) -> np.ndarray:
    there = set(np.unique(labels).tolist())
    if there == {0, 1}:
        return labels == 1
    if there == {-1, 1}:
        return labels == -1
    raise ValueError(
        f"the labels are {sorted(there)}: give 1 for an anomaly and 0 for a normal row, of both some"
    )
