"""Kinds: inferred over the whole table; what does not fit is named with its row."""

import numpy as np
import pandas as pd
import pytest
from inferring import HOURS, NUMBERS, N, refused, role_and_kind

from anomaly.errors import DataError
from anomaly.tables import csv, open_table


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (NUMBERS, "number"),
        (np.where(NUMBERS > 1, np.nan, NUMBERS), "number"),
        (np.arange(N) % 7, "number"),
        (np.arange(N) % 2, "flag"),
        (np.arange(N) % 2 * 1.0, "flag"),
        (np.where(np.arange(N) % 3, np.arange(N) % 2, np.nan), "flag"),
        (np.arange(N) % 2 == 0, "flag"),
        (["yes", "no"] * (N // 2), "flag"),
        (["Y", "N"] * (N // 2), "flag"),
        (["True", "False"] * (N // 2), "flag"),
        (["chip", "web"] * (N // 2), "category"),
        (["1", "x"] * (N // 2), "category"),
        (HOURS, "time"),
        (HOURS.astype(str), "time"),
        (HOURS.tz_localize("Europe/Berlin"), "time"),
        ([f"{hour.isoformat()}Z" for hour in HOURS], "time"),
        ([str(number) for number in NUMBERS], "number"),
        (np.arange(N) * 2**50 + 1, "number"),
        ((np.arange(N) % 50).astype("int8"), "number"),
        (pd.array([1, None, 3, 5] * (N // 4), "Int64"), "number"),
        (pd.array([True, None] * (N // 2), "boolean"), "flag"),
        (pd.Categorical(["a", "b"] * (N // 2)), "category"),
    ],
)
def test_the_kind_of_a_column_is_that_of_its_values(source, values, kind):
    assert role_and_kind(source({"x": values, "n": NUMBERS})) == ("feature", kind)


def test_types_come_from_the_whole_file_and_not_from_its_head(text_file, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 500)
    values = [*range(100), *(number + 0.5 for number in range(100))]
    assert role_and_kind(text_file(x=values)) == ("feature", "number")
    words = ["1", "2"] * 60 + ["a", "b"] * 40
    assert role_and_kind(text_file(x=words)) == ("feature", "category")


def test_a_text_late_in_a_large_file_is_named_with_its_row(text_file, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 1000)
    values = [str(number) for number in range(180)] + ["twelve"] + ["1"] * 19
    assert refused(DataError, text_file(x=values)).endswith(
        "data.csv: row 180: column 'x' holds numbers, but here 'twelve'; correct it, leave it "
        "empty, say that it means a missing value with --missing 'twelve', or leave the column out "
        "with --drop x (or take it as text: --category x)"
    )


def test_a_word_among_times_is_named_with_its_row(source):
    values = [str(hour) for hour in HOURS]
    values[150] = "yesterday"
    assert "row 150: column 'x' holds times, but here 'yesterday'" in refused(
        DataError, source({"x": values, "n": NUMBERS})
    )


def test_a_number_among_times_is_named_with_its_row(text_file, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 2000)
    values = [str(hour) for hour in HOURS]
    values[-1] = "20260101"
    assert "row 199: column 'x' holds times, but here '20260101'" in refused(
        DataError, text_file(x=values)
    )


def test_a_text_among_objects_of_a_frame_is_named_with_its_row():
    table = open_table(pd.DataFrame({"x": [*range(N - 1), "x"], "n": NUMBERS}))
    assert "data frame: row 199: column 'x' holds numbers, but here 'x'" in refused(
        DataError, table
    )


def test_a_stray_word_does_no_harm_where_the_column_is_dropped_or_a_category(source):
    values = ["1", "2"] * (N // 2 - 1) + ["1", "x"]
    table = source({"x": values, "n": NUMBERS})
    assert role_and_kind(table, drop=("x",)) == ("ignored", "")
    assert role_and_kind(table, category=("x",)) == ("feature", "category")


@pytest.mark.parametrize("value", ["inf", "-Infinity", "1e999"])
def test_an_infinite_value_is_named_with_its_row(text_file, value):
    values = [str(number) for number in NUMBERS]
    values[7] = value
    assert "row 7: column 'x' is infinite" in refused(DataError, text_file(x=values))


def test_an_infinite_value_in_a_frame_is_named_with_its_row():
    table = open_table(pd.DataFrame({"x": np.where(np.arange(N) == 5, -np.inf, NUMBERS)}))
    assert "data frame: row 5: column 'x' is infinite" in refused(DataError, table)


def test_a_row_in_a_glob_is_named_with_its_file(tmp_path):
    for number in range(3):
        values = ["1", "2"] * 50 if number else ["1", "2"] * 49 + ["y"]
        (tmp_path / f"{2 - number}.csv").write_text("x\n" + "\n".join(values) + "\n")
    table = open_table(str(tmp_path / "*.csv"))
    assert f"{tmp_path}/2.csv: row 98: column 'x'" in refused(DataError, table)
