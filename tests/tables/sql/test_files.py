"""SQLite and DuckDB: what is in the file is read as it is, and scores are written whole or not at all."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from quick import quick_train

import anomaly
from anomaly.errors import DataError, InstallError, OptionError
from anomaly.tables import Source, open_sink, open_table
from anomaly.tables.sql import duckdb as duckdb_database
from anomaly.tables.sql import sqlite as sqlite_database

duckdb = pytest.importorskip("duckdb")
FORMS = pytest.mark.parametrize("form", ["sqlite", "duckdb"])
N = 40_000  # more than a batch


def execute(form, path, *statements):
    """Execute statements, and return the rows of the last one."""
    connect = sqlite3.connect if form == "sqlite" else duckdb.connect
    with closing(connect(str(path))) as connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
        connection.commit()
    return rows


@pytest.fixture
def cards(form, tmp_path, transactions, monkeypatch):
    """The URL of a database with the transactions as the table `cards`."""
    monkeypatch.chdir(tmp_path)
    if form == "sqlite":
        with closing(sqlite3.connect("bank.db")) as connection:
            transactions.to_sql("cards", connection, index=False)
    else:
        with closing(duckdb.connect("bank.db")) as connection:
            connection.register("given", pa.Table.from_pandas(transactions))
            connection.execute("CREATE TABLE cards AS SELECT * FROM given")
    return f"{form}:///bank.db"


def refused(url, **source):
    with pytest.raises((DataError, OptionError)) as fault:
        list(open_table(url, Source(**source)).batches())
    return str(fault.value)


@FORMS
def test_a_table_scores_as_the_same_table_in_a_file(cards, transactions, tmp_path):
    transactions.to_csv("cards.csv", index=False)
    roles = {"label": "fraud", "time": "time", "id": "transaction_id"}
    run = quick_train(cards, **roles, table="cards", out="run")
    expected = run.score("cards.csv")
    pd.testing.assert_frame_equal(run.score(cards, table="cards"), expected)
    kept = pd.read_parquet("run/scores.parquet")
    assert (kept["score"] == expected["score"].to_numpy()[kept["row"]]).all()


@FORMS
def test_scores_go_into_the_database_that_they_come_from(cards, form, trained):
    def score(table, if_exists=None):
        return anomaly.load(trained).score_file(
            cards, cards, table="cards", out_table=table, if_exists=if_exists, reasons=2
        )

    assert score("scores").out == f"{cards}, table scores"
    expected = anomaly.load(trained).score(cards, table="cards")["score"]
    found = execute(form, "bank.db", "SELECT score, reasons FROM scores ORDER BY transaction_id")
    assert [np.float32(value) for value, _ in found] == expected.to_list()
    assert '"column"' in found[0][1]
    with pytest.raises(OptionError, match="exists already"):
        score("scores")
    score("scores", "append")
    count = "SELECT count(*), count(DISTINCT transaction_id) FROM scores"
    assert execute(form, "bank.db", count) == [(4000, 2000)]
    score("scores", "replace")
    assert execute(form, "bank.db", count) == [(2000, 2000)]
    with pytest.raises(OptionError, match="has no column score, alert, reasons, problem"):
        score("cards", "replace")
    execute(form, "bank.db", "ALTER TABLE scores ADD COLUMN note TEXT")
    with pytest.raises(OptionError, match="also has the columns note, whose values would be lost"):
        score("scores", "replace")


@FORMS
def test_a_new_database_appears_when_all_is_written(form, tmp_path):
    batch = pa.record_batch({"row": [1, 2], "at": pa.array([0, None], pa.timestamp("us"))})
    sink = open_sink(f"{form}:///{tmp_path}/new.db", '"a.b"')
    with sink.open(batch.schema) as writer:
        writer.write_batch(batch)
        assert list(tmp_path.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["new.db"]
    found = execute(form, tmp_path / "new.db", 'SELECT "row", "at" IS NULL FROM "a.b"')
    assert [tuple(map(int, row)) for row in found] == [(1, 0), (2, 1)]


def break_off(sink, batch):
    with sink.open(batch.schema) as writer:
        writer.write_batch(batch)
        raise ZeroDivisionError


@FORMS
def test_a_writer_that_breaks_off_leaves_nothing(form, tmp_path):
    with pytest.raises(ZeroDivisionError):
        break_off(open_sink(f"{form}:///{tmp_path}/new.db", "t"), pa.record_batch({"row": [1]}))
    assert list(tmp_path.iterdir()) == []


@FORMS
def test_what_the_database_refuses_leaves_nothing(form, tmp_path):
    path = tmp_path / "bank.db"
    execute(form, path, "CREATE TABLE t(n INTEGER CHECK (n < 70000))", "INSERT INTO t VALUES (0)")
    batch = pa.record_batch({"n": range(70_001)})
    for if_exists in ("append", "replace"):
        sink = open_sink(f"{form}:///{path}", "t", if_exists)
        with (
            pytest.raises(DataError, match=r"(?i)check constraint"),
            sink.open(batch.schema) as out,
        ):
            out.write_batch(batch)
        assert execute(form, path, "SELECT * FROM t") == [(0,)]
    assert list(tmp_path.iterdir()) == [path]


KILLED = """
import os, signal, sys
import pyarrow as pa
from anomaly.tables import open_sink
from anomaly.tables.sql.{form} import {name} as database

