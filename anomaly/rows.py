"""The rows of a table in memory, as training needs them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly import kinds
from anomaly.errors import DataError
from anomaly.features import seconds
from anomaly.profiles import raise_first_problem
from anomaly.schema import ID, Schema, labels_of
from anomaly.tables import Batch, Table


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table in memory, as training needs them.

    Attributes
    ----------
    data : pyarrow.Table
        The columns that features, ids and amounts are made of, each of its kind.
    labels : ndarray of shape (n_rows,), int8, or None
    moments : ndarray of shape (n_rows,), float64, or None
        Seconds, where a time column is named.
    """

    data: pa.Table
    labels: NDArray[np.int8] | None
    moments: NDArray[np.float64] | None


def read_rows(table: Table, schema: Schema) -> Rows:
    """Read the columns that training needs, each converted to its kind.

    Raises
    ------
    DataError
        When a row is broken or a value does not fit its column.
    """
    wanted = [column.name for column in schema.columns if column.role != "ignored"]
    parts: list[pa.RecordBatch] = []
    labels: list[NDArray[np.int8]] = []
    for batch in table.batches(wanted, schema.reading_types()):
        raise_first_problem(batch, table)
        parts.append(_canonical(batch, schema, table))
        if schema.label is not None and schema.positive is not None:
            labels.append(labels_of(batch.data.column(schema.label), schema.positive))
    data = pa.Table.from_batches(parts)
    return Rows(
        data=data,
        labels=np.concatenate(labels) if labels else None,
        moments=_moments(data, schema),
    )


def _canonical(batch: Batch, schema: Schema, table: Table) -> pa.RecordBatch:
    """Return the batch with one Arrow type for each kind, whatever each part was read as."""
    data = batch.data
    columns = {}
    for column in schema.inputs:
        converted = kinds.convert(data.column(column.name), column.kind, column.name)
        if converted.problems:
            offset, problem = min(converted.problems.items())
            place = table.place(batch.first_row + offset)
            raise DataError(f"{place}: {problem}; correct it or leave it empty")
        values = converted.values
        # NaN and NaT become null: the table says missing in one way.
        columns[column.name] = (
            values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
        )
    for name in schema.named(ID):
        columns[name] = kinds.as_text(data.column(name))
    if schema.amount is not None and schema.amount not in columns:
        amount = kinds.convert(data.column(schema.amount), kinds.NUMBER, schema.amount)
        columns[schema.amount] = pa.array(np.asarray(amount.values), from_pandas=True)
    return pa.RecordBatch.from_pydict(columns)


def _moments(data: pa.Table, schema: Schema) -> NDArray[np.float64] | None:
    if schema.time is None:
        return None
    return seconds(kinds.convert(data.column(schema.time), schema.kind(schema.time), "").values)


def fingerprint(matrix: NDArray[np.float32], rows: Rows) -> str:
    """Return the SHA-256 of what training saw: features, labels and times."""
    digest = hashlib.sha256(matrix.tobytes())
    for array in (rows.labels, rows.moments):
        if array is not None:
            digest.update(array.tobytes())
    return digest.hexdigest()
