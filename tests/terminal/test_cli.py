"""The commands: what they print, where, and how options and configuration files are read."""

import json
import os
import pty
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from quick import TRAIN, WORDS

import anomaly

INTERVALS = {"precision", "recall", "f1"}
THRESHOLD_FIGURES = INTERVALS | {"alerts", "tp", "fp", "fn", "tn", "intervals"}
COMMANDS = (
    "simulate",
    "forget",
    "inspect",
    "train",
    "pick-threshold",
    "score",
    "compare",
    "report",
    "serve",
)
EVERY_COMMAND = {"--json", "--quiet", "--config", "--debug"}


# What each command says to a person.


@pytest.mark.usefixtures("fitted_once")
def test_train_tells_columns_parts_figures_and_the_next_command(command, workplace):
    done = command(*TRAIN, "--time=time", "--out=r")
    assert (done.status, done.err) == (0, "")
    assert "Trained autoencoder on cards.csv" in done.out
    assert re.search(r"transaction_id +id +category +one value per row", done.out)
    assert re.search(r"distance +feature +number +\d\.\d% missing", done.out)
    assert re.search(r"fraud +label +flag", done.out)
    assert re.search(r"train +1,200 +\d+\n", done.out)
    assert re.search(r"validation +400 +\d+ +\d\.\d{3} +\d\.\d{3}\n", done.out)
    assert re.search(r"test +400 +\d+ +\d\.\d{3} +\d\.\d{3}\n", done.out)
    assert "epochs: 1" in done.out
    assert done.out.endswith("Next: anomaly pick-threshold r\n")


def test_the_default_is_denoising_from_the_training_to_the_report(command, workplace):
    done = command("train", "cards.csv", "--label=fraud", "--out=r")
    assert "solved without epochs" in done.out
    found = anomaly.load("r").metrics
    assert found["epochs"] == 0
    assert found["test"]["average_precision"] > 0.9
    assert command("pick-threshold", "r", "--json").json["test"]["recall"] > 0.5
    words = ("--out=scored.csv", "--reasons=2", "--json")
    assert command("score", "r", "cards.csv", *words).json["scored"] == 2000
    scored = pd.read_csv("scored.csv").set_index("transaction_id")
    assert all(len(json.loads(reasons)) == 2 for reasons in scored["reasons"])
    assert command("report", "r").status == 0
    assert "The detector denoising learned" in Path("r/report.html").read_text()
    run = anomaly.load("r")
    assert run.details["detector"]["name"] == "denoising"
    row = pd.read_csv("cards.csv").iloc[7].to_dict()
    assert run.score_one(row) == pytest.approx(scored["score"].iloc[7])


@pytest.mark.usefixtures("fitted_once")
def test_fast_training_is_a_quarter_as_long_and_recorded(command, workplace):
    Path("options.toml").write_text("fast = true")
    # The first run is of the command line, the second of a file with options.
    for word in ("--fast", "--config=options.toml"):
        words = ("--label=fraud", "--detector=autoencoder", word, "--json")
        found = command("train", "cards.csv", *words).json
        assert found["epochs"] <= 25
        details = anomaly.load(found["run"]).details
        assert (details["options"]["fast"], details["options"]["thorough"]) == (True, False)
        assert details["detector"]["parameters"]["effort"] == 0.25


def test_pick_threshold_tells_its_figures_and_the_next_command(command, run_folder):
    done = command("pick-threshold", run_folder)
    assert (done.status, done.err) == (0, "")
    assert re.match(r"Threshold \d+\.\d+ for f1\n", done.out)
    assert re.search(r"\n +validation +test +optimism\n +alerts +\d+ +\d+\n", done.out)
    assert re.search(r"\n  caught +\d+ of \d+ +\d+ of \d+\n", done.out)
    interval = r"\d\.\d{3} \(\d\.\d{3} to \d\.\d{3}\)"
    for name in ("precision", "recall", "f1"):
        assert re.search(rf"\n  {name} +\d\.\d{{3}} +{interval} +([+-]\d|0)\.\d{{3}}\n", done.out)
    assert re.search(r"\n  alerts a day +\S+ +\S+\n", done.out)
    # Eight frauds tell nothing of where else the best threshold may be.
    assert "may be anywhere" not in done.out
    assert re.search(r"\nAs good within one standard error: \d\S+ to \d\S+\.\n", done.out)
    assert done.out.endswith(f"Next: anomaly score {run_folder} DATA --out alerts.csv\n")


