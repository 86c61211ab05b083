"""PostgreSQL: what is in it is read as it is, and scores are written whole or not at all."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from quick import WORDS, quick_train

import anomaly
from anomaly.errors import DataError, OptionError
from anomaly.schema.inference import infer_schema
from anomaly.schema.roles import Roles
from anomaly.tables import Source, open_sink, open_table

pytestmark = pytest.mark.xdist_group("postgresql")

ROLES = ("--label=fraud", "--time=time", "--id=transaction_id")


@pytest.fixture(scope="module")
def cards(postgresql, transactions):
    """The transactions as the table `cards`, its amounts as exact numbers; the server."""
    table = pa.Table.from_pandas(transactions, preserve_index=False)
    postgresql.load("cards", table)
    postgresql.execute("ALTER TABLE cards ALTER amount TYPE numeric(12,2) USING amount::numeric")
    return postgresql


def read(url, query, columns=None, types=None):
    batches = open_table(url, Source(query=query)).batches(columns, types)
    return pa.Table.from_batches([batch.data for batch in batches])


def refused(url, **source):
    with pytest.raises((DataError, OptionError)) as fault:
        list(open_table(url, Source(**source)).batches())
    return str(fault.value)


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        ("1::int2", pa.int16(), 1),
        ("9007199254740993::int8", pa.int64(), 9007199254740993),
        ("1.1::float4", pa.float32(), pytest.approx(1.1)),
        ("12.34::numeric(12,2)", pa.float64(), 12.34),
        ("1e30::numeric", pa.float64(), 1e30),
        ("-1e400::numeric", pa.float64(), float("-inf")),
        ("'NaN'::numeric", pa.float64(), pytest.approx(float("nan"), nan_ok=True)),
        ("'$1,234.50'::money", pa.float64(), 1234.5),
        ("true", pa.bool_(), True),
        ("'é'::text", pa.string(), "é"),
        ("'M1'::char(5)", pa.string(), "M1"),
        ("'\\x00ff'::bytea", pa.binary(), b"\x00\xff"),
        ("'2024-03-01'::date", pa.date32(), pd.Timestamp("2024-03-01").date()),
        ("'infinity'::date", pa.date32(), None),
        ("'2024-03-01 12:00'::timestamp", pa.timestamp("us"), pd.Timestamp("2024-03-01 12:00")),
        ("'-infinity'::timestamp", pa.timestamp("us"), None),
        (
            "'2024-03-01 12:00+02'::timestamptz",
            pa.timestamp("us", "UTC"),
            pd.Timestamp("2024-03-01 10:00", tz="UTC"),
        ),
        ("'1 day 01:00'::interval", pa.float64(), 90_000.0),
        ("'12:30+02'::timetz", pa.string(), "12:30:00+02"),
        ("'{\"a\": 1}'::jsonb", pa.string(), '{"a": 1}'),
        (
            "'6F9619FF-8B86-D011-B42D-00C04FC964FF'::uuid",
            pa.string(),
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        ),
        ("'10.0.0.1'::inet", pa.string(), "10.0.0.1"),
        ("4294967295::oid", pa.int64(), 4294967295),
        ("'ok'::mood", pa.string(), "ok"),
        ("B'101'", pa.string(), "101"),
        ("ARRAY[1,2]", pa.list_(pa.int32()), [1, 2]),
        ("ARRAY[1.5]", pa.list_(pa.string()), ["1.5"]),
        ("'(1,2)'::point", pa.list_(pa.string()), ["(1,2)"]),
    ],
)
def test_a_value_of_each_type_is_read(postgresql, value, type_, expected):
    if "mood" in value:
        postgresql.execute("DROP TYPE IF EXISTS mood", "CREATE TYPE mood AS ENUM ('bad', 'ok')")
    query = f"SELECT {value} AS v UNION ALL SELECT NULL"
    found = read(postgresql.url, query).column("v")
    assert found.type == type_ or pa.types.is_list(type_)
    assert found.to_pylist() in ([expected, None], [expected, [None]])


def test_a_number_of_any_length_is_read_as_text_where_it_names_a_row(postgresql):
    query = "SELECT 12345678901234567890.10::numeric AS id, 0.1::numeric AS x"
    found = read(postgresql.url, query, types={"id": pa.string()})
    assert found.to_pylist() == [{"id": "12345678901234567890.10", "x": 0.1}]


def test_what_has_no_plain_value_is_left_out_with_a_note(postgresql):
    query = """SELECT g AS amount, ARRAY[g] AS several, make_interval(secs => g) AS wait
               FROM generate_series(1, 30) g"""
    table = open_table(postgresql.url, Source(query=query))
    assert table.readings == ("column 'wait' is an interval, read as seconds",)
    notes = {
        column.name: column.note for column in infer_schema(table, Roles.from_options()).columns
    }
    assert notes["several"].startswith("of type list<")


def test_a_query_comes_in_its_order_with_a_comment_at_its_end(postgresql):
    query = "SELECT g FROM generate_series(1, 50000) g ORDER BY -g; -- the last first"
    assert read(postgresql.url, query.replace(";", "")).column("g").to_pylist()[:2] == [
        50000,
        49999,
    ]


def test_a_snapshot_stays_as_it_was(postgresql):
    postgresql.execute(
        "DROP TABLE IF EXISTS moving",
        "CREATE TABLE moving AS SELECT g AS n, g::numeric AS exact FROM generate_series(1, 3) g",
    )
    kept = open_table(postgresql.url, Source(table="moving")).snapshot()
    postgresql.execute("DELETE FROM moving WHERE n = 2", "INSERT INTO moving VALUES (9, 9)")
    for _ in range(2):
        (batch,) = kept.batches(["exact", "n"])
        assert batch.data.to_pydict() == {"exact": [1.0, 2.0, 3.0], "n": [1, 2, 3]}


def test_names_are_taken_as_they_are(postgresql):
    postgresql.execute(
        'CREATE SCHEMA IF NOT EXISTS "My Bank"',
        'DROP TABLE IF EXISTS "My Bank"."Card; DROP TABLE x"',
        'CREATE TABLE "My Bank"."Card; DROP TABLE x" AS SELECT 1 AS "a""b", 2 AS "c d"',
    )
    table = open_table(postgresql.url, Source(table="My Bank.Card; DROP TABLE x"))
    assert table.column_names == ['a"b', "c d"]
    assert [batch.data.to_pylist() for batch in table.batches()] == [[{'a"b': 1, "c d": 2}]]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({}, "say with --table or --query what to read; its tables are: "),
        ({"table": "card"}, 'relation "card" does not exist; did you mean cards?'),
        ({"table": "other.Cards"}, 'relation "other.Cards" does not exist; did you mean cards?'),
        ({"table": 'x"; DROP TABLE cards; --'}, "is no name of a table"),
        ({"query": "selec 1"}, 'syntax error at or near "selec"; give --query one SELECT'),
        ({"query": "SELECT 1; DROP TABLE cards"}, "multiple commands"),
        ({"query": "DELETE FROM cards"}, "syntax error"),
        ({"query": "WITH x AS (DELETE FROM cards RETURNING *) SELECT * FROM x"}, "data-modifying"),
        ({"query": "SELECT nextval('counter')"}, "read-only transaction"),
        ({"query": "SELECT amout FROM cards"}, 'column "amout" does not exist'),
        ({"query": "SELECT 1 AS a, 2 AS a"}, "two columns are named 'a'"),
        ({"query": "SELECT 1/0 AS a"}, "division by zero"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(cards, source, words):
    cards.execute("CREATE SEQUENCE IF NOT EXISTS counter")
    said = refused(cards.url, **source)
    assert words in said
    assert said.startswith((cards.url.partition("tester")[0], "'x\""))
    assert "\n" not in said
    assert cards.execute("SELECT count(*) FROM cards") == [(2000,)]


def test_reading_ends_at_the_time_limit(postgresql):
    url = postgresql.url + "?options=-cstatement_timeout%3D100"
    said = refused(url, query="SELECT g, pg_sleep(0.01)::text FROM generate_series(1, 10000) g")
    assert "canceling statement due to statement timeout; reading may take" in said


def test_the_usual_time_limit_is_an_hour(postgresql):
    limit = "SELECT current_setting('statement_timeout') AS t, current_setting('transaction_read_only') AS r"
    assert read(postgresql.url, limit).to_pylist() == [{"t": "1h", "r": "on"}]


@pytest.fixture
def unseen(cards, tmp_path):
    """Asserts that the password is in no file here, and in nothing that is said."""

    def check(*said):
        spellings = ("hunter2", quote("hunter2:s3cr3t@/?#%", safe=""), "s3cr3t")
        for words in said:
            assert not any(spelling in words for spelling in spellings), words
        for path in tmp_path.rglob("*"):
            assert not any(s in str(path) for s in spellings)
            if path.is_file():
                assert not any(s.encode() in path.read_bytes() for s in spellings), path

    return check


@pytest.mark.usefixtures("uncompiled")
def test_a_table_scores_as_the_same_table_in_a_file_and_its_password_is_nowhere(
    cards, command, transactions, unseen, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    transactions.to_parquet("cards.parquet")
    of_file = quick_train("cards.parquet", label="fraud", time="time", id="transaction_id")
    done = [
        command("train", cards.url, "--table=cards", *ROLES, *WORDS, "--json"),
        command("pick-threshold", "runs/cards-2"),
        command(
            *("score", "runs/cards-2", cards.url, "--query=SELECT * FROM cards", "--json"),
            *("--out", cards.url, "--out-table=secretly"),
        ),
        command("report", "runs/cards-2"),
    ]
    assert [each.status for each in done] == [0] * 4, done
    unseen(*(each.out + each.err for each in done))
    of_table = anomaly.load("runs/cards-2")
    name = json.loads(Path("runs/cards-2/run.json").read_text())["data"]["name"]
    assert name == f"postgresql://tester:***@127.0.0.1:{cards.port}/bank, table cards"
    assert done[2].json["out"].endswith("/bank, table secretly")
    scores = [pq.read_table(run.folder / "scores.parquet") for run in (of_file, of_table)]
    for column in ("row", "score"):
        assert scores[0].column(column).equals(scores[1].column(column))
    frames = [of_table.score("cards.parquet"), of_table.score(cards.url, table="cards")]
    pd.testing.assert_frame_equal(*frames)
    assert cards.execute("SELECT score FROM secretly ORDER BY transaction_id") == [
        (score,) for score in frames[0].sort_values("transaction_id")["score"]
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("hunter2", "hunter22", "password authentication failed"),
        ("127.0.0.1", "nowhere.invalid", "could not translate host name"),
        ("/bank", "/bonk", 'database "bonk" does not exist; check the name'),
        ("/bank", "/bank?password=hunter2", "password authentication failed"),
        ("%40", "@", "cannot be taken apart"),
        ("%25", "%", "cannot be taken apart"),
        ("/bank", "/bank?nonsense=hunter2", 'invalid URI query parameter: "nonsense"'),
    ],
)
def test_what_is_wrong_with_the_url_is_told_without_the_password(
    cards, command, unseen, trained, old, new, words
):
    url = cards.url.replace(old, new, 1)
    for option in ([], ["--debug"]):
        done = command("train", url, "--table=cards", *option)
        assert done.status == 2
        assert words in done.err
        unseen(done.out + done.err)
    done = command("score", trained, url, "--table=cards", "--out", url, "--out-table=x")
    assert (done.status, words in done.err) == (2, True)
    unseen(done.out + done.err)


def scored(cards, trained, *words):
    summary = anomaly.load(trained).score_file(
        cards.url, cards.url, table="cards", out_table=words[0], if_exists=(*words, None)[1]
    )
    return summary.rows


def test_scores_make_a_table_and_are_added_or_replace_the_rows(cards, trained):
    cards.execute("DROP SCHEMA IF EXISTS done CASCADE", "CREATE SCHEMA done")
    count = "SELECT count(*), count(score), count(alert), count(DISTINCT transaction_id) FROM done.scores"
    scored(cards, trained, "done.scores")
    assert cards.execute(count) == [(2000, 2000, 2000, 2000)]
    with pytest.raises(OptionError, match="exists already; add the rows to it with --if-exists"):
        scored(cards, trained, "done.scores")
    # What the table has besides gets what the database gives it.
    cards.execute(
        "ALTER TABLE done.scores ADD at timestamptz DEFAULT now(), ALTER score TYPE numeric"
    )
    scored(cards, trained, "done.scores", "append")
    assert cards.execute(count) == [(4000, 4000, 4000, 2000)]
    with pytest.raises(OptionError, match="also has the columns at, whose values would be lost"):
        scored(cards, trained, "done.scores", "replace")
    cards.execute("ALTER TABLE done.scores DROP at", "CREATE VIEW done.seen AS TABLE done.scores")
    scored(cards, trained, "done.scores", "replace")
    assert cards.execute(count) == [(2000, 2000, 2000, 2000)]
    scored(cards, trained, "done.new", "append")
    assert cards.execute("SELECT count(*) FROM done.new") == [(2000,)]


def test_a_table_that_is_none_of_scores_is_left_alone(cards, trained):
    with pytest.raises(OptionError, match="has no column score, alert, reasons, problem"):
        scored(cards, trained, "cards", "replace")


def test_what_the_database_refuses_leaves_nothing(cards, trained):
    cards.execute("DROP TABLE IF EXISTS strict")
    scored(cards, trained, "strict")
    cards.execute(
        "DELETE FROM strict WHERE transaction_id > 't00000'",
        "ALTER TABLE strict ADD CHECK (transaction_id < 't01999')",
    )
    for if_exists in ("append", "replace"):
        with pytest.raises(DataError, match="violates check constraint"):
            scored(cards, trained, "strict", if_exists)
        assert cards.execute("SELECT count(*) FROM strict") == [(1,)]
    with pytest.raises(DataError, match='schema "nowhere" does not exist'):
        scored(cards, trained, "nowhere.strict")


def break_off(sink, batch):
    with sink.open(batch.schema) as writer:
        writer.write_batch(batch)
        raise ZeroDivisionError


def test_a_writer_that_breaks_off_leaves_nothing(cards):
    with pytest.raises(ZeroDivisionError):
        break_off(open_sink(cards.url, "broken"), pa.record_batch({"row": [1]}))
    assert cards.execute("SELECT to_regclass('broken') IS NULL") == [(True,)]


ACTIVE = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'anomaly'"


def wait_until(holds, process=None):
    deadline = time.monotonic() + 120
    while not holds():
        assert process is None or process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_ctrl_c_ends_a_query_that_takes_long(postgresql, trained, executable, tmp_path):
    query = (
        "SELECT pg_sleep(600)::text AS transaction_id, NULL AS amount FROM generate_series(1, 9)"
    )
    words = ["train", postgresql.url, "--query", query, "--out", tmp_path / "run"]
    with subprocess.Popen([executable, *words], stderr=subprocess.PIPE, text=True) as process:
        sleeping = f"{ACTIVE} AND wait_event = 'PgSleep'"
        wait_until(lambda: postgresql.execute(sleeping) == [(1,)], process)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == "anomaly: stopped; nothing was written\n"
    wait_until(lambda: postgresql.execute(ACTIVE) == [(0,)])
    assert list(tmp_path.iterdir()) == []


def test_a_scoring_killed_while_it_writes_leaves_the_table_as_it_was(cards, trained, executable):
    cards.execute("DROP TABLE IF EXISTS held")
    scored(cards, trained, "held")
    with cards.connected() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE held IN SHARE MODE")
        words = [executable, "score", trained, cards.url, "--table=cards", "--out", cards.url]
        words += ["--out-table=held", "--if-exists=replace", "--quiet"]
        with subprocess.Popen(list(map(str, words))) as process:
            waiting = f"{ACTIVE} AND wait_event_type = 'Lock'"
            wait_until(lambda: cards.execute(waiting) == [(1,)], process)
            os.kill(process.pid, signal.SIGKILL)
        cursor.execute("ROLLBACK")
    wait_until(lambda: cards.execute(ACTIVE) == [(0,)])
    assert cards.execute("SELECT count(*), max(transaction_id) FROM held") == [(2000, "t01999")]
