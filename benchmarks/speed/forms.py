"""Files as strangers write them: scored against the plain file, and inspected against a reading."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.speed import data
from benchmarks.speed.processes import READ_CSV, against
from benchmarks.speed.programs import ANOMALY, cost, python_words, score_words, train_words
from benchmarks.speed.results import Measured
from benchmarks.speed.settings import Settings

_ROWS, _INSPECTED = 300_000, 10_000_000
_READ_PARQUET = "import sys; import pyarrow.parquet as pq; pq.read_table(sys.argv[1])"


def measure(settings: Settings) -> Measured:
    """Measure the rows of this part."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        payments = _payments(settings.rows(_ROWS))
        foreign = _foreign(payments)
        plain, written = folder / "plain.csv", folder / "foreign.csv"
        payments.to_csv(plain, index=False)
        foreign.to_csv(written, index=False, sep=";")
        run, run_of_foreign = folder / "run", folder / "run-of-foreign"
        out = folder / "scores.csv"
        for source, target in ((plain, run), (written, run_of_foreign)):
            cost(*train_words(source, target, ["--time", "time", "--epochs", 1]))
            cost(ANOMALY, "pick-threshold", target, "--quiet")
        many = folder / "many.parquet"
        _write_many(payments, settings.rows(_INSPECTED), many)
        n_foreign = len(foreign)
        measured = [
            against(
                settings.turns,
                "score-forms",
                f"`anomaly score`, whole process, {n_foreign:,} rows with `1.234,50 €` and "
                "`31.12.2024 13:30`, semicolons between",
                "the same of the plain CSV",
                5,
                score_words(run_of_foreign, written, out),
                score_words(run, plain, out),
            ),
            against(
                settings.slow_turns,
                "inspect-parquet",
                f"`anomaly inspect`, {settings.rows(_INSPECTED):,} rows of Parquet, seven columns",
                "a process that only reads it, PyArrow",
                None,
                [ANOMALY, "inspect", many, "--quiet"],
                python_words(_READ_PARQUET, many),
            ),
            against(
                settings.slow_turns,
                "inspect-forms",
                f"`anomaly inspect`, the {n_foreign:,} rows with amounts and dates as texts",
                "a process that only reads the plain CSV, `pyarrow.csv`",
                None,
                [ANOMALY, "inspect", written, "--quiet"],
                python_words(READ_CSV, plain),
            ),
        ]
    return Measured(measured, data.SIMULATED)


def _payments(n_rows: int) -> pd.DataFrame:
    random = np.random.default_rng(0)
    seconds = np.sort(random.integers(0, 90 * 86_400, n_rows))
    return pd.DataFrame(
        {
            "time": pd.Timestamp("2024-01-01") + pd.to_timedelta(seconds, unit="s"),
            "amount": random.lognormal(4, 1.2, n_rows).round(2),
            "balance": random.normal(2_000, 900, n_rows).round(2),
            "merchant": np.char.add("M", random.integers(0, 3_000, n_rows).astype(str)),
            "country": random.choice(["DE", "FR", "NL", "TR"], n_rows),
            "online": random.integers(0, 2, n_rows),
            "Class": (random.random(n_rows) < 0.01).astype(int),
        }
    )


def _foreign(payments: pd.DataFrame) -> pd.DataFrame:
    def amount(value: float) -> str:
        return f"{value:,.2f} €".translate(str.maketrans(",.", ".,"))

    return payments.assign(
        time=payments["time"].dt.strftime("%d.%m.%Y %H:%M:%S"),
        amount=payments["amount"].map(amount),
        balance=payments["balance"].map(amount),
    )


def _write_many(payments: pd.DataFrame, n_rows: int, path: Path) -> None:
    table = pa.Table.from_pandas(payments, preserve_index=False)
    with pq.ParquetWriter(path, table.schema) as writer:
        for start in range(0, n_rows, len(payments)):
            writer.write_table(table.slice(0, min(len(payments), n_rows - start)))
