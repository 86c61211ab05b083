"""The sample of held-out rows that a run keeps, as its report shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

import reports
from anomaly.errors import RunError
from anomaly.runs.folder import RunFolder
from anomaly.runs.sample import SAMPLE, VALUES
from anomaly.scoring.reasons import Reasoner
from anomaly.tables import kinds


def sample_of(run: RunFolder) -> reports.Sample | None:
    """Return the sample that a run keeps, with each column's share of the scores.

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
        values = table.column(VALUES).combine_chunks()
        data = pa.RecordBatch.from_arrays(values.flatten(), names=values.type.names)
    except (pa.ArrowException, OSError, KeyError, AttributeError) as error:
        raise _damaged(path, str(error).partition("\n")[0]) from error
    known = [column.name for column in run.schema.inputs]
    if unknown := [name for name in data.schema.names if name not in known]:
        raise _damaged(path, f"the run has no column {unknown[0]!r}")
    if lacking := [name for name in known if name not in data.schema.names]:
        raise _damaged(path, f"it lacks the column {lacking[0]!r}")
    return reports.Sample(
        columns=[_column(data.column(name), run, name) for name in data.schema.names],
        labels=None if labels.null_count else labels.to_numpy(),
        shares=None if run.is_of_classifier else _shares(data, run),
    )


def _damaged(path: Path, why: str) -> RunError:
    return RunError(f"{path} is damaged ({why}); train again, or delete it for a report without it")


def _column(array: pa.Array, run: RunFolder, name: str) -> reports.SampledColumn:
    kind = run.schema.kind(name)
    if kind in (kinds.CATEGORY, kinds.FLAG):
        encoded = kinds.as_text(array).dictionary_encode()
        codes = encoded.indices.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return reports.SampledColumn(name, codes, _level_names(encoded.dictionary, kind))
    converted: Any = kinds.convert(array, kind, name).values
    if kind == kinds.TIME:
        moments = np.asarray(converted, "datetime64[s]")
        seconds = moments.astype(np.int64).astype(np.float64)
        return reports.SampledColumn(
            name, np.where(np.isnat(moments), np.nan, seconds), is_time=True
        )
    return reports.SampledColumn(name, np.asarray(converted, np.float64))


def _level_names(found: pa.Array, kind: str) -> list[str]:
    names = [str(name) for name in found.to_pylist()]
    if kind != kinds.FLAG:
        return names
    return [{"1": "true", "0": "false"}.get(name, name) for name in names]


def _shares(data: pa.RecordBatch, run: RunFolder) -> NDArray[np.float64]:
    """Return each column's share of each row's score, 0 for a column without features."""
    explanation = run.graph.explain(run.features.transform(data).values)
    reasoner = Reasoner(run.features, run.indicated, 1)
    shares = reasoner.by_column(explanation)
    places = {name: place for place, name in enumerate(reasoner.columns)}
    found = np.zeros((data.num_rows, data.num_columns))
    for place, name in enumerate(data.schema.names):
        if name in places:
            found[:, place] = shares[:, places[name]]
    return found
