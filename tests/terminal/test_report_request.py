"""`anomaly report --scores` and `pick-threshold --labels`: what they print, and refuse."""

import pytest
from elsewhere import ROWS, scored_payments

SCORED = ("report", "--scores=bank.csv", "--score=forest", "--time=time")


@pytest.fixture
def bank(tmp_path, monkeypatch):
    """A current folder with scores, and with labels apart."""
    monkeypatch.chdir(tmp_path)
    scored_payments().drop(columns="fraud").to_csv("bank.csv", index=False)
    scored_payments()[["payment_id", "fraud"]][::2].to_csv("labels.csv", index=False)
    return tmp_path


def test_scores_are_reported_and_labels_follow(command, bank):
    told = command(*SCORED, "--entity=card").out
    assert "Scores forest of bank.csv, halved by time" in told
    assert "No threshold yet: anomaly pick-threshold runs/bank-1 --objective contamination" in told
    assert told.endswith("Wrote runs/bank-1/report.html\nNext: open it\n")
    picked = command("pick-threshold", "runs/bank-1", "--labels=labels.csv", "--replicates=100").out
    assert picked.startswith("Labels of labels.csv (column 'fraud', '1' for an anomaly): 600 rows")
    assert "600 rows of the run still without a label" in picked
    assert picked.endswith("Next: anomaly report runs/bank-1\n")
    refused = command("score", "runs/bank-1", "bank.csv", "--out=x.csv").complaint
    assert "holds scores that came from bank.csv, and no model" in refused
    assert not (bank / "x.csv").exists()


def test_what_was_taken_for_what_is_told(command, bank):
    table = scored_payments().drop(columns="fraud")
    table.to_csv("bank.csv", index=False, sep=";", decimal=",")
    told = command(*SCORED, "--out=mine")
    assert "note: values are separated by semicolons" in told.err
    assert "amount: read as numbers with a decimal comma" in told.out


def test_as_json(command, bank):
    words = (*SCORED, "--out=mine", "--threshold=0.6", "--json")
    content = command(*words).json
    assert content["out"] == "mine/report.html"
    assert content["run"] == "mine"
    assert content["rows"] == {"validation": ROWS // 2, "test": ROWS // 2}
    words = ("pick-threshold", "mine", "--labels=labels.csv", "--set=0.6", "--json")
    assert command(*words).json["labels"]["labelled"] == ROWS // 2
    assert command(*SCORED, "--out=mine").complaint.startswith(
        "the run mine exists; add --overwrite"
    )
    assert command(*SCORED, "--out=mine", "--overwrite", "--quiet").status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report",), "there is nothing to report on; name a run, or scores with --scores"),
        (
            ("report", "mine", "--scores=bank.csv"),
            "--scores is in place of a run, and mine is named too",
        ),
        (("report", "--scores=bank.csv"), "say with --score which column holds the scores"),
        (("report", "mine", "--score=forest"), "--score is said of a table of scores"),
        (("report", "mine", "--overwrite"), "--overwrite is said of a table of scores"),
        ((*SCORED, "--scores=none.csv"), "there is no file none.csv"),
        ((*SCORED, "--out=page.html"), "it is the folder of a run, in which the page is"),
    ],
)
def test_what_does_not_go_together(command, bank, words, said):
    assert said in command(*words).complaint
    assert {path.name for path in bank.iterdir()} == {"bank.csv", "labels.csv"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--label=fraud",), "--label names the column of labels that came later; give --labels"),
        (("--labels=labels.csv", "--history"), "--labels keeps labels in the run; leave --history"),
        (("--labels=none.csv",), "there is no file none.csv"),
        (("--objective=f1",), "give them as --labels, report again with --label, or use"),
    ],
)
def test_labels_that_are_refused(command, bank, words, said):
    command(*SCORED, "--out=mine", "--quiet")
    assert said in command("pick-threshold", "mine", *words).complaint
