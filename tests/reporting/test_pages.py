"""A report as a file: where it goes, as a page, as a PDF, side by side, and in a notebook."""

import html
import os
import pickle
import re
import shutil
import tempfile
from pathlib import Path

import pytest

import anomaly
from anomaly.reporting.pages import ReportPath

BROWSER = shutil.which("chromium")
needs_browser = pytest.mark.skipif(BROWSER is None, reason="chromium is not on PATH")


@pytest.fixture
def run(run_folder):
    return anomaly.load(run_folder)


@pytest.fixture
def other(run_folder):
    return Path(shutil.copytree(run_folder, run_folder.parent / "other"))


def pages_in(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


# Where it goes.


def test_a_report_goes_into_the_run(run):
    path = run.report()
    assert path == run.folder / "report.html"
    assert anomaly.report(run.folder) == path
    assert anomaly.report([run]) == path


def test_several_runs_go_on_one_page_in_the_current_folder(command, workplace, run_folder, other):
    done = command("report", run_folder, other, "--json")
    assert done.json == {"out": "side-by-side.html"}
    page = Path("side-by-side.html").read_text(encoding="utf-8")
    assert "Runs side by side" in page
    assert not (run_folder / "report.html").exists()
    said = command("report", run_folder, other, "--out=both.html")
    assert said.out.splitlines()[0] == "Wrote both.html"
    assert Path("both.html").is_file()


def test_an_older_report_stays_when_the_new_one_fails(run, other, workplace):
    Path("page.html").write_text("older")
    (other / "metrics.json").unlink()
    with pytest.raises(anomaly.RunError, match=r"metrics\.json is missing"):
        anomaly.report([run, other], "page.html")
    assert Path("page.html").read_text() == "older"


def test_opening_shows_what_was_written(command, workplace, run_folder, other, monkeypatch):
    opened = []
    monkeypatch.setattr("typer.launch", opened.append)
    command("report", run_folder, other, "--open")
    command("report", run_folder, "--open")
    assert opened == ["side-by-side.html", str(run_folder / "report.html")]


def test_a_configuration_may_name_the_options(command, workplace, run_folder):
    Path("settings.toml").write_text('out = "named.html"\n')
    assert command("report", run_folder, "--config=settings.toml").status == 0
    assert Path("named.html").is_file()


# As a PDF.


@needs_browser
def test_a_pdf_is_printed(command, workplace, run_folder):
    done = command("report", run_folder, "--format=pdf")
    assert (done.status, done.err) == (0, "")
    pdf = (run_folder / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 20_000
    assert pages_in(pdf) >= 2
    assert b"/Font" in pdf
    assert not (run_folder / "report.html").exists()
    assert not [path for path in run_folder.iterdir() if path.name.startswith(".")]


@needs_browser
def test_the_ending_of_the_file_is_its_format(run, other, workplace):
    for path in (run.report("page.pdf"), anomaly.report([run, other], "both.PDF")):
        assert path.read_bytes().startswith(b"%PDF-")
        assert path._repr_html_() is None
    assert anomaly.report([run, other], format="pdf") == Path("side-by-side.pdf")


@needs_browser
def test_printing_leaves_nothing_behind(run, workplace, monkeypatch):
    # The path of a socket that the browser makes there may be 100 characters long.
    with tempfile.TemporaryDirectory() as temporary:
        monkeypatch.setenv("TMPDIR", temporary)
        monkeypatch.setattr("tempfile.tempdir", None)
        run.report("page.pdf")
        assert not list(Path(temporary).glob("anomaly-*"))
    assert {path.name for path in workplace.iterdir()} == {"cards.csv", "page.pdf"}


# With its figures.


def test_figures_go_into_a_folder_that_is_made(command, workplace, run_folder):
    done = command("report", run_folder, "--figures", "deep/figures", "--json")
    assert done.json == {"out": str(run_folder / "report.html"), "figures": "deep/figures"}
    names = {path.name for path in Path("deep/figures").iterdir()}
    assert {"precision-recall.png", "precision-recall.svg", "loss.png"} <= names
    assert {Path(name).suffix for name in names} == {".png", ".svg"}


def test_figures_take_the_place_of_older_ones_and_leave_other_files(run, workplace):
    folder = Path("figures")
    folder.mkdir()
    (folder / "roc.png").write_text("older")
    (folder / "notes.txt").write_text("mine")
    run.report(figures=folder)
    assert (folder / "roc.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "notes.txt").read_text() == "mine"


# In a notebook.


def test_the_path_of_a_report_is_a_path(run):
    path = run.report()
    assert isinstance(path, Path)
    assert isinstance(path, ReportPath)
    assert str(path) == os.fspath(path) == str(run.folder / "report.html")
    assert hash(path) == hash(Path(path))
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert pickle.loads(pickle.dumps(path)) == path
    assert path.parent == run.folder


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(run):
    path = run.report()
    shown = path._repr_html_()
    frame = re.fullmatch(r'<iframe srcdoc="([^"]*)" ([^>]*)></iframe>', shown)
    assert html.unescape(frame[1]) == path.read_text(encoding="utf-8")
    assert 'sandbox="allow-scripts"' in frame[2]
    assert "<" not in frame[1]


def test_a_notebook_shows_the_path_where_there_is_no_page(run):
    path = run.report()
    assert path.parent._repr_html_() is None
    path.unlink()
    assert path._repr_html_() is None