def test_score_tells_rows_alerts_and_the_file(command, workplace, trained):
    done = command("score", trained, "cards.csv", "--out", "scored.csv")
    assert (done.status, done.err) == (0, "")
    assert re.fullmatch(
        r"Scored 2,000 of 2,000 rows in \d+\.\d s, \d+ alerts: scored\.csv\n", done.out
    )


def test_score_without_out_names_a_new_file_after_the_data(command, workplace, trained):
    for name in ("cards-scores.csv", "cards-scores-2.csv"):
        done = command("score", trained, "cards.csv", "--json")
        assert done.json["out"] == name
        assert len(pd.read_csv(name)) == 2000
    pd.read_csv("cards.csv").head(50).to_parquet("a b.parquet", index=False)
    assert command("score", trained, "a b.parquet", "--json").json["out"] == "ab-scores.parquet"
    refused = command("score", trained, "cards.csv", "--out-table=scores").complaint
    assert refused == "--out-table needs --out with the URL of the database"


def test_score_tells_how_many_rows_it_kept_without_a_score(command, workplace, trained):
    rows = Path("cards.csv").read_text().splitlines()
    Path("bad.csv").write_text("\n".join([*rows[:5], rows[5] + ",one,too many"]))
    done = command("score", trained, "bad.csv", "--out", "scored.csv")
    assert "Scored 4 of 5 rows" in done.out
    assert "1 kept without a score (see `problem`)" in done.out


def test_score_notes_new_columns_on_standard_error(command, workplace, transactions, trained):
    transactions.assign(extra=1, more=2).to_csv("new.csv", index=False)
    done = command("score", trained, "new.csv", "--out", "scored.csv")
    assert done.err == "note: left out, since the run does not know them: extra, more\n"


def test_score_notes_a_missing_threshold_on_standard_error(command, workplace, run_folder):
    (run_folder / "threshold.json").unlink()
    done = command("score", run_folder, "cards.csv", "--out", "scored.csv")
    assert done.err == (
        f"note: no alerts yet: pick a threshold with: anomaly pick-threshold {run_folder}\n"
    )
    assert "alerts" not in done.out


def test_report_tells_where_the_page_is(command, run_folder):
    done = command("report", run_folder)
    assert (done.status, done.err) == (0, "")
    first, then = done.out.splitlines()
    assert first == f"Wrote {run_folder / 'report.html'}"
    assert then.endswith(f"anomaly score {run_folder} DATA")
    assert (run_folder / "report.html").read_text().startswith("<!doctype html>")


# What each command says to a program.


@pytest.mark.usefixtures("fitted_once")
def test_train_prints_the_figures_of_the_design_and_keeps_them(command, workplace):
    found = command(*TRAIN, "--json", "--out=r").json
    assert found["run"] == "r"
    assert found["rows"] == {"train": 1200, "validation": 400, "test": 400}
    assert found["positives"] == {"train": 24, "validation": 8, "test": 8}
    assert found["epochs"] == 1
    assert found["features"] > 8
    assert found["seconds"].keys() >= {"read", "fit", "total"}
    for part in ("validation", "test"):
        assert 0.5 < found[part]["average_precision"] <= 1
        assert 0.9 < found[part]["roc_auc"] <= 1
    assert found == anomaly.load("r").metrics


def test_pick_threshold_prints_the_figures_of_the_design(command, run_folder):
    found = command("pick-threshold", run_folder, "--json").json
    assert found["objective"] == "f1"
    for part in ("validation", "test"):
        assert found[part].keys() >= THRESHOLD_FIGURES
        assert found[part]["alerts"] == found[part]["tp"] + found[part]["fp"]
        assert found[part]["intervals"].keys() >= INTERVALS
    for name in INTERVALS:
        low, high = found["test"]["intervals"][name]
        assert 0 <= low <= found["test"][name] <= high <= 1
        # Validation has seen the pick.
        assert found["validation"]["intervals"][name] is None
    assert found == json.loads((run_folder / "threshold.json").read_text())


