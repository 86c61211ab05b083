"""The wheel: what is in it, and that what it installs runs whatever lies in the current folder."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from quick import TRAIN

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {"anomaly", "thresholds", "reports", "cli.py"}


pytestmark = pytest.mark.slow


def run(*words, cwd, check=True):
    """Run a program without what the tests' own environment says about imports."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment,
        check=check,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the project's files and nothing else."""
    folder = tmp_path_factory.mktemp("build")
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / "source" / name)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder]
    run(*build, cwd=folder / "source")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The programs of a fresh virtual environment with the wheel in it.

    It borrows the dependencies: a .pth file adds the folder that they are in, and Python does
    not read the .pth files in there, so that the project's own editable install stays out.
    """
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python"]
    run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    return folder / "bin"


@pytest.fixture
def decoys(tmp_path):
    """A folder with a user's own files under the names of ours: whoever imports one, fails."""
    folder = tmp_path / "decoys"
    (folder / "reports").mkdir(parents=True)
    for name in ("cli.py", "reports/__init__.py", "thresholds.py"):
        (folder / name).write_text(f"raise SystemExit('{name} was imported')\n")
    return folder


def test_the_wheel_holds_exactly_the_four_names(wheel):
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == TOP_LEVEL
    assert len(top) == len(TOP_LEVEL) + 1


def test_the_wheel_holds_every_source_and_template(wheel):
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
    suffixes = {".py", ".typed", ".html", ".css", ".js"}
    wanted = {
        str(path.relative_to(ROOT))
        for package in ("anomaly", "thresholds", "reports")
        for path in (ROOT / package).rglob("*")
        if path.suffix in suffixes
    }
    assert {f"{package}/py.typed" for package in ("anomaly", "thresholds", "reports")} <= wanted
    assert "reports/page/templates/report.html" in wanted
    assert wanted - names == set()


def test_what_is_installed_comes_from_the_wheel(installed, tmp_path):
    code = "import anomaly, cli, reports, thresholds\n" + "".join(
        f"print({name}.__file__)\n" for name in ("anomaly", "cli", "reports", "thresholds")
    )
    places = run(installed / "python", "-c", code, cwd=tmp_path).stdout.splitlines()
    assert all(Path(place).is_relative_to(installed.parent) for place in places), places


def test_the_command_sees_no_decoys(installed, decoys, files):
    command = installed / "anomaly"
    assert "train" in run(command, "--help", cwd=decoys).stdout
    shutil.copy(files / "cards.csv", decoys)
    run(command, *TRAIN, "--out=run", cwd=decoys)
    run(command, "pick-threshold", "run", cwd=decoys)
    run(command, "score", "run", "cards.csv", "--out=scored.csv", cwd=decoys)
    run(command, "report", "run", cwd=decoys)
    assert len(pd.read_csv(decoys / "scored.csv")) == 2000
    assert (decoys / "run" / "report.html").is_file()


@pytest.mark.parametrize("words", [["-m", "anomaly"], ["-manomaly"], ["-I", "-m", "anomaly"]])
def test_python_m_anomaly_sees_no_decoys(installed, decoys, words):
    done = run(installed / "python", *words, "--version", cwd=decoys)
    assert (done.stdout.split()[0], done.stderr) == ("anomaly", "")


@pytest.mark.parametrize("name", ["thresholds.py", "reports/__init__.py"])
def test_an_import_beside_a_decoy_names_the_file_in_the_way(installed, tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("raise SystemExit('imported')\n")
    done = run(installed / "python", "-c", "import anomaly", cwd=tmp_path, check=False)
    assert done.returncode == 1
    package = name.partition(".")[0].partition("/")[0]
    assert done.stderr.splitlines()[-1] == (
        f"anomaly.errors.InstallError: {path} hides the package {package!r} of anomaly; "
        "rename it, or run Python from another folder"
    )


def test_the_command_names_a_package_that_the_python_path_hides(installed, decoys):
    (decoys / "cli.py").unlink()
    done = subprocess.run(
        [installed / "anomaly", "--version"],
        env={**os.environ, "PYTHONPATH": str(decoys)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"anomaly: {decoys}/thresholds.py hides the package 'thresholds' of anomaly; "
        "rename it, or run Python from another folder\n"
    )


def test_an_own_folder_of_the_name_without_code_is_no_hindrance(installed, tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "january.pdf").touch()
    run(installed / "python", "-c", "import anomaly, reports; reports.render", cwd=tmp_path)
