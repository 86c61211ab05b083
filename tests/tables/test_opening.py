"""From a name to a table: paths, globs, standard input, and names that lead nowhere."""

import os
import subprocess
import sys
import threading

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anomaly.errors import DataError, OptionError
from anomaly.tables import open_table


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows_of(table):
    rows = []
    for batch in table.batches():
        assert batch.first_row == len(rows)
        rows += batch.data.to_pylist()
    return rows


def refused(name):
    with pytest.raises(DataError) as found:
        list(open_table(name).batches())
    assert "\n" not in str(found.value)
    return str(found.value)


def test_the_form_is_told_by_the_bytes_and_not_by_the_name(here):
    (here / "data.txt").write_text("a\n1\n")
    pq.write_table(pa.table({"a": [1]}), here / "data.csv")
    assert rows_of(open_table("data.txt")) == rows_of(open_table(here / "data.csv")) == [{"a": 1}]


def test_a_table_stays_itself(here):
    (here / "data.csv").write_text("a\n1\n")
    table = open_table("data.csv")
    assert open_table(table) is table


# Globs.


def test_a_glob_reads_its_files_in_the_order_of_their_names(here):
    for name, rows in {"2": "3\n4\n", "1": "1\n2", "3": "5"}.items():
        (here / f"day{name}.csv").write_text(f"a\n{rows}")
    assert rows_of(open_table("day*.csv")) == [{"a": n} for n in range(1, 6)]


def test_the_files_of_a_glob_may_have_columns_in_another_order_and_another_form(here):
    (here / "1.csv").write_text("a;b\n1;x\n")
    pq.write_table(pa.table({"b": ["y"], "a": [2]}), here / "2.parquet")
    assert rows_of(open_table("[12].*")) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


def test_a_file_without_rows_among_others_is_no_error(here):
    for number, rows in enumerate(["", "1\n", "", "2\n"]):
        (here / f"{number}.csv").write_text("a\n" + rows)
    assert rows_of(open_table("*.csv")) == [{"a": 1}, {"a": 2}]
    assert open_table("*.csv").name == "*.csv"


def test_files_without_any_row_are_an_error(here):
    (here / "1.csv").write_text("a\n")
    assert refused("*.csv") == "*.csv has column names and no rows; there is nothing to read"


def test_files_with_other_columns_are_an_error(here):
    (here / "1.csv").write_text("a,b\n1,2\n")
    (here / "2.csv").write_text("a,c\n1,2\n")
    assert refused("*.csv") == (
        "1.csv and 2.csv differ in the columns b, c; give files with the same columns"
    )


def test_a_broken_row_of_a_glob_is_named_with_its_file(here):
    (here / "1.csv").write_text("a,b\n1,2\n3,4\n")
    (here / "2.csv").write_text("a,b\n")
    (here / "3.csv").write_text("a,b\n5,6\n7\n")
    problems = [dict(batch.problems) for batch in open_table("*.csv").batches()]
    problem = "the row has 1 values where the header has 2 (in 3.csv: row 1)"
    assert problems == [{}, {1: problem}]


def test_a_place_in_a_glob_is_a_file_and_its_row(here):
    for number, rows in enumerate(["1\n2\n", "", "3\n"]):
        (here / f"{number}.csv").write_text("a\n" + rows)
    table = open_table("*.csv")
    rows_of(table)
    assert [table.place(row) for row in range(3)] == [
        "0.csv: row 0",
        "0.csv: row 1",
        "2.csv: row 0",
    ]


def test_a_quote_that_never_closes_in_a_glob_is_named_with_its_file(here):
    (here / "1.csv").write_text("a,b\n1,2\n3,4\n")
    (here / "2.csv").write_text('a,b\n5,6\n7,"8\n')
    assert refused("*.csv").startswith("2.csv: row 1: a quote opens")


def test_a_glob_that_matches_nothing_is_an_error(here):
    (here / "folder.csv").mkdir()
    assert refused("*.csv") == "no file matches *.csv; check the pattern and its folder"