def rows(schema):
    for number in range(40):
        if number == 39:
            os.kill(os.getpid(), signal.SIGKILL)
        yield pa.record_batch({{"n": pa.array(range(50_000), pa.int64())}})

schema = pa.schema([("n", pa.int64())])
sink = open_sink(sys.argv[1], "t", "replace")
sink._database.write("t", pa.RecordBatchReader.from_batches(schema, rows(schema)), "replace")
"""


@FORMS
def test_a_process_killed_while_it_writes_leaves_the_table_as_it_was(form, tmp_path):
    path = tmp_path / "bank.db"
    execute(form, path, "CREATE TABLE t AS SELECT 7 AS n")
    code = KILLED.format(form=form, name={"sqlite": "SQLite", "duckdb": "DuckDB"}[form])
    done = subprocess.run([sys.executable, "-c", code, f"{form}:///{path}"], check=False)
    assert done.returncode == -9
    assert execute(form, path, "SELECT n FROM t") == [(7,)]


@FORMS
@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({}, "say with --table or --query what to read; its tables are: cards"),
        ({"table": "card"}, "did you mean cards?"),
        ({"table": "x; DROP TABLE cards"}, "x; DROP TABLE cards"),
        ({"table": "cards", "query": "SELECT 1"}, "--table and --query: each says what to read"),
        ({"query": "selec 1"}, '"selec": syntax error; give --query one SELECT'),
        ({"query": "SELECT 1; DROP TABLE cards"}, "give --query one SELECT"),
        ({"query": "DELETE FROM cards"}, "give --query one SELECT"),
        ({"query": "SELECT amout FROM cards"}, "amout"),
        ({"table": "cards", "delimiter": ";"}, "--delimiter is of a file"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(cards, form, source, words):
    said = refused(cards, **source)
    if form == "duckdb":
        words = words.replace('"selec": syntax error', 'syntax error at or near "selec"')
    assert words in said
    assert "\n" not in said
    assert execute(form, "bank.db", "SELECT count(*) FROM cards") == [(2000,)]


@FORMS
def test_a_file_that_is_none_of_the_database_is_refused(form, tmp_path):
    (tmp_path / "x.db").write_bytes(b"no database" * 1000)
    assert "database" in refused(f"{form}:///{tmp_path}/x.db", table="t")
    said = refused(f"{form}:///{tmp_path}/y.db", table="t")
    assert said == f"there is no file {tmp_path}/y.db; check the path (in {tmp_path})"
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]


@FORMS
def test_nothing_is_written_by_reading(cards, form):
    database = open_table(cards, Source(table="cards"))._database
    with database._reading() as connection, pytest.raises(database.faults, match=r"(?i)read.?only"):
        connection.execute("DELETE FROM cards")


@FORMS
def test_reading_ends_at_the_time_limit(cards, form, monkeypatch):
    monkeypatch.setattr(sqlite_database, "READ_SECONDS", 0.3)
    monkeypatch.setattr(duckdb_database, "READ_SECONDS", 0.3)
    endless = (
        "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT sum(x) AS s FROM r"
    )
    assert "reading may take 0.3 s; read less" in refused(cards, query=endless)


@FORMS
def test_an_interrupted_reading_lets_the_database_go(cards, form):
    rows = open_table(cards, Source(query="SELECT a.amount FROM cards a, cards b")).batches()
    next(rows)
    rows.close()
    execute(form, "bank.db", "DROP TABLE cards")


@FORMS
@pytest.mark.parametrize("option", ["--out-table", "--if-exists"])
def test_options_of_databases_are_refused_for_files(form, option):
    key = {"--out-table": "table", "--if-exists": "if_exists"}[option]
    with pytest.raises(OptionError, match=f"{option} is of a database"):
        open_sink("out.csv", **{key: "append"})
    with pytest.raises(OptionError, match="--query is of a database"):
        open_table("cards.csv", Source(query="SELECT 1"))
    with pytest.raises(OptionError, match="name the table to write with --out-table"):
        open_sink(f"{form}:///x.db")
    with pytest.raises(OptionError, match="--if-exists maybe: choose fail, append, replace"):
        open_sink(f"{form}:///x.db", "t", "maybe")


def test_a_column_of_sqlite_has_the_type_of_all_its_values(tmp_path):
    path = tmp_path / "mixed.db"
    execute(
        "sqlite",
        path,
        "CREATE TABLE t(whole, mixed NUMERIC, late, text, bytes, none, stray)",
        f"""WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r LIMIT {N})
        INSERT INTO t SELECT x, x / 2.0, CASE WHEN x = {N} THEN 1.5 END, 'M' || x, x'00ff', NULL,
        CASE WHEN x = {N} THEN '?' ELSE x END FROM r""",
    )
    table = open_table(f"sqlite:///{path}", Source(table="t")).snapshot()
    batches = [batch.data for batch in table.batches()]
    assert len({batch.schema for batch in batches}) == 1
    assert [str(field.type) for field in batches[0].schema] == [
        *("int64", "double", "double", "string", "binary", "string", "string")
    ]
    last = pa.Table.from_batches(batches).slice(N - 1).to_pylist()
    assert list(last[0].values()) == [N, N / 2, 1.5, f"M{N}", b"\x00\xff", None, "?"]
    # In one pass each batch has the types of its own values, and text where that is asked for.
    types = {"whole": pa.string()}
    streamed = list(open_table(f"sqlite:///{path}", Source(table="t")).batches(None, types))
    assert {str(batch.data.schema.field("whole").type) for batch in streamed} == {"string"}
    assert [str(batch.data.schema.field("stray").type) for batch in streamed] == [
        *("int64", "int64", "string")
    ]


def test_values_of_duckdb_are_plain(tmp_path):
    execute(
        "duckdb",
        tmp_path / "k.db",
        "CREATE TYPE mood AS ENUM ('bad', 'ok')",
        """CREATE TABLE t AS SELECT 12.34::DECIMAL(12, 2) AS amount, 'ok'::mood AS mood,
        INTERVAL 1 HOUR AS wait, uuid() AS id, 'infinity'::TIMESTAMP AS never, [1] AS several,
        DATE '2024-03-01' AS day, '{"a": 1}'::JSON AS j, '101'::BIT AS bits""",
    )
    table = open_table(f"duckdb:///{tmp_path}/k.db", Source(table="t"))
    (batch,) = table.batches()
    row = batch.data.to_pylist()[0]
    assert (float(row["amount"]), row["mood"], row["wait"], row["never"]) == (
        12.34,
        "ok",
        3600,
        None,
    )
    assert (str(row["day"]), row["j"], row["bits"]) == ("2024-03-01", '{"a": 1}', "101")
    assert table.readings == ("column 'wait' is an interval, read as seconds",)


@pytest.mark.parametrize(
    ("url", "module", "package"),
    [
        ("postgresql://host/db", "adbc_driver_postgresql", "adbc-driver-postgresql"),
        ("duckdb:///x.duckdb", "duckdb", "duckdb"),
    ],
)
def test_a_missing_package_is_named_with_what_installs_it(monkeypatch, url, module, package):
    name = f"anomaly.tables.sql.{url.partition(':')[0]}"
    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InstallError) as refused:
        open_table(url, Source(table="t"))
    assert package in str(refused.value)
    assert "pip install 'anomaly[sql]'" in str(refused.value)


def test_scoring_a_file_imports_no_database(trained, files, tmp_path):
    code = (
        "import sys, anomaly\n"
        f"anomaly.load({str(trained)!r}).score_file({str(files / 'cards.csv')!r}, 's.csv')\n"
        "names = ('adbc_driver_manager', 'duckdb', 'sqlite3', 'anomaly.tables.sql')\n"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
