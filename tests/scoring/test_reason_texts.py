"""Reasons in words that a person reads, and as JSON."""

import json
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from explaining import NUMBERS, ROWS, features_of, reasons, texts

from anomaly.scoring.graph import Explanation
from anomaly.scoring.reason_texts import as_json
from anomaly.scoring.reasons import reasons_of


def test_numbers_are_seen_as_they_are_and_expected_with_four_digits():
    values = [1234567.891, 0.5, 7.0, None, -0.001]
    expected = [[12345.678], [0.123456], [99.996], [-0.0], [-0.00012345]]
    assert texts("n", "number", ["value"], values, expected) == [
        ("1234567.891", "12346"),
        ("0.5", "0.1235"),
        ("7", "100"),
        ("(missing)", "0"),
        ("-0.001", "-0.0001234"),
    ]


def test_numbers_of_every_size_are_readable():
    expected = [[1e30], [-12345.5], [999.96], [1e-9]]
    assert [text for _, text in texts("n", "number", ["value"], [0] * 4, expected)] == [
        "1e+30",
        "-12346",
        "1000",
        "1e-09",
    ]


@pytest.mark.parametrize("values", [[True, False, None], [1, 0, None], ["yes", "no", ""]])
def test_flags_are_seen_as_they_are_and_expected_between_zero_and_one(values):
    seen = [str(value).lower() if value not in (None, "") else "(missing)" for value in values]
    found = texts("f", "flag", ["value"], values, [[0.03125], [1], [0]])
    assert found == list(zip(seen, ["0.03125", "1", "0"], strict=True))


def test_the_expected_category_is_the_likeliest_one():
    found = texts(
        "c",
        "category",
        ["=web", "=chip", "other", "missing"],
        ["web", "boat", None, " chip "],
        [[0.2, 0.7, 0.1, 0], [0.9, 0, 0.1, 0], [0, 0.1, 0.8, 0], [0, 0, 0.1, 0.5]],
    )
    assert found == [
        ("web", "chip"),
        ("boat", "web"),
        ("(missing)", "(other)"),
        ("chip", "(missing)"),
    ]


def test_a_category_seen_and_expected_that_makes_the_score_is_told_with_the_next_likeliest():
    features = features_of(
        c=("category", "=5411", "=5999", "other", "missing"), n=("number", "value")
    )
    shares = [[5, 0, 0, 0, 1], [0, 0, 5, 0, 1], [0, 0, 0, 0, 1], [0, 5, 0, 0, 1], [0, 0, 0, 5, 1]]
    expected = [
        [0.6, 0.3, 0.1, 0],
        [0, 0.3, 0.6, 0],
        [0.9, 0, 0, 0],
        [0.9, 0, 0, 0],
        [0, 0, 0.1, 1],
    ]
    for codes in ([5411, 1, 5411, 5999, None], ["5411", "1", "5411", "5999", None]):
        data = {"c": codes, "n": [1.0] * 5}
        found = reasons(data, features, shares, np.c_[expected, np.zeros(5)])
        told = [(r["seen"], r["expected"]) for row in found for r in row if r["column"] == "c"]
        assert told == [
            ("5411", "rather 5999"),
            ("1", "rather 5999"),
            ("5411", "5411"),  # it has no share
            ("5999", "5411"),
            ("(missing)", "rather (other)"),
        ]


WEEK = ["sin_day", "cos_day", "sin_week", "cos_week"]


def waves(*moments):
    """The point of each moment on the circles of the day and of the week."""
    seconds = np.array(moments, "datetime64[s]").astype(float)
    angles = [2 * np.pi * seconds / length for length in (86_400, 7 * 86_400)]
    return np.column_stack([f(angle) for angle in angles for f in (np.sin, np.cos)])


MOMENTS = ["2026-01-31T13:05:30", "2026-02-02T00:00:30", "1970-01-01T23:59:30"]


@pytest.mark.parametrize(
    "values",
    [
        pa.array(np.array(MOMENTS, "datetime64[us]")),
        pa.array(MOMENTS),
        pa.array([f"{moment}.5Z" for moment in MOMENTS]),
        pa.array(pd.to_datetime(MOMENTS).tz_localize("UTC").tz_convert("Asia/Tokyo")),
    ],
    ids=lambda values: str(values.type),
)
def test_a_time_is_seen_in_full_and_expected_by_weekday_and_clock(values):
    assert texts("t", "time", WEEK, values, waves(*MOMENTS)) == [
        ("2026-01-31 13:05:30", "Saturday about 13:05"),
        ("2026-02-02 00:00:30", "Monday about 00:00"),
        ("1970-01-01 23:59:30", "Thursday about 23:59"),
    ]


