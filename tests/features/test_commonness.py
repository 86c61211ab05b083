"""How common the values of a category are, and that to be new alone is no anomaly."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from quick import quick_train

from anomaly.features import commonness
from anomaly.features.commonness import Commonness, ValueCounter

SHOPS = pa.array(["a"] * 60 + ["b"] * 30 + ["c"] * 5 + ["d", "e", "f", "g", "h"])


@pytest.fixture
def shops():
    counter = ValueCounter()
    counter.add(SHOPS)
    return Commonness.of(counter.counts(), counter.rows, counter.missing)


def test_values_are_counted_over_batches(monkeypatch):
    monkeypatch.setattr(commonness, "_ENOUGH_TO_MERGE", 3)
    counter = ValueCounter()
    for start in range(0, len(SHOPS), 7):
        counter.add(SHOPS.slice(start, 7))
    counter.add(pa.array([None, "a"]))
    assert counter.counts() == {"a": 61, "b": 30, "c": 5} | dict.fromkeys("defgh", 1)
    assert (counter.rows, counter.missing) == (102, 1)


def test_no_values_have_no_counts():
    assert ValueCounter().counts() == {}


def test_a_training_row_counts_the_others_with_its_value(shops):
    own = np.array([True, False])
    texts = pa.array(["a", "a"])
    assert shops.others(texts, own).tolist() == [59, 60]
    found = shops.of_texts(texts, own)
    np.testing.assert_allclose(found, np.log([60, 61]) - np.log(101))


def test_a_new_value_is_as_common_as_one_among_the_rarest_fifth(shops):
    # Five single ones and five of c are a tenth of 100 rows; with b they are more than a fifth.
    assert shops.stand_in == "b"
    new, single, of_b = shops.of_texts(pa.array(["zzz", "d", "b"]), np.array([False, True, True]))
    assert new == single == of_b == np.log(30) - np.log(101)
    assert shops.of_text("zzz") == new


def test_of_very_many_values_the_most_frequent_are_remembered(monkeypatch):
    monkeypatch.setattr(commonness, "MOST_REMEMBERED", 2)
    kept = Commonness.of({"a": 3, "b": 5, "c": 1}, 9, 0)
    assert dict(kept.counts) == {"b": 5, "a": 3}


def test_shares_are_of_all_training_rows(shops):
    assert (shops.share("a"), shops.share("zzz")) == (0.6, 0.0)


@pytest.fixture(scope="module")
def of_many_shops(tmp_path_factory):
    """A run on payments at 300 shops, some of them frequent, and the payments."""
    random = np.random.default_rng(0)
    n_rows = 3_000
    shares = 1 / np.arange(1, 301)
    shops = random.choice([f"s{n:03d}" for n in range(300)], n_rows, p=shares / shares.sum())
    table = pd.DataFrame(
        {
            "shop": shops,
            "channel": random.choice(["chip", "web", "phone"], n_rows),
            "amount": random.lognormal(3, 1, n_rows),
            "age": random.normal(40, 10, n_rows),
        }
    )
    folder = tmp_path_factory.mktemp("shops") / "run"
    return quick_train(table, epochs=5, out=folder), table


@pytest.mark.parametrize("column", ["shop", "channel"])
def test_a_stream_with_new_values_raises_no_more_alerts(of_many_shops, column):
    run, table = of_many_shops
    before = run.score(table)["score"]
    threshold = before.quantile(0.98)
    is_new = np.random.default_rng(1).random(len(table)) < 0.05
    changed = table.assign(**{column: table[column].where(~is_new, "new")})
    alerts = (run.score(changed)["score"] >= threshold).sum()
    assert alerts <= 1.1 * (before >= threshold).sum()


def test_reasons_say_how_rare_a_value_is(of_many_shops):
    run, table = of_many_shops
    rows = table.head(2).assign(shop=["nowhere", "s040"])
    found = run.score(rows, reasons=4)["reasons"]
    told = [{r["column"]: (r["seen"], r["expected"]) for r in reasons}["shop"] for reasons in found]
    assert told[0] == ("nowhere", "never seen")
    assert told[1][1].startswith("seen in 0.")
    assert run.score_one(rows.iloc[0].to_dict()) == run.score(rows)["score"][0]
