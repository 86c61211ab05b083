"""A sample of the held-out rows with all their features, which a run keeps for its report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from anomaly.dataset.rows import Rows
from anomaly.dataset.splits import Split
from anomaly.errors import RunError
from anomaly.runs.folder import SAMPLE, RunFolder
from anomaly.tables import kinds, parquet_writer

_MOST_NORMAL, _MOST_POSITIVE = 4000, 1000
_MOST_CELLS = 2_000_000
_VALUES = "values"


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


def write_sample(path: Path, rows: Rows, positions: NDArray[np.int64], data: pa.Table) -> None:
    """Write the rows of these positions.

    Parameters
    ----------
    path : path
        Of a Parquet file: `row`, `label`, and `values`, a struct of the columns that features
        are made of.
    rows : Rows
    positions : ndarray of shape (n_sampled,), int64
        In the table.
    data : pyarrow.Table
        These rows.
    """
    names = [column.name for column in rows.schema.inputs]
    values = [kinds.plain(data.column(name)) for name in names]
    labels = None if rows.labels is None else rows.labels[positions]
    sample = pa.RecordBatch.from_pydict(
        {
            "row": pa.array(positions),
            "label": pa.nulls(len(positions), pa.int8()) if labels is None else pa.array(labels),
            _VALUES: pa.StructArray.from_arrays(values, names=names),
        }
    )
    with parquet_writer(path, sample.schema) as writer:
        writer.write_batch(sample)


def read_sample(run: RunFolder) -> tuple[pa.RecordBatch, NDArray[np.int8] | None] | None:
    """Return the columns of the sample that a run keeps, and its labels; None without a sample.

    Raises
    ------
    RunError
        The file is damaged.
    """
    path = run.folder / SAMPLE
    if not path.exists():
        return None
    try:
        table = pq.read_table(path).combine_chunks()
        labels = table.column("label")
        values = table.column(_VALUES).combine_chunks()
        data = pa.RecordBatch.from_arrays(values.flatten(), names=values.type.names)
    except (pa.ArrowException, OSError, KeyError, AttributeError) as error:
        raise _damaged(path, str(error).partition("\n")[0]) from error
    # A column that is constant in the training rows alone is in the sample, and no input.
    known = [column.name for column in run.schema.inputs]
    columns = {column.name for column in run.schema.columns}
    if unknown := [name for name in data.schema.names if name not in columns]:
        raise _damaged(path, f"the run has no column {unknown[0]!r}")
    if lacking := [name for name in known if name not in data.schema.names]:
        raise _damaged(path, f"it lacks the column {lacking[0]!r}")
    data = data.select(known)
    return data, None if labels.null_count else labels.to_numpy()


def read_sampled_positions(run: RunFolder) -> NDArray[np.int64] | None:
    """Return the position in the data of each row of `read_sample`, or None."""
    path = run.folder / SAMPLE
    if not path.exists():
        return None
    try:
        return pq.read_table(path, columns=["row"]).column("row").to_numpy()
    except (pa.ArrowException, OSError, KeyError) as error:
        raise _damaged(path, str(error).partition("\n")[0]) from error


def _damaged(path: Path, why: str) -> RunError:
    return RunError(f"{path} is damaged ({why}); train again, or delete it for a report without it")
