"""What bad input gets: one clear line and nothing left behind, or a kept row; never a traceback."""

import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from onnx import TensorProto, helper

import anomaly

RUN_COLUMNS = "the run was trained on"


@pytest.fixture
def refused(command, workplace, unchanged):
    """Run a command that must be refused: one line, and nothing made, changed or removed."""

    def run(*words):
        with unchanged(Path.cwd().parent):
            return command(*words).complaint

    return run


@pytest.fixture
def train_on(refused):
    """Train on a file with the content, which must be refused, and return the complaint."""

    def run(content, *words, name="data.csv"):
        if isinstance(content, pd.DataFrame):
            content.to_csv(name, index=False)
        elif isinstance(content, bytes):
            Path(name).write_bytes(content)
        else:
            Path(name).write_text(content)
        return refused("train", name, *words)

    return run


def with_value(table, row, column, value):
    """Return the table as text, with another value in one cell."""
    changed = table.astype({column: object})
    changed.loc[row, column] = value
    return changed


# Files that cannot be read.


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["cart.csv"], "there is no file cart.csv; did you mean cards.csv?"),
        (["nowhere/x.csv"], "there is no file nowhere/x.csv; the folder nowhere does not exist"),
        (["."], ". is a folder; name its files"),
        (["*.tsv"], "no file matches *.tsv; check the pattern"),
        (["postgresql://host/db"], "reads files, not databases; export the table"),
    ],
)
def test_data_that_is_not_there(refused, words, complaint):
    assert complaint in refused("train", *words)


@pytest.mark.parametrize("name", ["data.csv", "data.parquet", "data.arrow"])
def test_an_empty_file(train_on, name):
    assert train_on(b"", name=name) == (f"{name} is empty; give a file with a header line and rows")


def test_a_header_without_rows(train_on):
    assert "data.csv" in (said := train_on("a,b,c\n"))
    assert "no rows" in said


def test_a_parquet_file_without_rows(refused, transactions):
    transactions.iloc[:0].to_parquet("data.parquet")
    assert "no rows" in refused("train", "data.parquet")


@pytest.mark.parametrize("kept", [0.2, 0.9, 0.999])
def test_a_truncated_parquet_file(train_on, files, kept):
    whole = (files / "cards.parquet").read_bytes()
    said = train_on(whole[: int(kept * len(whole))], name="data.parquet")
    assert said.startswith("data.parquet is not a whole Parquet file")
    assert said.endswith("write or copy it again")


