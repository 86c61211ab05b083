"""The documents are true: their commands run, their code runs, and every option is in them."""

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest

import anomaly
from anomaly.comparison.methods import names as methods
from anomaly.detectors import DETECTORS

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    *sorted(f"docs/{at.name}" for at in ROOT.glob("docs/*.md")),
)


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def commands(document: str, about: str) -> list[str]:
    """A page's command lines, those of the tour on the real file or the others."""
    lines = [line for block in blocks(document, "bash") for line in block.splitlines()]
    is_simulated = ["simulat" in line or "transactions.parquet" in line for line in lines]
    return [
        line for line, is_ in zip(lines, is_simulated, strict=True) if is_ == (about == "simulated")
    ]


def run_all(lines: list[str], folder: Path, *training_options: str) -> list[str]:
    """Run command lines one after another, and return what each prints."""
    printed = []
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "anomaly"
        if words[0] == "serve":
            printed.append(served(words, folder))
            continue
        if words[0] == "train":
            words += training_options
        done = subprocess.run(
            [BIN / program, *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        printed.append(done.stdout)
    return printed


def served(words: list[str], folder: Path) -> str:
    """Serve at a free port until the page is there, and return what the command printed."""
    command = [BIN / "anomaly", *words, "--port=0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            (url,) = re.findall(r"http://\S+", line)
            with urlopen(f"{url}/report", timeout=60) as answer:
                assert b"</html>" in answer.read()
        finally:
            process.terminate()
    return line


def shape(printed: str) -> str:
    """What a command printed with its figures, which differ a little by machine, taken out."""
    return " ".join(re.sub(r"[-+]?\d[\d.,]*", "0", printed).split())


def test_the_commands_on_simulated_data_run_and_print_what_the_readme_shows(tmp_path):
    tour, recipes = (commands(page, "simulated") for page in ("README.md", "docs/recipes.md"))
    assert [len(tour), len(recipes)] == [3, 8]
    assert commands("docs/recipes.md", "real") == []
    printed = run_all(tour, tmp_path)
    (example,) = blocks("README.md", "text")
    assert shape(example) in shape(printed[-1])
    run_all(recipes, tmp_path)


@pytest.mark.xdist_group("creditcard")
@pytest.mark.real
@pytest.mark.slow
def test_the_tour_of_the_readme_runs_on_the_real_file(creditcard_csv, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("creditcard.csv").symlink_to(creditcard_csv)
    lines = creditcard_csv.read_text().splitlines()
    Path("today.csv").write_text("\n".join([lines[0], *lines[-500:]]) + "\n")
    tour = commands("README.md", "real")
    assert [shlex.split(line)[1] for line in tour] == [
        *("train", "pick-threshold", "pick-threshold", "score", "report", "serve")
    ]
    run_all(tour, tmp_path)
    (code,) = blocks("README.md", "python")
    exec(compile(code, "README.md", "exec"), {})
    assert Path("runs/creditcard-1/report.html").is_file()


def test_the_code_of_the_recipes_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    codes = blocks("docs/recipes.md", "python")
    assert len(codes) == 7
    for code in codes:
        exec(compile(code, "docs/recipes.md", "exec"), {})


def test_the_readme_is_short_and_names_every_command():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    module = runpy.run_path(str(ROOT / "docs" / "make_commands.py"))
    assert [name for name in module["COMMANDS"] if f"| `anomaly {name}` |" not in text] == []


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
    with pytest.raises(anomaly.OptionError, match="--fast says nothing to the detector linear"):
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


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_and_headings_that_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^):#]*)(#[^)]+)?\)", text)
    assert links or page != "README.md"
    for link, heading in links:
        target = (ROOT / page).parent / link if link else ROOT / page
        assert target.exists(), link
        if heading:
            assert heading in anchors(target), f"{link}{heading}"


def test_the_rooms_of_the_contributing_page_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    names = re.findall(r"`((?:anomaly|reports|thresholds|tests|benchmarks)/[\w/.]*)`", text)
    assert [name for name in names if not (ROOT / name).exists()] == []
    rooms = {f"anomaly/{at.parent.name}/" for at in (ROOT / "anomaly").glob("*/__init__.py")}
    assert rooms <= set(re.findall(r"^\| `(\S+)` \|", text, flags=re.MULTILINE))


def anchors(page: Path) -> list[str]:
    """The links to the headings of a Markdown page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return ["#" + re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings]


def test_every_method_of_the_comparison_is_described():
    page = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    names = (*methods.SAMPLERS, *methods.CLASSIFIERS, *methods.DETECTORS, methods.WITH_SCORE)
    assert [name for name in names if f"`{name}`" not in page and f"+{name}`" not in page] == []