def test_a_name_with_brackets_is_first_a_file(here):
    (here / "day[1].csv").write_text("a\n1\n")
    assert rows_of(open_table("day[1].csv")) == [{"a": 1}]


# Streams.


def _read(standard_input):
    code = (
        "from anomaly.tables import open_table\n"
        "table = open_table('-')\n"
        "for _ in range(2): print(table.name, [b.data.to_pydict() for b in table.batches()])"
    )
    return subprocess.run(
        [sys.executable, "-c", code], input=standard_input, capture_output=True, check=False
    )


def test_standard_input_is_read_as_often_as_needed(here):
    pq.write_table(pa.table({"a": [1, 2]}), here / "data.parquet")
    for content in (b"a\n1\n2\n", (here / "data.parquet").read_bytes()):
        done = _read(content)
        assert done.stdout.decode() == "standard input [{'a': [1, 2]}]\n" * 2, done.stderr


def test_empty_standard_input_is_an_error():
    assert b"standard input is empty; give a file with a header line" in _read(b"").stderr


def test_a_pipe_by_its_name_is_read(here):
    os.mkfifo("pipe")
    writer = threading.Thread(target=(here / "pipe").write_text, args=["a\n1\n"])
    writer.start()
    assert rows_of(open_table("pipe")) == [{"a": 1}]
    writer.join()


# Names that lead nowhere.


def test_a_missing_file_names_one_with_a_similar_name(here):
    (here / "data").mkdir()
    (here / "data" / "creditcards.csv").write_text("a\n1\n")
    assert refused("data/creditcard.csv") == (
        "there is no file data/creditcard.csv; did you mean data/creditcards.csv?"
    )


def test_a_missing_file_names_a_built_in_set_of_a_similar_name():
    assert refused("simulate") == "there is no file simulate; did you mean simulated?"


def test_a_missing_file_without_a_similar_name_names_the_folder(here):
    assert refused("data.csv") == f"there is no file data.csv; check the path (in {here})"


def test_a_missing_folder_is_named():
    assert refused("no/where.csv").endswith("no/where.csv; the folder no does not exist either")


def test_a_folder_is_an_error(here):
    (here / "data").mkdir()
    assert refused("data") == "data is a folder; name its files, for example data/*.parquet"


def test_an_empty_name_is_an_error():
    assert refused("").startswith("there is no file ")


def test_a_name_that_no_file_can_have_is_an_error():
    assert refused("x" * 5000).endswith("cannot be opened: File name too long")


def test_a_url_of_no_known_database_is_an_error():
    with pytest.raises(OptionError, match=r"s3://\.\.\.: only files and the databases"):
        open_table("s3://bucket/x.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_an_error(here):
    (here / "data.csv").write_text("a\n1\n")
    (here / "data.csv").chmod(0)
    assert refused("data.csv") == "data.csv cannot be opened: Permission denied"


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="needs Linux")  # noqa: PTH110
def test_a_file_that_cannot_be_read_is_an_error():
    assert refused("/proc/self/mem") == "/proc/self/mem cannot be opened: Input/output error"


@pytest.mark.parametrize("suffix", ["parquet", "feather", "arrow", "PARQUET"])
def test_a_file_that_is_not_what_its_name_says_is_an_error(here, suffix):
    (here / f"data.{suffix}").write_bytes(b"garbage, not a table")
    assert f"does not begin as a {suffix.lower()} file does" in refused(f"data.{suffix}")


def test_a_database_file_is_an_error(here):
    (here / "data.csv").write_bytes(b"SQLite format 3\x00\x10" + bytes(100))
    assert refused("data.csv").startswith("data.csv is not text, Parquet or Arrow; save it as")


@pytest.mark.parametrize(
    "begins", [b"PK\x03\x04\x14\x00\x06\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_a_damaged_workbook_or_archive_is_an_error(here, begins):
    (here / "data.xlsx").write_bytes(begins + bytes(1000))
    assert "again" in refused("data.xlsx")