def test_a_truncated_compressed_file(train_on, files):
    whole = gzip.compress((files / "cards.csv").read_bytes())
    said = train_on(whole[: len(whole) // 2], name="data.csv.gz")
    assert "data.csv.gz" in said
    assert said.endswith("copy it again")


def test_a_truncated_csv_file(train_on, files):
    lines = (files / "cards.csv").read_text().splitlines()
    said = train_on("\n".join([*lines[:101], lines[101].rpartition(",")[0]]), "--label=fraud")
    assert "data.csv" in said
    assert "row 100" in said
    assert "8 values where the header has 9" in said


def test_a_row_with_too_many_values(train_on, files):
    lines = (files / "cards.csv").read_text().splitlines()
    lines[8] += ",more"
    said = train_on("\n".join(lines))
    assert "row 7" in said
    assert "10 values where the header has 9" in said
    assert "correct or remove the row" in said


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
@pytest.mark.parametrize("place", ["header", "rows"])
def test_a_file_that_is_not_utf8(train_on, transactions, encoding, place):
    table = transactions.assign(city="München" if place == "rows" else "Ulm")
    table = table.rename(columns={"city": "Größe" if place == "header" else "city"})
    said = train_on(table.to_csv(index=False).encode(encoding))
    assert said.startswith("data.csv")
    assert f"iconv -f {'LATIN1' if encoding == 'latin-1' else 'UTF-16'}" in said
    assert ("row 0" in said) == (encoding == "latin-1" and place == "rows")


def test_a_file_of_another_kind(train_on):
    assert "write or copy it again" in train_on(b"not parquet at all", name="data.parquet")


def test_two_columns_of_one_name(train_on):
    said = train_on("a,b,a\n1,2,3\n4,5,6\n")
    assert said.startswith("data.csv: two columns are named 'a'; rename one")


def test_two_columns_of_one_name_in_parquet(refused):
    pq.write_table(pa.table([[1, 2], [3, 4]], names=["a", "a"]), "data.parquet")
    assert "two columns are named 'a'" in refused("train", "data.parquet")


def test_a_column_without_a_name(train_on):
    assert "column 2 has no name" in train_on("a,,c\n1,2,3\n4,5,6\n")


def test_files_of_a_glob_with_different_columns(refused, transactions):
    transactions.drop(columns="age").to_csv("cards2.csv", index=False)
    said = refused("train", "cards*.csv")
    assert "cards.csv and cards2.csv differ" in said
    assert "age" in said


# Columns that cannot be used.


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
    assert "train without --label" in said


def test_a_label_without_a_normal_row(train_on, transactions):
    said = train_on(transactions.assign(fraud=1), "--label=fraud")
    assert "is '1' in every row, so no row is normal; add normal rows" in said


def test_a_label_that_is_empty_in_a_row(train_on, transactions):
    said = train_on(with_value(transactions, 1234, "fraud", None), "--label=fraud")
    assert said.startswith("data.csv: row 1234: the label 'fraud' is empty; label every row")


def test_a_label_of_two_words(train_on, transactions):
    table = transactions.assign(fraud=np.where(transactions["fraud"], "bad", "good"))
    assert "has the values 'bad' and 'good'; say with --positive" in train_on(
        table, "--label=fraud"
    )
    assert "--positive evil: the label 'fraud' has only 'bad' and 'good'" in train_on(
        table, "--label=fraud", "--positive=evil"
    )


@pytest.mark.parametrize("row", [0, 1999])
def test_text_in_a_number_column(train_on, transactions, row):
    said = train_on(with_value(transactions, row, "amount", "a lot"), "--label=fraud")
    assert said.startswith(f"data.csv: row {row}: column 'amount' holds numbers")
    assert "'a lot'; correct it, leave it empty, or leave the column out with --drop amount" in said


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_infinite_number(refused, transactions, form):
    table = with_value(transactions, 77, "amount", np.inf).astype({"amount": float})
    getattr(table, f"to_{form}")(f"data.{form}", index=False)
    said = refused("train", f"data.{form}", "--label=fraud")
    assert said.startswith(f"data.{form}: row 77: column 'amount' is infinite; correct it")


def test_a_constant_column_is_left_out(command, workplace, transactions):
    transactions.assign(currency="EUR", rate=1.5).to_csv("cards.csv", index=False)
    done = command("train", "cards.csv", "--label=fraud", "--epochs=1", "--out=r")
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


# Options that cannot be met.


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
        (["--batch-size=0"], "--batch-size 0: give 1 or more"),
        (["--detector=autoencode"], "did you mean autoencoder?"),
    ],
)
def test_an_option_that_cannot_be_met(refused, words, complaint):
    assert complaint in refused("train", "cards.csv", "--label=fraud", *words)


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
    fraud[:2] = 1
    said = train_on(transactions.assign(fraud=fraud), "--label=fraud")
    assert "has 400 rows and no positive one; use other --fractions" in said


def test_too_few_rows_to_split(train_on, transactions):
    said = train_on(transactions.head(2))
    assert "leaves no row for" in said


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--objective=f2"], "there is no objective 'f2'"),
        (["--share=0.1"], "objective 'f1' has no option 'share'"),
        (["--objective=contamination"], "needs the option 'share'; give it"),
        (["--objective=contamination", "--share=2"], "share is 2.0; give a number above 0"),
    ],
)
def test_an_objective_that_cannot_be_met(refused, run_folder, words, complaint):
    assert complaint in refused("pick-threshold", run_folder, *words)


def test_a_negative_number_of_reasons(refused, trained):
    assert refused("score", trained, "cards.csv", "--out=s.csv", "--reasons=-1") == (
        "--reasons -1: give 0 or a positive number"
    )


# Rows and columns at scoring.


