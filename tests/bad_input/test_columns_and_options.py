"""Columns that cannot be used, and options that cannot be met."""

import numpy as np
import pytest
from quick import TRAIN

import anomaly


def with_value(table, row, column, value):
    """Return the table as text, with another value in one cell."""
    changed = table.astype({column: object})
    changed.loc[row, column] = value
    return changed


# Columns.


@pytest.mark.parametrize("option", ["label", "time", "entity", "id", "drop", "category", "number"])
def test_an_option_that_names_no_column(refused, option):
    assert refused("train", "cards.csv", f"--{option}", "amout") == (
        f"--{option}: there is no column 'amout' in cards.csv; did you mean 'amount'?"
    )


def test_a_column_named_by_two_options(refused):
    said = refused("train", "cards.csv", "--label=fraud", "--drop=fraud")
    assert said == "the column 'fraud' is named by --label and by --drop; name it once"


def test_a_label_with_more_than_two_values(train_on, transactions):
    said = train_on(with_value(transactions, 3, "fraud", 2), "--label=fraud")
    assert "data.csv: the label 'fraud' has more than two values (0, 1, 2" in said


def test_a_label_without_a_positive_row(train_on, transactions):
    said = train_on(transactions.assign(fraud=0), "--label=fraud")
    assert "the label 'fraud' is '0' in every row, so no row is positive" in said
    assert "leave --label out" in said


def test_a_label_without_a_normal_row(train_on, transactions):
    said = train_on(transactions.assign(fraud=1), "--label=fraud")
    assert "is '1' in every row, so no row is normal; add normal rows" in said


def test_a_label_that_marks_the_normal_rows(train_on, transactions):
    complaint = train_on(transactions.assign(fraud=1 - transactions["fraud"]), "--label=fraud")
    assert "the label 'fraud' is '1' in 98% of the rows, and anomalies are rare" in complaint
    assert "say with --positive which value marks them" in complaint


def test_a_label_that_is_empty_in_every_row(train_on, transactions):
    said = train_on(transactions.assign(fraud=None), "--label=fraud")
    assert said.startswith("data.csv: the label 'fraud' ")


def test_a_label_of_two_words(train_on, transactions):
    table = transactions.assign(fraud=np.where(transactions["fraud"], "red", "blue"))
    assert "has the values 'blue' and 'red'; say with --positive" in train_on(
        table, "--label=fraud"
    )
    assert "--positive evil: the label 'fraud' has only 'blue' and 'red'" in train_on(
        table, "--label=fraud", "--positive=evil"
    )


@pytest.mark.parametrize("row", [0, 1999])
def test_text_in_a_number_column(train_on, transactions, row):
    said = train_on(with_value(transactions, row, "amount", "a lot"), "--label=fraud")
    assert said.startswith(f"data.csv: row {row}: column 'amount' holds numbers")
    assert "'a lot'; correct it, leave it empty, say that it means a missing value with" in said
    assert "or leave the column out with --drop amount" in said


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_infinite_number(refused, transactions, form):
    table = with_value(transactions, 77, "amount", np.inf).astype({"amount": float})
    getattr(table, f"to_{form}")(f"data.{form}", index=False)
    said = refused("train", f"data.{form}", "--label=fraud")
    assert said.startswith(f"data.{form}: row 77: column 'amount' is infinite; correct it")


@pytest.mark.usefixtures("fitted_once")
def test_a_constant_column_is_left_out(command, workplace, transactions):
    transactions.assign(currency="EUR", rate=1.5).to_csv("cards.csv", index=False)
    done = command(*TRAIN, "--out=r")
    assert done.status == 0, done.err
    for name in ("currency", "rate"):
        column = next(c for c in anomaly.load("r").schema.columns if c.name == name)
        assert (column.role, column.note) == ("ignored", "constant")


def test_nothing_but_constant_columns(train_on):
    said = train_on("a,b\n" + "1,x\n" * 10)
    assert "data.csv has no column to learn from: 'a' is constant; 'b' is constant" in said


def test_a_time_column_that_holds_no_times(refused):
    said = refused("train", "cards.csv", "--time=channel")
    assert said.startswith("cards.csv: row 0: the time column 'channel' has ")
    assert "neither a time such as" in said


def test_a_time_that_is_empty_in_a_row(train_on, transactions):
    said = train_on(with_value(transactions, 5, "time", None), "--time=time")
    assert said.startswith("data.csv: row 5: the time column 'time' is empty; fill it in")


