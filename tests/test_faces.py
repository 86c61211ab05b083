"""Faces of packages: light to import, and each name that they promise is where they say."""

import importlib
import subprocess
import sys

import pytest

LAZY = (
    "anomaly",
    "anomaly.api",
    "anomaly.terminal",
    "anomaly.detectors",
    "anomaly.training",
    "anomaly.samplers",
    "anomaly.classifiers",
)
FACES = (*LAZY, "anomaly.defaults", "anomaly.tables", "anomaly.desk", "cli")
HEAVY = ("tensorflow", "keras", "sklearn", "pandas")


@pytest.mark.parametrize("face", FACES)
def test_a_face_imports_nothing_heavy(face):
    code = f"import sys, {face}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("face", LAZY)
def test_each_name_is_where_the_face_says(face):
    package = importlib.import_module(face)
    for name, home in package._HOMES.items():
        assert getattr(package, name) is getattr(importlib.import_module(home), name)
    assert set(package._HOMES) <= set(package.__all__) <= set(dir(package))
    assert all(hasattr(package, name) for name in package.__all__)


@pytest.mark.parametrize("face", LAZY)
def test_no_name_of_a_face_is_that_of_a_module_in_it(face):
    package = importlib.import_module(face)
    for name in package._HOMES:
        assert importlib.util.find_spec(f"{face}.{name}") is None


@pytest.mark.parametrize("face", LAZY)
def test_a_name_that_is_not_there_is_an_attribute_error(face):
    with pytest.raises(AttributeError, match=f"module '{face}' has no attribute 'nothing'"):
        importlib.import_module(face).nothing  # noqa: B018


def test_a_detector_that_is_added_is_found():
    from anomaly.detectors import DETECTORS, Autoencoder, detector_class

    assert detector_class("autoencoder") is Autoencoder
    DETECTORS["mine"] = Autoencoder
    try:
        assert detector_class("mine") is Autoencoder
    finally:
        del DETECTORS["mine"]
