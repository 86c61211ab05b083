"""Roles: inferred, kept in the run, and enforced at scoring."""

import datetime
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from inferring import HOURS, NUMBERS, N, refused

from anomaly.errors import DataError
from anomaly.schema.columns import Column, Schema
from anomaly.schema.inference import infer_schema
from anomaly.schema.roles import Roles, roles_for
from anomaly.tables import csv, open_table


def column(table, name="x", **roles):
    return next(c for c in infer_schema(table, Roles(**roles)).columns if c.name == name)


def role_and_kind(table, name="x", **roles):
    found = column(table, name, **roles)
    return found.role, found.kind


def test_a_column_that_counts_the_rows_is_an_id(source):
    found = column(source({"x": np.arange(7, N + 7), "n": NUMBERS}))
    assert (found.role, found.note) == ("id", "one value per row")


def test_a_small_integer_that_wraps_around_counts_nothing():
    values = np.arange(600).astype("uint8")
    table = open_table(pd.DataFrame({"x": values, "n": np.arange(600) % 9}))
    assert role_and_kind(table) == ("feature", "number")


def test_a_number_that_stops_counting_in_a_later_batch_is_a_feature(text_file, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 500)
    values = [*range(150), *range(50)]
    assert role_and_kind(text_file(x=values)) == ("feature", "number")


def test_a_number_that_starts_anew_with_a_batch_is_a_feature():
    values = pa.chunked_array([[1, 2, 3], [1, 2, 3]])
    assert role_and_kind(open_table(pa.table({"x": values}))) == ("feature", "number")


@pytest.mark.parametrize("name", ["id", "transaction_id", "TX_ID", "uuid", "cardId", "UserID"])
def test_a_column_named_like_an_id_with_a_value_per_row_is_an_id(source, name):
    values = np.random.default_rng(0).permutation(N) + 1000
    assert role_and_kind(source({name: values, "n": NUMBERS}), name) == ("id", "number")
    words = [f"t{value}" for value in values]
    assert role_and_kind(source({name: words, "n": NUMBERS}), name) == ("id", "category")


@pytest.mark.parametrize("name", ["__index_level_0__", "Unnamed: 0"])
def test_an_index_that_pandas_wrote_is_an_id(source, name):
    values = np.random.default_rng(0).permutation(N)
    assert role_and_kind(source({name: values, "n": NUMBERS}), name) == ("id", "number")


