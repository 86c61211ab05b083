"""The simulated transactions keep their promises: numbers, order, scenarios, no leaks."""

from __future__ import annotations

import doctest
import io
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from anomaly.simulation import (
    FRAUD_RATE,
    MINIMUM_ROWS,
    ROLES,
    ROWS_FOR_EVERY_SCENARIO,
    SCENARIO_NAMES,
    simulate,
    simulate_table,
)

DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def transactions() -> pd.DataFrame:
    return simulate(200_000, seed=7)


@pytest.fixture(scope="module")
def normal(transactions: pd.DataFrame) -> pd.DataFrame:
    return transactions[transactions["fraud"] == 0]


def of_scenario(transactions: pd.DataFrame, name: str) -> pd.DataFrame:
    return transactions[transactions["scenario"] == name]


def as_csv(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pyarrow.csv.write_csv(table, sink)
    return sink.getvalue()


@pytest.mark.parametrize("rows", [MINIMUM_ROWS, 1_000, 12_345])
def test_there_are_exactly_as_many_rows_as_asked_for(rows: int) -> None:
    assert simulate_table(rows).num_rows == rows


@pytest.mark.parametrize("rows", [-1, 0, MINIMUM_ROWS - 1])
def test_too_few_rows_get_a_line_that_says_what_to_do(rows: int) -> None:
    with pytest.raises(ValueError, match="ask for at least 100"):
        simulate(rows)


def test_a_negative_seed_gets_a_line_that_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="choose 0 or a positive whole number"):
        simulate(1_000, seed=-1)


def test_rows_are_sorted_by_time_and_numbered_in_that_order(transactions: pd.DataFrame) -> None:
    assert transactions["time"].is_monotonic_increasing
    assert transactions["transaction_id"].tolist() == list(range(1, 200_001))


def test_the_period_is_26_weeks_for_any_number_of_rows() -> None:
    for rows in (1_000, 50_000):
        time = simulate(rows)["time"]
        assert time.iloc[0] >= pd.Timestamp("2025-01-06")
        assert time.iloc[-1] < pd.Timestamp("2025-01-06") + 182 * DAY
        assert time.iloc[-1] - time.iloc[0] > 170 * DAY


@pytest.mark.parametrize("rows", [1_000, 5_000, 50_000, 200_000])
def test_one_in_two_hundred_is_a_fraud(rows: int) -> None:
    assert np.mean(simulate_table(rows)["fraud"]) == pytest.approx(FRAUD_RATE, rel=0.01)


def test_the_scenario_is_named_for_frauds_and_null_for_the_rest(transactions: pd.DataFrame) -> None:
    assert (transactions["scenario"].notna() == (transactions["fraud"] == 1)).all()


@pytest.mark.parametrize("seed", range(20))
def test_from_5000_rows_on_every_scenario_occurs_and_every_part_has_frauds(seed: int) -> None:
    rows = ROWS_FOR_EVERY_SCENARIO
    transactions = simulate(rows, seed)
    assert set(transactions["scenario"].dropna()) == set(SCENARIO_NAMES)
    fraud = transactions["fraud"].to_numpy()
    train, validation, test = np.split(fraud, [int(0.6 * rows), int(0.8 * rows)])
    assert min(train.sum(), validation.sum(), test.sum()) >= 1


def test_every_scenario_is_spread_over_the_whole_period(transactions: pd.DataFrame) -> None:
    part = np.arange(len(transactions)) * 5 // len(transactions)
    counts = pd.crosstab(part, transactions["scenario"])
    assert counts.shape == (5, len(SCENARIO_NAMES))
    assert counts.to_numpy().min() >= 5


def test_the_same_seed_gives_the_same_bytes_whatever_the_number_of_threads() -> None:
    threads = pa.cpu_count()
    first = as_csv(simulate_table(20_000, seed=3))
    try:
        pa.set_cpu_count(1)
        assert as_csv(simulate_table(20_000, seed=3)) == first
    finally:
        pa.set_cpu_count(threads)


def test_another_seed_gives_other_transactions() -> None:
    assert as_csv(simulate_table(1_000, seed=3)) != as_csv(simulate_table(1_000, seed=4))


def test_the_data_frame_holds_what_the_table_holds() -> None:
    pd.testing.assert_frame_equal(simulate(2_000, seed=5), simulate_table(2_000, 5).to_pandas())


def test_the_roles_name_columns_of_the_table() -> None:
    names = {
        name for role in ROLES.values() for name in ([role] if isinstance(role, str) else role)
    }
    assert names < set(simulate_table(MINIMUM_ROWS).column_names)