@pytest.fixture
def scored(command, workplace, trained):
    """Score a table through a file of the form, and return the summary and the output."""

    def run(table, form, *words):
        if form == "csv":
            pacsv.write_csv(table, "new.csv")
        else:
            pq.write_table(table, "new.parquet")
        target = Path(f"scored.{form}")
        words = ["score", trained, f"new.{form}", "--out", target, "--json", *words]
        summary = command(*words).json
        read = pd.read_csv if form == "csv" else pd.read_parquet
        return summary, read(target)

    return run


FORMS = pytest.mark.parametrize("form", ["csv", "parquet"])


def arrow(table, **columns):
    """Return the first ten rows as an Arrow table, with some columns replaced."""
    found = pa.Table.from_pandas(table.head(10), preserve_index=False)
    for name, values in columns.items():
        found = found.set_column(found.column_names.index(name), name, pa.array(values))
    return found


def check_one_kept_row(summary, output, row, problem):
    assert (summary["rows"], summary["scored"], summary["problems"]) == (10, 9, 1)
    assert len(output) == 10
    assert output["score"].isna().tolist() == [number == row for number in range(10)]
    assert output["alert"].isna().tolist() == [number == row for number in range(10)]
    assert output["problem"][row] == problem
    assert output["problem"].notna().sum() == 1
    assert output["transaction_id"].tolist() == [f"t{number:05d}" for number in range(10)]


@FORMS
def test_a_row_with_text_in_a_number_column_is_kept_with_its_problem(scored, transactions, form):
    amounts = [str(amount) for amount in transactions["amount"][:10]]
    amounts[3] = "a lot"
    summary, output = scored(arrow(transactions, amount=amounts), form)
    check_one_kept_row(summary, output, 3, "'a lot' in column 'amount' is not a number")


@FORMS
def test_a_row_with_an_infinite_number_is_kept_with_its_problem(scored, transactions, form):
    amounts = transactions["amount"][:10].tolist()
    amounts[9] = float("inf")
    summary, output = scored(arrow(transactions, amount=amounts), form)
    problem = "inf in column 'amount' is infinite or too large"
    check_one_kept_row(summary, output, 9, problem)


@FORMS
def test_a_row_with_several_problems_names_each(scored, transactions, form):
    amounts = ["1"] * 10
    ages = ["30"] * 10
    amounts[0], ages[0] = "much", "old"
    _, output = scored(arrow(transactions, amount=amounts, age=ages), form)
    assert output["problem"][0] == (
        "'much' in column 'amount' is not a number; 'old' in column 'age' is not a number"
    )


def test_a_row_of_another_length_is_kept_with_its_problem(command, workplace, trained):
    lines = Path("cards.csv").read_text().splitlines()[:11]
    lines[5] += ",more"
    Path("new.csv").write_text("\n".join(lines))
    summary = command("score", trained, "new.csv", "--out=s.csv", "--json").json
    assert (summary["rows"], summary["scored"], summary["problems"]) == (10, 9, 1)
    output = pd.read_csv("s.csv")
    assert output["problem"][4] == "the row has 10 values where the header has 9"
    assert output["score"].isna().sum() == 1


@FORMS
def test_reasons_are_left_out_where_there_is_a_problem(scored, transactions, form):
    amounts = ["1"] * 10
    amounts[2] = "much"
    _, output = scored(arrow(transactions, amount=amounts), form, "--reasons=2")
    assert output["reasons"].isna().tolist() == [number == 2 for number in range(10)]


@FORMS
def test_a_problem_in_every_row_keeps_every_row(scored, transactions, form):
    summary, output = scored(arrow(transactions, amount=["much"] * 10), form)
    assert (summary["scored"], summary["problems"], summary["alerts"]) == (0, 10, 0)
    assert output["score"].isna().all()
    assert (output["problem"] == "'much' in column 'amount' is not a number").all()


@FORMS
def test_a_missing_number_and_an_unknown_category_are_scored(scored, transactions, form):
    table = arrow(
        transactions, amount=pa.array([None] * 10, pa.float64()), channel=["telephone"] * 10
    )
    summary, output = scored(table, form)
    assert (summary["scored"], summary["problems"]) == (10, 0)
    assert output["score"].notna().all()


@FORMS
def test_a_new_column_is_left_out_and_named(scored, transactions, form):
    table = arrow(transactions).append_column("extra", pa.array(["x"] * 10))
    summary, output = scored(table, form)
    assert summary["new_columns"] == ["extra"]
    assert "extra" not in output