def test_a_column_named_like_an_id_with_repeated_values_is_left_out(source):
    found = column(source({"card_id": np.arange(N) // 2 * 3, "n": NUMBERS}), "card_id")
    assert found.role == "ignored"
    assert found.note.startswith("named like an identifier; use --entity")


def test_fractions_are_no_ids_whatever_their_name(source):
    assert role_and_kind(source({"price_index": NUMBERS}), "price_index") == ("feature", "number")


def test_a_word_that_ends_in_id_is_no_id(source):
    values = np.random.default_rng(0).permutation(N)
    assert role_and_kind(source({"paid": values, "n": NUMBERS}), "paid") == ("feature", "number")


@pytest.mark.parametrize("value", [5, "x", True, HOURS[0]])
def test_a_constant_column_is_left_out(source, value):
    found = column(source({"x": [value] * N, "n": NUMBERS}))
    assert (found.role, found.note) == ("ignored", "constant")


def test_one_value_with_gaps_is_a_feature(source):
    found = column(source({"x": np.where(np.arange(N) % 4, 3.0, np.nan), "n": NUMBERS}))
    assert (found.role, found.kind, found.note) == ("feature", "number", "25.0% missing")


def test_not_a_number_is_missing():
    table = open_table(pa.table({"x": [1.5, float("nan"), 2.5, 3.5], "y": [float("nan")] * 4}))
    found = {c.name: c for c in infer_schema(table, Roles()).columns}
    assert (found["x"].kind, found["x"].note) == ("number", "25.0% missing")
    assert found["y"].note == "without a value in any row"


def test_a_column_without_a_value_is_left_out(source):
    found = column(source({"x": [None] * N, "y": [np.nan] * N, "n": NUMBERS}))
    assert (found.role, found.note) == ("ignored", "without a value in any row")


def test_a_text_of_many_values_is_a_feature(source):
    table = source({"x": [f"shop {number // 2}" for number in range(N)], "n": NUMBERS})
    assert role_and_kind(table) == ("feature", "category")


def test_a_text_of_its_own_in_each_row_names_it_and_sentences_are_left_out(source):
    table = source({"x": [f"shop {number}" for number in range(N)], "n": NUMBERS})
    assert role_and_kind(table) == ("id", "category")
    assert role_and_kind(table, category=("x",)) == ("feature", "category")
    words = [f"paid for the meal of table number {number}" for number in range(N)]
    found = column(source({"x": words, "n": NUMBERS}))
    assert (found.role, found.note) == (
        "ignored",
        "free text, such as 'paid for the meal of table number 0'; --category keeps it",
    )


def test_types_that_hold_no_plain_value_are_left_out(tmp_path):
    table = pa.table({"x": [[1], [2]], "y": pa.array([1, 2], pa.duration("s")), "n": [1.5, 2.5]})
    pq.write_table(table, tmp_path / "data.parquet")
    found = {
        c.name: c for c in infer_schema(open_table(tmp_path / "data.parquet"), Roles()).columns
    }
    assert found["x"].role == "ignored"
    assert found["x"].note.startswith("of type list<")
    assert (found["y"].role, found["y"].kind) == ("feature", "number")


@pytest.mark.parametrize("option", ["label", "time", "entity", "id", "category", "number"])
def test_a_type_that_holds_no_plain_value_is_refused_where_an_option_names_it(option):
    table = open_table(pa.table({"x": [[1], [2]], "n": [1.5, 2.5]}))
    named = "x" if option in ("label", "time") else ("x",)
    assert f"--{option} x: the column has the type list<" in refused(
        DataError, table, **{option: named}
    )


def test_a_time_of_day_is_a_clock():
    times = [datetime.time(number % 24, number % 60) for number in range(N)]
    table = open_table(pd.DataFrame({"x": times, "n": NUMBERS}))
    assert role_and_kind(table) == ("feature", "clock")


def test_the_amount_is_found_by_its_name(source):
    table = source({"n": NUMBERS, "TX_AMOUNT": NUMBERS})
    assert infer_schema(table, Roles()).amount == "TX_AMOUNT"


def test_an_amount_that_is_left_out_is_no_amount(source):
    assert infer_schema(source({"amount": ["1.5"] * N, "n": NUMBERS}), Roles()).amount is None
    dropped = infer_schema(source({"amount": NUMBERS, "n": NUMBERS}), Roles(drop=("amount",)))
    assert dropped.amount is None


def test_nothing_left_to_learn_from_is_an_error(source):
    table = source({"x": [5] * N, "id": np.arange(N), "y": NUMBERS})
    assert refused(DataError, table, drop=("y",)).endswith(
        "has no column to learn from: 'x' is constant; 'id' is one value per row; "
        "'y' is left out by --drop"
    )
    assert "no column to learn from" in refused(DataError, table, drop=("x", "id", "y"))


# The schema in the run, and at scoring.

COLUMNS = {"x": NUMBERS, "c": ["a", "b"] * (N // 2), "t": HOURS, "y": np.arange(N) % 2}


def test_a_schema_survives_json(source):
    schema = infer_schema(source(COLUMNS), Roles(label="y", time="t"))
    assert Schema.from_dict(json.loads(json.dumps(schema.to_dict()))) == schema


def test_a_schema_without_a_label_survives_json(source):
    schema = infer_schema(source({"x": NUMBERS}), Roles())
    assert Schema.from_dict(json.loads(json.dumps(schema.to_dict()))) == schema
    assert (schema.label, schema.time, schema.positive, schema.amount) == (None,) * 4


def test_every_column_that_is_read_has_a_type_to_read_it_with():
    columns = [
        Column("n", "feature", "number"),
        Column("f", "feature", "flag"),
        Column("c", "feature", "category"),
        Column("t", "time", "time"),
        Column("s", "time", "number"),
        Column("i", "id", "number"),
        Column("e", "entity", "number"),
        Column("y", "label", "flag"),
    ]
    types = Schema(tuple(columns)).reading_types()
    assert {name: str(type_) for name, type_ in types.items()} == {
        "n": "double",
        "f": "bool",
        "c": "string",
        "t": "string",
        "s": "double",
        "i": "string",
        "e": "string",
        "y": "string",
    }


def test_new_columns_are_named_and_others_may_be_missing(source):
    schema = infer_schema(source(COLUMNS), Roles(label="y", time="t"))
    rest = {name: values for name, values in COLUMNS.items() if name != "y"}
    assert schema.check_columns(source(rest | {"extra": NUMBERS, "more": NUMBERS})) == [
        "extra",
        "more",
    ]


@pytest.mark.parametrize("name", ["x", "t"])
def test_a_missing_column_is_an_error(source, name):
    schema = infer_schema(source(COLUMNS), Roles(label="y", time="t"))
    table = source({other: values for other, values in COLUMNS.items() if other != name})
    with pytest.raises(DataError, match=f"lacks the column '{name}' that the run was trained on"):
        schema.check_columns(table)


def test_a_renamed_column_is_guessed(source):
    schema = infer_schema(source({"amount": NUMBERS, "n": NUMBERS}), Roles())
    with pytest.raises(DataError, match=r"\(was it renamed to 'Amount'\?\)"):
        schema.check_columns(source({"Amount": NUMBERS, "n": NUMBERS}))


def test_features_that_turn_out_useless_are_left_out_with_a_note():
    schema = Schema((Column("x", "feature", "number"), Column("t", "time", "time")))
    found = schema.without({"x": "constant", "t": "constant"})
    assert [(c.role, c.note) for c in found.columns] == [("ignored", "constant"), ("time", "")]


# What the user says.


def test_a_column_may_stand_alone_in_an_option():
    roles = Roles.from_options(label="y", entity="card", id=["a", "b"], drop=(), positive="yes")
    assert roles == Roles(label="y", entity=("card",), id=("a", "b"), positive="yes")


def test_a_built_in_set_knows_its_roles():
    roles = roles_for("creditcard", Roles())
    assert roles == Roles(label="Class", time="Time")


def test_what_the_user_says_goes_before_what_a_built_in_set_knows():
    roles = roles_for("simulated", Roles(entity=("customer_id",), drop=("time",)))
    assert (roles.label, roles.time) == ("fraud", None)
    assert roles.entity == ("customer_id",)
    assert roles.drop == ("time", "scenario")


def test_a_file_named_like_a_built_in_set_knows_no_roles(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "creditcard").write_text("a\n1\n")
    assert roles_for("creditcard", Roles()) == Roles()
