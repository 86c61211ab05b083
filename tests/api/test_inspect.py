"""A table as it is understood, and the schema file that a training takes."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from quick import quick_train

import anomaly
from anomaly import AssumptionWarning, OptionError
from anomaly.schema.inspection import Inspection
from anomaly.terminal.inspection_words import words_of_inspection

ROWS = 300


@pytest.fixture
def table():
    random = np.random.default_rng(0)
    times = pd.Timestamp("2024-03-01") + pd.to_timedelta(np.arange(ROWS) * 6, "h")
    return pd.DataFrame(
        {
            "when": times.strftime("%d.%m.%Y %H:%M:%S"),
            "amount": [
                f"{value:.2f} €".replace(".", ",") for value in random.lognormal(3, 1, ROWS)
            ],
            "zip": [f"{value:05d}" for value in random.integers(1_000, 1_150, ROWS)],
            "age": np.where(np.arange(ROWS) % 9, random.integers(18, 90, ROWS).astype(str), "?"),
            "remark": [f"paid for dinner number {n} with friends" for n in range(ROWS)],
            "bank": "ours",
            "fraud": np.where(random.random(ROWS) < 0.1, "fraud", "legit"),
        }
    )


@pytest.fixture
def data(table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table.to_csv("data.csv", index=False, sep=";")
    return "data.csv"


def test_each_column_is_shown_as_it_is_understood(data, table):
    found = anomaly.inspect(data, label="fraud", time="when")
    columns = {c.name: c for c in found.columns}
    assert (found.rows, list(columns)) == (ROWS, list(table.columns))
    assert {name: (c.role, c.kind) for name, c in columns.items()} == {
        "when": ("time", "time"),
        "amount": ("feature", "number"),
        "zip": ("feature", "category"),
        "age": ("feature", "number"),
        "remark": ("ignored", "category"),
        "bank": ("ignored", "category"),
        "fraud": ("label", "category"),
    }
    assert columns["age"].examples[0] == "?" or columns["age"].missing
    assert (columns["bank"].distinct, columns["fraud"].distinct) == (1, 2)
    assert found.options == ("--label fraud", "--time when", "--positive fraud")
    assert found.questions == ()


def test_what_is_left_out_or_turned_is_said_with_what_to_do(data):
    found = anomaly.inspect(data, label="fraud", time="when")
    told = {each.about: str(each) for each in found.assumptions if each.is_notable}
    assert set(told) == {"the file", "when", "amount", "zip", "age", "remark"}
    assert told["amount"] == (
        "amount: read as numbers with a decimal comma, in €, which is left out "
        "(--category amount takes it as text)"
    )
    assert told["zip"].endswith("(--number zip takes it as a quantity)")
    assert told["remark"].startswith("remark is left out: free text, such as 'paid for dinner")
    assert "'?' taken as missing" in told["age"]


def test_a_training_warns_and_keeps_the_list(data, recwarn):
    run = quick_train(data, label="fraud", time="when", epochs=1, out="run")
    [warning] = [w for w in recwarn if issubclass(w.category, AssumptionWarning)]
    assert "remark is left out" in str(warning.message)
    about = [each["about"] for each in run.metrics["assumed"]]
    assert about == [
        *("the file", "when", "amount", "zip", "age", "remark", "bank"),
    ]
    page = run.report().read_text()
    assert "Left out, or taken for something else" in page
    assert "remark is left out: free text" in page


def test_the_command_shows_the_table_and_the_next_step(command, data):
    done = command("inspect", data, "--label=fraud", "--time=when")
    assert "column  role     kind      missing  distinct" in done.out
    assert done.out.endswith(
        "Next: anomaly train data.csv --label fraud --time when --positive fraud\n"
    )
    content = json.loads(command("inspect", data, "--label=fraud", "--json").out)
    assert {"data", "rows", "columns", "assumptions", "questions", "options"} == set(content)


def test_what_has_to_be_settled_is_a_question(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    days = [f"0{day % 9 + 1}/02/2024" for day in range(60)]
    pd.DataFrame({"day": days, "x": np.arange(60) % 7}).to_csv("data.csv", index=False)
    found = anomaly.inspect("data.csv")
    assert [c.role for c in found.columns] == ["?", "feature"]
    assert "(--date-order dmy) or" in found.questions[0]
    assert "To be settled before a training:" in command("inspect", "data.csv").out


def test_a_schema_file_gives_the_same_run(data, tmp_path):
    anomaly.inspect(data, label="fraud", time="when", out="schema.toml")
    plain = quick_train(data, label="fraud", time="when", epochs=1, out="plain")
    by_file = quick_train(data, schema="schema.toml", epochs=1, out="by_file")
    first, second = (run.folder / "model.onnx" for run in (plain, by_file))
    assert first.read_bytes() == second.read_bytes()
    assert plain.score(data)["score"].tolist() == by_file.score(data)["score"].tolist()


def test_an_edited_schema_file_is_followed(data):
    anomaly.inspect(data, label="fraud", time="when", out="schema.toml")
    text = (
        Path("schema.toml")
        .read_text()
        .replace(
            '[columns."zip"]\n# codes, with leading zeros\nrole = "feature"\nkind = "category"',
            '[columns."zip"]\nrole = "feature"\nkind = "number"',
        )
    )
    Path("schema.toml").write_text(text)
    kinds = {c.name: c.kind for c in anomaly.inspect(data, schema="schema.toml").columns}
    assert kinds["zip"] == "number"
    roles = {
        c.name: c.role for c in anomaly.inspect(data, schema="schema.toml", drop="zip").columns
    }
    assert roles["zip"] == "ignored"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[columns.a]\nrole = 'feture'\n", "role = 'feture'; it is one of feature, label"),
        ("[columns.a]\nkind = 'numeric'\n", "kind = 'numeric'; it is one of number"),
        (
            "[columns.a]\nkind = 'number'\ndecimals = ','\n",
            "has no 'decimals'; did you mean decimal?",
        ),
        (
            "[columns.a]\nkind = 'time'\norder = 'ydm'\n",
            "order = 'ydm'; it is one of dmy, mdy, ymd",
        ),
        ("columns = 1\n[", "cannot be read"),
        ("colums = 1\n", "has no 'colums'; did you mean columns?"),
    ],
)
def test_a_fault_in_a_schema_file_is_named(data, text, words):
    Path("schema.toml").write_text(text)
    with pytest.raises(OptionError, match=r"^--schema schema\.toml") as found:
        anomaly.inspect(data, schema="schema.toml")
    assert words in str(found.value)


def test_the_next_step_can_be_copied_into_a_shell(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame({"is it fraud": [0, 1] * 30, "x": np.arange(60) % 7})
    frame.to_csv("my data.csv", index=False)
    done = command("inspect", "my data.csv", "--label=is it fraud", "--delimiter=,")
    assert done.out.endswith(
        "Next: anomaly train 'my data.csv' --delimiter , --label 'is it fraud' --positive 1\n"
    )


def test_no_password_is_shown():
    found = Inspection("db", 1, (), (), (), ())
    words = words_of_inspection(found, "postgresql://bob:s3cret@db/x")
    assert "s3cret" not in words
    assert "bob" in words


def test_rows_that_cannot_be_read_are_told(tmp_path):
    path = tmp_path / "data.csv"
    rows = [f"{n},{n % 7}" for n in range(300)]
    path.write_text("\n".join(["a,b", *rows[:200], "only one", *rows[200:]]) + "\n")
    found = anomaly.inspect(path)
    assert found.rows == 301
    assert any(each.about == "1 row" and "row 200" in each.why for each in found.assumptions)


@pytest.mark.parametrize(
    "text",
    [
        "[columns.x]\nkind = 'time'\nunit = 'hours'\n",
        "[columns.x]\nkind = 'time'\ndecimal = ','\n",
        "[columns.x]\nrole = 'time'\nkind = 'category'\n",
        "[columns.x]\nkind = 'number'\nmissing = 'none'\n",
        "[columns.nix]\nkind = 'number'\n",
        "columns = [1, 2]\n",
        "positive = 1\n",
    ],
)
def test_what_cannot_be_in_a_schema_file_is_one_line(tmp_path, text):
    (tmp_path / "schema.toml").write_text(text)
    with pytest.raises(OptionError, match=r"^--schema"):
        anomaly.inspect(pd.DataFrame({"x": [1.5, 2, 3]}), schema=tmp_path / "schema.toml")


def test_names_of_any_letters_survive_the_schema_file(tmp_path):
    frame = pd.DataFrame({'💰 "paid"': [1.5, 2, 3], "größe\x7f": [1.5, 3, 2]})
    anomaly.inspect(frame, out=tmp_path / "schema.toml")
    again = anomaly.inspect(frame, schema=tmp_path / "schema.toml")
    assert [c.role for c in again.columns] == ["feature", "feature"]
