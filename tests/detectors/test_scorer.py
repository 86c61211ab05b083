"""Average precision as a scorer: the right way round for detectors and classifiers alike."""

import doctest

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from anomaly import TrimmedGaussian, average_precision_scorer
from anomaly.detectors import scorer

NORMAL = np.random.default_rng(0).normal(size=(300, 3))
X = np.r_[NORMAL, NORMAL[:20] + 6]
Y = np.repeat([0, 1], [300, 20])


@pytest.mark.parametrize(
    "estimator",
    [
        IsolationForest(random_state=0),
        TrimmedGaussian(),
        make_pipeline(StandardScaler(), IsolationForest(random_state=0)),
        LogisticRegression(),
        LinearSVC(),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_finds_the_anomalies_is_praised(estimator):
    estimator.fit(X, Y)
    assert average_precision_scorer(estimator, X, Y) > 0.95


def test_labels_of_scikit_learn_mean_the_same():
    forest = IsolationForest(random_state=0).fit(X)
    as_outliers = np.where(Y == 1, -1, 1)
    assert average_precision_scorer(forest, X, as_outliers) == average_precision_scorer(
        forest, X, Y
    )


@pytest.mark.parametrize("labels", [np.zeros(320), np.repeat([1, 2], 160)])
def test_other_labels_are_refused(labels):
    forest = IsolationForest(random_state=0).fit(X)
    with pytest.raises(ValueError, match="give 1 for an anomaly"):
        average_precision_scorer(forest, X, labels)


def test_a_search_takes_it():
    search = GridSearchCV(
        IsolationForest(random_state=0),
        {"max_samples": [2, 128]},
        scoring=average_precision_scorer,
        cv=PredefinedSplit(np.arange(320) % 2),
    )
    assert search.fit(X, Y).best_params_ == {"max_samples": 128}


def test_the_example_is_true():
    assert doctest.testmod(scorer).failed == 0
