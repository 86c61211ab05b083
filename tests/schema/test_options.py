"""Options settle roles: they win over what is inferred, or are refused with what was found."""

import numpy as np
import pytest
from inferring import HOURS, NUMBERS, N, refused, role_and_kind

from anomaly.errors import DataError, OptionError
from anomaly.schema.inference import infer_schema
from anomaly.schema.roles import Roles
from anomaly.tables import csv


def test_options_settle_roles(source):
    table = source({"x": np.arange(N), "y": NUMBERS, "t": HOURS, "c": np.arange(N) // 4})
    schema = infer_schema(table, Roles(time="t", entity=("c",), id=("y",), number=("x",)))
    assert [(c.name, c.role, c.kind) for c in schema.columns] == [
        ("x", "feature", "number"),
        ("y", "id", "number"),
        ("t", "time", "time"),
        ("c", "entity", "number"),
    ]
    assert schema.time == "t"
    assert [c.name for c in schema.inputs] == ["x", "t"]


@pytest.mark.parametrize("option", ["label", "time", "entity", "id", "drop", "category", "number"])
def test_an_option_that_names_no_column_suggests_one(source, option):
    named = "Amuont" if option in ("label", "time") else ("Amuont",)
    table = source({"Amount": NUMBERS})
    assert refused(OptionError, table, **{option: named}) == (
        f"--{option}: there is no column 'Amuont' in {table.name}; did you mean 'Amount'?"
    )


def test_an_option_that_names_nothing_similar_lists_the_columns(source):
    table = source({"a": NUMBERS, "b": NUMBERS})
    assert refused(OptionError, table, time="when").endswith("; its columns are: a, b")
    assert "there is no column ''" in refused(OptionError, table, label="")


def test_a_column_named_by_two_options_is_an_error(source):
    table = source({"a": NUMBERS, "b": NUMBERS})
    assert refused(OptionError, table, time="a", drop=("b", "a")) == (
        "the column 'a' is named by --time and by --drop; name it once"
    )
    assert infer_schema(table, Roles(drop=("b", "b"))).named("ignored") == ["b"]


@pytest.mark.parametrize("values", [["a", "b"] * (N // 2), ["1", "b"] * (N // 2)])
def test_number_for_a_text_is_an_error_that_shows_it(source, values):
    row, word = next((row, value) for row, value in enumerate(values) if value != "1")
    table = source({"x": values, "n": NUMBERS})
    assert refused(OptionError, table, number=("x",)) == (
        f"--number x: {table.name}: row {row} has {word!r}, which is not a number; use --category"
    )


def test_number_for_zeros_and_ones_makes_them_numbers(source):
    table = source({"x": np.arange(N) % 2, "y": np.arange(N) % 2 == 0, "n": NUMBERS})
    assert role_and_kind(table, number=("x",)) == ("feature", "number")
    assert role_and_kind(table, "y", number=("y",)) == ("feature", "flag")


def test_category_for_numbers_makes_them_categories(source):
    table = source({"x": np.arange(N) % 50 * 1.0, "n": NUMBERS})
    assert role_and_kind(table, category=("x",)) == ("feature", "category")


@pytest.mark.parametrize("option", ["time", "number"])
def test_an_option_for_a_column_without_a_value_is_an_error(source, option):
    table = source({"x": [None] * N, "n": NUMBERS})
    named = "x" if option == "time" else ("x",)
    assert refused(OptionError, table, **{option: named}) == (
        f"--{option} x: the column has no value in any row"
    )


# Time.


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (HOURS, "time"),
        (HOURS.astype(str), "time"),
        (HOURS.tz_localize("UTC"), "time"),
        (HOURS.date, "time"),
        (np.arange(N) * 60, "number"),
        (NUMBERS, "number"),
        (np.arange(N) // 100, "number"),
    ],
)
def test_time_may_be_a_time_a_text_or_a_number(source, values, kind):
    assert role_and_kind(source({"x": values, "n": NUMBERS}), time="x") == ("time", kind)


@pytest.mark.parametrize(
    ("values", "word"),
    [(["soon", "later"] * (N // 2), "soon"), (["yes", "no"] * (N // 2), "yes")],
)
def test_a_time_that_is_no_time_is_an_error_that_shows_it(source, values, word):
    table = source({"x": values, "n": NUMBERS})
    assert refused(DataError, table, time="x") == (
        f"{table.name}: row 0: the time column 'x' has {word!r}, which is neither a time such as "
        "2026-01-31 12:00:00 nor a number; rewrite it"
    )


def test_a_time_that_is_half_broken_shows_where(source):
    table = source({"x": [*HOURS.astype(str)[:100], *["soon"] * 100], "n": NUMBERS})
    assert "row 100: the time column 'x' has 'soon'" in refused(DataError, table, time="x")


def test_a_day_that_the_calendar_lacks_shows_where(source):
    values = [str(hour) for hour in HOURS]
    values[30] = "2026-02-30 10:00:00"
    assert "row 30: column 'x' holds times, but here '2026-02-30 10:00:00'" in refused(
        DataError, source({"x": values, "n": NUMBERS}), time="x"
    )


def test_a_missing_time_is_an_error_that_names_the_row(source):
    values = HOURS.to_series(index=range(N)).where(np.arange(N) != 42)
    table = source({"x": values, "n": NUMBERS})
    assert refused(DataError, table, time="x") == (
        f"{table.name}: row 42: the time column 'x' is empty; fill it in, or leave --time out"
    )


def test_a_missing_time_late_in_a_large_file_is_named_with_its_row(text_file, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 500)
    values = [*HOURS.astype(str)[:170], "", *HOURS.astype(str)[171:]]
    assert "row 170: the time column 'x' is empty" in refused(
        DataError, text_file(x=values), time="x"
    )
