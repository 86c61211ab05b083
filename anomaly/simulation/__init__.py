"""A generator of labelled card transactions: the data that comes with the product.

A virtual world in the manner of Altman [1]_: card holders with a home, a spending level, merchants
they return to, hours and a pay day of their own, trips; terminals with a place, a merchant category,
prices and the clientele that follows; 26 weeks of transactions between them.
Into this world fraudsters come, in the scenarios that `anomaly.simulation.scenarios` describes, three
of them after the Fraud Detection Handbook [2]_. The columns are those a card processor has at the
moment it decides; `anomaly.simulation.columns` describes them one by one.

The frauds can be learned but not read off: card holders travel, buy big, pay tiny amounts online in
bursts, get new phones and forget their PIN too. What is a fraud shows beside the history of its
customer and its terminal far more than in the row alone. How much so was set by what XGBoost gains from
history, at least as much as on the Handbook's data, before any detector was tried.

References
----------
.. [1] E. R. Altman, "Synthesizing Credit Card Transactions", 2019, arXiv:1910.03033.
.. [2] Y.-A. Le Borgne, W. Siblini, B. Lebichot, G. Bontempi, "Reproducible Machine Learning for
   Credit Card Fraud Detection - Practical Handbook", Université Libre de Bruxelles, 2022,
   https://fraud-detection-handbook.github.io/fraud-detection-handbook/
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Final

import numpy as np

from anomaly.simulation.columns import to_table
from anomaly.simulation.events import in_order_of_time
from anomaly.simulation.purchases import purchases
from anomaly.simulation.scenarios import SCENARIOS, frauds
from anomaly.simulation.world import World

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = [
    "FRAUD_RATE",
    "MINIMUM_ROWS",
    "ROLES",
    "ROWS_FOR_EVERY_SCENARIO",
    "SCENARIO_NAMES",
    "simulate",
    "simulate_table",
]

FRAUD_RATE: Final = 0.005
MINIMUM_ROWS: Final = 100
# From here on every scenario occurs and a 60/20/20 split by time has frauds in each part.
ROWS_FOR_EVERY_SCENARIO: Final = 5_000
SCENARIO_NAMES: Final = tuple(scenario.name for scenario in SCENARIOS)

# The roles of the columns, under the names of `anomaly.train`'s options.
ROLES: Final[dict[str, str | list[str]]] = {
    "label": "fraud",
    "time": "time",
    "id": ["transaction_id"],
    "entity": ["customer_id", "terminal_id"],
    "drop": ["scenario"],
}


def simulate(rows: int, seed: int = 0) -> pd.DataFrame:
    """Simulate card transactions as a data frame.

    Parameters
    ----------
    rows : int
        Number of transactions, at least 100. From 5,000 on every fraud scenario occurs. Customers
        and terminals grow with it; the period is always 26 weeks.
    seed : int, default=0
        The same number of rows and seed give the same transactions, to the byte.

    Returns
    -------
    pandas.DataFrame of shape (rows, 18)
        Sorted by time. `anomaly.simulation.columns` describes the columns, `ROLES` their roles.

    Raises
    ------
    ValueError
        If there are fewer than 100 rows or the seed is negative.

    See Also
    --------
    simulate_table : The same transactions as an Arrow table, without pandas.

    Examples
    --------
    >>> from anomaly.simulation import simulate
    >>> transactions = simulate(10_000, seed=1)
    >>> transactions.loc[4, ["time", "amount", "merchant_category", "channel", "country"]]
    time                 2025-01-06 06:37:55
    amount                             12.31
    merchant_category              groceries
    channel                         in_store
    country                               ES
    Name: 4, dtype: object
    >>> transactions["scenario"].value_counts().sort_index()
    scenario
    card_not_present         6
    card_testing             8
    cloned_card              4
    compromised_terminal    17
    large_amount             5
    stolen_card             10
    Name: count, dtype: int64
    """
    return simulate_table(rows, seed).to_pandas()


def simulate_table(rows: int, seed: int = 0) -> pa.Table:
    """Simulate card transactions as an Arrow table.

    Parameters, errors and columns are those of `simulate`.

    Returns
    -------
    pyarrow.Table of shape (rows, 18)
        Sorted by time.

    Examples
    --------
    >>> from anomaly.simulation import simulate_table
    >>> simulate_table(1_000).schema.field("time").type
    TimestampType(timestamp[s])
    """
    rows, seed = operator.index(rows), operator.index(seed)
    if rows < MINIMUM_ROWS:
        raise ValueError(
            f"cannot simulate {rows:,} rows: ask for at least {MINIMUM_ROWS} "
            f"(from {ROWS_FOR_EVERY_SCENARIO:,} on every fraud scenario occurs)"
        )
    if seed < 0:
        raise ValueError(f"the seed is {seed}: choose 0 or a positive whole number")
    # A stream of its own for each part, so that a change in one leaves the others as they were.
    streams = [
        np.random.Generator(np.random.SFC64(child))
        for child in np.random.SeedSequence(seed).spawn(4)
    ]
    world = World.build(rows, streams[0])
    fraud_rows = max(1, round(rows * FRAUD_RATE))
    events = in_order_of_time(
        [purchases(world, rows - fraud_rows, streams[1]), *frauds(world, fraud_rows, streams[2])]
    )
    return to_table(world, events, streams[3])