@FORMS
def test_the_label_and_the_ids_may_be_missing(scored, transactions, form):
    summary, output = scored(arrow(transactions).drop(["fraud", "transaction_id"]), form)
    assert summary["scored"] == 10
    assert output["row"].tolist() == list(range(10))


@FORMS
def test_a_missing_column_at_scoring(refused, trained, transactions, form):
    table = transactions.rename(columns={"amount": "amounts"})
    getattr(table, f"to_{form}")(f"new.{form}", index=False)
    said = refused("score", trained, f"new.{form}", "--out=s.csv")
    assert said.startswith(f"new.{form} lacks the column 'amount' that {RUN_COLUMNS}")
    assert "was it renamed to 'amounts'?" in said


def test_a_column_of_another_kind_at_scoring(refused, trained, transactions):
    moments = pd.Timestamp("2026-01-01") + pd.to_timedelta(transactions["amount"], unit="s")
    transactions.assign(amount=moments).to_parquet("new.parquet", index=False)
    said = refused("score", trained, "new.parquet", "--out=s.csv")
    assert "column 'amount' holds timestamp" in said
    assert "a number is needed" in said


# Folders that are no run, or no whole one.


@pytest.fixture
def on_the_run(refused, run_folder):
    """Run each command on a damaged run; return the complaints of those that need what is gone."""
    words = {
        "score": ["score", run_folder, "cards.csv", "--out=s.csv", "--reasons=1"],
        "pick-threshold": ["pick-threshold", run_folder],
        "report": ["report", run_folder],
    }

    def run(*commands):
        return [refused(*words[name]) for name in commands]

    return run


EVERY_USE = ("score", "pick-threshold", "report")


def test_a_run_that_is_not_there(refused):
    for words in (["score", "r", "cards.csv", "--out=s.csv"], ["pick-threshold", "r"]):
        assert refused(*words) == "there is no run r; train one with: anomaly train DATA"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        (".", "it has no run.json and no model.onnx; name the folder that anomaly train wrote"),
        ("cards.csv", "it has no run.json and no model.onnx"),
    ],
)
def test_something_that_is_no_run(refused, name, complaint):
    assert complaint in refused("report", name)


@pytest.mark.parametrize("name", ["run.json", "model.onnx"])
def test_a_run_without_one_of_its_files(on_the_run, run_folder, name):
    (run_folder / name).unlink()
    for said in on_the_run(*EVERY_USE):
        assert f"{run_folder} is no run: it has no {name}" in said


def test_a_run_of_a_newer_format(on_the_run, run_folder):
    details = json.loads((run_folder / "run.json").read_text())
    details |= {"format": details["format"] + 1, "version": "9.9"}
    (run_folder / "run.json").write_text(json.dumps(details))
    for said in on_the_run(*EVERY_USE):
        assert f"{run_folder} has format {details['format']}, written by anomaly 9.9" in said
        assert said.endswith("update anomaly")


@pytest.mark.parametrize(
    "content",
    [b"", b'{"format": 1', b"[]", b"{}", b"\xff\xfe", b'{"format": 1}', b'{"format": "1"}'],
)
def test_a_damaged_run_json(on_the_run, run_folder, content):
    (run_folder / "run.json").write_bytes(content)
    for said in on_the_run(*EVERY_USE):
        assert f"{run_folder}/run.json" in said
        assert said.endswith("train again")


@pytest.mark.parametrize("kept", [0, 0.5, 0.99])
def test_a_damaged_graph(on_the_run, run_folder, kept):
    whole = (run_folder / "model.onnx").read_bytes()
    (run_folder / "model.onnx").write_bytes(whole[: int(kept * len(whole))])
    (said,) = on_the_run("score")
    assert said == f"{run_folder}/model.onnx is not a whole ONNX graph; train again"


def test_the_graph_of_another_run(on_the_run, run_folder):
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 3])
    score = helper.make_tensor_value_info("score", TensorProto.FLOAT, [None, 1])
    node = helper.make_node("ReduceSum", ["features"], ["score"])
    graph = helper.make_graph([node], "other", [features], [score])
    opsets = [helper.make_opsetid("", 18)]
    onnx.save(
        helper.make_model(graph, ir_version=10, opset_imports=opsets), run_folder / "model.onnx"
    )
    (said,) = on_the_run("score")
    assert "model.onnx takes 3 features and run.json names " in said
    assert "so they are of different runs; train again" in said


