"""Reports that cannot be: options that do not go together, runs that are none, no browser."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def without_browser(monkeypatch):
    """A PATH on which there is nothing."""
    empty = Path("empty")
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


def test_no_run_to_report_on(refused):
    assert "there is nothing to report on; name a run" in refused("report")


def test_a_run_named_twice(refused, run_folder):
    other = run_folder.parent / "other"
    shutil.copytree(run_folder, other)
    for again in (run_folder, f"{run_folder}/../run"):
        assert refused("report", run_folder, other, again) == (
            f"{Path(again)} is named twice; name each run once"
        )


def test_one_of_several_is_no_run(refused, run_folder):
    assert refused("report", run_folder, "nowhere") == (
        "there is no run nowhere; train one with: anomaly train DATA"
    )
    assert "cards.csv is no run" in refused("report", "cards.csv", run_folder)


def test_one_of_several_is_damaged(refused, run_folder):
    other = Path(shutil.copytree(run_folder, run_folder.parent / "other"))
    (other / "scores.parquet").write_bytes(b"rubbish")
    assert f"{other}/scores.parquet is damaged" in refused("report", run_folder, other)


def test_figures_of_several_runs(refused, run_folder):
    other = shutil.copytree(run_folder, run_folder.parent / "other")
    assert refused("report", run_folder, other, "--figures=figures") == (
        "--figures draws the figures of one run; name one run, or leave --figures out"
    )


def test_figures_into_a_file(refused, run_folder):
    said = refused("report", run_folder, "--figures=cards.csv")
    assert said.startswith("cards.csv cannot be written: ")


def test_another_format(refused, run_folder):
    assert refused("report", run_folder, "--format=docx") == "--format docx: choose html or pdf"


@pytest.mark.parametrize(("form", "name"), [("pdf", "page.html"), ("html", "page.pdf")])
def test_a_format_that_is_not_the_ending(refused, run_folder, form, name):
    assert refused("report", run_folder, "--format", form, "--out", name) == (
        f"--format {form} with --out {name}: name a file that ends in .{form}"
    )


@pytest.mark.parametrize("words", [["--format=pdf"], ["--out=page.pdf"]])
def test_a_pdf_without_a_browser(refused, without_browser, run_folder, words):
    assert refused("report", run_folder, *words) == (
        "a PDF is printed by a browser, and none is on PATH; install Chromium, Chrome or Edge, or "
        "write the page as .html and print it from your own"
    )


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("echo cannot open the display >&2; exit 1", "cannot open the display"),
        ("echo [1:2:FATAL:a.cc:3] No room. >&2; echo then more >&2; exit 1", ": No room; "),
        ("exit 0", "it says nothing"),
        ("sleep 60", "it did not end within 1 seconds"),
    ],
)
def test_a_browser_that_does_not_print(refused, run_folder, monkeypatch, script, complaint):
    from anomaly.reporting import pdf as printing

    program = Path("bin").absolute() / "chromium"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setattr(printing, "_SECONDS", 1)
    said = refused("report", run_folder, "--format=pdf")
    assert said.startswith(f"{program} could not print the page: ")
    assert complaint in said
    assert said.endswith("write the page as .html instead")


def test_several_runs_into_a_folder_that_is_not_there(refused, run_folder):
    other = shutil.copytree(run_folder, run_folder.parent / "other")
    said = refused("report", run_folder, other, "--out=nowhere/page.html")
    assert "there is no folder" in said
