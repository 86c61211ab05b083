"""Columns of other people's exports that are easily taken for something else."""

import numpy as np
import pandas as pd
import pytest
from inferring import NUMBERS, N, refused, role_and_kind

from anomaly.errors import DataError, OptionError
from anomaly.schema.inference import infer_schema
from anomaly.schema.roles import Roles
from anomaly.tables import open_table


def column(values, name="x", **roles):
    table = open_table(pd.DataFrame({name: values, "n": NUMBERS[: len(values)]}))
    return next(c for c in infer_schema(table, Roles(**roles)).columns if c.name == name)


def read(values, **roles):
    found = column(values, **roles)
    array = open_table(pd.DataFrame({"x": values})).batches()
    return found.convert(next(iter(array)).data.column(0))


@pytest.mark.parametrize("name", ["card", "merchant", "mcc", "cc_num", "accountNumber"])
def test_codes_that_are_numbers_and_repeat_are_features(source, name):
    values = np.random.default_rng(0).integers(1_000, 1_100, N)
    assert role_and_kind(source({name: values, "n": NUMBERS}), name) == ("feature", "category")


@pytest.mark.parametrize("name", ["n_cards", "num_accounts", "card_age", "zip_count"])
def test_how_many_of_something_are_numbers(source, name):
    values = np.random.default_rng(0).integers(0, 60, N)
    assert role_and_kind(source({name: values, "n": NUMBERS}), name) == ("feature", "number")


def test_a_word_for_missing_makes_no_number_of_a_code(source):
    values = [f"{n % 90:05d}" if n % 10 else "unknown" for n in range(N)]
    assert role_and_kind(source({"zip": values, "n": NUMBERS}), "zip") == ("feature", "category")


def test_a_dash_in_place_of_decimals_is_no_minus():
    values = ["12,-", "99,50", "1.250,-", "-3,-"] * (N // 4)
    assert read(values).values[:4].tolist() == [12.0, 99.5, 1250.0, -3.0]


@pytest.mark.parametrize("form", ["R{:02d}", "EUR{}", "{}D", "{}M"])
def test_letters_and_digits_together_are_codes(form):
    assert column([form.format(n % 29) for n in range(N)]).kind == "category"


def test_dates_with_points_have_the_day_first_without_a_question():
    days = pd.date_range("2024-01-01", periods=12, freq="28D").strftime("%d.%m.%y")
    found = read([*days] * (N // 12))
    assert str(found.values[1])[:10] == "2024-01-29"


def test_years_of_two_digits_may_come_first_so_that_is_asked():
    days = pd.date_range("2024-01-01", periods=N).strftime("%y-%m-%d")
    table = open_table(pd.DataFrame({"x": days, "n": NUMBERS}))
    assert "--date-order ymd" in refused(OptionError, table)
    assert str(read(list(days), date_order="ymd").values[1])[:10] == "2024-01-02"


def test_iso_dates_are_read_beside_those_of_another_order():
    values = ["2024-01-02 00:00:00", "13/01/2024 10:00:00"] * (N // 2)
    assert [str(value)[:13] for value in read(values).values[:2]] == [
        "2024-01-02T00",
        "2024-01-13T10",
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["12.50", "12,75"] * (N // 2), "decimal points and decimal commas"),
        (["13/01/2024", "01/13/2024"] * (N // 2), "dates of more than one order"),
    ],
)
def test_a_column_that_is_written_in_two_ways_is_said(values, words):
    table = open_table(pd.DataFrame({"x": values, "n": NUMBERS}))
    assert f"is written in two ways, with {words}" in refused(OptionError, table)


def test_a_point_may_set_thousands_apart_where_other_columns_have_decimal_commas(text_file):
    table = text_file(x=["1.234", "12.500"] * (N // 2), y=["1,5", "2,25"] * (N // 2))
    assert "is '1.234' 1.234 (--decimal '.') or 1234 (--decimal ',')?" in refused(
        OptionError, table
    )


def test_compact_dates_may_be_lacking():
    values = [20240301, 0, 20240302, 99991231] * (N // 4)
    found = read(values, time=None)
    assert np.isnat(found.values[:4]).tolist() == [False, True, False, True]
    assert not found.problems


def test_a_time_out_of_reach_is_a_problem_and_no_time():
    found = column((1_709_000_000 + 60 * np.arange(N)).tolist(), name="time", time="time")
    converted = found.convert(
        open_table(pd.DataFrame({"time": [1.7e12, np.inf, np.nan]}))
        .batches()
        .__next__()
        .data.column(0)
    )
    assert sorted(converted.problems) == [0, 1]


def test_a_word_for_missing_that_training_did_not_have_is_one_when_scoring():
    found = column([f"{n}.5" if n % 5 else "?" for n in range(N)])
    converted = found.convert(
        pd.DataFrame({"x": ["1.5", "-", "n/a", "word"]})
        .pipe(open_table)
        .batches()
        .__next__()
        .data.column(0)
    )
    assert list(converted.problems) == [3]


def test_a_label_of_one_word_and_nothing_is_explained(source):
    table = source({"x": [None, None, None, "Fraud"] * (N // 4), "n": NUMBERS})
    assert "empty means that nobody knows" in refused(DataError, table, label="x")


@pytest.mark.parametrize(
    "words", [("not_fraud", "fraud"), ("NoFraud", "Fraud"), ("NON_FRAUD", "FRAUD")]
)
def test_labels_say_no_in_any_spelling(source, words):
    table = source({"x": [words[0]] * (N - 3) + [words[1]] * 3, "n": NUMBERS})
    assert infer_schema(table, Roles(label="x")).positive == words[1]


def test_sentences_and_names_that_hardly_repeat_are_no_features():
    names = [f"C{n:05d}" for n in range(1_999)] + ["C00000"]
    table = open_table(pd.DataFrame({"x": names, "n": np.arange(2_000) % 7}))
    assert role_and_kind(table) == ("id", "category")


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Fri Mar  1 12:00:00 2024", 12),
        ("Fri Mar 01 12:00:00 CET 2024", 11),
        ("2024-03-01T12:00:00+01:00[Europe/Berlin]", 11),
        ("2024-03-01 12:00 EST", 17),
        ("Fri, 01 Mar 2024 12:00:00 GMT", 12),
    ],
)
def test_moments_of_programs_are_read_in_universal_time(written, hour):
    found = read([written.replace("12:00", f"12:{minute:02d}") for minute in range(50)])
    assert found.values[0] == np.datetime64(f"2024-03-01T{hour}:00")


def test_a_zone_that_means_several_things_is_not_guessed():
    found = column([f"2024-03-01 12:{minute:02d} IST" for minute in range(50)])
    assert found.kind != "time"


def test_debits_are_below_zero_and_credits_above():
    found = read([f"{n}.50 {'DR' if n % 2 else 'Cr'}" for n in range(1, 51)])
    assert found.values[:4].tolist() == [-1.5, 2.5, -3.5, 4.5]