def test_score_prints_the_counts_of_the_design(command, workplace, trained):
    found = command("score", trained, "cards.csv", "--out=scored.csv", "--json").json
    assert (found["rows"], found["scored"], found["problems"]) == (2000, 2000, 0)
    assert 0 < found["alerts"] < 200
    assert found["out"] == "scored.csv"
    assert found["seconds"].keys() >= {"read", "score", "write", "total"}


def test_score_prints_no_alerts_where_there_is_no_threshold(command, workplace, run_folder):
    (run_folder / "threshold.json").unlink()
    found = command("score", run_folder, "cards.csv", "--out=scored.csv", "--json").json
    assert found["alerts"] is None


def test_report_prints_the_path(command, run_folder, tmp_path):
    page = tmp_path / "page.html"
    assert command("report", run_folder, "--out", page, "--json").json == {"out": str(page)}
    assert page.is_file()


@pytest.mark.usefixtures("fitted_once")
def test_json_is_readable_under_any_encoding(command, workplace, monkeypatch):
    Path("cards.csv").rename("zahlungen-köln-東京.csv")
    found = command("train", "zahlungen-köln-東京.csv", *WORDS, "--json")
    assert found.out.isascii()
    assert found.json["run"] == "runs/zahlungen-köln-東京-1"
    assert Path(found.json["run"]).is_dir()


@pytest.mark.usefixtures("uncompiled")
def test_quiet_prints_nothing(command, workplace, run_folder):
    (run_folder / "threshold.json").unlink()
    for words in (
        TRAIN,
        ["score", run_folder, "cards.csv", "--out=scored.csv"],  # it has a note to give
        ["pick-threshold", run_folder],
        ["report", run_folder],
    ):
        done = command(*words, "--quiet")
        assert (done.status, done.out, done.err) == (0, "", "")


def test_quiet_still_prints_the_json_asked_for(command, run_folder):
    assert command("pick-threshold", run_folder, "--quiet", "--json").json


# Progress.


@pytest.fixture
def on_a_terminal(command, workplace, monkeypatch):
    """Run with a terminal as standard error; return the outcome and what the terminal shows."""

    def run(*words):
        controller, device = pty.openpty()
        with ThreadPoolExecutor(1) as pool:
            # Read all the time: a terminal that nobody reads is full after some pages.
            seen = pool.submit(_read_to_the_end, controller)
            with os.fdopen(device, "w") as stream:
                monkeypatch.setattr(sys, "stderr", stream)
                done = command(*words)
            return done, seen.result().decode()

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return run


def _read_to_the_end(controller):
    seen = b""
    with os.fdopen(controller, "rb", buffering=0) as file, suppress(OSError):
        while read := file.read(1 << 16):
            seen += read
    return seen


TRAINING = (*TRAIN, "--epochs=2", "--json")


@pytest.mark.usefixtures("uncompiled")
def test_training_shows_its_progress_to_a_terminal(on_a_terminal):
    done, shown = on_a_terminal(*TRAINING)
    assert "Reading the transactions" in shown
    assert "epoch 2/2" in shown
    assert done.json["epochs"] == 2


def test_scoring_shows_its_progress_to_a_terminal(on_a_terminal, trained):
    done, shown = on_a_terminal("score", trained, "cards.csv", "--out=s.csv", "--json")
    assert "Scoring" in shown
    assert done.json["rows"] == 2000


@pytest.mark.usefixtures("uncompiled")
def test_quiet_shows_no_progress(on_a_terminal, trained):
    for words in (TRAINING, ("score", trained, "cards.csv", "--out=s.csv")):
        done, shown = on_a_terminal(*words, "--quiet")
        assert (done.status, shown) == (0, "")


# Configuration files.


@pytest.mark.usefixtures("uncompiled")
def test_a_file_sets_options_under_their_names(command, workplace):
    Path("options.toml").write_text(
        """
        label = "fraud"
        detector = "autoencoder"
        epochs = 1
        batch_size = 64  # as in Python
        fractions = [0.5, 0.25, 0.25]
        drop = ["age", "channel"]
        id = "transaction_id"
        overwrite = true
        json = true
        out = "named"
        """
    )
    found = command("train", "cards.csv", "--config=options.toml").json
    assert found["run"] == "named"
    assert found["rows"] == {"train": 1000, "validation": 500, "test": 500}
    run = anomaly.load("named")
    assert run.details["options"]["drop"] == ["age", "channel"]
    assert run.details["options"]["id"] == ["transaction_id"]
    assert run.details["detector"]["parameters"]["batch_size"] == 64


