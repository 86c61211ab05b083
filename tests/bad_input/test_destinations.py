"""Where a run, scores or a report cannot be written, and where they can after all."""

import gzip
import os
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from quick import TRAIN

import anomaly

# Runs.


def train_words(out, *words):
    return [*TRAIN, "--out", out, *words]


def test_an_existing_run_stays(refused, run_folder):
    assert refused(*train_words(run_folder)) == (
        f"the run {run_folder} exists; add --overwrite, or name another with --out"
    )


@pytest.mark.usefixtures("fitted_once")
def test_an_existing_run_is_replaced_with_overwrite(command, workplace, run_folder):
    before = anomaly.load(run_folder).metrics
    assert command(*train_words(run_folder, "--overwrite")).status == 0
    run = anomaly.load(run_folder)
    assert run.metrics["epochs"] == 1 != before["epochs"]
    assert run.threshold is None
    assert sorted(path.name for path in run_folder.parent.iterdir()) == ["run", "workplace"]


@pytest.mark.parametrize("kind", ["folder", "empty folder", "file"])
def test_what_is_no_run_is_never_overwritten(refused, kind):
    path = Path("mine")
    if kind == "file":
        path.write_text("precious")
    else:
        path.mkdir()
    if kind == "folder":
        (path / "thesis.txt").write_text("precious")
    for words in ([], ["--overwrite"]):
        assert refused(*train_words(path, *words)) == (
            "mine exists and is no run; name another folder with --out"
        )


def test_a_failed_overwrite_leaves_the_run_as_it_was(refused, run_folder):
    said = refused("train", "cards.csv", "--label=age", "--out", run_folder, "--overwrite")
    assert "more than two values" in said


def test_a_failed_training_leaves_no_folder_that_it_made(refused):
    assert "more than two values" in refused(
        "train", "cards.csv", "--label=age", "--out=new/deep/run"
    )
    assert "more than two values" in refused("train", "cards.csv", "--label=age")


@pytest.mark.usefixtures("fitted_once")
def test_the_next_number_is_taken_for_a_run_without_a_name(command, workplace, run_folder):
    Path("runs").mkdir()
    shutil.copytree(run_folder, "runs/cards-1")
    Path("runs/cards-2").symlink_to("nowhere")
    done = command(*TRAIN, "--json")
    assert done.json["run"] == "runs/cards-3"


def test_a_run_below_a_file(refused):
    said = refused(*train_words("cards.csv/run"))
    assert said.startswith("cards.csv/run cannot be written: ")
    assert "cards.csv is not a folder; name another place" in said


def test_a_run_with_too_long_a_name(refused):
    assert "the name is too long" in refused(*train_words("x" * 300))


def test_scores_with_too_long_a_name(refused, trained):
    assert "the name is too long" in refused(*score_words(trained, f"{'x' * 300}.csv"))


@pytest.mark.usefixtures("fitted_once")
def test_a_run_behind_a_link_to_nothing_is_written_where_it_leads(command, workplace):
    """Missing folders on the way are made."""
    Path("latest").symlink_to("disk/deep/run")
    assert command(*train_words("latest")).status == 0
    assert Path("latest").is_symlink()
    assert anomaly.load("disk/deep/run")


@pytest.mark.usefixtures("fitted_once")
def test_overwriting_through_a_link_keeps_the_link(command, workplace, run_folder):
    Path("latest").symlink_to(run_folder)
    assert command(*train_words("latest", "--overwrite")).status == 0
    assert Path("latest").is_symlink()
    assert anomaly.load(run_folder).metrics["epochs"] == 1


# Scores and reports.


def score_words(trained, out):
    return ["score", trained, "cards.csv", "--out", out]


@pytest.mark.parametrize("name", ["scored.txt", "scored", "scored.csv.gz", "scored.xlsx"])
def test_scores_with_another_ending(refused, trained, name):
    assert refused(*score_words(trained, name)) == (
        f"--out {name}: name a file that ends in .csv or .parquet"
    )


