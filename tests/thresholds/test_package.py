import ast
import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import thresholds

MODULES = [
    "thresholds",
    *(module.name for module in pkgutil.walk_packages(thresholds.__path__, "thresholds.")),
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_are_true(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_package_needs_numpy_and_scipy_alone():
    code = (
        "import sys; before = set(sys.modules); import thresholds;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(*sorted(new - set(sys.stdlib_module_names)))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # SciPy's compiled parts bring Cython's run time.
    allowed = {"numpy", "scipy", "thresholds", "cython_runtime"}
    assert {name for name in done.stdout.split() if not name.startswith("_")} <= allowed


def test_the_application_uses_public_names_alone():
    root = Path(thresholds.__file__).parents[1]
    folders = [root / "anomaly", root / "reports"]
    for path in [root / "cli.py", *(path for folder in folders for path in folder.rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("thresholds"):
                assert node.module == "thresholds", f"{path}:{node.lineno}"
                assert {name.name for name in node.names} <= set(thresholds.__all__)


def test_the_types_are_for_others_to_check():
    assert Path(thresholds.__file__).with_name("py.typed").exists()
