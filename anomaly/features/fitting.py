"""Learn from the training rows which features there are."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from anomaly.errors import DataError
from anomaly.features.features import Features
from anomaly.features.parts.base import Feature
from anomaly.features.parts.by_kind import part_of
from anomaly.schema.columns import FEATURE, Schema


def fit_features(schema: Schema, train: Iterable[pa.RecordBatch], name: str) -> Features:
    """Learn the features of a schema from the training rows.

    Parameters
    ----------
    schema : Schema
    train : iterable of pyarrow.RecordBatch
        The rows to learn from: no row of validation or test is among them.
    name : str
        What to call the table in messages.

    Raises
    ------
    DataError
        When a value does not fit its column, or no feature varies in the training rows.
    """
    fitters = {column.name: part_of(column).fitter(column, schema) for column in schema.inputs}
    for batch in train:
        for column_name, fitter in fitters.items():
            fitter.add(batch.column(column_name))
    features: list[Feature] = []
    constant: dict[str, str] = {}
    notes: dict[str, str] = {}
    for column in schema.inputs:
        fitter = fitters[column.name]
        made = fitter.features()
        if not made and column.role == FEATURE:
            constant[column.name] = fitter.why_none
        elif fitter.note:
            notes[column.name] = fitter.note
        features += made
    if not features:
        raise DataError(f"{name}: every feature is constant in the training rows; add columns")
    return Features(schema.without(constant).noted(notes), features)
