"""One transaction: the score that its row of a table has, or one line that says what is wrong."""

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from quick import quick_train

import anomaly
from anomaly.features.features import Features
from anomaly.features.online import OnlineFeatures
from anomaly.features.parts.base import Feature
from anomaly.schema.columns import Column, Schema

COLUMNS = {
    "n": ("number", ["value"]),
    "f": ("flag", ["value"]),
    "c": ("category", ["=5411", "=web", "=true", "=0.5", "other", "missing"]),
    "moment": ("time", ["sin_day", "cos_day", "sin_week", "cos_week"]),
    "opened": ("time", ["days_before", "sin_day"]),
    "stamp": ("number", ["sin_day", "cos_week"]),
}
PLAIN = {
    "n": 1.5,
    "f": True,
    "c": "web",
    "moment": datetime(2026, 1, 31, 13, 5, 30, 250),
    "opened": datetime(2020, 2, 29, 23, 59, 59),
    "stamp": 1234.5,
}


@pytest.fixture(scope="module")
def features() -> Features:
    roles = {"moment": "time", "stamp": "time"}
    columns = [
        Column(name, roles.get(name, "feature"), kind) for name, (kind, _) in COLUMNS.items()
    ]
    columns += [Column("label", "label", "flag"), Column("card", "id", "category")]
    made = [
        Feature(f"{name} {part}", name, "level", part[1:])
        if part.startswith("=")
        else Feature(f"{name} {part}", name, part)
        for name, (_, parts) in COLUMNS.items()
        for part in parts
    ]
    return Features(Schema(tuple(columns)), made)


def row_of(features: Features, transaction) -> np.ndarray:
    return np.array(OnlineFeatures(features).row(transaction), np.float32)


def row_of_table(features: Features, transaction) -> np.ndarray:
    found = features.transform(
        pa.table({name: pa.array([value], from_pandas=True) for name, value in transaction.items()})
    )
    assert not found.problems
    return found.values[0]


TOKYO = timezone(timedelta(hours=9, minutes=30))
VALUES = {
    "n": [
        *(
            0.0,
            -0.0,
            1e-50,
            0.1,
            3.4e38,
            -1e30,
            3,
            2**53 + 1,
            -(2**62),
            2**63,
            2**64,
            2**70,
            -(2**63),
        ),
        *(True, False, None, math.nan, np.float64(0.1), np.float32(0.1), np.float16(0.1)),
        *(np.int64(7), np.int8(-7), np.uint64(2**63 + 1), np.bool_(True), Decimal("0.1"), pd.NA),
        *("12.5", " 12.5 ", "1e3", "", "NA", b"7"),
    ],
    "f": [
        *(True, False, 1, 0, 1.0, 0.0, None, math.nan, np.bool_(False), np.int64(1), np.float32(0)),
        *("yes", "No", "TRUE", "0", "", b"t"),
    ],
    "c": [
        *("web", " web ", "5411", "5411.0", 5411, 5411.0, np.int64(5411), np.float32(5411), "boat"),
        *(True, "TRUE", np.bool_(True), 0.5, "0.5", np.float32(0.5), "", "NA", "nan", None, "köln"),
        *(math.nan, 1, 1.0, 2**70, "x" * 1000, Decimal("5411"), np.str_("web"), b"web", "\x00"),
        *(pd.NA, date(2026, 1, 31), -0.0, 1e300),
    ],
    "moment": [
        datetime(1969, 12, 31, 23, 59, 59, 999_999),
        datetime(1, 1, 1),
        datetime(9999, 12, 31, 23, 59, 59, 999_999),
        datetime(2026, 1, 31, 12, tzinfo=UTC),
        datetime(2026, 1, 31, 12, 0, 0, 7, tzinfo=TOKYO),
        pd.Timestamp("2026-01-31 12:00:00.123456789"),
        pd.Timestamp("2026-01-31 12:00", tz="Asia/Tokyo"),
        np.datetime64("2026-01-31T12:00:00.5"),
        date(2026, 1, 31),
        *("2026-01-31 12:00:00", "2026-01-31T12:00:00", "2026-01-31", "2026-01-31 12:00:00.5Z"),
        *(" 2026-01-31 12:00:00", "", None, pd.NaT),
    ],
    "stamp": [0, -5.5, 86_399.99, 1.7e9, 1.7e12, 1.7e15, 1.7e18, 10**18, None, "1700000000000"],
}
VALUES["opened"] = VALUES["moment"]
CASES = [(name, value) for name, values in VALUES.items() for value in values]


@pytest.mark.parametrize(("name", "value"), CASES, ids=lambda value: repr(value)[:40])
def test_a_value_makes_the_features_that_it_makes_in_a_table(features, name, value):
    transaction = PLAIN | {name: value}
    in_table = transaction
    if isinstance(value, int) and abs(value) >= 2**63:
        in_table = transaction | {name: str(value)}
    np.testing.assert_array_equal(row_of(features, transaction), row_of_table(features, in_table))