def test_parquet_and_csv_give_plain_types_back(tmp_path: Path) -> None:
    table = simulate_table(5_000)
    pyarrow.parquet.write_table(table, tmp_path / "transactions.parquet")
    stored = pyarrow.parquet.read_table(tmp_path / "transactions.parquet")
    assert stored.cast(table.schema).equals(table)
    read = pyarrow.csv.read_csv(io.BytesIO(as_csv(table)))
    for name in ("customer_id", "channel", "scenario"):
        assert table.schema.field(name).type == pa.string()
        assert read.schema.field(name).type == pa.string()
    assert read.schema.field("time").type == pa.timestamp("s")


def test_seconds_since_previous_are_those_since_the_card_was_last_used() -> None:
    transactions = simulate(3_000, seed=2)
    seconds = transactions["time"].astype("int64").tolist()
    gaps = transactions["seconds_since_previous"].tolist()
    last: dict[str, int] = {}
    for customer, now, gap in zip(transactions["customer_id"], seconds, gaps, strict=True):
        if customer in last:
            assert gap == now - last[customer]
        else:
            assert np.isnan(gap)
        last[customer] = now


def test_distance_is_missing_online_and_at_a_few_terminals(transactions: pd.DataFrame) -> None:
    is_missing = transactions["distance_from_home_km"].isna()
    is_online = transactions["channel"] == "online"
    assert is_missing[is_online].all()
    assert 0.002 < is_missing[~is_online].mean() < 0.05
    by_terminal = is_missing[~is_online].groupby(transactions["terminal_id"])
    assert (by_terminal.nunique() == 1).all()


def test_values_are_missing_as_often_for_frauds_as_for_normal_rows(
    transactions: pd.DataFrame,
) -> None:
    is_missing = transactions[["card_age_days", "merchant_category"]].isna()
    assert is_missing.mean().between(0.002, 0.03).all()
    assert is_missing[transactions["fraud"] == 1].mean().between(0.0, 0.03).all()


def test_a_device_is_known_online_only(transactions: pd.DataFrame) -> None:
    is_known = transactions["device_age_days"].notna()
    is_online = transactions["channel"] == "online"
    assert not is_known[~is_online].any()
    assert 0.85 < is_known[is_online].mean() < 0.95


def test_the_way_of_paying_suits_the_channel(transactions: pd.DataFrame) -> None:
    modes = transactions.groupby("channel")["entry_mode"].agg(set)
    assert modes["online"] == {"ecommerce", "stored"}
    assert modes["in_store"] == {"chip", "contactless", "magstripe", "manual"}
    online = transactions[transactions["channel"] == "online"]
    assert not online["pin_used"].any()
    cash = transactions.loc[transactions["channel"] == "atm", "amount"]
    assert (cash % 10 == 0).all()


def test_large_amounts_are_large_for_the_customer_alone(
    transactions: pd.DataFrame, normal: pd.DataFrame
) -> None:
    frauds = of_scenario(transactions, "large_amount")
    usual = normal.groupby("customer_id")["amount"].median()
    assert (frauds["amount"] / frauds["customer_id"].map(usual)).median() > 8
    assert (normal["amount"] > frauds["amount"].median()).sum() > len(frauds)


def test_customers_return_to_the_same_terminals(normal: pd.DataFrame) -> None:
    visits = normal.groupby(["customer_id", "terminal_id"]).size()
    assert visits[visits >= 5].sum() > 0.6 * len(normal)


def test_terminals_have_a_clientele(normal: pd.DataFrame) -> None:
    visits = normal.groupby(["terminal_id", "customer_id"]).size()
    busy = visits.groupby("terminal_id").sum() >= 200
    share = visits.groupby("terminal_id").apply(lambda of: of[of >= 5].sum() / of.sum())
    assert share[busy].median() > 0.6


def test_customers_have_hours_of_their_own(normal: pd.DataFrame) -> None:
    hours = pd.crosstab(normal["customer_id"], normal["time"].dt.hour, normalize="index")
    # Of all together the busiest four hours have a third of the payments.
    everybody = normal["time"].dt.hour.value_counts(normalize=True).nlargest(4).sum()
    assert np.sort(hours, axis=1)[:, -4:].sum(axis=1).mean() > everybody + 0.1


