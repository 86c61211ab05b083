"""Labels: two values in any spelling, one of which marks an anomaly."""

import numpy as np
import pytest
from inferring import NUMBERS, N, refused

from anomaly.errors import DataError, OptionError
from anomaly.schema.columns import UNLABELLED, labels_of
from anomaly.schema.inference import infer_schema
from anomaly.schema.roles import Roles
from anomaly.tables import csv


def labels(table, name="x", **roles):
    """Return the labels as training reads them."""
    schema = infer_schema(table, Roles(label=name, **roles))
    batches = table.batches([name], schema.reading_types())
    return np.concatenate(
        [labels_of(b.data.column(name), schema.positive, schema.unlabelled) for b in batches]
    )


def positives(table, name="x", **roles):
    """Return the positive value, and how many rows have it as training reads them."""
    schema = infer_schema(table, Roles(label=name, **roles))
    return schema.positive, int(labels(table, name, **roles).sum())


@pytest.mark.parametrize(
    ("normal", "fraud", "positive"),
    [
        (0, 1, "1"),
        (0.0, 1.0, "1"),
        (False, True, "true"),
        ("0", "1", "1"),
        ("false", "true", "true"),
        ("False", "True", "true"),
        ("no", "yes", "yes"),
        ("No", "YES", "YES"),
        ("N", "Y", "Y"),
        ("f", "t", "t"),
        ("normal", "fraud", "fraud"),
        ("Not Fraud", "Fraud", "Fraud"),
        ("legit", "fraudulent", "fraudulent"),
        ("non-fraud", "fraud", "fraud"),
        ("normal", "anomaly", "anomaly"),
        ("inlier", "outlier", "outlier"),
        ("good", "bad", "bad"),
    ],
)
def test_plain_labels_need_no_help(source, normal, fraud, positive):
    table = source({"x": [normal] * (N - 3) + [fraud] * 3, "n": NUMBERS})
    assert positives(table) == (positive, 3)


@pytest.mark.parametrize(
    ("normal", "fraud", "given"),
    [
        ("blue", "red", "red"),
        (1, 2, "2"),
        (1, -1, "-1"),
        (1.5, 2.0, "2.0"),
        (0, 1, "1.0"),
        (1, 0, "0"),
        (False, True, "True"),
    ],
)
def test_other_labels_need_to_know_which_is_positive(source, normal, fraud, given):
    table = source({"x": [normal] * (N - 3) + [fraud] * 3, "n": NUMBERS})
    assert positives(table, positive=given)[1] == 3


def test_a_label_with_gaps_between_types_in_a_file_counts_every_row(text_file, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 300)
    values = ["0"] * 100 + ["0.0"] * 50 + ["1"] * 25 + ["1.0"] * 25
    assert positives(text_file(x=values)) == ("1", 50)


def test_labels_that_are_not_plain_ask_for_the_positive_one(source):
    table = source({"x": ["blue"] * (N - 3) + ["red"] * 3, "n": NUMBERS})
    assert refused(OptionError, table, label="x") == (
        f"{table.name}: the label 'x' has the values 'blue' and 'red'; "
        "say with --positive which one marks an anomaly"
    )


def test_a_positive_value_that_is_not_there_is_an_error(source):
    table = source({"x": [0] * (N - 3) + [1] * 3, "n": NUMBERS})
    assert refused(OptionError, table, label="x", positive="2") == (
        "--positive 2: the label 'x' has only '0' and '1'"
    )


@pytest.mark.parametrize(
    ("values", "some"),
    [
        (np.arange(N) % 3, "0, 1, 2, ..."),
        (NUMBERS, "more than 32"),
        (["0", "1", "true", "1"] * (N // 4), "0, 1, true, ..."),
    ],
)
def test_a_label_with_more_than_two_values_is_an_error(source, values, some):
    table = source({"x": values, "n": NUMBERS})
    assert f"the label 'x' has more than two values ({some})" in refused(
        DataError, table, label="x"
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "so no row is positive; add labelled anomalies, or leave --label out"),
        ("normal", "so no row is positive"),
        (1, "so no row is normal; add normal rows"),
        (True, "so no row is normal"),
    ],
)
def test_a_label_with_one_value_is_an_error(source, value, message):
    table = source({"x": [value] * N, "n": NUMBERS})
    assert message in refused(DataError, table, label="x")


@pytest.mark.parametrize("missing", [None, np.nan])
def test_rows_with_an_empty_label_are_known_to_be_neither(source, missing):
    table = source({"x": [0, 1, missing, 1] * (N // 4), "n": NUMBERS})
    assert labels(table).tolist() == [0, 1, UNLABELLED, 1] * (N // 4)


def test_a_value_may_say_that_nobody_knows(source):
    table = source({"x": [0, 1, 2, None] * (N // 4), "n": NUMBERS})
    expected = [0, 1, UNLABELLED, UNLABELLED] * (N // 4)
    assert labels(table, unlabelled="2").tolist() == expected
    assert "--unlabelled names" in refused(DataError, table, label="x")
