"""The sample of held-out rows that a run keeps, as its report shows it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import reports
from anomaly.runs.folder import RunFolder
from anomaly.runs.sample import read_sample
from anomaly.scoring.reasons import Reasoner
from anomaly.tables import kinds


def sample_of(run: RunFolder) -> reports.Sample | None:
    """Return the sample that a run keeps, with each column's share of the scores.

    Raises
    ------
    RunError
        The file is damaged.
    """
    sample = read_sample(run)
    if sample is None:
        return None
    data, labels = sample
    return reports.Sample(
        columns=[_column(data.column(name), run, name) for name in data.schema.names],
        labels=labels,
        shares=_shares(data, run) if run.has_model else None,
    )


def _column(array: pa.Array, run: RunFolder, name: str) -> reports.SampledColumn:
    known = run.schema.column(name)
    kind = known.kind
    if kind in (kinds.CATEGORY, kinds.FLAG):
        encoded = kinds.as_text(array).dictionary_encode()
        codes = encoded.indices.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return reports.SampledColumn(name, codes, _level_names(encoded.dictionary, kind))
    converted: Any = known.convert(array).values
    if kind == kinds.TIME:
        moments = np.asarray(converted, "datetime64[s]")
        seconds = moments.astype(np.int64).astype(np.float64)
        return reports.SampledColumn(
            name, np.where(np.isnat(moments), np.nan, seconds), is_time=True
        )
    return reports.SampledColumn(name, np.asarray(converted, np.float64))


def _level_names(levels: pa.Array, kind: str) -> list[str]:
    names = [str(name) for name in levels.to_pylist()]
    if kind != kinds.FLAG:
        return names
    return [{"1": "true", "0": "false"}.get(name, name) for name in names]


def _shares(data: pa.RecordBatch, run: RunFolder) -> NDArray[np.float64]:
    """Return each column's share of each row's score, 0 for a column without features."""
    explanation = run.graph.explain(run.features.transform(data).values)
    reasoner = Reasoner(run.features, run.indicated, 1)
    shares = reasoner.by_column(explanation)
    places = {name: place for place, name in enumerate(reasoner.columns)}
    by_column = np.zeros((data.num_rows, data.num_columns))
    for place, name in enumerate(data.schema.names):
        if name in places:
            by_column[:, place] = shares[:, places[name]]
    return by_column