def test_more_is_paid_when_the_salary_is_there(normal: pd.DataFrame) -> None:
    day = ((normal["time"] - pd.Timestamp("2025-01-06")) // DAY) % 30
    by_day = pd.crosstab(normal["customer_id"], day, normalize="index").to_numpy()
    best_three = np.max(sum(np.roll(by_day, -ahead, axis=1) for ahead in range(3)), axis=1)
    assert np.median(best_three) > 0.2  # a tenth, were all days alike


def test_customers_spend_alike_and_differ_from_each_other(normal: pd.DataFrame) -> None:
    logarithm = np.log(normal["amount"])
    of_customer = logarithm.groupby(normal["customer_id"])
    assert of_customer.mean().std() > 0.8
    visits = logarithm.groupby([normal["customer_id"], normal["terminal_id"]])
    assert visits.std()[visits.size() >= 10].median() < 0.6


def test_compromised_terminals_see_several_frauds_within_four_weeks(
    transactions: pd.DataFrame,
) -> None:
    frauds = of_scenario(transactions, "compromised_terminal")
    time = frauds.groupby("terminal_id")["time"]
    assert time.size().median() >= 4
    assert (time.max() - time.min()).median() < 28 * DAY
    assert frauds["customer_id"].nunique() > 3 * frauds["terminal_id"].nunique()


def test_stolen_cards_are_used_at_raised_amounts_for_days(
    transactions: pd.DataFrame, normal: pd.DataFrame
) -> None:
    frauds = of_scenario(transactions, "stolen_card")
    usual = normal.groupby("customer_id")["amount"].median()
    raised = frauds["amount"] / frauds["customer_id"].map(usual)
    assert raised.median() > 2
    time = frauds.groupby("customer_id")["time"]
    assert time.size().median() >= 3
    assert DAY < (time.max() - time.min()).median() < 14 * DAY


def test_card_testing_is_a_burst_of_tiny_amounts_at_one_online_merchant(
    transactions: pd.DataFrame,
) -> None:
    frauds = of_scenario(transactions, "card_testing")
    assert (frauds["channel"] == "online").all()
    tiny = frauds[frauds["amount"] < 6]
    assert 0.8 < len(tiny) / len(frauds) < 1
    assert tiny["seconds_since_previous"].median() < 180
    burst = tiny.groupby(["customer_id", tiny["time"].dt.floor("D")])
    assert burst["terminal_id"].nunique().median() == 1
    assert burst.size().median() >= 4


def test_cloned_cards_are_used_far_from_home(
    transactions: pd.DataFrame, normal: pd.DataFrame
) -> None:
    frauds = of_scenario(transactions, "cloned_card")
    assert 0.15 < (frauds["entry_mode"] == "magstripe").mean() < 0.5
    assert frauds["distance_from_home_km"].median() > 300
    assert normal["distance_from_home_km"].median() < 20


def test_stolen_details_are_used_online_often_on_strange_devices(
    transactions: pd.DataFrame,
) -> None:
    frauds = of_scenario(transactions, "card_not_present")
    assert (frauds["channel"] == "online").all()
    assert 0.15 < (frauds["device_age_days"] <= 5).mean() < 0.5


@pytest.mark.parametrize(
    "suspicion",
    [
        "amount > 220",
        "amount > 1_000",
        "amount < 3 and channel == 'online' and seconds_since_previous < 180",
        "device_age_days <= 5",
        "distance_from_home_km > 500",
        "entry_mode == 'chip' and not pin_used",
        "failed_attempts >= 1",
    ],
)
def test_no_single_suspicion_gives_frauds_away(transactions: pd.DataFrame, suspicion: str) -> None:
    suspects = transactions.query(suspicion)
    base_rate = transactions["fraud"].mean()
    assert 2 * base_rate < suspects["fraud"].mean() < 0.5


def test_ids_and_last_digits_say_nothing_about_the_label(transactions: pd.DataFrame) -> None:
    fraud = transactions["fraud"] == 1
    in_store = transactions["channel"] == "in_store"
    cents = (transactions["amount"] * 100).round() % 10
    seconds = transactions["time"].dt.second
    for values, highest in (
        (transactions["transaction_id"] % 10, 9),
        # Once for each card: an episode has many of its rows.
        (
            transactions[fraud].drop_duplicates("customer_id")["customer_id"].str[1:].astype(int),
            999,
        ),
        (cents[in_store], 9),
        (seconds, 59),
    ):
        # A mean of some 500 evenly spread values lies within 4 standard errors of the middle.
        chosen = values[fraud.loc[values.index]]
        error = highest / np.sqrt(12 * len(chosen))
        assert abs(chosen.mean() - highest / 2) < 4 * error


def test_the_examples_in_the_docstrings_show_real_output() -> None:
    for name in ("anomaly.simulation", "anomaly.simulation.events"):
        results = doctest.testmod(import_module(name))
        assert results.attempted > 0
        assert results.failed == 0