@pytest.mark.parametrize("out", ["cards.csv", "../workplace/cards.csv", "link.csv"])
@pytest.mark.parametrize("data", ["cards.csv", "c*.csv"])
def test_scores_over_the_data_itself(refused, trained, data, out):
    Path("link.csv").symlink_to("cards.csv")
    assert refused("score", trained, data, "--out", out) == (
        f"--out {out}: that is the data itself; name another file"
    )


def test_scores_over_the_scores_of_the_run(refused, run_folder):
    out = run_folder / "scores.parquet"
    assert refused(*score_words(run_folder, out)) == (
        f"--out {out}: that is a file of the run; name another"
    )


def test_scores_into_a_folder_that_is_not_there(refused, trained):
    said = refused(*score_words(trained, "nowhere/scored.csv"))
    assert said == (
        f"nowhere/scored.csv cannot be written: there is no folder {Path('nowhere').absolute()}; "
        "make it first"
    )


def test_scores_onto_a_folder(refused, trained):
    Path("folder.csv").mkdir()
    assert refused(*score_words(trained, "folder.csv")) == (
        "folder.csv cannot be written: folder.csv is a folder; name a file"
    )


def test_scores_below_a_file(refused, trained):
    said = refused(*score_words(trained, "cards.csv/scored.csv"))
    assert said.endswith("cards.csv is not a folder; name another place")


def test_scores_behind_a_link_to_nothing_are_written_where_it_leads(command, workplace, trained):
    Path("link.csv").symlink_to("real.csv")
    assert command(*score_words(trained, "link.csv")).status == 0
    assert Path("link.csv").is_symlink()
    assert len(pd.read_csv("real.csv")) == 2000


def test_scores_behind_a_link_into_no_folder(refused, trained):
    Path("link.csv").symlink_to("nowhere/real.csv")
    assert "there is no folder" in refused(*score_words(trained, "link.csv"))


def test_older_scores_stay_when_scoring_fails(refused, trained, transactions):
    Path("scored.csv").write_text("older")
    transactions.drop(columns="amount").to_csv("new.csv", index=False)
    assert "lacks the column" in refused("score", trained, "new.csv", "--out=scored.csv")


def test_older_scores_are_replaced_when_scoring_is_done(command, workplace, trained):
    Path("scored.csv").write_text("older")
    assert command(*score_words(trained, "scored.csv")).status == 0
    assert len(pd.read_csv("scored.csv")) == 2000


def test_data_that_breaks_off_late_leaves_no_output(refused, trained, files):
    whole = gzip.compress((files / "cards.csv").read_bytes())
    Path("new.csv.gz").write_bytes(whole[:-2000])
    Path("scored.csv").write_text("older")
    said = refused("score", trained, "new.csv.gz", "--out=scored.csv")
    assert "new.csv.gz" in said


@pytest.mark.parametrize("name", ["page.docx", "page", "cards.csv"])
def test_a_report_with_another_ending(refused, run_folder, name):
    assert refused("report", run_folder, "--out", name) == (
        f"--out {name}: name a file that ends in .html or .pdf"
    )


def test_a_report_into_a_folder_that_is_not_there(refused, run_folder):
    assert "there is no folder" in refused("report", run_folder, "--out=nowhere/page.html")


@pytest.fixture
def read_only(workplace):
    """A folder on a read-only disk. Root may write anywhere else."""
    folder = Path("read-only")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", folder]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a disk cannot be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder.absolute()], check=True)


def test_a_disk_that_cannot_be_written(refused, read_only, run_folder):
    for words in (
        train_words(read_only / "run"),
        score_words(run_folder, read_only / "scored.csv"),
        score_words(run_folder, read_only / "scored.parquet"),
        ["report", run_folder, "--out", read_only / "page.html"],
    ):
        said = refused(*words)
        assert f"the disk of {read_only.absolute()} is read-only; name another place" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into every folder")
def test_a_folder_that_does_not_let_write(refused, trained):
    folder = Path("closed")
    folder.mkdir(mode=0o500)
    assert "does not let you write" in refused(*train_words(folder / "run"))
    assert "does not let you write" in refused(*score_words(trained, folder / "scored.csv"))