@pytest.fixture
def reasons_given(command, workplace, trained):
    """Score with a configuration file, and count the reasons that each row gets."""

    def run(content, *words):
        Path("options.toml").write_text(content)
        words = ["--config=options.toml", "--out=scored.parquet", *words]
        done = command("score", trained, "cards.csv", *words)
        assert (done.status, done.err) == (0, "")
        reasons = pd.read_parquet("scored.parquet")["reasons"]
        return 0 if reasons.isna().all() else len(reasons[0])

    return run


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("", 0),
        ("reasons = 1", 1),
        ("[score]\nreasons = 2", 2),
        ("reasons = 1\n[score]\nreasons = 2", 2),
        ("reasons = 1\n[train]\nepochs = 3\n[pick-threshold]\nshare = 0.1", 1),
        ("reasons = 1\nepochs = 3\nbatch-size = 64\n[pick_threshold]\n", 1),
    ],
    ids=["nothing", "top", "own table", "own table wins", "other tables", "other options"],
)
def test_values_at_the_top_hold_for_every_command_and_tables_for_theirs(
    reasons_given, content, count
):
    assert reasons_given(content) == count


def test_the_command_line_wins_over_the_file(reasons_given):
    assert reasons_given("[score]\nreasons = 2", "--reasons=3") == 3


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('labell = "fraud"', "there is no option 'labell'; did you mean label?"),
        ("[train]\nepoch = 3", "[train] has no option 'epoch'; did you mean epochs?"),
        ("[score]\nepochs = 3", "[score] has no option 'epochs'; there are: "),
        ("[trian]\n", "there is no command 'trian'; did you mean train?"),
        ("debug = true", "there is no option 'debug'; "),
        ('label = ["a", "b"]', "label takes one value, not ['a', 'b']"),
        ("[train.label]\nx = 1", "label takes one value, not {'x': 1}"),
        ("epochs = 1.5", "Invalid value for '--epochs'"),
        ("epochs = true", "Invalid value for '--epochs'"),
        ("fractions = [0.5, 0.5]", "Invalid value for '--fractions'"),
        ("epochs", "cannot be read: Expected '='"),
    ],
)
def test_a_fault_in_the_file_is_named(command, workplace, unchanged, content, complaint):
    Path("options.toml").write_text(content)
    with unchanged(Path.cwd()):
        said = command("train", "cards.csv", "--config=options.toml").complaint
    assert said.startswith("--config options.toml")
    assert complaint in said


def test_a_file_that_is_not_there_is_named(command, workplace):
    said = command("train", "cards.csv", "--config=nowhere.toml").complaint
    assert said.startswith("--config nowhere.toml cannot be read")


# Faults of the command line itself.


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["trian"], "No such command 'trian'. Did you mean 'train'?; see: anomaly --help"),
        (["--nope"], "No such option: --nope; see: anomaly --help"),
        (["train"], "Missing argument 'data'; see: anomaly train --help"),
        (["simulate", "--rows=9"], "Missing option '--out'; see: anomaly simulate --help"),
        (["train", "x", "--lable", "y"], "No such option: --lable (Possible options: --label, "),
        (["train", "x", "--epochs", "many"], "'--epochs': give a whole number, not 'many'; see"),
        (["pick-threshold", "x", "--set", "high"], "'--set': give a number, not 'high'; see"),
        (["train", "x", "--fractions", "a", "b", "1"], "give numbers, not 'a b 1'; see"),
        (["train", "x", "--seed"], "Option '--seed' requires an argument"),
        (["train", "x", "--fractions", "1", "2"], "Option '--fractions' requires 3 arguments"),
        (["train", "a", "b"], "Got unexpected extra argument(s) (b); see: anomaly train"),
    ],
)
def test_a_fault_of_the_command_line_is_one_line(command, words, complaint):
    assert complaint in command(*words).complaint


