"""Files that cannot be read."""

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["cart.csv"], "there is no file cart.csv; did you mean cards.csv?"),
        (["nowhere/x.csv"], "there is no file nowhere/x.csv; the folder nowhere does not exist"),
        (["."], ". is a folder; name its files"),
        (["*.tsv"], "no file matches *.tsv; check the pattern"),
        (["mysql://host/db"], "mysql://...: only files and the databases postgresql://"),
        (["cards.csv", "--table=cards"], "--table is of a database: give its URL"),
        (["sqlite:///cards.db", "--table=cards"], "there is no file cards.db; check the path"),
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
    said = train_on("\n".join([*lines[:31], lines[31].rpartition(",")[0]]), "--label=fraud")
    assert "data.csv" in said
    assert "row 30" in said
    assert "8 values where the header has 9" in said


def test_rows_with_too_many_values(train_on, files):
    lines = (files / "cards.csv").read_text().splitlines()
    lines = [*lines[:8], *(f"{line},more" for line in lines[8:60]), *lines[60:]]
    said = train_on("\n".join(lines))
    assert said.startswith(
        "52 of 2,000 rows of data.csv cannot be read: data.csv: row 7: the row has 10"
    )
    assert "and 47 more; correct or remove these rows" in said


def test_an_encoding_that_there_is_not(train_on, transactions):
    said = train_on(transactions.to_csv(index=False), "--encoding=latin-2000")
    assert said.startswith("--encoding latin-2000: there is no such encoding")


def test_an_option_of_another_form(train_on, transactions):
    said = train_on(transactions.to_csv(index=False), "--sheet=data")
    assert said == "--sheet says nothing about data.csv, which is CSV text; leave it out"


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


def test_a_message_stays_one_line_whatever_names_hold(train_on):
    said = train_on('"two\nlines",b\n1,2\n3,4\n', "--label=nothing")
    assert "two lines" in said
