"""Everything that writes a run's files, whether a detector left them or a method of a comparison."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly._version import __version__
from anomaly.dataset.prepared import Dataset
from anomaly.dataset.rows import Rows
from anomaly.dataset.splits import PARTS, Split
from anomaly.features.normal_ranges import normality_of
from anomaly.runs.behaviour_state import write_behaviour
from anomaly.runs.figures import counts_of, figures_of, parts_of
from anomaly.runs.folder import (
    DETAILS,
    EXPORTED,
    FORMAT,
    GRAPH,
    HISTORY,
    METRICS,
    NETWORK,
    SAMPLE,
    SCORES,
    THRESHOLD,
    THRESHOLDS,
)
from anomaly.runs.options import Options
from anomaly.runs.reasons import Reasons, explain, rows_to_explain
from anomaly.runs.sample import sampled_rows, write_sample
from anomaly.runs.trained import Trained
from anomaly.schema.columns import UNLABELLED
from anomaly.scoring.reasons import REASONS_TYPE
from anomaly.tables import kinds, parquet_writer
from anomaly.utils.files import replaced_when_done, write_json, written_or_explained

_PACKAGES = ("tensorflow", "keras", "numpy", "pandas", "pyarrow", "scikit-learn", "onnxruntime")


def write_run(
    dataset: Dataset, options: Options, trained: Trained, folder: Path, target: Path
) -> None:
    """Write all files of a run but its threshold into a folder, which will be the target.

    Raises
    ------
    OptionError
        When they cannot be written.
    """
    rows, split = dataset.rows, dataset.split
    reasons, positions, sample = _looked_at(dataset, options, trained)
    with written_or_explained(target):
        write_scores(folder / SCORES, rows, split, trained.scores, reasons)
        write_sample(folder / SAMPLE, rows, positions, sample)
        if trained.detector is not None:
            (folder / GRAPH).write_bytes(trained.detector.onnx_)
            trained.detector.model_.save(folder / NETWORK)
        write_json(folder / HISTORY, trained.history)
        if rows.history is not None and trained.detector is not None:
            write_behaviour(folder, rows.history.history)
        metrics = _metrics(dataset, trained, target)
        write_json(folder / METRICS, metrics)
        details = _details(dataset, options, trained, metrics["seconds"])
        write_json(folder / DETAILS, {"format": FORMAT, **details})


def _looked_at(
    dataset: Dataset, options: Options, trained: Trained
) -> tuple[Reasons | None, NDArray[np.int64], pa.Table]:
    """Return the reasons of a detector, and the sample with its positions, in one pass over the rows."""
    rows, split = dataset.rows, dataset.split
    sampled = sampled_rows(rows, split, options.seed)
    if trained.detector is None:
        return None, sampled, rows.take(sampled)
    extremes = rows_to_explain(rows, split, trained.scores)
    both = rows.take(np.concatenate([extremes, sampled]))
    reasons = explain(dataset, trained.detector, extremes, both.slice(0, len(extremes)))
    return reasons, sampled, both.slice(len(extremes))


def _metrics(dataset: Dataset, trained: Trained, target: Path) -> dict[str, Any]:
    """Return the content of `metrics.json`, which `train --json` prints."""
    labels, split = dataset.rows.labels, dataset.split
    return {
        "run": str(target),
        **counts_of(split, labels),
        "features": trained.n_features,
        **trained.epochs,
        "seconds": trained.seconds(),
        "assumed": [asdict(each) for each in dataset.assumptions],
        "leaks": dataset.leaks,
        **{part: figures_of(labels, trained.scores, getattr(split, part)) for part in PARTS[1:]},
    }


def _details(
    dataset: Dataset, options: Options, trained: Trained, seconds: Mapping[str, float]
) -> dict[str, Any]:
    """Return the content of `run.json` but its format."""
    rows, split, features = dataset.rows, dataset.split, dataset.features
    values = asdict(options)
    roles = values.pop("roles")
    details = {
        "version": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": {
            "name": rows.table.name,
            "rows": rows.n_rows,
            "readings": list(rows.table.readings),
            "fingerprint": dataset.fingerprint,
            "seconds_spanned": seconds_of_unknown_unit(rows),
        },
        "assumed": [asdict(each) for each in dataset.assumptions],
        "leaks": dataset.leaks,
        "options": roles | values,
        "seed": options.seed,
        "schema": features.schema.to_dict(),
        "features": features.to_list(),
        "behaviour": None if rows.history is None else rows.history.behaviour.to_dict(),
        "split": {"method": split.method, "parts": parts_of(split, rows)},
        "duplicates": [asdict(part) for part in dataset.duplicates],
        "detector": {"name": trained.name, "parameters": trained.parameters},
        "packages": package_versions(_PACKAGES),
    }
    if trained.detector is None:
        return details | {"indicated": [], "seconds": seconds, EXPORTED: False}
    return details | {
        "indicated": trained.detector.indicated_,
        "normal": normality_of(features, dataset.normal("train"), options.seed),
        "seconds": seconds,
    }


def package_versions(names: Sequence[str]) -> dict[str, str]:
    """Return the versions of Python and of packages."""
    return {"python": platform.python_version()} | {name: version_of(name) for name in names}


def seconds_of_unknown_unit(rows: Rows) -> float | None:
    """Return what the times span, where they are numbers whose unit nobody named, nor their size."""
    time = rows.schema.time
    if rows.moments is None or time is None or not len(rows.moments):
        return None
    column = rows.schema.column(time)
    if column.kind != kinds.NUMBER or column.form is not None:
        return None
    return float(np.nanmax(rows.moments) - np.nanmin(rows.moments))


def write_threshold(
    folder: Path, content: Mapping[str, Any], history: Sequence[Mapping[str, Any]]
) -> None:
    """Write a run's threshold, and all that it had, the last one last: both or neither."""
    with replaced_when_done(folder / THRESHOLD) as partial:
        write_json(partial, content)
        with replaced_when_done(folder / THRESHOLDS) as partial_history:
            write_json(partial_history, history)


