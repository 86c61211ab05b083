"""The main job on simulated transactions, told as a short story: `make demo`.

Each step is a command that works the same on your own data.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from pyarrow import csv
from pyarrow import parquet as pq

FOLDER = Path("demo")
ROWS = 70_000
NEW_ROWS = 10_000
ROLES = (
    "--label fraud --time time --id transaction_id "
    "--entity customer_id --entity terminal_id --drop scenario"
)
COMMAND = Path(sys.executable).parent / "anomaly"


def anomaly(line: str) -> dict[str, Any]:
    """Show the command, run it, and return what it prints as JSON."""
    print(f"\n$ anomaly {line}", flush=True)
    done = subprocess.run(
        [COMMAND, *shlex.split(line), "--json"], stdout=subprocess.PIPE, check=False, text=True
    )
    if done.returncode:
        sys.exit(done.returncode)
    return json.loads(done.stdout)


def keep_for_later(data: Path, rows: int, new: Path) -> None:
    """Move the last rows of a Parquet file into a CSV file, without what nobody knows yet."""
    table = pq.read_table(data)
    pq.write_table(table.slice(0, len(table) - rows), data)
    csv.write_csv(table.slice(len(table) - rows).drop_columns(["fraud", "scenario"]), new)


def main() -> None:
    """Simulate, train, pick a threshold, score new transactions, report."""
    started = time.perf_counter()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    data, run, new = FOLDER / "transactions.parquet", FOLDER / "run", FOLDER / "new.csv"

    made = anomaly(f"simulate --rows {ROWS} --out {data}")
    keep_for_later(data, NEW_ROWS, new)
    print(
        f"Half a year of card transactions: {made['rows']:,}, {made['positives']:,} of them fraud. The "
        f"newest {NEW_ROWS:,} are kept for later, without their labels."
    )

    alone = anomaly(f"train {data} {ROLES} --behaviour none --out {FOLDER / 'row-alone'}")
    rate = alone["positives"]["test"] / alone["rows"]["test"]
    print(
        f"A denoising autoencoder learned what normal looks like from the normal ones among the "
        f"{alone['rows']['train']:,} oldest,\nin {alone['seconds']['fit']:.1f} s. On the "
        f"{alone['rows']['test']:,} newest ones its scores reach an average precision of "
        f"{alone['test']['average_precision']:.2f}; chance would give {rate:.3f}."
    )

    trained = anomaly(f"train {data} {ROLES} --label-delay 7d --out {run}")
    print(
        "Beside it stand now the habits of customers and terminals (--entity) and the frauds that are "
        "known a week later,\nweighed by the frauds of those oldest transactions: an average precision "
        f"of {trained['test']['average_precision']:.2f}. A fraud is odd beside what went before."
    )

    picked = anomaly(f"pick-threshold {run}")
    on_test = picked["test"]
    print(
        f"The threshold {picked['threshold']:.3g} was best on the validation transactions. On the "
        f"newest ones it catches {on_test['tp']} of {on_test['tp'] + on_test['fn']} frauds with "
        f"{on_test['alerts']} alerts,\nof which {on_test['fp']} are false: "
        f"{on_test['fp'] / max(1, on_test['tp']):.1f} false alarms for each fraud caught."
    )

    alerts = FOLDER / "alerts.csv"
    scored = anomaly(f"score {run} {new} --out {alerts} --reasons 3")
    print(
        f"Scored {scored['rows']:,} new transactions in {scored['seconds']['total']:.1f} s: "
        f"{scored['alerts']} alerts, each with its three main reasons, in {alerts}."
    )

    page = Path(anomaly(f"report {run}")["out"])
    print(
        f"\nDone in {time.perf_counter() - started:.0f} s. The report: {page.resolve().as_uri()}\n"
        "Next, your own transactions:\n"
        "  .venv/bin/anomaly train YOUR.csv --label COLUMN --time COLUMN\n"
        "A simulated detector's figures say nothing about yours: it prints them for your data."
    )


if __name__ == "__main__":
    main()
