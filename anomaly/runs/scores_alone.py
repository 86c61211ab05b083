"""A run of scores that came from elsewhere: read from their table, and written without a model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly._version import __version__
from anomaly.dataset.prepared import RESULT_COLUMNS, check_result_names
from anomaly.dataset.rows import Rows, read_rows
from anomaly.dataset.splits import PARTS, Split
from anomaly.runs.figures import counts_of, figures_where_known, parts_of
from anomaly.runs.folder import (
    DETAILS,
    EXPORTED,
    FORMAT,
    HISTORY,
    METRICS,
    ORIGIN,
    SCORES,
    SCORES_ALONE,
)
from anomaly.runs.writing import package_versions, seconds_of_unknown_unit, write_scores
from anomaly.schema.assumptions import LEFT_OUT, NAMES_ROWS, Assumption, assumptions_of
from anomaly.schema.columns import UNLABELLED
from anomaly.schema.roles import Roles
from anomaly.schema.scored import is_not_looked_at, scores_schema
from anomaly.tables import Source, open_table
from anomaly.tables.clocked import with_clock
from anomaly.utils.arrow import to_numpy
from anomaly.utils.files import write_json, written_or_explained

#: What reads and writes; what made the scores is not known.
_PACKAGES = ("numpy", "pyarrow")


def read_scores(data: Any, roles: Roles, source: Source) -> Rows:
    """Read a table of scores, and settle the roles of its columns.

    Raises
    ------
    OptionError
        When there is no column of a name that an option gives.
    DataError
        When the table cannot be read, or a column is not what it is said to be.
    """
    table = with_clock(open_table(data, source).snapshot(), roles.time, roles.clock)
    schema = scores_schema(table, roles, RESULT_COLUMNS)
    check_result_names(schema, table.name)
    return read_rows(table, schema)


def scores_of(rows: Rows) -> NDArray[np.float64]:
    """Return the scores of all rows; NaN where there is none."""
    name = rows.schema.score
    assert name is not None, "it is read for its scores"
    batches = [to_numpy(batch.data.column(name), null=np.nan) for batch in rows.batches([name])]
    return np.concatenate(batches)


def write_scores_run(
    rows: Rows,
    scores: NDArray[np.float64],
    split: Split,
    roles: Roles,
    seed: int,
    seconds: Mapping[str, float],
    folder: Path,
    target: Path,
) -> None:
    """Write all files of a run but its threshold into a folder, which will be the target.

    Raises
    ------
    OptionError
        When they cannot be written.
    """
    assumed = [asdict(each) for each in _assumptions(rows)]
    with written_or_explained(target):
        write_scores(folder / SCORES, rows, split, scores)
        write_json(folder / HISTORY, {})
        write_json(folder / METRICS, _metrics(rows, scores, split, seconds, assumed, target))
        details = _details(rows, split, roles, seed, seconds, assumed)
        write_json(folder / DETAILS, {"format": FORMAT, **details})


def _assumptions(rows: Rows) -> list[Assumption]:
    """Return what was taken for what, but for columns that nothing was asked of, and names of rows."""
    every = assumptions_of(rows.schema, rows.table.readings, rows.problems, 0, rows.table.place)
    # There are no features that an option could make of a column.
    return [
        each if each.what == LEFT_OUT else replace(each, remedy="")
        for each in every
        if each.what != NAMES_ROWS and not is_not_looked_at(each.why)
    ]


def _metrics(
    rows: Rows,
    scores: NDArray[np.float64],
    split: Split,
    seconds: Mapping[str, float],
    assumed: list[dict[str, Any]],
    target: Path,
) -> dict[str, Any]:
    counts = counts_of(split, rows.labels)
    figures = {}
    for part in PARTS[1:]:
        members = getattr(split, part)
        labels = None if rows.labels is None else rows.labels[members]
        if labels is not None and not (labels != UNLABELLED).any():
            counts["positives"][part] = None
        figures[part] = figures_where_known(labels, scores[members])
    return {
        "run": str(target),
        **{name: {part: of[part] for part in PARTS[1:]} for name, of in counts.items()},
        "features": 0,
        "epochs": 0,
        "seconds": dict(seconds),
        "assumed": assumed,
        "leaks": {},
        **figures,
    }


def _details(
    rows: Rows,
    split: Split,
    roles: Roles,
    seed: int,
    seconds: Mapping[str, float],
    assumed: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "version": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        ORIGIN: SCORES_ALONE,
        EXPORTED: False,
        "data": {
            "name": rows.table.name,
            "rows": rows.n_rows,
            "readings": list(rows.table.readings),
            "fingerprint": _fingerprint(rows),
            "seconds_spanned": seconds_of_unknown_unit(rows),
        },
        "assumed": assumed,
        "leaks": {},
        "options": asdict(roles),
        "seed": seed,
        "schema": rows.schema.to_dict(),
        "features": [],
        "indicated": [],
        "behaviour": None,
        "split": {"method": split.method, "parts": parts_of(split, rows)[1:]},
        "detector": {"name": rows.schema.score, "parameters": {}},
        "packages": package_versions(_PACKAGES),
        "seconds": dict(seconds),
    }


def _fingerprint(rows: Rows) -> str:
    """Return the SHA-256 of everything but the scores: others of the same rows have the same one."""
    digest = hashlib.sha256(f"{rows.n_rows} rows".encode())
    for array in (rows.labels, rows.moments):
        if array is not None:
            digest.update(array.data)
    schema = rows.schema
    names = [*filter(None, [schema.amount]), *schema.names]
    for batch in rows.batches(names) if names else ():
        for name in names:
            digest.update("\x1f".join(map(str, batch.data.column(name).to_pylist())).encode())
    return digest.hexdigest()