def test_a_time_with_one_cycle_is_expected_in_that_one():
    points = waves(MOMENTS[0])
    assert texts("t", "time", WEEK[:2], [None], points[:, :2]) == [("(missing)", "about 13:05")]
    assert texts("t", "time", WEEK[2:], [None], points[:, 2:]) == [("(missing)", "Saturday")]


def test_a_time_in_seconds_from_an_unknown_start_has_no_weekday():
    assert texts("t", "number", WEEK, [2_639_100], waves(*MOMENTS[:1])) == [
        ("2639100", "day 3 of 7 about 13:05")
    ]


def test_another_time_is_expected_in_days_before_the_transaction():
    values = pa.array(np.array(["2025-12-24"], "datetime64[us]"))
    parts = ["days_before", "sin_day", "cos_day"]
    assert texts("t", "time", parts, values, [[12.3456, 0, 1]]) == [
        ("2025-12-24 00:00:00", "12.35 days before")
    ]


def test_columns_of_a_dictionary_are_seen_by_their_values():
    values = pa.array(["x", "y", "x"]).dictionary_encode()
    found = texts("c", "category", ["=x", "other"], values, [[1, 0]] * 3)
    assert [seen for seen, _ in found] == ["x", "y", "x"]


def test_many_expected_numbers_are_written_as_few_are():
    random = np.random.default_rng(0)
    sizes = np.concatenate(
        [
            10.0 ** random.uniform(-9, 18, 30_000),
            *(10.0**power * (1 + np.linspace(-1e-3, 1e-3, 501)) for power in range(-8, 17)),
            [0.0, 2.0625, 999.95, 999.96, 0.99995, 1e30, 5e-324, 9.9995e-7, 3.4e38],
        ]
    )
    values = np.concatenate([sizes, -sizes]).astype(np.float32)
    features = features_of(n=("number", "value"))
    ones = np.ones((len(values), 1))
    whole = reasons({"n": values}, features, ones, values[:, None])
    parts = [
        row
        for start in range(0, len(values), 1000)
        for row in reasons(
            {"n": values[start : start + 1000]},
            features,
            ones[start : start + 1000],
            values[start : start + 1000, None],
        )
    ]
    assert whole == parts
    assert [row[0]["expected"] for row in whole] == [
        f"{v:.0f}" if 1e3 <= abs(v) < 1e15 else f"{v + 0.0:.4g}" for v in values.tolist()
    ]


# JSON.

NASTY = [
    '"',
    "\\",
    'a"b\\',
    "line\nend\r\t\x00\x1f\x7f",
    "köln 東京 😀",
    "",
    "{}[],: ",
    "\u2028",
    "null",
]


def test_reasons_as_json_are_the_reasons():
    names = [f"{text} {place}" for place, text in enumerate(NASTY)]
    features = features_of(**dict.fromkeys(names, ("category", "=x", "other")))
    data = {name: [*NASTY, None] for name in names}
    random = np.random.default_rng(0)
    shares = np.exp(random.normal(0, 20, (10, 18))).astype(np.float32)
    explanation = Explanation(shares.sum(axis=1), shares, random.random((10, 18), np.float32))
    found = reasons_of(pa.table(data), features, (), explanation, 7)
    texts = as_json(found).to_pylist()
    assert [json.loads(text) for text in texts] == found.to_pylist()
    spelled_alike = [json.dumps(json.loads(text), ensure_ascii=False) for text in texts]
    numbers = r"[0-9.e+-]+"
    assert [re.sub(numbers, "", text) for text in texts] == [
        re.sub(numbers, "", text) for text in spelled_alike
    ]


def test_no_reasons_are_no_json():
    empty = {name: pa.array([], pa.float64()) for name in ROWS}
    nothing = Explanation(np.empty(0), np.empty((0, 3), np.float32), np.empty((0, 3), np.float32))
    assert as_json(reasons_of(pa.table(empty), NUMBERS, (), nothing, 2)).to_pylist() == []


def test_a_part_of_the_reasons_as_json_is_that_part():
    explanation = Explanation(
        np.ones(2), np.eye(2, 3, dtype=np.float32), np.ones((2, 3), np.float32)
    )
    found = reasons_of(pa.table(ROWS), NUMBERS, (), explanation, 2)
    assert as_json(found[1:]).to_pylist() == as_json(found).to_pylist()[1:]