def test_a_time_that_no_calendar_has(train_on, transactions):
    said = train_on(with_value(transactions, 1500, "time", "2026-02-30 12:00:00"), "--time=time")
    assert said.startswith("data.csv: row 1500: ")
    assert "2026-02-30 12:00:00" in said


def test_a_number_that_is_too_large(train_on, transactions):
    said = train_on(with_value(transactions, 1500, "amount", 1e300), "--label=fraud")
    assert said.startswith("data.csv: row 1500: ")
    assert "column 'amount' is infinite or too large; correct it or leave it empty" in said


def test_a_number_column_that_holds_text(refused):
    said = refused("train", "cards.csv", "--number=channel")
    assert said.startswith("--number channel: cards.csv: row 0 has ")
    assert said.endswith("is not a number; use --category")


# Options.


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--split=time"], "--split time needs --time"),
        (["--split=space"], "--split space: choose time or random"),
        (["--fractions", 0.5, 0.2, 0.2], "--fractions 0.5 0.2 0.2: give three positive"),
        (["--fractions", 1, 0, 0], "--fractions 1 0 0: give three positive"),
        (["--fractions", "nan", 0.5, 0.5], "--fractions nan 0.5 0.5: give three positive"),
        (["--seed=-1"], "--seed -1: give a whole number from 0 to"),
        (["--epochs=0"], "--epochs 0: give 1 or more"),
        (["--epochs=3", "--detector=denoising"], "--epochs says nothing to the detector denoising"),
        (["--batch-size=3", "--detector=gaussian"], "--batch-size says nothing to the detector g"),
        (["--fast", "--thorough"], "--fast and --thorough: each says how long to train; give one"),
        (["--fast", "--epochs=9"], "--fast and --epochs: each says how long to train; give one"),
        (["--thorough", "--epochs=9"], "--thorough and --epochs: each says how long"),
        (["--batch-size=0"], "--batch-size 0: give 1 or more"),
        (["--detector=autoencode"], "did you mean autoencoder?"),
    ],
)
def test_an_option_that_cannot_be_met(refused, words, complaint):
    assert complaint in refused("train", "cards.csv", "--label=fraud", *words)


def test_an_option_is_looked_at_before_any_data(refused):
    assert "did you mean autoencoder?" in refused("train", "no.csv", "--detector=autoencode")


@pytest.mark.parametrize(
    ("folder", "complaint"),
    [
        ("r/logs", "--log-dir r/logs: it is inside of the run"),
        ("cards.csv/logs", "cards.csv/logs cannot be written"),
    ],
)
def test_a_folder_that_logs_cannot_go_to(refused, folder, complaint):
    pytest.importorskip("tensorboard")
    assert complaint in refused("train", "cards.csv", "--out=r", "--log-dir", folder)


@pytest.mark.parametrize("part", ["validation", "test"])
def test_a_split_by_time_without_a_positive(train_on, transactions, part):
    fraud = transactions["fraud"].to_numpy().copy()
    fraud[slice(1200, 1600) if part == "validation" else slice(1600, 2000)] = 0
    said = train_on(transactions.assign(fraud=fraud), "--label=fraud", "--time=time")
    assert f"the split by time does not work: {part} has 400 rows and no positive one" in said
    assert "use --split random, other --fractions" in said


def test_a_random_split_without_a_positive(train_on, transactions):
    fraud = np.zeros(len(transactions), dtype=int)
    fraud[0] = 1
    said = train_on(transactions.assign(fraud=fraud), "--label=fraud")
    assert "has 400 rows and no positive one; use other --fractions" in said


def test_too_few_rows_to_split(train_on, transactions):
    said = train_on(transactions.head(2))
    assert "leaves no row for" in said


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--objective=f2"], "there is no objective 'f2'"),
        (["--share=0.1"], "objective 'f1' has no option --share"),
        (["--objective=contamination"], "needs the option --share; give it"),
        (["--objective=contamination", "--share=2"], "--share is 2.0; give a number above 0"),
    ],
)
def test_an_objective_that_cannot_be_met(refused, run_folder, words, complaint):
    assert complaint in refused("pick-threshold", run_folder, *words)


def test_a_negative_number_of_reasons(refused, trained):
    assert refused("score", trained, "cards.csv", "--out=s.csv", "--reasons=-1") == (
        "--reasons -1: give 0 or a positive number"
    )
