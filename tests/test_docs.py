"""The documents are true: their commands run, their code runs, and every option is in them."""

import functools
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import anomaly
from anomaly.comparison.methods import names as methods
from anomaly.detectors import DETECTORS

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def commands(about: str) -> list[str]:
    """The README's command lines, those of the tour on the real file or the others."""
    lines = [line for block in blocks("README.md", "bash") for line in block.splitlines()]
    is_simulated = ["simulat" in line or "transactions.parquet" in line for line in lines]
    return [
        line for line, is_ in zip(lines, is_simulated, strict=True) if is_ == (about == "simulated")
    ]


def run_all(lines: list[str], folder: Path, *training_options: str) -> None:
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "anomaly"
        if words[0] == "train":
            words += training_options
        done = subprocess.run(
            [BIN / program, *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"


def test_the_commands_of_the_readme_on_simulated_data_run(tmp_path):
    lines = commands("simulated")
    assert len(lines) == 5
    run_all(lines, tmp_path)


@pytest.mark.xdist_group("creditcard")
@pytest.mark.real
@pytest.mark.slow
def test_the_tour_of_the_readme_runs_on_the_real_file(creditcard_csv, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("creditcard.csv").symlink_to(creditcard_csv)
    lines = creditcard_csv.read_text().splitlines()
    Path("today.csv").write_text("\n".join([lines[0], *lines[-500:]]) + "\n")
    tour = commands("real")
    assert [shlex.split(line)[1] for line in tour] == [
        *("train", "pick-threshold", "pick-threshold", "score", "report")
    ]
    run_all(tour, tmp_path, "--epochs=1")  # the whole length takes minutes
    (code,) = blocks("README.md", "python")
    monkeypatch.setattr(anomaly, "train", functools.partial(anomaly.train, epochs=1))
    exec(compile(code, "README.md", "exec"), {})
    assert Path("runs/creditcard-1/report.html").is_file()


def test_every_command_and_option_is_in_the_reference():
    module = runpy.run_path(str(ROOT / "docs" / "make_commands.py"))
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == module["page"](), "run: python docs/make_commands.py"


def test_the_detector_of_the_contributing_page_works(transactions, tmp_path, monkeypatch):
    detector, _ = blocks("CONTRIBUTING.md", "python")
    names: dict = {}
    exec(compile(detector, "CONTRIBUTING.md", "exec"), names)
    monkeypatch.setitem(DETECTORS, "linear", names["Linear"])
    words = {"label": "fraud", "detector": "linear", "out": tmp_path / "run"}
    run = anomaly.train(transactions, **words, epochs=2)
    assert np.isfinite(run.score(transactions)["score"]).all()
    with pytest.raises(anomaly.OptionError, match="--fast: the detector linear has no such length"):
        anomaly.train(transactions, **words, fast=True, overwrite=True)


def test_the_objective_of_the_contributing_page_works(monkeypatch):
    from thresholds import OBJECTIVES, pick

    monkeypatch.setattr("thresholds.objectives.registry.OBJECTIVES", OBJECTIVES)
    _, objective = blocks("CONTRIBUTING.md", "python")
    try:
        exec(compile(objective, "CONTRIBUTING.md", "exec"), {})
        assert pick([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], "jaccard").tp == 2
    finally:
        OBJECTIVES.pop("jaccard", None)


def test_the_readme_links_to_files_that_exist():
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_method_of_the_comparison_is_described():
    page = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    names = (*methods.SAMPLERS, *methods.CLASSIFIERS, *methods.DETECTORS, methods.WITH_SCORE)
    assert [name for name in names if f"`{name}`" not in page and f"+{name}`" not in page] == []