def test_a_missing_time_may_be_nan_as_in_a_data_frame(features):
    found = row_of(features, PLAIN | {"moment": math.nan})
    np.testing.assert_array_equal(found, row_of_table(features, PLAIN | {"moment": None}))
    text_elsewhere = row_of(features, PLAIN | {"moment": math.nan, "n": "1.5"})
    np.testing.assert_array_equal(found, text_elsewhere)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("n", "abc", "'abc' in column 'n' is not a number"),
        ("n", math.inf, "inf in column 'n' is infinite or too large"),
        ("n", 1e39, "1e.39 in column 'n' is infinite or too large"),
        ("n", 10**400, "in column 'n' is infinite or too large"),
        ("n", [1, 2], "column 'n' holds list.* where a number is needed"),
        ("n", {}, "column 'n' holds struct.* where a number is needed"),
        ("n", PLAIN["moment"], "column 'n' holds timestamp.* where a number is needed"),
        ("n", object(), "'<object object at .*' in column 'n' is not a number"),
        ("f", 2, "'2' in column 'f' is not true or false"),
        ("f", "maybe", "'maybe' in column 'f' is not true or false"),
        ("c", "\ud800", "is not UTF-8 text"),
        ("c", ["web"], "column 'c' holds list.* where a text is needed"),
        ("moment", "yesterday", "'yesterday' in column 'moment' is not a time"),
        ("moment", "2026-02-30 12:00:00", "'2026-02-30 12:00:00' in column 'moment' is not a time"),
        ("moment", 5, "column 'moment' holds int64 where a time such as .* is needed"),
        ("stamp", -math.inf, "-inf in column 'stamp' is infinite or too large"),
    ],
)
def test_a_value_that_does_not_fit_is_one_clear_line(features, name, value, problem):
    with pytest.raises(anomaly.DataError, match=problem) as told:
        row_of(features, PLAIN | {name: value})
    assert "\n" not in str(told.value)


def test_missing_columns_are_named(features):
    some = {name: value for name, value in PLAIN.items() if name not in ("f", "stamp")}
    with pytest.raises(anomaly.DataError, match=r"lacks the columns 'f', 'stamp' that the run"):
        row_of(features, some)


@pytest.mark.parametrize("wrong", [[1.0, 2.0], 5, "text", None])
def test_what_is_no_mapping_is_told(features, wrong):
    with pytest.raises(anomaly.DataError, match="cannot read a transaction from"):
        row_of(features, wrong)


def test_a_time_without_features_is_checked_all_the_same():
    columns = (Column("t", "time", "time"), Column("n", "feature", "number"))
    features = Features(Schema(columns), [Feature("n", "n", "value")])
    assert row_of(features, {"t": None, "n": 1}).tolist() == [1]
    with pytest.raises(anomaly.DataError, match="'abc' in column 't' is not a time"):
        row_of(features, {"t": "abc", "n": 1})


# A trained run.


@pytest.fixture(scope="module")
def run(trained) -> anomaly.Run:
    return anomaly.load(trained)


def test_a_transaction_has_the_score_of_its_row(run, transactions):
    expected = run.score(transactions)["score"].tolist()
    found = [run.score_one(row) for row in transactions.to_dict("records")]
    assert found == expected


def test_a_row_as_plain_values_or_text_has_the_same_score(run, transactions):
    expected = run.score(transactions)["score"].tolist()
    table = pa.Table.from_pandas(transactions[:300], preserve_index=False)
    assert [run.score_one(row) for row in table.to_pylist()] == expected[:300]
    texts = transactions[:50].astype(str).to_dict("records")
    assert [run.score_one(row) for row in texts] == expected[:50]


def test_other_names_are_not_looked_at(run, transactions):
    row = transactions.iloc[7].to_dict()
    expected = run.score_one(row)
    less = {name: row[name] for name in row if name not in ("fraud", "transaction_id")}
    assert run.score_one(less) == expected
    assert run.score_one(row | {"fraud": object(), "note": "?"}) == expected
    assert run.score_one(transactions.iloc[7]) == expected
    assert type(expected) is float


def test_threads_share_it(run, transactions):
    rows = transactions.to_dict("records")
    expected = run.score(transactions)["score"].tolist()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run.score_one, rows)) == expected


def test_a_run_of_one_column(tmp_path):
    table = pd.DataFrame({"amount": np.random.default_rng(0).lognormal(size=500)})
    run = quick_train(table, out=tmp_path / "run")
    expected = run.score(table)["score"].tolist()
    assert [run.score_one({"amount": value}) for value in table["amount"]] == expected
