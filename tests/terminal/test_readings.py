"""What was taken for what is said: at training and at scoring, on standard error and in JSON."""

import json
from pathlib import Path

import pytest

import anomaly

NOTES = [
    "note: read as Latin-1 text, as its bytes are not UTF-8 (--encoding overrules)",
    "note: values are separated by semicolons (--delimiter overrules)",
]


@pytest.fixture
def german(workplace, transactions):
    table = transactions.assign(city="München")
    Path("german.csv").write_bytes(table.to_csv(index=False, sep=";").encode("latin-1"))
    return "german.csv"


def test_training_and_scoring_say_how_the_data_were_read(command, german):
    words = ["--label=fraud", "--epochs=1", "--detector=autoencoder"]
    trained = command("train", german, *words, "--out", "run", "--json")
    assert trained.err.splitlines()[:2] == NOTES
    assert anomaly.load("run").readings == tuple(note.removeprefix("note: ") for note in NOTES)
    done = command("score", "run", german, "--out", "s.csv", "--json")
    assert done.err.splitlines()[:2] == NOTES
    assert [f"note: {reading}" for reading in done.json["readings"]] == NOTES


def test_a_run_without_readings_has_none(trained, tmp_path):
    run = anomaly.load(trained)
    details = json.loads((run.folder / "run.json").read_text())
    assert run.readings == ()
    del details["data"]["readings"]  # as runs were before
    run.details = details
    assert run.readings == ()


def test_quiet_keeps_what_was_read_to_itself(command, trained, transactions, workplace):
    transactions.to_csv("tabs.csv", index=False, sep="\t")
    assert command("score", trained, "tabs.csv", "--out", "s.csv", "--quiet").err == ""


def test_files_of_one_form_say_so_once(command, trained, transactions, workplace):
    for number in range(3):
        transactions.to_csv(f"part{number}.csv", index=False, sep="|")
    done = command("score", trained, "part*.csv", "--out", "s.csv", "--json")
    assert len(done.json["readings"]) == 1
