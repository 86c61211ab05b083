"""What `anomaly simulate` does: simulated transactions, written to a file."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass

import pyarrow.compute as pc

from anomaly.errors import OptionError
from anomaly.simulation import ROLES, simulate_table
from anomaly.tables import open_sink


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What `anomaly simulate` wrote.

    Attributes
    ----------
    rows, positives : int
        Transactions, and frauds among them.
    out : str
        The file.
    options : str
        The options that tell `anomaly train` the roles of the columns.
    """

    rows: int
    positives: int
    out: str
    options: str


def write_simulation(rows: int, out: str | os.PathLike[str], seed: int = 0) -> SimulationSummary:
    """Simulate transactions into a CSV or Parquet file; see `simulate`.

    Raises
    ------
    OptionError
        When `rows` is too small, or the file cannot be written.
    """
    sink = open_sink(out)
    try:
        table = simulate_table(rows, seed)
    except ValueError as error:
        raise OptionError(str(error)) from error
    with sink.open(table.schema) as writer:
        for batch in table.to_batches(max_chunksize=1 << 16):
            writer.write_batch(batch)
    return SimulationSummary(
        rows=table.num_rows,
        positives=pc.sum(table.column(str(ROLES["label"]))).as_py(),
        out=sink.name,
        options=shlex.join(_role_options()),
    )


def _role_options() -> list[str]:
    words: list[str] = []
    for option, names in ROLES.items():
        for name in [names] if isinstance(names, str) else names:
            words += [f"--{option}", name]
    return words