def test_the_bare_command_shows_its_help(command):
    done = command()
    assert done.status == 2
    assert all(f"\n  {name} " in done.err for name in COMMANDS)


def test_debug_shows_the_traceback(command, workplace):
    done = command("train", "missing.csv", "--debug")
    assert done.status == 2
    assert "Traceback (most recent call last):" in done.err
    assert done.err.splitlines()[-1].startswith("anomaly: there is no file missing.csv")


def test_the_version_is_printed(command):
    done = command("--version")
    assert (done.status, done.out) == (0, f"anomaly {anomaly.__version__}\n")


# Help and completion.


def parameters():
    import typer

    import cli

    commands = typer.main.get_command(cli.app).commands
    return [(name, each) for name, found in commands.items() for each in found.params]


@pytest.mark.parametrize(("name", "parameter"), parameters(), ids=lambda x: getattr(x, "name", x))
def test_every_option_has_a_help_text(name, parameter):
    assert parameter.help.endswith("."), f"anomaly {name} {parameter.name}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_common_options(name):
    options = {option for command, each in parameters() if command == name for option in each.opts}
    assert options >= EVERY_COMMAND


def test_every_command_has_a_test_here():
    assert {name for name, _ in parameters()} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_names_every_option(command, name):
    shown = command(name, "--help").out
    options = {option for found, each in parameters() if found == name for option in each.opts}
    assert [option for option in options if option.startswith("--") and option not in shown] == []


def test_the_help_names_every_objective(command):
    from thresholds import OBJECTIVES

    shown = re.split(r"[\s,.]+", command("pick-threshold", "--help").out)
    assert [name for name in OBJECTIVES if name not in shown] == []


def test_the_help_names_every_detector(command):
    from anomaly.detectors import DETECTORS

    shown = command("train", "--help").out
    assert [name for name in DETECTORS if name not in shown] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_and_options(executable, tmp_path, shell):
    def complete(line):
        *_, last = line.split(" ")
        environment = {
            **os.environ,
            "_ANOMALY_COMPLETE": f"complete_{shell}",
            "COMP_WORDS": line,
            "COMP_CWORD": str(line.count(" ")),
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            "_TYPER_COMPLETE_WORD_TO_COMPLETE": last,
        }
        done = subprocess.run(
            [executable], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        return done.stdout

    commands = complete("anomaly ")
    assert [name for name in COMMANDS if name not in commands] == []
    assert "--label" in complete("anomaly train data.csv --la")
    assert "--reasons" in complete("anomaly score run data.csv --rea")


def test_python_m_anomaly_is_the_command(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "anomaly", "score", "nowhere", "x", "--out", "y.csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("anomaly: there is no run nowhere; train one with: anomaly train DATA\n")


# What is imported.


def imported_by(*words, folder):
    """Return the top-level names of everything that a command imports."""
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "anomaly", *map(str, words)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


HEAVY = {"tensorflow", "keras", "sklearn", "scipy", "matplotlib"}


def test_help_imports_no_numerical_library(tmp_path):
    found = imported_by("--help", folder=tmp_path)
    assert "anomaly" in found
    assert found.isdisjoint(HEAVY | {"numpy", "pandas", "pyarrow", "onnxruntime"})


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_score_imports_neither_tensorflow_nor_pandas(trained, files, tmp_path, form):
    words = ["score", trained, files / f"cards.{form}", "--out", tmp_path / f"scored.{form}"]
    found = imported_by(*words, folder=tmp_path)
    assert {"anomaly", "onnxruntime", "pyarrow"} <= found
    assert found.isdisjoint(HEAVY | {"pandas"})


def test_reasons_import_neither_tensorflow_nor_scikit_learn(trained, files, tmp_path):
    words = ["score", trained, files / "cards.csv", "--out", tmp_path / "scored.csv"]
    found = imported_by(*words, "--reasons=2", folder=tmp_path)
    assert found.isdisjoint(HEAVY)


def test_pick_threshold_imports_neither_tensorflow_nor_scikit_learn(run_folder, tmp_path):
    found = imported_by("pick-threshold", run_folder, folder=tmp_path)
    assert "thresholds" in found
    assert found.isdisjoint(HEAVY - {"scipy"})
