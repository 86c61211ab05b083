"""Rows as a matrix: learned from training rows alone, the same whatever the file or the batch."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from anomaly.errors import DataError
from anomaly.features.features import Features
from anomaly.features.fitting import fit_features
from anomaly.features.parts.base import Feature
from anomaly.schema.columns import Column, Schema
from anomaly.schema.inference import infer_schema
from anomaly.schema.roles import Roles
from anomaly.tables import open_table

DAY = 86_400


def schema_of(**columns):
    """A schema from `name="kind"` or `name="role kind"`."""
    parts = {name: (["feature", *text.split()][-2:]) for name, text in columns.items()}
    return Schema(tuple(Column(name, role, kind) for name, (role, kind) in parts.items()))


def fitted(schema, **columns):
    return fit_features(schema, pa.table(columns).to_batches(), "data.csv")


def matrix_of(features, **columns):
    found = features.transform(pa.table(columns))
    assert found.problems == {}
    assert found.values.dtype == np.float32
    return found.values.tolist()


def moments(*texts):
    return pa.array(np.array(texts, "datetime64[us]"))


# Numbers and flags.


def test_numbers_and_flags_are_features_as_they_are():
    features = fitted(schema_of(n="number", f="flag"), n=[1.0, 2.0], f=[True, False])
    assert features.names == ["n", "f"]
    assert matrix_of(features, n=[3, 4], f=[True, False]) == [[3, 1], [4, 0]]


def test_a_missing_number_is_nan():
    features = fitted(schema_of(n="number"), n=[1.0, 2.0])
    assert np.isnan(matrix_of(features, n=[None, float("nan")])).all()


def test_whole_numbers_above_float32_are_rounded():
    features = fitted(schema_of(n="number"), n=[1.0, 2.0])
    assert matrix_of(features, n=[2**53 + 1]) == [[2.0**53]]


@pytest.mark.parametrize("values", [[5.0, 5.0], [None, None]])
def test_a_constant_in_the_training_rows_is_left_out(values):
    features = fitted(schema_of(x="number", n="number"), x=pa.array(values, "f8"), n=[1.0, 2.0])
    assert features.names == ["n"]
    assert features.schema.columns[0].role == "ignored"
    assert features.schema.columns[0].note == "constant in the training rows"


def test_one_number_with_gaps_in_the_training_rows_is_a_feature():
    assert fitted(schema_of(x="number"), x=[5.0, None]).names == ["x"]


def test_constants_alone_are_an_error():
    with pytest.raises(DataError, match=r"data\.csv: every feature is constant in the training"):
        fitted(schema_of(x="number", c="category"), x=[5.0, 5.0], c=["a", "a"])


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e39, -1e300])
def test_a_number_that_float32_does_not_hold_is_its_rows_problem(value):
    features = fitted(schema_of(n="number", m="number"), n=[1.0, 2.0], m=[1.0, 2.0])
    found = features.transform(pa.table({"n": [1.0, value, None], "m": [1.0, 2.0, 3.0]}))
    assert found.problems == {1: f"{value:g} in column 'n' is infinite or too large"}
    assert found.values[0].tolist() == [1, 1]


def test_an_infinite_moment_is_its_rows_problem():
    features = fitted(schema_of(t="time number", n="number"), t=[0.0, 2 * DAY + 60], n=[1.0, 2.0])
    assert "t (sin of day)" in features.names
    found = features.transform(pa.table({"t": [5.0, np.inf], "n": [1.0, 2.0]}))
    assert found.problems == {1: "inf in column 't' is infinite or too large"}


def test_texts_that_do_not_fit_are_problems_of_their_rows():
    features = fitted(schema_of(n="number", f="flag"), n=[1.0, 2.0], f=[True, False])
    found = features.transform(pa.table({"n": ["1", "x", "y"], "f": ["yes", "no", "maybe"]}))
    assert found.problems == {
        1: "'x' in column 'n' is not a number",
        2: "'y' in column 'n' is not a number; 'maybe' in column 'f' is not true or false",
    }
    assert found.values[0].tolist() == [1, 1]


def test_a_column_of_another_type_is_an_error():
    features = fitted(schema_of(n="number"), n=[1.0, 2.0])
    with pytest.raises(DataError, match=r"column 'n' holds timestamp\[us\] .* or train again"):
        features.transform(pa.table({"n": moments("2026-01-01")}))


# Categories.


def test_a_category_has_a_feature_for_each_level_and_one_for_others():
    features = fitted(schema_of(c="category"), c=["b", "a", "b", "a"])
    assert features.names == ["c=a", "c=b", "c=(other)"]
    assert matrix_of(features, c=["a", "b"]) == [[1, 0, 0], [0, 1, 0]]


def test_a_category_that_training_did_not_have_is_taken_for_a_rare_one_that_it_had():
    features = fitted(schema_of(c="category"), c=["b"] + ["a", "b", "a", "a"] * 2)
    assert matrix_of(features, c=["z", "A", None]) == [[0, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_a_category_missing_in_training_has_a_feature_for_that():
    features = fitted(schema_of(c="category"), c=["a", "a", None, "", "NA"])
    assert features.names == ["c=a", "c=(other)", "c=(missing)"]
    assert matrix_of(features, c=["a", None, "z", ""]) == [
        [1, 0, 0],
        [0, 0, 1],
        [1, 0, 0],  # a new value, alone, is no anomaly
        [0, 0, 1],
    ]


def test_a_rare_level_goes_to_other():
    features = fitted(schema_of(c="category"), c=["a"] * 9_998 + ["b"] * 4 + ["c"] * 6)
    assert features.names == ["c=a", "c=c", "c=(other)"]


def test_a_category_without_a_frequent_level_is_left_out():
    features = fitted(schema_of(c="category", n="number"), c=["a", "b", "c"], n=[1.0, 2.0, 3.0])
    assert features.names == ["n"]
    assert "without a frequent value" in features.schema.columns[0].note


def test_levels_have_one_spelling_whatever_their_type():
    features = fitted(schema_of(c="category"), c=["5411", "5411", "5999", "5999"])
    for codes in (["5411", "5999"], [5411, 5999], [5411.0, 5999.0], ["5411.0", " 5999 "]):
        assert matrix_of(features, c=codes) == [[1, 0, 0], [0, 1, 0]]


def test_levels_come_from_the_training_rows_alone():
    schema = schema_of(c="category", n="number")
    table = pa.table({"c": ["a", "b"] * 50 + ["z"] * 50, "n": np.arange(150.0)})
    features = fit_features(schema, table.slice(0, 100).to_batches(), "data.csv")
    assert features.names == ["c=a", "c=b", "c=(other)", "n"]
    assert features.transform(table).values[-1].tolist() == [0, 1, 0, 149]


# Times.


def test_a_cycle_is_a_feature_where_the_training_rows_cover_it_twice():
    schema = schema_of(t="time time", n="number")
    hours = np.datetime64("2026-01-01", "us") + np.arange(400) * np.timedelta64(1, "h")
    names = {
        rows: fitted(schema, t=hours[:rows], n=np.arange(rows, dtype="f8")).names[:-1]
        for rows in (25, 49, 300, 337)
    }
    day = ["t (sin of day)", "t (cos of day)"]
    week = ["t (sin of week)", "t (cos of week)"]
    assert names == {25: [], 49: day, 300: day, 337: day + week}


def test_two_days_need_not_begin_and_end_at_midnight():
    schema = schema_of(t="time number")
    assert fitted(schema, t=[60.0, 2 * DAY - 60.0]).names == ["t (sin of day)", "t (cos of day)"]


def test_a_cycle_that_the_training_rows_cover_once_is_said_to_be_left_out():
    schema = schema_of(t="time number", n="number")
    [time, _] = fitted(schema, t=[0.0, 1.2 * DAY], n=[1.0, 2.0]).schema.columns
    assert time.note == (
        "no cycle of the day (needs 2 days) and of the week (needs 14 days): train covers 1.2 days"
    )


def test_fourteen_dates_are_two_weeks():
    dates = np.datetime64("2026-01-01", "us") + np.arange(14) * np.timedelta64(1, "D")
    schema = schema_of(t="time time", n="number")
    week = ["t (sin of week)", "t (cos of week)"]
    assert fitted(schema, t=dates, n=np.arange(14.0)).names == [*week, "n"]
    assert fitted(schema, t=dates[:13], n=np.arange(13.0)).names == ["n"]


def test_days_without_a_clock_have_no_place_in_the_day():
    days = np.datetime64("2026-01-01", "us") + np.arange(30) * np.timedelta64(1, "D")
    features = fitted(schema_of(t="time time", n="number"), t=days, n=np.arange(30.0))
    assert features.names == ["t (sin of week)", "t (cos of week)", "n"]


def test_places_in_cycles_are_points_on_circles():
    schema = schema_of(t="time time")
    features = fitted(schema, t=moments("2026-01-01T00:00", "2026-01-15T06:00"))
    [row] = matrix_of(features, t=moments("1970-01-01T06:00"))
    quarter_of_day, part_of_week = 2 * np.pi / 4, 2 * np.pi / 28
    expected = [f(angle) for angle in (quarter_of_day, part_of_week) for f in (np.sin, np.cos)]
    np.testing.assert_allclose(row, expected, atol=1e-7)


def test_places_in_cycles_before_1970_are_those_of_the_clock():
    features = fitted(schema_of(t="time time"), t=moments("2026-01-01T00:00", "2026-01-03T06:00"))
    found = matrix_of(features, t=moments("1950-03-01T18:00", "2020-03-01T18:00"))
    np.testing.assert_allclose(found, [[-1, 0], [-1, 0]], atol=1e-6)


def test_numbers_in_seconds_have_cycles_too():
    features = fitted(schema_of(t="time number"), t=[0.0, DAY, 2 * DAY + 5.0])
    np.testing.assert_allclose(matrix_of(features, t=[DAY / 4]), [[1, 0]], atol=1e-7)


def test_another_time_is_the_days_before_the_transaction():
    schema = schema_of(t="time time", opened="time")
    features = fitted(
        schema,
        t=moments("2026-01-01T00:00", "2026-01-01T12:00"),
        opened=moments("2025-12-01T00:00", "2025-12-01T12:00"),
    )
    assert features.names == ["opened (days before)"]
    found = matrix_of(
        features,
        t=moments("2026-01-31T12:00", "2026-01-31", "2026-01-31"),
        opened=moments("2026-01-30", "2026-02-01", "NaT"),
    )
    np.testing.assert_array_equal(found, [[1.5], [-1], [np.nan]])


def test_an_unreadable_transaction_time_is_a_problem_even_if_only_others_count_from_it():
    schema = schema_of(t="time time", opened="time")
    same_hour = moments("2026-01-01T00:00", "2026-01-01T01:00")
    features = fitted(schema, t=same_hour, opened=same_hour)
    found = features.transform(pa.table({"t": ["soon"], "opened": ["2026-01-01"]}))
    assert list(found.problems) == [0]
    assert found.problems[0].startswith("'soon' in column 't' is not a time")


# One matrix, whatever the source and the batch.

N = 1000
GENERATOR = np.random.default_rng(1)
FRAME = pd.DataFrame(
    {
        "t": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(N) * 1800, unit="s"),
        "amount": np.where(GENERATOR.random(N) < 0.1, np.nan, GENERATOR.lognormal(3, 2, N)),
        "count": GENERATOR.integers(0, 50, N),
        "whole_with_gaps": np.where(np.arange(N) % 9, np.arange(N) % 7, np.nan),
        "online": GENERATOR.random(N) < 0.5,
        "weekend": GENERATOR.integers(0, 2, N),
        "known": GENERATOR.choice(["yes", "no"], N),
        "channel": GENERATOR.choice(["chip", "web", "a,b", 'say "x"', "two\nlines"], N),
        "country": GENERATOR.choice(["DE", "NA", None], N),
        "code": GENERATOR.choice([5411.0, 5999.0, np.nan], N),
        "opened": pd.Timestamp("2025-01-01") + pd.to_timedelta(GENERATOR.integers(0, 90, N), "D"),
        "fraud": GENERATOR.random(N) < 0.1,
    }
)
ROLES = Roles(label="fraud", time="t", category=("code",))


def _as_file(form, folder):
    path = folder / f"data.{form}"
    if form == "csv":
        FRAME.to_csv(path, index=False)
    elif form == "csv.gz":
        FRAME.to_csv(path, index=False, sep=";")
    elif form == "parquet":
        FRAME.to_parquet(path, index=False)
    elif form == "feather":
        FRAME.to_feather(path)
    return path


def _sources(folder):
    yield from (_as_file(form, folder) for form in ("csv", "csv.gz", "parquet", "feather"))
    yield FRAME
    yield FRAME.convert_dtypes()
    yield FRAME.astype({"channel": "category", "t": "datetime64[s]"})
    yield FRAME.astype(str).astype(object)
    yield pa.Table.from_pandas(FRAME)


def _features_and_matrix(source):
    table = open_table(source)
    schema = infer_schema(table, ROLES)
    batches = [batch.data for batch in table.batches(None, schema.reading_types())]
    data = pa.Table.from_batches(batches)
    features = fit_features(schema, data.slice(0, 600).to_batches(), table.name)
    return features, features.transform(data)


def test_the_matrix_is_the_same_from_every_source(tmp_path):
    found = [_features_and_matrix(source) for source in _sources(tmp_path)]
    features, matrix = found[0]
    assert matrix.problems == {}
    assert {"country=(missing)", "code=5411", "online", "known", "opened (days before)"} <= {
        *features.names
    }
    for others, other in found[1:]:
        assert others.to_list() == features.to_list()
        assert [dataclasses.astuple(c) for c in others.schema.columns] == [
            dataclasses.astuple(c) for c in features.schema.columns
        ]
        np.testing.assert_array_equal(other.values, matrix.values)
        assert other.problems == {}


@pytest.mark.parametrize("size", [1, 7, 999])
def test_a_rows_features_do_not_depend_on_the_rows_around_it(size):
    features, matrix = _features_and_matrix(FRAME)
    data = pa.Table.from_pandas(FRAME)
    parts = [data.slice(start, size) for start in range(0, N if size > 1 else 50, size)]
    found = np.concatenate([features.transform(part).values for part in parts])
    np.testing.assert_array_equal(found, matrix.values[: len(found)])


def test_a_problem_in_one_row_changes_no_other_row():
    features, matrix = _features_and_matrix(FRAME)
    broken = FRAME.astype(str).astype(object)
    broken.loc[5, ["t", "amount", "online"]] = "odd"
    found = features.transform(pa.Table.from_pandas(broken))
    assert list(found.problems) == [5]
    others = np.arange(N) != 5
    np.testing.assert_array_equal(found.values[others], matrix.values[others])


def test_features_survive_json():
    features, matrix = _features_and_matrix(FRAME)
    content = json.loads(json.dumps([features.schema.to_dict(), features.to_list()]))
    again = Features.from_list(Schema.from_dict(content[0]), content[1])
    assert again.features == features.features
    data = pa.Table.from_pandas(FRAME)
    np.testing.assert_array_equal(again.transform(data).values, matrix.values)


def test_the_features_of_a_column_stand_together():
    features, _ = _features_and_matrix(FRAME)
    columns = [feature.column for feature in features.features]
    assert columns == sorted(columns, key=list(FRAME.columns).index)
    assert Feature("channel=chip", "channel", "level", "chip") in features.features


def test_no_rows_give_an_empty_matrix():
    features, matrix = _features_and_matrix(FRAME)
    found = features.transform(pa.Table.from_pandas(FRAME.head(0)))
    assert found.values.shape == (0, matrix.values.shape[1])
