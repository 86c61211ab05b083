"""The face of the package: every name that it promises is there, and fetched only when used."""

import subprocess
import sys

import pytest

import reports


@pytest.mark.parametrize("name", reports.__all__)
def test_every_name_is_there(name):
    assert getattr(reports, name) is not None
    assert name in dir(reports)


def test_another_name_is_refused():
    with pytest.raises(AttributeError, match="'reports' has no attribute 'wrote'"):
        _ = reports.wrote


def test_the_face_imports_neither_matplotlib_nor_jinja2():
    code = (
        "import sys, reports; reports.Report, reports.Scores; "
        "sys.exit(sum(name in sys.modules for name in ('matplotlib', 'jinja2')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
