"""One table in the spellings of other people's exports: each is read as the plain one, or asked about."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from anomaly.dataset.prepared import make_dataset, read_transactions, split_rows
from anomaly.errors import AnomalyError, DataError, OptionError
from anomaly.schema.columns import UNLABELLED
from anomaly.schema.roles import Roles

ROWS = 300
START = pd.Timestamp("2024-03-01 00:25:58")


@pytest.fixture(scope="module")
def payments():
    """Card payments of 75 days, a tenth of them fraud."""
    random = np.random.default_rng(5)
    fraud = (random.random(ROWS) < 0.1).astype(int)
    return pd.DataFrame(
        {
            "payment": np.arange(70_001, 70_001 + ROWS),
            "time": START + pd.to_timedelta(np.sort(random.integers(0, 75 * 86_400, ROWS)), "s"),
            "card": [f"4{number:015d}" for number in random.integers(10**9, 10**9 + 60, ROWS)],
            "postcode": [f"{number:05d}" for number in random.integers(1_067, 9_999, ROWS)],
            "merchant": [f"M{number:04d}" for number in random.integers(0, 90, ROWS)],
            "mcc": random.choice([5411, 5812, 4111], ROWS),
            "amount": np.round(np.exp(random.normal(4, 1.8, ROWS)), 2),
            "balance": np.round(random.normal(400, 900, ROWS), 2),
            "rate": np.round(random.normal(4, 3, ROWS), 1),
            "age": np.where(random.random(ROWS) < 0.15, np.nan, random.integers(18, 90, ROWS)),
            "fraud": fraud,
        }
    )


@pytest.fixture
def read(tmp_path):
    """Read a frame, written as CSV, as a training reads it."""

    def read_frame(frame, sep=",", na_rep="", **roles):
        path = tmp_path / "payments.csv"
        frame.to_csv(path, index=False, sep=sep, na_rep=na_rep)
        roles = {"label": "fraud", "time": "time"} | roles
        return read_transactions(path, Roles.from_options(**roles))

    return read_frame


def held(rows):
    return pa.Table.from_batches(rows.held)


def note_of(rows, name):
    return rows.schema.column(name).note


def comma(value, thousands):
    return f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", thousands)


NUMBERS = {
    "amount-dollar": ("amount", lambda v: f"${v:,.2f}", ","),
    "amount-thousands": ("amount", lambda v: f"{v:,.2f}", ","),
    "amount-code": ("amount", lambda v: f"EUR {v:.2f}", ","),
    "amount-euro-after": ("amount", lambda v: f"{comma(v, '.')} €", ";"),
    "amount-french": ("amount", lambda v: comma(v, "\u202f"), ";"),
    "amount-swiss": ("amount", lambda v: f"{v:,.2f}".replace(",", "'"), ","),
    "amount-indian": ("amount", lambda v: f"₹{v * 0 + 1234567.25:.2f}" and f"Rs. {v:,.2f}", ","),
    "balance-accounting": (
        "balance",
        lambda v: f"({-v:,.2f})" if v < 0 else f"{v:,.2f}",
        ",",
    ),
    "balance-trailing-minus": ("balance", lambda v: f"{-v:.2f}-" if v < 0 else f"{v:.2f}", ","),
    "balance-unicode-minus": ("balance", lambda v: f"{v:.2f}".replace("-", "\u2212"), ","),
    "balance-minus-before-sign": (
        "balance",
        lambda v: f"-£{-v:.2f}" if v < 0 else f"£{v:.2f}",
        ",",
    ),
    "rate-percent": ("rate", lambda v: f"{v:.1f}%", ","),
    "rate-comma": ("rate", lambda v: f"{v:.1f}".replace(".", ","), "\t"),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_the_same_however_they_are_written(read, payments, name):
    column, spell, sep = NUMBERS[name]
    rows = read(payments.assign(**{column: payments[column].map(spell)}), sep=sep)
    assert held(rows).equals(held(read(payments)))
    assert "read as numbers" in note_of(rows, column)


TIMES = {
    "time-iso-z": "%Y-%m-%dT%H:%M:%SZ",
    "time-day-first-dots": "%d.%m.%Y %H:%M:%S",
    "time-day-first-slashes": "%d/%m/%Y %H:%M:%S",
    "time-month-first": "%m/%d/%Y %H:%M:%S",
    "time-month-first-12h": "%m/%d/%Y %I:%M:%S %p",
    "time-year-first-slashes": "%Y/%m/%d %H:%M:%S",
    "time-month-name": "%d %b %Y %H:%M:%S",
    "time-month-name-short": "%d-%b-%y %H.%M.%S",
    "time-month-name-before-the-day": "%B %d, %Y %H:%M:%S",
    "time-weekday": "%a, %d %b %Y %H:%M:%S",
    "time-compact": "%Y%m%d%H%M%S",
}


@pytest.mark.parametrize("name", TIMES)
def test_times_are_the_same_however_they_are_written(read, payments, name):
    rows = read(payments.assign(time=payments.time.dt.strftime(TIMES[name])))
    assert held(rows).equals(held(read(payments)))


def seconds(times):
    return (times - pd.Timestamp("1970-01-01")).dt.total_seconds()


OF_NUMBERS = {
    "time-epoch-seconds": lambda t: seconds(t).astype("int64"),
    "time-epoch-milliseconds": lambda t: (seconds(t) * 1e3).astype("int64"),
    "time-epoch-microseconds": lambda t: (seconds(t) * 1e6).astype("int64"),
    "time-excel-serial": lambda t: np.round(
        (t - pd.Timestamp("1899-12-30")).dt.total_seconds() / 86_400, 6
    ),
    "time-offsets": lambda t: [
        moment.tz_localize("UTC").tz_convert("Asia/Kolkata" if place % 2 else "UTC").isoformat()
        for place, moment in enumerate(t)
    ],
}


@pytest.mark.parametrize("name", OF_NUMBERS)
def test_times_that_are_numbers_or_have_zones_are_the_same_moments(read, payments, name):
    rows = read(payments.assign(time=OF_NUMBERS[name](payments.time)))
    np.testing.assert_array_equal(rows.moments, read(payments).moments)


def test_time_dates_only_compact(read, payments):
    rows = read(payments.assign(time=payments.time.dt.strftime("%Y%m%d")))
    np.testing.assert_array_equal(rows.moments, seconds(payments.time.dt.floor("D")))
    features = make_dataset(rows, split_rows(rows, "time", (0.6, 0.2, 0.2), 0)).features
    assert not [name for name in features.names if "of day" in name]


def test_time_hours_since_start(read, payments):
    hours = (seconds(payments.time) // 3600).astype(int)
    rows = read(payments.assign(time=hours - hours[0] + 1), time_unit="hours")
    np.testing.assert_array_equal(np.diff(rows.moments), np.diff(hours) * 3600.0)


def test_time_in_two_columns(read, payments):
    frame = payments.assign(
        time=payments.time.dt.strftime("%d.%m.%Y"), clock=payments.time.dt.strftime("%H:%M:%S")
    )
    rows = read(frame, clock="clock")
    np.testing.assert_array_equal(rows.moments, read(payments).moments)
    assert rows.schema.clock == "clock"
    assert read(frame).schema.column("clock").kind == "clock"


@pytest.mark.parametrize("word", ["?", "-", "missing", "NULL", "n/a", "(null)", ".", "--", "#N/A"])
def test_words_that_say_missing_leave_a_number(read, payments, word):
    rows = read(payments, na_rep=word)
    assert held(rows).equals(held(read(payments)))
    assert rows.schema.column("age").kind == "number"


def test_a_word_that_nobody_knows_says_missing_where_an_option_says_so(read, payments):
    with pytest.raises(
        OptionError, match=r"holds numbers and 'sin dato': .* \(--missing 'sin dato'\)"
    ):
        read(payments, na_rep="sin dato")
    with pytest.raises(DataError, match=r"holds numbers, but here 'sin dato' \(and \d+ more"):
        read(payments.assign(age=payments.rate.where(payments.index % 20 > 0)), na_rep="sin dato")
    rows = read(payments, na_rep="sin dato", missing="sin dato")
    assert held(rows).equals(held(read(payments)))


def test_numbers_that_can_be_read_in_two_ways_are_asked_about(read, payments):
    frame = payments.assign(amount=[f"{number % 9 + 1},000" for number in range(ROWS)])
    with pytest.raises(OptionError, match=r"is '1,000' 1000 \(--decimal '\.'\) or 1\.000 \(--dec"):
        read(frame)
    for decimal, expected in ((".", 1000.0), (",", 1.0)):
        assert held(read(frame, decimal=decimal))["amount"][0].as_py() == expected


def test_dates_that_can_be_read_in_two_ways_are_asked_about(read, payments):
    early = payments[payments.time.dt.day <= 12]
    frame = early.assign(time=early.time.dt.strftime("%d/%m/%Y %H:%M:%S"))
    with pytest.raises(OptionError, match=r"--date-order dmy\) or .* \(--date-order mdy\)\?$"):
        read(frame)
    rows = read(frame, date_order="dmy")
    np.testing.assert_array_equal(rows.moments, seconds(early.time))


def test_all_that_has_to_be_settled_is_said_at_once(read, payments):
    early = payments[payments.time.dt.day <= 12]
    frame = early.assign(
        time=early.time.dt.strftime("%d/%m/%Y %H:%M:%S"),
        amount=[f"{number % 9 + 1},000" for number in range(len(early))],
    )
    with pytest.raises(
        OptionError, match=r"2 things about .* \(1\) .*--date-order.* \(2\) .*--decimal"
    ):
        read(frame)


LABELS = {
    "label-words": ("legit", "fraud"),
    "label-title": ("Not Fraud", "Fraud"),
    "label-yes-no": ("N", "Y"),
    "label-booleans": ("False", "True"),
    "label-normal": ("normal", "anomaly"),
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_in_words_are_plain(read, payments, name):
    rows = read(payments.assign(fraud=np.where(payments.fraud, *LABELS[name][::-1])))
    np.testing.assert_array_equal(rows.labels, payments.fraud)


@pytest.mark.parametrize("word", ["", "2"])
@pytest.mark.parametrize("split", ["time", "random"])
def test_rows_without_a_label_judge_nothing_and_train_where_they_come_early(
    read, payments, word, split
):
    is_known = payments.index % 5 > 0
    fraud = payments.fraud.astype("Int64").where(is_known)
    rows = read(payments.assign(fraud=fraud), na_rep=word, unlabelled=word or None)
    np.testing.assert_array_equal(rows.labels == UNLABELLED, ~is_known)
    parts = split_rows(rows, split, (0.6, 0.2, 0.2), 0)
    assert is_known[parts.validation].all()
    assert is_known[parts.test].all()
    unlabelled_train = (~is_known)[parts.train].sum()
    late = (~is_known & (rows.moments >= rows.moments[parts.validation].min())).sum()
    assert unlabelled_train == (~is_known).sum() - (late if split == "time" else 0)


def test_rows_that_cannot_be_read_belong_to_no_part_and_are_named(tmp_path, payments):
    lines = payments.to_csv(index=False).splitlines()
    path = tmp_path / "payments.csv"
    path.write_text("\n".join([*lines[:51], "70050,x", *lines[51:], "Total,,,,,,77.5,,,,"]) + "\n")
    rows = read_transactions(path, Roles(label="fraud", time="time"))
    assert set(rows.problems) == {50, ROWS + 1}
    for method in ("time", "random"):
        split = split_rows(rows, method, (0.6, 0.2, 0.2), 0)
        assert set(np.flatnonzero(split.part < 0)) == {50, ROWS + 1}
    [rest] = [each for each in make_dataset(rows, split).assumptions if each.about == "2 rows"]
    assert "row 50: the row has 2 values where the header has 11" in rest.why
    assert f"row {ROWS + 1}" in rest.why


def test_too_many_rows_that_cannot_be_read_are_an_error_that_names_some(tmp_path, payments):
    lines = payments.to_csv(index=False).splitlines()
    path = tmp_path / "payments.csv"
    path.write_text("\n".join([*lines, *["1,2"] * 9]) + "\n")
    with pytest.raises(DataError, match=r"^9 of 309 rows of .* row 300: .* and 4 more; correct"):
        read_transactions(path, Roles(label="fraud"))
    path.write_text("a,b\n1,2\n3\n4,5\n")
    with pytest.raises(DataError, match=r"row 1: the row has 1 values where .*; correct or remove"):
        read_transactions(path, Roles())


def test_columns_that_give_the_label_away_are_named_and_left_out_where_asked(read, payments):
    frame = payments.assign(
        chargeback=np.where(payments.fraud, payments.amount, 0),
        decided_at=(payments.time + pd.Timedelta("30D")).where(payments.fraud == 1),
    )
    rows = read(frame)
    split = split_rows(rows, "time", (0.6, 0.2, 0.2), 0)
    assert set(make_dataset(rows, split).leaks) == {"chargeback", "decided_at"}
    kept = make_dataset(rows, split, drop_leaks=True)
    assert kept.leaks == {}
    assert {f.column for f in kept.features.features} & {"chargeback", "decided_at"} == set()
    left_out = {each.about for each in kept.assumptions if each.what == "left out"}
    assert left_out == {"chargeback", "decided_at"}


def test_columns_may_be_named_by_numbers(payments):
    frame = payments[["fraud", *payments.columns[:-1]]].set_axis(range(payments.shape[1]), axis=1)
    rows = read_transactions(frame, Roles.from_options(label=0, time=np.int64(2)))
    np.testing.assert_array_equal(rows.labels, payments.fraud)
    assert (rows.schema.label, rows.schema.time) == ("0", "2")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"label": ""}, "--label is empty"),
        ({"label": pd.Series([0, 1])}, "--label is Series with 2 values"),
        ({"label": "fraud", "time": np.zeros(3)}, "--time is ndarray with 3 values"),
    ],
)
def test_what_names_no_column_gets_one_line(options, words):
    with pytest.raises(AnomalyError, match=words):
        Roles.from_options(**options)


def test_names_may_come_as_an_array():
    assert Roles.from_options(drop=np.array(["a", "b"])).drop == ("a", "b")
    assert Roles.from_options(drop=pd.Index(["a"])).drop == ("a",)


def test_names_and_codes_are_no_quantities(read, payments):
    kinds = {c.name: (c.role, c.kind) for c in read(payments).schema.columns}
    for name in ("card", "postcode", "mcc", "merchant"):
        assert kinds[name] == ("feature", "category")
    assert kinds["amount"] == kinds["balance"] == ("feature", "number")
