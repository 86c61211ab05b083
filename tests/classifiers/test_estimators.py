"""What scikit-learn and imbalanced-learn ask of a classifier, and what is found."""

import pickle
import warnings

import numpy as np
import pytest
from imblearn.ensemble import BalancedBaggingClassifier
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import Pipeline
from sklearn.base import clone
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import parametrize_with_checks

from anomaly.classifiers import CLASSIFIERS, CNN1D, LSTM, MLP, DeepMLP

QUICK = {"epochs": 12, "batch_size": 16, "learning_rate": 0.02, "random_state": 0}
# Batches are drawn from the rows given: a row twice is not what a row of weight 2 is.
BY_BATCHES = {
    f"check_sample_weight_equivalence_on_{kind}_data": "rows are drawn in batches"
    for kind in ("dense", "sparse")
}


# The checks that ask for good predictions; to the others two steps show as much.
OF_QUALITY = {
    "check_classifiers_train",
    "check_classifiers_classes",
    "check_class_weight_classifiers",
}


def run_check(check, estimator):
    is_of_quality = check.func.__name__ in OF_QUALITY
    check(estimator if is_of_quality else clone(estimator).set_params(epochs=2, batch_size=4096))


@pytest.mark.usefixtures("uncompiled")
@parametrize_with_checks([MLP(**QUICK)], expected_failed_checks=lambda _: BY_BATCHES)
def test_it_passes_the_checks_of_scikit_learn(estimator, check):
    run_check(check, estimator)


@pytest.mark.slow
@pytest.mark.usefixtures("uncompiled")
@parametrize_with_checks(
    [LSTM(units=4, **QUICK), CNN1D(units=(4, 8), **QUICK)],
    expected_failed_checks=lambda _: BY_BATCHES,
)
def test_sequences_pass_the_checks_of_scikit_learn(estimator, check):
    run_check(check, estimator)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_every_classifier_finds_the_rare_rows(name, rows, other_rows):
    classifier = CLASSIFIERS[name](epochs=15, batch_size=64, learning_rate=0.005, random_state=0)
    probabilities = classifier.fit(*rows).predict_proba(other_rows[0])
    assert probabilities.shape == (2000, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert average_precision_score(other_rows[1], probabilities[:, 1]) > 0.7


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_same_seed_gives_the_same_classifier(name, rows):
    X, y = rows[0][:512], rows[1][:512]
    one, same, other = (
        CLASSIFIERS[name](epochs=2, batch_size=128, validation_fraction=0.25, random_state=seed)
        .fit(X, y)
        .decision_function(X)
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_fitted_classifier_survives_pickling(name, rows):
    X, y = rows[0][:500], rows[1][:500]
    classifier = CLASSIFIERS[name](epochs=1, random_state=0).fit(X, y)
    again = pickle.loads(pickle.dumps(classifier))
    assert np.array_equal(again.predict_proba(X), classifier.predict_proba(X))
    assert again.history_ == classifier.history_


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_every_parameter_reaches_the_clone(name):
    changed = {"units": 3, "epochs": 7, "loss": "focal", "clip": None, "output_bias": -1.0}
    found = clone(CLASSIFIERS[name](**changed)).get_params()
    assert {key: found[key] for key in changed} == changed
    assert set(found) - {"steps"} == set(MLP().get_params())


def test_no_training_and_no_prediction_warns(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in (LSTM, CNN1D, MLP, MLP, MLP, MLP, MLP):
            classifier = kind(units=4, epochs=1).fit(*rows)
            for n_rows in range(1, 7):
                classifier.predict(rows[0][:n_rows])


def test_a_rows_probability_does_not_depend_on_the_rows_around_it(rows, other_rows):
    classifier = DeepMLP(epochs=1, random_state=0).fit(*rows)
    found = classifier.predict_proba(other_rows[0])
    assert np.array_equal(found[1500:1503], classifier.predict_proba(other_rows[0][1500:1503]))


@pytest.mark.usefixtures("uncompiled")
def test_it_works_in_a_pipeline_with_a_sampler_under_a_grid_search(rows):
    steps = [("over", RandomOverSampler(random_state=0)), ("mlp", MLP(**QUICK))]
    grid = {"mlp__epochs": [1, 3]}
    search = GridSearchCV(Pipeline(steps), grid, cv=2, scoring="average_precision")
    assert search.fit(*rows).best_score_ > 0.5


@pytest.mark.usefixtures("uncompiled")
def test_it_works_in_balanced_bagging(rows, other_rows):
    bagging = BalancedBaggingClassifier(
        MLP(**QUICK | {"patience": None}), n_estimators=2, random_state=0
    ).fit(*rows)
    found = bagging.predict_proba(other_rows[0])[:, 1]
    assert average_precision_score(other_rows[1], found) > 0.5


def test_classes_may_be_words(rows):
    X, y = rows
    words = np.where(y == 1, "fraud", "fine")
    classifier = MLP(epochs=1, class_weight={"fraud": 5, "fine": 1}, random_state=0).fit(X, words)
    assert classifier.classes_.tolist() == ["fine", "fraud"]
    assert set(classifier.predict(X)) <= {"fine", "fraud"}