@pytest.mark.parametrize("content", [None, b"", b"PAR1", b"rubbish"])
def test_damaged_scores(on_the_run, run_folder, content):
    path = run_folder / "scores.parquet"
    path.unlink() if content is None else path.write_bytes(content)
    for said in on_the_run("pick-threshold", "report"):
        assert said.startswith(f"{path} is {'missing' if content is None else 'damaged'}")
        assert said.endswith("train again")


def test_truncated_scores(on_the_run, run_folder):
    path = run_folder / "scores.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    for said in on_the_run("pick-threshold", "report"):
        assert said.startswith(f"{path} is damaged")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"threshold": "high"}'])
def test_a_damaged_threshold(on_the_run, run_folder, content):
    path = run_folder / "threshold.json"
    path.write_text(content)
    for said in on_the_run("score", "report"):
        assert said.startswith(f"{path} is damaged")
        assert said.endswith(f"pick it again with: anomaly pick-threshold {run_folder}")


def test_picking_again_mends_a_damaged_threshold(command, run_folder):
    whole = (run_folder / "threshold.json").read_bytes()
    (run_folder / "threshold.json").write_text("{")
    assert command("pick-threshold", run_folder).status == 0
    assert (run_folder / "threshold.json").read_bytes() == whole


@pytest.mark.parametrize("name", ["metrics.json", "history.json"])
def test_a_report_on_a_run_without_its_figures(on_the_run, run_folder, name):
    (run_folder / name).unlink()
    assert on_the_run("report") == [f"{run_folder}/{name} is missing; train again"]


# Where a run is to be written.


def train_words(out, *words):
    return ["train", "cards.csv", "--label=fraud", "--epochs=1", "--out", out, *words]


def test_an_existing_run_stays(refused, run_folder):
    assert refused(*train_words(run_folder)) == (
        f"the run {run_folder} exists; add --overwrite, or name another with --out"
    )


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


def test_the_next_number_is_taken_for_a_run_without_a_name(command, workplace, run_folder):
    Path("runs").mkdir()
    shutil.copytree(run_folder, "runs/cards-1")
    Path("runs/cards-2").symlink_to("nowhere")
    done = command("train", "cards.csv", "--label=fraud", "--epochs=1", "--json")
    assert done.json["run"] == "runs/cards-3"


def test_a_run_below_a_file(refused):
    said = refused(*train_words("cards.csv/run"))
    assert said.startswith("cards.csv/run cannot be written: ")
    assert "cards.csv is not a folder; name another place" in said


def test_a_run_with_too_long_a_name(refused):
    assert "the name is too long" in refused(*train_words("x" * 300))


def test_scores_with_too_long_a_name(refused, trained):
    assert "the name is too long" in refused(*score_words(trained, f"{'x' * 300}.csv"))


def test_a_run_behind_a_link_to_nothing_is_written_where_it_leads(command, workplace):
    """Missing folders on the way are made."""
    Path("latest").symlink_to("disk/deep/run")
    assert command(*train_words("latest")).status == 0
    assert Path("latest").is_symlink()
    assert anomaly.load("disk/deep/run")


def test_overwriting_through_a_link_keeps_the_link(command, workplace, run_folder):
    Path("latest").symlink_to(run_folder)
    assert command(*train_words("latest", "--overwrite")).status == 0
    assert Path("latest").is_symlink()
    assert anomaly.load(run_folder).metrics["epochs"] == 1


# Where scores and reports are to be written.


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


@pytest.mark.parametrize("name", ["page.pdf", "page", "cards.csv"])
def test_a_report_with_another_ending(refused, run_folder, name):
    assert refused("report", run_folder, "--out", name) == (
        f"--out {name}: name a file that ends in .html"
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


# Messages.


def test_a_message_stays_one_line_whatever_names_hold(train_on):
    said = train_on('"two\nlines",b\n1,2\n3,4\n', "--label=nothing")
    assert "two lines" in said
