"""`anomaly score` as a whole process, against processes that only read, write or import."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from benchmarks.speed import data
from benchmarks.speed.programs import ANOMALY, cost, python_words, score_words, train_words
from benchmarks.speed.results import Measured
from benchmarks.speed.rows import Row, take_turns
from benchmarks.speed.settings import Settings
from benchmarks.speed.table import shown

READ_CSV = "import sys; from pyarrow import csv; csv.read_csv(sys.argv[1])"
COPY_PARQUET = "import sys; import pyarrow.parquet as pq; pq.write_table(pq.read_table(sys.argv[1]), sys.argv[2])"
IMPORTS = "import numpy, pyarrow, onnxruntime"


def measure(settings: Settings) -> Measured:
    """Measure the rows of this part."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = data.transactions()
        pq.write_table(whole, folder / "whole.parquet")
        table = whole.slice(0, settings.rows(data.ALL_ROWS))
        pacsv.write_csv(table, folder / "all.csv")
        pacsv.write_csv(table.slice(0, 1), folder / "one.csv")
        pq.write_table(table, folder / "all.parquet")
        run, out = folder / "run", folder / "scores.parquet"
        options = ["--time", "Time", "--epochs", 1, "--batch-size", 1024]
        cost(*train_words(folder / "whole.parquet", run, options))
        cost(ANOMALY, "pick-threshold", run, "--quiet")
        megabytes = (folder / "all.csv").stat().st_size / 1e6
        measured = [
            against(
                settings.turns,
                "score-csv",
                f"`anomaly score`, whole process, {table.num_rows:,} rows as CSV ({megabytes:.0f} MB)",
                "a process that only reads it, `pyarrow.csv`",
                1.6,
                score_words(run, folder / "all.csv", out),
                python_words(READ_CSV, folder / "all.csv"),
            ),
            against(
                settings.turns,
                "score-parquet",
                "the same from Parquet to Parquet",
                "a process that only reads and writes it, PyArrow",
                2,
                score_words(run, folder / "all.parquet", out),
                python_words(COPY_PARQUET, folder / "all.parquet", folder / "copy.parquet"),
            ),
            against(
                2 * settings.turns,
                "score-one",
                "`anomaly score`, whole process, one row",
                f'`python -c "{IMPORTS}"`',
                2,
                score_words(run, folder / "one.csv", out),
                python_words(IMPORTS),
            ),
        ]
    return Measured(measured, data.source())


def against(
    turns: int,
    name: str,
    work: str,
    peer: str,
    target: float | None,
    ours: list[Any],
    theirs: list[Any],
) -> Row:
    """Measure one command in turn with another, and show the row at once."""
    commands = {"ours": ours, "theirs": theirs}
    for command in commands.values():
        cost(*command)  # the file and the programs come into the memory of the system
    found = take_turns(
        {who: partial(_seconds, command) for who, command in commands.items()}, turns
    )
    return shown(
        Row(name, work, peer, "s", found["ours"], found["theirs"], "times as much", target)
    )


def _seconds(command: list[Any]) -> float:
    return cost(*command).seconds
