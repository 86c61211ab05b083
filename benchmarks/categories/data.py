"""Tables with categories of many values: the simulated set, and two made from the Handbook's data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from benchmarks.shared.results import data_folder

ROWS = 20_000
_BUCKETS = 32
_LENGTH = 4


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


def embedded(frame: pd.DataFrame, columns: Sequence[str], label: str, seed: int) -> pd.DataFrame:
    """Return the table with four numbers in place of each value, as a network learns them.

    The network tells the other columns of a row from the value alone, its embedding a hidden layer.
    It learns from all rows, those of test among them, which favours this form.
    """
    from anomaly.utils.backend import keras

    others = pd.get_dummies(frame.drop(columns=[*columns, label]), dtype=float)
    targets = ((others - others.mean()) / (others.std() + 1e-9)).fillna(0).to_numpy(np.float32)
    found = frame.drop(columns=list(columns))
    for name in columns:
        codes, values = pd.factorize(frame[name].astype(str))
        keras.utils.set_random_seed(seed)
        embedding = keras.layers.Embedding(len(values), _LENGTH)
        layers = [keras.layers.Dense(32, "relu"), keras.layers.Dense(targets.shape[1])]
        network = keras.Sequential([keras.Input(()), embedding, *layers])
        network.compile(optimizer=keras.optimizers.Adam(0.01), loss="mean_squared_error")
        network.fit(codes, targets, epochs=5, batch_size=256, verbose=0)
        learned = np.asarray(embedding.embeddings)[codes]
        found = found.assign(**{f"{name}_{place}": learned[:, place] for place in range(_LENGTH)})
    return found
