"""The rows that are trained on and scored: the real credit-card set where it is, or simulated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.shared.results import data_folder

WIDTH = 29
TRAINING_ROWS, VALIDATION_ROWS = 226_381, 56_587  # normal rows, as the published notebook has them
ALL_ROWS = 284_807
REAL, SIMULATED = "the credit-card set", "simulated"
COMPONENTS = [f"V{number}" for number in range(1, 29)]
FEATURES = [*COMPONENTS, "Amount"]
_CHUNK_ROWS = 262_144
_LATENT = 7


def source() -> str:
    """Return in words where the rows come from."""
    return REAL if _real_file().exists() else SIMULATED


def matrix(rows: int, width: int = WIDTH, seed: int = 0) -> NDArray[np.float32]:
    """Return simulated rows, each column with mean 0 and variance 1 or so.

    A few latent variables are behind the columns, so that there is something to learn.
    """
    generator = np.random.default_rng(seed)
    mixing = np.random.default_rng(1).normal(size=(_LATENT, width)).astype(np.float32)
    latent = generator.standard_normal((rows, _LATENT), dtype=np.float32)
    noise = generator.standard_normal((rows, width), dtype=np.float32)
    return np.float32(0.35) * (latent @ mixing) + np.float32(0.4) * noise


def normal_rows() -> NDArray[np.float32]:
    """Return the standardised normal rows of training and validation, in random order."""
    if source() == SIMULATED:
        return matrix(TRAINING_ROWS + VALIDATION_ROWS)
    table = pq.read_table(_real_file())
    is_normal = table.column("Class").to_numpy() == 0
    rows = _standardised(table.select(FEATURES))[is_normal]
    order = np.random.default_rng(0).permutation(len(rows))
    return rows[order[: TRAINING_ROWS + VALIDATION_ROWS]]


def all_rows() -> NDArray[np.float32]:
    """Return every row of the set, standardised."""
    if source() == SIMULATED:
        return matrix(ALL_ROWS)
    return _standardised(pq.read_table(_real_file()).select(FEATURES))


def transactions() -> pa.Table:
    """Return the set with its label and time, and components of as many digits as published.

    The real set here has them rounded; written with 15 decimals its CSV has the 150 MB of the
    original.
    """
    generator = np.random.default_rng(0)
    if source() == REAL:
        table = pq.read_table(_real_file())
    else:
        values = matrix(ALL_ROWS).T
        columns = dict(zip(COMPONENTS, values, strict=False))
        columns["Amount"] = np.exp(3 + values[-1]).round(2)
        columns["Class"] = (generator.random(ALL_ROWS) < 0.002).astype(np.int64)
        columns = {"Time": np.sort(generator.integers(0, 172_800, ALL_ROWS)), **columns}
        table = pa.table(columns)
    for name in COMPONENTS:
        column = table.column(name).to_numpy().astype(np.float64)
        digits = (column + generator.uniform(-1e-6, 1e-6, len(column))).round(15)
        table = table.set_column(table.column_names.index(name), name, pa.array(digits))
    return table


def write_simulated(path: Path, rows: int) -> None:
    """Write 29 columns of numbers and a label as Parquet, a chunk at a time."""
    # No two numbers are alike, so a dictionary of them would only take room.
    with pq.ParquetWriter(path, _chunk(1, 0).schema, use_dictionary=["Class"]) as writer:
        for chunk in chunks(rows):
            writer.write_table(chunk)


def chunks(rows: int) -> Iterator[pa.Table]:
    """Yield simulated rows in tables of bounded size."""
    for seed, start in enumerate(range(0, rows, _CHUNK_ROWS)):
        yield _chunk(min(_CHUNK_ROWS, rows - start), seed)


def _chunk(rows: int, seed: int) -> pa.Table:
    values = np.ascontiguousarray(matrix(rows, seed=seed).T)
    labels = (np.random.default_rng([seed, 1]).random(rows) < 0.002).astype(np.int8)
    # A few are there even in the smallest file, so that every split has both classes.
    labels[:: max(1, rows // 20)] = 1
    return pa.table({**dict(zip(FEATURES, values, strict=True)), "Class": labels})


def _standardised(table: pa.Table) -> NDArray[np.float32]:
    rows = np.column_stack([column.to_numpy() for column in table.columns])
    return ((rows - rows.mean(axis=0)) / rows.std(axis=0)).astype(np.float32)


def _real_file() -> Path:
    return data_folder() / "creditcard.parquet"
