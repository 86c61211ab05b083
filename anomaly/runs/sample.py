"""A sample of the held-out rows with all their features, which a run keeps for its report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.dataset.rows import Rows
from anomaly.dataset.splits import Split
from anomaly.tables import kinds, parquet_writer

#: In the run folder. A report without it says nothing of single features.
SAMPLE = "sample.parquet"
_MOST_NORMAL, _MOST_POSITIVE = 4000, 1000
_MOST_CELLS = 2_000_000
VALUES = "values"


def sampled_rows(rows: Rows, split: Split, seed: int) -> NDArray[np.int64]:
    """Draw rows of validation and test at random: up to 4,000, and up to 1,000 positive ones.

    Of a table so wide that these were more than two million cells, fewer are drawn.

    Returns
    -------
    ndarray of shape (n_sampled,), int64
        Their positions, ascending.
    """
    generator = np.random.default_rng(seed)
    held_out = np.sort(np.concatenate([split.validation, split.test]))
    is_positive = (
        np.zeros(held_out.size, bool) if rows.labels is None else rows.labels[held_out] == 1
    )
    share = min(1.0, _MOST_CELLS / (_MOST_NORMAL * max(1, len(rows.schema.inputs))))
    drawn = [
        generator.permutation(members)[: max(1, int(share * most))]
        for members, most in (
            (held_out[~is_positive], _MOST_NORMAL),
            (held_out[is_positive], _MOST_POSITIVE),
        )
    ]
    return np.sort(np.concatenate(drawn))


def write_sample(path: Path, rows: Rows, chosen: NDArray[np.int64], data: pa.Table) -> None:
    """Write the chosen rows.

    Parameters
    ----------
    path : path
        Of a Parquet file: `row`, `label`, and `values`, a struct of the columns that features
        are made of.
    rows : Rows
    chosen : ndarray of shape (n_sampled,), int64
        Their positions.
    data : pyarrow.Table
        These rows.
    """
    names = [column.name for column in rows.schema.inputs]
    values = [kinds.plain(data.column(name)) for name in names]
    labels = None if rows.labels is None else rows.labels[chosen]
    sample = pa.RecordBatch.from_pydict(
        {
            "row": pa.array(chosen),
            "label": pa.nulls(len(chosen), pa.int8()) if labels is None else pa.array(labels),
            VALUES: pa.StructArray.from_arrays(values, names=names),
        }
    )
    with parquet_writer(path, sample.schema) as writer:
        writer.write_batch(sample)
