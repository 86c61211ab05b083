"""Rows and columns that do not fit at scoring: rows stay, with their problem in words."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest


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
    assert output["problem"][4] == "new.csv: row 4: the row has 10 values where the header has 9"
    assert output["score"].isna().sum() == 1


@FORMS
def test_reasons_are_left_out_where_there_is_a_problem(scored, transactions, form):
    amounts = ["1"] * 10
    amounts[2] = "much"
    _, output = scored(arrow(transactions, amount=amounts), form, "--reasons=2")
    assert output["reasons"].isna().tolist() == [number == 2 for number in range(10)]


@FORMS
def test_a_problem_in_every_row_keeps_every_row_and_is_no_quiet_day(
    command, workplace, trained, transactions, form
):
    pq.write_table(arrow(transactions, amount=["much"] * 10), "new.parquet")
    done = command("score", trained, "new.parquet", f"--out=s.{form}", "--quiet")
    assert done.complaint == (
        "no row of new.parquet could be scored: 'much' in column 'amount' is not a number"
    )
    output = pd.read_csv("s.csv") if form == "csv" else pd.read_parquet("s.parquet")
    assert len(output) == 10
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
    assert said.startswith(f"new.{form} lacks the column 'amount' that the run was trained on")
    assert "was it renamed to 'amounts'?" in said


def test_a_column_of_another_kind_at_scoring(refused, trained, transactions):
    moments = pd.Timestamp("2026-01-01") + pd.to_timedelta(transactions["amount"], unit="s")
    transactions.assign(amount=moments).to_parquet("new.parquet", index=False)
    said = refused("score", trained, "new.parquet", "--out=s.csv")
    assert "column 'amount' holds timestamp" in said
    assert "a number is needed" in said


@FORMS
@pytest.mark.parametrize("to", ["csv", "parquet"])
@pytest.mark.parametrize("reasons", [0, 2])
def test_a_table_without_rows_is_scored_to_one(
    command, workplace, trained, transactions, form, to, reasons
):
    empty = transactions.iloc[:0]
    empty.to_csv("new.csv", index=False) if form == "csv" else empty.to_parquet("new.parquet")
    done = command(
        "score", trained, f"new.{form}", "--out", f"scored.{to}", "--json", f"--reasons={reasons}"
    )
    assert done.status == 0
    summary = done.json
    assert [summary[name] for name in ("rows", "scored", "problems", "alerts")] == [0, 0, 0, 0]
    output = pd.read_csv("scored.csv") if to == "csv" else pd.read_parquet("scored.parquet")
    assert list(output) == ["transaction_id", "score", "alert", "reasons", "problem"]
    assert output.empty
