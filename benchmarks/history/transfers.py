"""Transfers of companies: a third set with other habits, on which nothing was chosen.

Companies pay the same payees again and again, each in its own amounts, on working days and most at the
end of a month; some payments go to new payees. A tenth of the frauds is a payment to a new payee in usual
amounts (a forged invoice), the others are series from an account that was taken over, in an hour, to a few
accounts that several victims pay within weeks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_DAYS, _COMPANIES, _PAYEES = 120, 600, 6_000
_SERIES, _MULES = 70, 25
_INVOICES = 40
_CHANNELS, _COUNTRIES = ("portal", "file", "api"), ("DE", "NL", "FR", "IT", "PL")
ROLES = {
    "label": "fraud",
    "time": "time",
    "entity": ["company", "payee"],
    "id": "transfer",
}


def transfers(n_rows: int, seed: int) -> Any:
    """Return a data frame of so many transfers, about 0.7 % of them frauds."""
    import pandas as pd

    generator = np.random.default_rng(seed)
    regular = [
        generator.choice(_PAYEES, generator.integers(4, 40), replace=False)
        for _ in range(_COMPANIES)
    ]
    level = generator.normal(6, 1, _COMPANIES)
    country = generator.choice(_COUNTRIES, _PAYEES + _MULES, p=[0.6, 0.15, 0.1, 0.1, 0.05])
    price = generator.normal(0, 0.8, _PAYEES + _MULES)
    channel = generator.choice(_CHANNELS, _COMPANIES)
    activity = generator.lognormal(0, 1, _COMPANIES)

    company = generator.choice(_COMPANIES, n_rows, p=activity / activity.sum())
    payee = np.array([generator.choice(regular[each]) for each in company])
    is_new = generator.random(n_rows) < 0.04
    payee[is_new] = generator.integers(_PAYEES, size=int(is_new.sum()))
    amount = np.exp(level[company] + price[payee] + generator.normal(0, 0.35, n_rows))
    busy = 1.0 + 2.0 * (np.arange(_DAYS) % 30 >= 26) - 0.95 * (np.arange(_DAYS) % 7 >= 5)
    day = generator.choice(_DAYS, n_rows, p=busy / busy.sum())
    seconds = day * 86_400 + generator.normal(13, 2.5, n_rows).clip(0, 23.9) * 3_600
    frame = pd.DataFrame(
        {
            "company": company,
            "payee": payee,
            "seconds": seconds,
            "amount": amount,
            "channel": np.where(generator.random(n_rows) < 0.9, channel[company], "portal"),
            "urgent": generator.random(n_rows) < 0.05,
            "fraud": 0,
        }
    )
    frauds = [frame, *_invoices(generator, level), *_series(generator, level)]
    whole = pd.concat(frauds, ignore_index=True)
    whole["country"] = country[whole["payee"]]
    whole["time"] = pd.Timestamp("2026-01-05") + pd.to_timedelta(whole.pop("seconds"), unit="s")
    whole["amount"] = whole["amount"].round(2)
    whole = whole.sort_values("time", kind="stable").reset_index(drop=True)
    whole.insert(0, "transfer", [f"t{number}" for number in range(len(whole))])
    return whole.astype({"company": str, "payee": str})


def _invoices(generator: np.random.Generator, level: Any) -> Any:
    import pandas as pd

    company = generator.integers(_COMPANIES, size=_INVOICES)
    yield pd.DataFrame(
        {
            "company": company,
            "payee": generator.integers(_PAYEES, size=_INVOICES),
            "seconds": generator.uniform(0, _DAYS * 86_400, _INVOICES),
            "amount": np.exp(level[company] + generator.normal(0.7, 0.8, _INVOICES)),
            "channel": "portal",
            "urgent": generator.random(_INVOICES) < 0.3,
            "fraud": 1,
        }
    )


def _series(generator: np.random.Generator, level: Any) -> Any:
    import pandas as pd

    starts = generator.uniform(0, (_DAYS - 15) * 86_400, _MULES)
    for _ in range(_SERIES):
        mule, company = generator.integers(_MULES), generator.integers(_COMPANIES)
        n = generator.integers(2, 9)
        first = starts[mule] + generator.uniform(0, 14 * 86_400)
        yield pd.DataFrame(
            {
                "company": company,
                "payee": _PAYEES + mule,
                "seconds": first + np.sort(generator.uniform(0, 3_600, n)),
                "amount": np.exp(level[company] + generator.normal(0.5, 0.5, n)),
                "channel": "portal",
                "urgent": generator.random(n) < 0.3,
                "fraud": 1,
            }
        )
