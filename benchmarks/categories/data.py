"""Tables with categories of many values: the simulated set, and two made from the Handbook's data."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from benchmarks.shared.results import data_folder

ROWS = 20_000
_BUCKETS = 32


def simulated() -> tuple[pd.DataFrame, list[str]]:
    """Return the simulated set with its terminals and customers."""
    import anomaly

    frame = anomaly.simulate(ROWS, seed=1).drop(columns=["transaction_id", "scenario", "time"])
    return frame, ["terminal_id", "customer_id"]


def _handbook(first_row: int) -> pd.DataFrame:
    frame = pd.read_parquet(data_folder() / "handbook.parquet").iloc[first_row : first_row + ROWS]
    hours = frame["TX_DATETIME"].dt.hour
    return pd.DataFrame(
        {
            "amount": frame["TX_AMOUNT"],
            "hour": hours,
            "weekday": frame["TX_DATETIME"].dt.dayofweek,
            "terminal": "T" + frame["TERMINAL_ID"].astype(str),
            "customer": "C" + frame["CUSTOMER_ID"].astype(str),
            "fraud": frame["TX_FRAUD"],
        }
    ).reset_index(drop=True)


def handbook_terminals() -> tuple[pd.DataFrame, list[str]]:
    """Return four days of the Handbook's data with its 10,000 terminals."""
    return _handbook(200_000).drop(columns="customer"), ["terminal"]


def handbook_merchants() -> tuple[pd.DataFrame, list[str]]:
    """Return four other days, with chains of terminals as merchants and the first digits of customers."""
    frame = _handbook(600_000)
    merchant = "M" + frame["terminal"].str[1:].astype(int).floordiv(25).astype(str)
    area = frame["customer"].str[1:].str.zfill(4).str[:3]
    frame = frame.assign(merchant=merchant, area=area).drop(columns=["terminal", "customer"])
    return frame, ["merchant", "area"]


SETS: dict[str, Callable[[], tuple[pd.DataFrame, list[str]]]] = {
    "simulated, terminals and customers": simulated,
    "Handbook, terminals": handbook_terminals,
    "Handbook, merchants and areas": handbook_merchants,
}


def hashed(values: pd.Series) -> pd.Series:
    """Return one of 32 buckets for each value, as the hashing trick has it."""
    codes = pd.util.hash_pandas_object(values.astype(str), index=False) % _BUCKETS
    return "b" + codes.astype(str)
