"""The columns of a table of scores: those that are named, ids, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from anomaly.errors import DataError, OptionError
from anomaly.schema.roles import Roles
from anomaly.schema.scored import is_not_looked_at, scores_schema
from anomaly.tables import open_table

N = 60
TABLE = pd.DataFrame(
    {
        "row": [f"r{number}" for number in range(N)],
        "alert_id": [f"a{number}" for number in range(N)],
        "points": [number % 7 / 7 for number in range(N)],
        "price": [100 + 5 * (number % 4) for number in range(N)],
        "mixed": [f"{number}" if number % 30 else "odd" for number in range(N)],
        "country": ["DE", "FR", "NL"] * (N // 3),
        "fraud": [int(number % 9 == 0) for number in range(N)],
    }
)


def schema_of(table=TABLE, **roles):
    return scores_schema(open_table(table), Roles(**{"score": "points", **roles}), ("row",))


def test_columns_that_nobody_names_are_not_looked_at_but_for_ids():
    schema = schema_of(label="fraud")
    assert {column.name: column.role for column in schema.columns} == {
        **{"row": "ignored", "alert_id": "id", "points": "score", "price": "ignored"},
        **{"mixed": "ignored", "country": "ignored", "fraud": "label"},
    }
    assert all(is_not_looked_at(c.note) for c in schema.columns if c.role == "ignored")
    assert (schema.score, schema.amount, schema.positive) == ("points", None, "1")


def test_an_amount_that_is_named_is_a_number_however_few_there_are():
    schema = schema_of(amount="price")
    assert (schema.amount, schema.kind("price")) == ("price", "number")
    assert schema_of(TABLE.rename(columns={"price": "points_amount"})[["points", "points_amount"]])


def test_infinite_scores_are_scores_and_texts_are_not():
    scores = TABLE["points"].astype(object)
    scores[4] = float("inf")
    assert schema_of(TABLE.assign(points=scores.astype(float))).kind("points") == "number"
    scores[5] = "none yet"
    with pytest.raises(DataError, match=r"row 5: .*here 'none yet'; correct it or leave it empty"):
        schema_of(TABLE.assign(points=scores))


@pytest.mark.parametrize("decimal", [".", ","])
def test_infinite_scores_may_be_words_in_a_file(tmp_path, decimal):
    scores = TABLE["points"].copy()
    scores[[4, 5, 6]] = float("inf"), float("-inf"), float("nan")
    path = tmp_path / "scores.csv"
    texts = TABLE.assign(points=scores)[["points"]]
    texts.to_csv(path, index=False, sep=";", decimal=decimal, na_rep="-")
    table = open_table(path)
    column = scores_schema(table, Roles(score="points"), ()).column("points")
    (batch,) = table.batches(["points"])
    np.testing.assert_array_equal(column.convert(batch.data.column(0)).values, scores)


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ({"score": "country"}, "--score country: .* row 0 has 'DE', which is not a number"),
        ({"amount": "country"}, "--amount country: .* row 0 has 'DE', which is not a number"),
        ({"amount": "prize"}, "--amount: there is no column 'prize' in data frame; .*'price'"),
        ({"amount": "points"}, "the column 'points' is named by --score and by --amount"),
    ],
)
def test_a_column_that_cannot_be_what_it_is_said_to_be(roles, words):
    with pytest.raises(OptionError, match=words):
        schema_of(**roles)
