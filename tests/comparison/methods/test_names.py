"""Names of methods: what there is, what is short for what, and what a typo gets."""

import sys

import pytest

import anomaly
from anomaly import classifiers, defaults
from anomaly.comparison.methods import names as methods
from anomaly.comparison.methods.names import DEFAULT, METHODS, find_method, find_methods
from anomaly.detectors import DETECTORS
from anomaly.errors import OptionError


def said(name):
    with pytest.raises(OptionError) as found:
        find_method(name)
    assert "\n" not in str(found.value)
    return str(found.value)


def test_a_name_tells_sampler_and_classifier():
    found = find_method("smote+xgboost+anomaly-score")
    assert (found.sampler, found.classifier, found.detector) == ("smote", "xgboost", None)
    assert found.with_score
    assert not found.is_network


def test_a_classifier_alone_is_one_without_a_sampler():
    assert find_method("xgboost").name == "none+xgboost"
    assert find_method("mlp+anomaly-score").name == "none+mlp+anomaly-score"


def test_a_detector_is_a_method():
    assert find_method("denoising").detector == "denoising"


def test_the_names_are_those_of_detectors_and_networks():
    assert set(defaults.DETECTORS) == set(DETECTORS)
    assert set(methods.NETWORKS) == set(classifiers.CLASSIFIERS)


def test_every_default_method_exists():
    assert [method.name for method in find_methods(())] == list(DEFAULT)
    assert [method.name for method in find_methods((), every=True)] == list(METHODS)


def test_a_method_named_twice_runs_once():
    assert [m.name for m in find_methods(["logistic", "none+logistic"])] == ["none+logistic"]


@pytest.mark.parametrize(
    ("typo", "suggestion"),
    [
        ("xgbost", "xgboost"),
        ("smot+xgboost", "smote+xgboost"),
        ("smote+xgboost+anomaly", "smote+xgboost+anomaly-score"),
        ("denoisin", "denoising"),
    ],
)
def test_a_typo_gets_a_suggestion(typo, suggestion):
    assert said(typo) == f"--method {typo}: there is no such method; did you mean {suggestion}?"


def test_a_name_like_no_other_is_told_what_there_is():
    assert "name SAMPLER+CLASSIFIER with a sampler of none, class-weight" in said("zzz")


@pytest.mark.parametrize("sampler", ["focal", "balanced-batches"])
def test_what_is_of_a_networks_training_goes_with_networks_alone(sampler):
    assert said(f"{sampler}+logistic").endswith("goes with mlp, deep-mlp, lstm, cnn1d alone")
    assert find_method(f"{sampler}+mlp").sampler == sampler


def test_all_goes_with_no_method():
    with pytest.raises(OptionError, match="--all runs every method"):
        find_methods(["mlp"], every=True)


def test_samplers_without_imbalanced_learn_say_what_to_install(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("anomaly.samplers")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("imblearn", "imblearn.over_sampling.base", "imblearn.utils"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(anomaly.InstallError, match="pip install imbalanced-learn"):
        anomaly.__getattr__("CVAESampler")
