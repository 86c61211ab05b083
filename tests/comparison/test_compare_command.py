"""The command: what it prints, where it leaves things, and what Ctrl-C leaves."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import anomaly
from anomaly.comparison import job as jobs
from anomaly.comparison.folder.store import Trial
from anomaly.comparison.live_table import LiveTable
from anomaly.runs.held_out import ScoredRows

COMPARE = ("compare", "cards.csv", "--label=fraud")
TWO = ("--method=logistic", "--method=over+logistic")
KEYS = {
    *("method", "average_precision", "average_precision_interval", "roc_auc", "precision"),
    *("recall", "f1", "threshold", "fit_seconds", "seeds"),
}


def test_the_command_tells_a_table_and_where_the_page_is(command, workplace):
    done = command(*COMPARE, *TWO)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("cards.csv: 400 test rows, 8 positive, split at random\n")
    assert re.search(r"\n +AP +95 % +ROC AUC +precision +recall +F1", done.out)
    # Of eight positive rows no interval covers what it says, so its place is empty.
    row = r"\n  over\+logistic +\d\.\d{3} {8,}\d\.\d{3}( +\d\.\d{3}){4} +\d+\.\d s +\d+\.\d\d s\n"
    assert re.search(row, done.out)
    assert done.out.endswith("Page: comparisons/cards/comparison.html\n")
    assert Path("comparisons/cards/comparison.html").is_file()


@pytest.mark.usefixtures("uncompiled")
def test_the_runs_of_methods_take_every_other_command(command, workplace):
    assert command(*COMPARE, *TWO, "--method=autoencoder", "--fast", "--out=c").status == 0
    for method in ("none+logistic", "autoencoder"):
        run = f"c/runs/{method}"
        words = ("--objective=recall", "--at-least=0.5", "--json")
        assert command("pick-threshold", run, *words).json["validation"]["recall"] >= 0.5
        assert command("pick-threshold", run, "--compare").status == 0
        assert command("report", run).status == 0
    assert command("score", "c/runs/autoencoder", "cards.csv", "--out=s.csv").status == 0
    said = command("score", "c/runs/none+logistic", "cards.csv", "--out=t.csv").complaint
    assert "c/runs/none+logistic is the run of none+logistic in a comparison" in said
    assert not Path("t.csv").exists()


def test_json_is_one_object_with_the_figures_of_each_method(command, workplace):
    found = command(*COMPARE, *TWO, "--seeds=2", "--json").json
    assert [set(method) >= KEYS for method in found["methods"]] == [True, True]
    assert [method["seeds"] for method in found["methods"]] == [2, 2]
    assert {"differences", "duplicates", "data", "out", "page", "runs"} <= set(found)
    kept = json.loads(Path("comparisons/cards/comparison.json").read_text())
    assert kept == found


def test_options_come_from_a_file_too(command, workplace):
    Path("options.toml").write_text('label = "fraud"\nmethod = ["logistic"]\n')
    found = command("compare", "cards.csv", "--config=options.toml", "--json").json
    assert [method["method"] for method in found["methods"]] == ["none+logistic"]


def test_quiet_prints_nothing(command, workplace):
    done = command(*COMPARE, *TWO, "--quiet")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_ctrl_c_keeps_what_is_done_and_says_so(command, workplace, monkeypatch):
    usual = jobs.attempt

    def stopping(method, inputs, ratio):
        if method.name == "over+logistic":
            raise KeyboardInterrupt
        return usual(method, inputs, ratio)

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "attempt", stopping)
        done = command(*COMPARE, *TWO)
    assert (done.status, done.out) == (130, "")
    assert done.err == ("anomaly: stopped; what was done is kept, and the same command goes on\n")
    assert len(json.loads(Path("comparisons/cards/comparison.json").read_text())["methods"]) == 1
    assert len(command(*COMPARE, *TWO, "--json").json["methods"]) == 2


def test_ctrl_c_before_the_first_method_ends_is_no_fault(command, workplace, monkeypatch):
    def stopping(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "attempt", stopping)
    done = command(*COMPARE, *TWO)
    assert (done.status, done.err.count("\n")) == (130, 1)


def test_the_built_in_names_need_no_label(command, workplace, monkeypatch):
    words = ("--method=logistic", "--json")
    found = command("compare", "simulated", *words).json
    assert found["data"]["split"] == "time"
    assert found["methods"][0]["average_precision"] > 0


def test_the_live_table_has_the_best_method_at_the_top():
    labels = np.array([0, 0, 1, 1] * 30, dtype=np.int8)
    rows = np.arange(len(labels))
    table = LiveTable(["bad", "good", "later"], 1)
    table._shown = True
    for name, scores in (("bad", -labels), ("good", labels)):
        part = ScoredRows(rows, labels, scores.astype(float))
        table.begin(name, 0)
        table.end(Trial(name, 0, part, part, False, {"fit": 1.0, "score": 0.1}, {}, {}), None)
    table.begin("later", 0)
    screen = Console(file=io.StringIO(), width=100)
    screen.print(table._table())
    shown = screen.file.getvalue()
    assert "2 of 3 done" in shown
    assert shown.index("later") < shown.index("good") < shown.index("bad")
    assert "1.000" in shown


def test_the_python_names_are_there():
    assert callable(anomaly.compare)
    assert {"compare", "Comparison", "CVAESampler", "CGANSampler"} <= set(dir(anomaly))