def labels_for_file(labels: NDArray[np.int8]) -> pa.Array:
    """Return labels with null where nobody knows."""
    return pa.array(labels, mask=labels == UNLABELLED)


def write_scores(
    path: Path,
    rows: Rows,
    split: Split,
    scores: NDArray[np.floating],
    reasons: Reasons | None = None,
) -> None:
    """Write the validation and test rows with their scores, in the order of the data.

    Parameters
    ----------
    path : path
        Of a Parquet file.
    rows : Rows
    split : Split
    scores : ndarray of shape (n_rows,)
        As the graph gives them, or as they came; those of the training rows are left out.
    reasons : Reasons, optional
        Of a detector.
    """
    schema = rows.schema
    beside = [schema.time, schema.amount, *schema.names]
    carried = list(dict.fromkeys(name for name in beside if name is not None))
    any_column = schema.score or schema.inputs[0].name
    with ExitStack() as stack:
        writer = None
        for batch in rows.batches(carried or [any_column]):
            places = np.arange(batch.first_row, batch.first_row + batch.data.num_rows)
            places = places[split.part[places] > 0]
            if not len(places):
                continue
            columns = {
                "row": pa.array(places),
                "split": pa.DictionaryArray.from_arrays(
                    pa.array(split.part[places] - np.int8(1)), list(PARTS[1:])
                ),
                "label": pa.nulls(len(places), pa.int8())
                if rows.labels is None
                else labels_for_file(rows.labels[places]),
                "score": pa.array(scores[places].astype(np.float64)),
            }
            offsets = pa.array(places - batch.first_row)
            columns |= {name: batch.data.column(name).take(offsets) for name in carried}
            columns["reasons"] = (
                pa.nulls(len(places), REASONS_TYPE) if reasons is None else reasons.of(places)
            )
            data = pa.RecordBatch.from_pydict(columns)
            if writer is None:
                writer = stack.enter_context(parquet_writer(path, data.schema))
            writer.write_batch(data)
